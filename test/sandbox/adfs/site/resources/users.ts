// People, as the user information list of a site knows them.
import { people, type Person } from '../../../people';
import { currentUser } from '../../../sharePointUser';
import { isAccountOf } from '../login/ntlm';
import { noUser, userMissing } from '../errors';
import type { Call } from '../call';
import { userIdOf } from '../data/farm';
import { argumentOf } from '../odata/path';
import type { Collection, Entity } from '../odata/resource';

/** Everybody is known by the account that they have called with or, as others see them, by that of the domain. */
export function userEntity(call: Call, person: Person): Entity {
	const loginName = person === call.person ? call.caller.loginName : `i:0#.w|contoso\\${person.name}`;
	return { kind: 'entity', type: 'SP.User', path: `Web/GetUserById(${userIdOf(person)})`, properties: currentUser(person, loginName), expandable: { Groups: () => [] } };
}

/** The same person in an expanded column: the names are those of the user information list. */
export function personInColumn(person: Person): Entity {
	const { Id, Title, Email, LoginName } = currentUser(person, `i:0#.w|contoso\\${person.name}`);
	return { kind: 'entity', type: 'SP.Data.UserInfoItem', path: `Web/SiteUserInfoList/Items(${String(Id)})`, properties: {}, more: { Id: () => Id, ID: () => Id, Title: () => Title, EMail: () => Email, Name: () => LoginName, UserName: () => person.username, FirstName: () => person.givenName, LastName: () => person.familyName } };
}

export function users(call: Call): Collection {
	const pick = (found: Person | undefined): Entity => {
		if (!found) throw userMissing();
		return userEntity(call, found);
	};
	return {
		kind: 'collection',
		path: 'Web/SiteUsers',
		rows: () => people.map((person) => userEntity(call, person)),
		key: (segment) => pick(people.find((person) => userEntity(call, person).properties['LoginName'] === argumentOf(segment, 'loginName'))),
		children: {
			getbyid: (segment) => pick(people.find((person) => userIdOf(person) === argumentOf(segment, 'id'))),
			getbyemail: (segment) => pick(people.find(({ email }) => email === String(argumentOf(segment, 'email')).toLowerCase())),
		},
	};
}

/** @see https://learn.microsoft.com/en-us/previous-versions/office/developer/sharepoint-rest-reference/dn499819(v=office.15)#ensureuser-method */
export function ensureUser(call: Call, logonName: unknown): Entity {
	const login = String(logonName);
	const account = login.split('|').at(-1)!.toLowerCase();
	const [domain, user] = account.includes('\\') ? [account.split('\\')[0]!, account.split('\\')[1]!] : ['', account];
	const found = people.find((person) => isAccountOf(person, user, domain) || person.email === account);
	if (!found) throw noUser(login);
	return userEntity(call, found);
}
