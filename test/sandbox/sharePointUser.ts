// `/_api/web/currentuser` with `odata=nometadata`, the same Online and on a server of one's own.
// @see https://learn.microsoft.com/en-us/previous-versions/office/developer/sharepoint-rest-reference/dn531432(v=office.15)
import { people, type Person } from './people';

/** @param loginName with the claims prefix of whoever signed the person in */
export function currentUser({ name, givenName, familyName, email, username }: Person, loginName: string): Record<string, unknown> {
	return {
		Id: people.findIndex((person) => person.name === name) + 10,
		IsHiddenInUI: false,
		LoginName: loginName,
		Title: `${givenName} ${familyName}`,
		PrincipalType: 1,
		Email: email,
		Expiration: '',
		IsEmailAuthenticationGuestUser: false,
		IsShareByEmailGuestUser: false,
		IsSiteAdmin: false,
		UserId: { NameId: username, NameIdIssuer: 'urn:federation:sandbox' },
		UserPrincipalName: username,
	};
}
