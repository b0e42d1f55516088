import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { ConnectedAppsError } from '../../../../lib/errors';
import { parseEndpoint } from '../../../../lib/oauth';

export interface PasswordLogin {
	siteUrl: URL;
	authentication: 'ntlm' | 'basic';
	username: string;
	password: string;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What the credential of the password login says. @throws ConnectedAppsError `settingInvalid` */
export function readPasswordLogin(raw: ICredentialDataDecryptedObject): PasswordLogin {
	const username = textOf(raw.username).trim();
	const password = textOf(raw.password);
	if (username === '') throw new ConnectedAppsError('settingInvalid', 'The credential has no user name', { field: 'username', advice: 'Enter DOMAIN\\user or user@domain' });
	if (password === '') throw new ConnectedAppsError('settingInvalid', 'The credential has no password', { field: 'password' });
	const authentication = raw.authentication === 'basic' ? 'basic' : 'ntlm';
	if (authentication === 'basic' && /:/.test(username)) throw new ConnectedAppsError('settingInvalid', 'With Basic a user name cannot hold a colon', { field: 'username' });
	return { siteUrl: parseEndpoint(textOf(raw.siteUrl).trim(), 'Site URL'), authentication, username, password };
}

/** @see https://www.rfc-editor.org/rfc/rfc7617 */
export function basicAuthorization({ username, password }: Pick<PasswordLogin, 'username' | 'password'>): string {
	return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
