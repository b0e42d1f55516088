// Alice's, Bob's and Carol's customers.
import { orgUsers, type OrgUser } from '../org';
import { account, contact, opportunity, user } from './crmObjects';
import type { Row } from './rows';
import { Seed } from './seed';

const accounts = new Seed(account);
const contacts = new Seed(contact);
const opportunities = new Seed(opportunity);
const users = new Seed(user);

function addContact(owner: OrgUser, of: Row, number: number): void {
	const firstNames = ['Ada', 'Ben', 'Chloé', 'Dan', 'Eve', 'Farid', 'Grete'];
	const FirstName = firstNames[number % firstNames.length]!;
	const LastName = `${owner.givenName}son ${String(number).padStart(4, '0')}`;
	contacts.add({
		AccountId: of.Id,
		FirstName,
		LastName,
		Name: `${FirstName} ${LastName}`,
		Email: number % 10 === 0 ? null : `contact${number}@${owner.name}.example`,
		Phone: number % 4 === 0 ? null : `+33 1 55 ${String(number).padStart(4, '0')}`,
		Title: number % 3 === 0 ? 'Buyer' : 'Engineer',
		Birthdate: number % 5 === 0 ? null : `19${60 + (number % 40)}-0${1 + (number % 9)}-1${number % 10}`,
		HasOptedOutOfEmail: number % 7 === 0,
		OwnerId: owner.userId,
	});
}

/** Each account is the parent of the next: alice's third is two levels below her first. */
function addBusiness(owner: OrgUser, companies: readonly string[], contactCount: number): void {
	const industries = ['Aerospace', 'Energy', 'Banking', null];
	const segments = ['Retail;Export', 'Public', null];
	const added: Row[] = [];
	for (const [index, company] of companies.entries()) {
		added.push(
			accounts.add({
				Name: `${owner.givenName} ${company}`,
				Type: index === 0 ? 'Customer' : 'Prospect',
				ParentId: added.at(-1)?.Id ?? null,
				Industry: industries[index % industries.length]!,
				BillingCity: ['Lyon', 'São Paulo', 'Osaka'][index % 3]!,
				Phone: `+1 415 555 01${String(index).padStart(2, '0')}`,
				Website: `https://${company.toLowerCase().replace(/\W+/g, '-')}.example`,
				Description: index === 0 ? `First customer of ${owner.givenName}.\nSays "hello".` : null,
				AnnualRevenue: index === 1 ? null : (index + 1) * 1_250_000.5,
				NumberOfEmployees: (index + 1) * 40,
				OwnerId: owner.userId,
				Segments__c: segments[index % segments.length]!,
				ExternalKey__c: `${owner.name}-${index + 1}`,
			}),
		);
	}
	for (let number = 1; number <= contactCount; number++) addContact(owner, added[number % added.length]!, number);
	added.forEach((of, index) =>
		opportunities.add({
			AccountId: of.Id,
			Name: `${of['Name']} renewal`,
			StageName: index === 0 ? 'Closed Won' : 'Prospecting',
			Amount: (index + 1) * 10_000,
			Probability: index === 0 ? 100 : 10 * index,
			CloseDate: `2026-0${index + 1}-15`,
			IsClosed: index === 0,
			OwnerId: owner.userId,
		}),
	);
}

const [alice, bob, carol] = orgUsers as [OrgUser, OrgUser, OrgUser, OrgUser];
for (const { userId, username, familyName, givenName, email, name } of orgUsers) {
	users.add({ Id: userId, Username: username, LastName: familyName, FirstName: givenName, Name: `${givenName} ${familyName}`, Alias: name.slice(0, 8), Email: email, IsActive: true });
}
addBusiness(alice, ['Aerospace', "Analytics & O'Neill", 'Automotive'], 4_500);
accounts.add({ Name: 'Alice Abandoned', Industry: 'Energy', OwnerId: alice.userId }, { deleted: true });
addBusiness(bob, ['Bakeries', 'Biotech'], 5);
addBusiness(carol, ['Catering', 'Chemicals', 'Cloud', 'Construction'], 7);

export const crmTables = { Account: accounts.table, Contact: contacts.table, Opportunity: opportunities.table, User: users.table };

/** The accounts of a person that are not deleted, oldest first. */
export function accountsOf({ userId }: OrgUser): readonly Row[] {
	return Array.from({ length: accounts.table.length }, (_, index) => accounts.table.at(index)!).filter((row) => row['OwnerId'] === userId && !row.IsDeleted);
}
