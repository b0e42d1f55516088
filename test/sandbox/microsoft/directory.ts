// Two tenants and who belongs to them. Contoso is home of everybody; Fabrikam is somebody else's, with one person in it.
import { people, type Person } from '../people';

export interface Tenant {
	readonly id: string;
	readonly domain: string;
	readonly name: string;
}

export interface DirectoryUser extends Person {
	/** Object id: the same for every app. Also oidc-provider's accountId here. */
	readonly oid: string;
	readonly tenant: Tenant;
}

export const contoso: Tenant = { id: '0e5b8b0a-3c1f-4c57-9d7e-6f1a2b3c4d5e', domain: 'contoso.example', name: 'Contoso' };
export const fabrikam: Tenant = { id: '7c2d9e41-85fa-4b0d-b6c3-2e1f0a9b8c7d', domain: 'fabrikam.example', name: 'Fabrikam' };
const tenants = [contoso, fabrikam];

/** Signs in at `common` like everybody else, from a tenant that is not ours. */
const mallory: Person = { name: 'mallory', givenName: 'Mallory', familyName: 'Moss', username: 'mallory@fabrikam.example', email: 'mallory@fabrikam.example', password: 'mallory-password' };

export const directoryUsers: readonly DirectoryUser[] = [
	...people.map((person, index) => ({ ...person, oid: `a11ce000-0000-4000-8000-00000000000${index + 1}`, tenant: contoso })),
	{ ...mallory, oid: 'fab00000-0000-4000-8000-000000000001', tenant: fabrikam },
];

export const foreignUser = directoryUsers.at(-1)!;

/** A first segment of a path: one tenant, or the two words for "whichever tenant the user is of". */
export type Authority = Tenant | 'common' | 'organizations';

/** Undefined where there is no such tenant. */
export function authorityOf(segment: string): Authority | undefined {
	if (segment === 'common' || segment === 'organizations') return segment;
	return tenants.find(({ id, domain }) => [id, domain].includes(segment.toLowerCase()));
}

export function userOfAccount(oid: string | undefined): DirectoryUser | undefined {
	return directoryUsers.find((user) => user.oid === oid);
}
