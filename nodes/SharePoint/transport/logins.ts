// Which credentials belong to which service, and what its API means by its answers.
import type { OwnLogins } from '../../../lib/n8n/ownLogin';
import type { PreFlightOptions } from '../../../lib/n8n/preFlight';
import type { Need } from '../actions/operation';
import { isTokenRejected } from './online/graphFailure';
import { createPasswordSession } from './server/passwordSession';

export type Service = 'online' | 'server';

export const USER_LOGINS: Readonly<Record<Service, string>> = { online: 'sharePointOnlineUserLoginOAuth2Api', server: 'sharePointServerUserLoginOAuth2Api' };
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

/** Why this service has no such login; undefined if it has. */
export function loginMissing(service: Service, authentication: string): string | undefined {
	if (service === 'online' && authentication === 'password') return 'SharePoint Online takes no password: choose another "Authentication"';
	if (service === 'server' && authentication === 'clientCredentials') return 'SharePoint Server takes no client credentials: choose "Password" or another "Authentication"';
	return undefined;
}
