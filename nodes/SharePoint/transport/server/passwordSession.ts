// The session of the password login: everything is done as the one account of the credential.
import type { IExecuteFunctions, ILoadOptionsFunctions } from 'n8n-workflow';

import { ConnectedAppsError } from '../../../../lib/errors';
import type { UserSession } from '../../../../lib/n8n';
import { fetchThroughN8n, streamThroughN8n, type StreamFetch } from '../../../../lib/n8n/fetch';
import { hostAgents } from '../../../../lib/n8n/hostAgents';
import type { Activity } from '../../../../lib/n8n/userSession';
import type { Fetch, FetchInit } from '../../../../lib/types';
import { ntlmFetch } from './ntlmFetch';
import { readAccount } from './ntlmMessages';
import { basicAuthorization, readPasswordLogin, type PasswordLogin } from './passwordLogin';
import { isDigestRefused, RequestDigests } from './requestDigests';

export const PASSWORD_CREDENTIAL = 'sharePointServerPasswordApi';

/** How the calls of one login travel. */
export interface PasswordTransport {
	fetch: Fetch;
	openStream: StreamFetch;
}

/** @throws ConnectedAppsError `settingInvalid`, `internal` */
export async function createPasswordSession(context: IExecuteFunctions | ILoadOptionsFunctions, activity: Activity): Promise<UserSession> {
	if (context.getNode().credentials?.[PASSWORD_CREDENTIAL] === undefined) {
		throw new ConnectedAppsError('credentialMissing', 'No credential is selected', { field: 'credential', advice: 'Select the credential with the user name and password for SharePoint Server' });
	}
	const login = readPasswordLogin(await context.getCredentials(PASSWORD_CREDENTIAL));
	const throughN8n = { fetch: fetchThroughN8n(context.helpers), openStream: streamThroughN8n(context.helpers) };
	return passwordSession(login, login.authentication === 'ntlm' ? overNtlm(login) : throughN8n, activity);
}

export function overNtlm({ username, password }: PasswordLogin): PasswordTransport {
	// One connection for each pair of agents: the login belongs to it.
	return ntlmFetch(readAccount(username, password), () => hostAgents({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1, timeout: 120_000 }));
}

/** The password goes to the host of the site only, and never along a redirect. @throws ConnectedAppsError `hostForbidden`, `clientRejected` */
export function passwordSession(login: PasswordLogin, transport: PasswordTransport, activity: Activity): UserSession {
	const { siteUrl, username } = login;
	const own: Record<string, string> = login.authentication === 'basic' ? { authorization: basicAuthorization(login) } : {};
	const digests = new RequestDigests(async (url, init) => assertLetIn(await transport.fetch(url, { ...init, headers: { ...init.headers, ...own } }), login));

	const perform = async <Answer>(ask: (url: string, init: FetchInit) => Promise<Answer>, responseOf: (answer: Answer) => Response, path: string, init: Partial<FetchInit> = {}): Promise<Answer> => {
		const url = new URL(path, siteUrl);
		if (url.origin !== siteUrl.origin) throw new ConnectedAppsError('hostForbidden', `The account ${username} is for ${siteUrl.host}, not for ${url.host}`);
		const method = init.method ?? 'GET';
		const isWrite = method !== 'GET' && method !== 'HEAD';
		const once = async (): Promise<Answer> => {
			const digest = isWrite ? await digests.of(url, init.headers?.['user-agent']) : undefined;
			const asked = ask(url.href, { ...init, method, headers: { accept: 'application/json', ...init.headers, ...own, ...(digest !== undefined && { 'x-requestdigest': digest }) } });
			// No answer came, but the server may have done what it was asked.
			asked.catch(() => (activity.accepted = true));
			return await asked;
		};
		let answer = await once();
		if (isWrite && (await isDigestRefused(responseOf(answer)))) {
			digests.forget(url);
			answer = await once();
		}
		assertLetIn(responseOf(answer), login);
		activity.accepted = true;
		return answer;
	};
	return {
		actsAs: username,
		apiBaseUrl: siteUrl.origin,
		apiAccounts: [],
		call: async (path, init) => await perform(transport.fetch, (response) => response, path, init),
		async stream(path, init) {
			const { response, body } = await perform(transport.openStream, (answer) => answer.response, path, init);
			return { status: response.status, headers: response.headers, body };
		},
	};
}

function assertLetIn(response: Response, { username, authentication, siteUrl }: PasswordLogin): Response {
	if (response.status !== 401) return response;
	const ways = (response.headers.get('www-authenticate') ?? '').toLowerCase();
	if (authentication === 'basic' && ways !== '' && !ways.includes('basic')) {
		throw new ConnectedAppsError('clientRejected', `${siteUrl.host} takes no Basic authentication`, { field: 'authentication', httpStatus: 401, advice: ways.includes('ntlm') ? 'Choose NTLM in the credential' : 'Have it switched on for this address' });
	}
	throw new ConnectedAppsError('clientRejected', `${siteUrl.host} refuses the user name or the password of ${username}`, { field: 'password', httpStatus: 401, advice: 'Check both in the credential; the account may also be locked, or its password may have expired' });
}
