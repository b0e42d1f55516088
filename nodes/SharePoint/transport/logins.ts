// Which credentials belong to which service, and what its API means by its answers.
import type { OwnLogins } from '../../../lib/n8n/ownLogin';
import type { PreFlightOptions } from '../../../lib/n8n/preFlight';
import type { Need } from '../actions/operation';
import { isTokenRejected } from './online/graphFailure';
import { createPasswordSession } from './server/passwordSession';

export type Service = 'online' | 'server';

export const USER_LOGINS: Readonly<Record<Service, string>> = { online: 'sharePointOnlineUserLoginOAuth2Api', server: 'sharePointServerUserLoginOAuth2Api' };
const NAMES: Readonly<Record<Service, string>> = { online: 'SharePoint Online', server: 'SharePoint Server' };
export const CLIENT_CREDENTIALS = 'sharePointOnlineClientCredentialsOAuth2Api';
export const PASSWORD = 'sharePointServerPasswordApi';

/**
 * The least that the calls of an operation take; whoever has granted more need not be asked. Files lie in sites that are named by
 * their address, and reading that takes Sites.Read.All.
 * @see https://learn.microsoft.com/en-us/graph/permissions-reference
 */
const SCOPES: Readonly<Record<Need, readonly string[]>> = { read: ['Sites.Read.All'], write: ['Sites.ReadWrite.All'], readFiles: ['Sites.Read.All'], writeFiles: ['Sites.Read.All', 'Files.ReadWrite.All'], user: ['User.Read'] };
const WRITES_FILES = ['Files.ReadWrite', 'Files.ReadWrite.All', 'Sites.Selected'];
/** What an admin may have chosen instead; then sites that it does not open are refused by Graph, in words. */
const SCOPES_INSTEAD: Readonly<Record<Need, readonly string[]>> = { read: ['Sites.Selected'], write: ['Sites.Selected'], readFiles: ['Files.Read', 'Files.Read.All', ...WRITES_FILES], writeFiles: WRITES_FILES, user: [] };
const OWN_LOGINS: OwnLogins = { password: createPasswordSession };

/** Under *Authentication*, besides the people and the service account. */
export const OFFERED: Readonly<Record<Service, readonly ('clientCredentials' | 'password')[]>> = { online: ['clientCredentials'], server: ['password'] };

export function loginOf(service: Service, need: Need): PreFlightOptions {
	const login = { credentialType: USER_LOGINS[service], isTokenRejected };
	return service === 'online' ? { ...login, serverLogins: { clientCredentials: CLIENT_CREDENTIALS }, scopes: SCOPES[need], scopesInstead: SCOPES_INSTEAD[need] } : { ...login, ownLogins: OWN_LOGINS };
}

/** Logins that take people, or the one account that an admin has signed in. */
const BY_SIGN_IN: readonly string[] = ['individualUser', 'serviceAccount'];

/** Why this service has no such login; undefined if it has. Whatever is not known must not end as the login of a person. */
export function loginMissing(service: Service, authentication: string): string | undefined {
	if (service === 'online' && authentication === 'password') return 'SharePoint Online takes no password: choose another "Authentication"';
	if (service === 'server' && authentication === 'clientCredentials') return 'SharePoint Server takes no client credentials: choose "Password" or another "Authentication"';
	if (authentication === 'jwtBearer') return `${NAMES[service]} takes no JWT of an app as a login: choose ${service === 'online' ? '"Client Credentials", which can prove themselves by a certificate,' : '"Password"'} or another "Authentication"`;
	if (!BY_SIGN_IN.includes(authentication) && !(OFFERED[service] as readonly string[]).includes(authentication)) return `${NAMES[service]} knows no authentication "${authentication}": choose one of "Authentication"`;
	return undefined;
}

/**
 * Why nobody can act as it is asked for, where the editor was passed by: n8n neither hands over a parameter that it hides nor
 * selects a credential by an expression, so both would end in less clear words, or as somebody else.
 * @param entered the parameters as the flow holds them, expressions not evaluated
 */
export function loginRefused(service: Service, entered: Readonly<Record<string, unknown>>, credentials: Readonly<Record<string, unknown>>): string | undefined {
	const authentication = String(entered.authentication ?? 'individualUser');
	if (authentication.startsWith('=')) return 'The parameter "Authentication" cannot be an expression: it is one choice for all items, and it selects the credential';
	if (service !== 'server') return undefined;
	if (authentication === 'password' && typeof entered.user === 'string' && entered.user.trim() !== '') return 'The parameter "User" names a person, but with "Password" every call is made as the one account of the credential: empty "User", or choose "Individual User", where each person signs in';
	const hasOnlyPassword = credentials[PASSWORD] !== undefined && credentials[USER_LOGINS.server] === undefined;
	if (authentication !== 'password' && hasOnlyPassword) return 'Individual users are not available with a user name and a password, which are those of one account: select a credential where each person signs in, or choose "Password"';
	return undefined;
}
