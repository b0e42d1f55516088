// DocuSign users and the accounts that they are members of. One person can have several accounts, each on a server of its own.
import { people, type Person } from '../people';

export interface Account {
	readonly accountId: string;
	readonly name: string;
	/** The account's own API server. */
	readonly baseUri: string;
	/** By name, those for whom it is the default first. */
	readonly members: readonly string[];
	/** Members who see everything in the account and may set up Connect. */
	readonly admins: readonly string[];
}

export interface DocuSignUser extends Person {
	/** GUID: `sub`. Also oidc-provider's accountId here. */
	readonly userId: string;
}

export const docuSignUsers: readonly DocuSignUser[] = people.map((person, index) => ({ ...person, userId: `d0c05160-0000-4000-8000-00000000000${index + 1}` }));

export function userOfId(userId: string | undefined): DocuSignUser | undefined {
	return docuSignUsers.find((user) => user.userId === userId);
}

export function buildAccounts(firstBaseUri: string, secondBaseUri: string): readonly Account[] {
	return [
		{ accountId: 'acc00001-0000-4000-8000-00000000000a', name: 'Example Sales', baseUri: firstBaseUri, members: ['alice', 'carol', 'integration'], admins: ['integration'] },
		{ accountId: 'acc00002-0000-4000-8000-00000000000b', name: 'Example Purchasing', baseUri: secondBaseUri, members: ['alice', 'bob', 'integration'], admins: ['integration'] },
	];
}

/** The first one is the default. */
export function accountsOf({ name }: Person, accounts: readonly Account[]): readonly Account[] {
	return accounts.filter(({ members }) => members.includes(name));
}
