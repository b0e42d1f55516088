import type { ICredentialTestFunctions, ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';

import { ConnectedAppsError } from '../../../../lib/errors';
import { networkCodeOf } from '../../../../lib/n8n/backOff';
import { describeFailure, fetchThroughRequest } from '../../../../lib/n8n/testUserLogin';
import { readPasswordLogin, type PasswordLogin } from './passwordLogin';
import { overNtlm, passwordSession, type PasswordTransport } from './passwordSession';

/** The credential test of the password login: tells a wrong password, a wrong address and an unreachable server apart. */
export async function testPassword(this: ICredentialTestFunctions, credential: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
	try {
		const login = readPasswordLogin(credential.data ?? {});
		const title = await readTitle(login, login.authentication === 'ntlm' ? overNtlm(login) : throughRequest(this));
		return { status: 'OK', message: `Signed in to "${title}"` };
	} catch (error) {
		return { status: 'Error', message: describeFailure(error) };
	}
}

function throughRequest(context: ICredentialTestFunctions): PasswordTransport {
	const openStream: PasswordTransport['openStream'] = () => Promise.reject(new ConnectedAppsError('internal', 'A credential test reads no streams'));
	return { fetch: fetchThroughRequest(context), openStream };
}

async function readTitle(login: PasswordLogin, transport: PasswordTransport): Promise<string> {
	const { siteUrl, username } = login;
	const response = await reach(siteUrl, async () => await passwordSession(login, transport, { accepted: false }).call(`${siteUrl.pathname.replace(/\/+$/, '')}/_api/web?$select=Title`, { headers: { accept: 'application/json;odata=nometadata' }, timeoutMs: 30_000 }));
	if (response.status === 403) throw new ConnectedAppsError('providerError', `${username} is let in, but may not see the site ${siteUrl.href}`, { field: 'siteUrl', advice: 'Have somebody give the account access, or enter another site' });
	const title = response.ok ? titleIn(await response.text()) : undefined;
	if (title !== undefined) return title;
	throw new ConnectedAppsError('providerError', `There is no SharePoint site at ${siteUrl.href} (the server answered ${response.status})`, { field: 'siteUrl', advice: 'Check the address: up to the site, without the page behind it' });
}

async function reach(siteUrl: URL, call: () => Promise<Response>): Promise<Response> {
	let failure: unknown;
	try {
		return await call();
	} catch (error) {
		failure = error;
	}
	if (failure instanceof ConnectedAppsError) throw failure;
	throw new ConnectedAppsError('providerUnavailable', `${siteUrl.host} cannot be reached${networkCodeOf(failure) === undefined ? '' : ` (${networkCodeOf(failure)})`}`, { field: 'siteUrl', advice: 'Check the address, and whether n8n reaches it' }, { cause: failure });
}

function titleIn(text: string): string | undefined {
	try {
		const { Title } = JSON.parse(text) as { Title?: unknown };
		return typeof Title === 'string' ? Title : undefined;
	} catch {
		// A page of something that is no SharePoint.
		return undefined;
	}
}
