// The people as a site knows them: by numbers, in a hidden list of its own.
import { directoryUsers, type DirectoryUser } from '../directory';
import { contoso } from '../directory';

export interface SiteUser {
	readonly id: number;
	readonly name: string;
	readonly title: string;
	readonly email: string;
	readonly oid?: string;
}

const firstId = 10;

/** What an app without a user writes appears under this name. */
export const appUser: SiteUser = { id: 1_073_741_822, name: 'app', title: 'SharePoint App', email: '' };

export const siteUsers: readonly SiteUser[] = directoryUsers.filter(({ tenant }) => tenant === contoso).map(({ name, givenName, familyName, email, oid }, index) => ({ id: firstId + index, name, title: `${givenName} ${familyName}`, email, oid }));

export function siteUserOf(user: DirectoryUser | undefined): SiteUser {
	return siteUsers.find(({ oid }) => oid === user?.oid) ?? appUser;
}

export function siteUserAt(id: number): SiteUser | undefined {
	return id === appUser.id ? appUser : siteUsers.find((user) => user.id === id);
}

export function siteUserNamed(name: string): SiteUser {
	return siteUsers.find((user) => user.name === name)!;
}

/** `createdBy` and its like. */
export function identitySetOf(id: number): Record<string, unknown> {
	const { title, email, oid } = siteUserAt(id) ?? appUser;
	return { user: { ...(email && { email }), ...(oid && { id: oid }), displayName: title } };
}
