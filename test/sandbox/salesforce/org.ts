// One Salesforce org: its people with their user ids, its rows, and who may see which row.
import { people, type Person } from '../people';
import { recordId, withChecksum } from './ids';
import { sObjects } from './objects';

export type FieldValue = string | number | boolean | null;
export type Row = Readonly<Record<string, FieldValue>> & { readonly Id: string; readonly IsDeleted: boolean };

export interface OrgUser extends Person {
	readonly userId: string;
	/** "View All Data": sees every row, whoever owns it. */
	readonly viewsAllData: boolean;
}

export const organizationId = withChecksum('00DgL00000Aq7Zx');
export const orgUsers: readonly OrgUser[] = people.map((person, index) => ({
	...person,
	userId: recordId('005', 7_001 + index),
	viewsAllData: person.name === 'integration',
}));

const rowsOf: Record<string, Row[]> = Object.fromEntries(sObjects.map(({ name }) => [name, []]));
const created = Date.UTC(2025, 0, 6, 9, 0, 0);

/** Salesforce writes `2025-01-06T09:00:00.000+0000`. */
export function salesforceDateTime(atMs: number): string {
	return new Date(atMs).toISOString().replace('Z', '+0000');
}

function addRow(type: string, values: Record<string, FieldValue>, isDeleted = false): Row {
	const rows = rowsOf[type]!;
	const { keyPrefix, fields } = sObjects.find(({ name }) => name === type)!;
	const stamp = salesforceDateTime(created + rows.length * 3_600_000);
	const audit = { IsDeleted: isDeleted, CreatedDate: stamp, LastModifiedDate: stamp, SystemModstamp: stamp };
	const all: Record<string, FieldValue> = { Id: recordId(keyPrefix, 100_001 + rows.length), ...audit, ...values };
	const row = Object.fromEntries(fields.map(({ name }) => [name, all[name] ?? null])) as Row;
	rows.push(row);
	return row;
}

function addContact(owner: OrgUser, account: Row, number: number): void {
	const firstNames = ['Ada', 'Ben', 'Chloé', 'Dan', 'Eve', 'Farid', 'Grete'];
	const FirstName = firstNames[number % firstNames.length]!;
	const LastName = `${owner.givenName}son ${String(number).padStart(4, '0')}`;
	addRow('Contact', {
		AccountId: account.Id,
		FirstName,
		LastName,
		Name: `${FirstName} ${LastName}`,
		Email: number % 10 === 0 ? null : `contact${number}@${owner.name}.example`,
		Title: number % 3 === 0 ? 'Buyer' : 'Engineer',
		OwnerId: owner.userId,
	});
}

function addBusiness(owner: OrgUser, companies: readonly string[], contactCount: number): Row[] {
	const industries = ['Aerospace', 'Energy', 'Banking', null];
	const accounts = companies.map((company, index) =>
		addRow('Account', {
			Name: `${owner.givenName} ${company}`,
			Industry: industries[index % industries.length]!,
			BillingCity: ['Lyon', 'São Paulo', 'Osaka'][index % 3]!,
			Phone: `+1 415 555 01${String(index).padStart(2, '0')}`,
			AnnualRevenue: index === 1 ? null : (index + 1) * 1_250_000.5,
			NumberOfEmployees: (index + 1) * 40,
			OwnerId: owner.userId,
		}),
	);
	for (let number = 1; number <= contactCount; number++) addContact(owner, accounts[number % accounts.length]!, number);
	accounts.forEach((account, index) =>
		addRow('Opportunity', {
			AccountId: account.Id,
			Name: `${account['Name']} renewal`,
			StageName: index === 0 ? 'Closed Won' : 'Prospecting',
			Amount: (index + 1) * 10_000,
			CloseDate: `2026-0${index + 1}-15`,
			IsClosed: index === 0,
			OwnerId: owner.userId,
		}),
	);
	return accounts;
}

const [alice, bob, carol] = orgUsers as [OrgUser, OrgUser, OrgUser, OrgUser];
for (const { userId, username, familyName, givenName, email } of orgUsers) {
	addRow('User', { Id: userId, Username: username, LastName: familyName, FirstName: givenName, Name: `${givenName} ${familyName}`, Email: email, IsActive: true });
}
addBusiness(alice, ['Aerospace', "Analytics & O'Neill", 'Automotive'], 4_500);
addRow('Account', { Name: 'Alice Abandoned', Industry: 'Energy', OwnerId: alice.userId }, true);
addBusiness(bob, ['Bakeries', 'Biotech'], 5);
addBusiness(carol, ['Catering', 'Chemicals', 'Cloud', 'Construction'], 7);

/** Sharing: a user sees own rows, the directory of users, or everything with View All Data. Deleted rows included. */
export function visibleRows(type: string, user: OrgUser): readonly Row[] {
	const rows = rowsOf[type] ?? [];
	return user.viewsAllData || type === 'User' ? rows : rows.filter((row) => row['OwnerId'] === user.userId);
}

const rowById = new Map(Object.values(rowsOf).flatMap((rows) => rows.map((row) => [row.Id, row] as const)));

/** For relationship fields (`Owner.Name`), which do not ask who may see the parent. */
export function parentRow(id: FieldValue | undefined): Row | undefined {
	return typeof id === 'string' ? rowById.get(id) : undefined;
}
