import type { Readable } from 'node:stream';

import type { AccessToken } from '../connections';
import { ConnectedAppsError } from '../errors';
import { parseEndpoint } from '../oauth';
import type { ApiAccount, Fetch, FetchInit } from '../types';
import { authorizationHeaders, demandedNonce } from './apiAuthorization';
import type { StreamFetch } from './fetch';

/** How a connector tells that the API rejected a token (Salesforce says so on 400 and 403 too). */
export type TokenRejected = (response: Response) => Promise<boolean>;

/** One user's access to one API: the connectors' only way to a token. */
export interface UserSession {
	/** Whom the calls are made as, in words: a user key, or the app itself. */
	actsAs: string;
	apiBaseUrl: string;
	/** Where the grant is good for several accounts: all of them, as the provider told them for this user. */
	apiAccounts: readonly ApiAccount[];
	/** Calls the API as the user; path and query are relative to the grant's own base address, or a whole address at one of its accounts. */
	call(path: string, init?: Partial<FetchInit>): Promise<Response>;
	/** The same for a body of any size, which is not held in memory; whoever asks reads it to its end or destroys it. */
	stream(path: string, init?: Partial<FetchInit>): Promise<StreamedBody>;
}

export interface StreamedBody {
	status: number;
	headers: Headers;
	body: Readable;
}

/** What the API has been made to do in this run of the node; shared by its sessions. */
export interface Activity {
	/** True from the first call that the API did not turn away, as far as we know: from then on the node must not run again. */
	accepted: boolean;
}

export interface UserSessionParts {
	activity: Activity;
	appName: string;
	actsAs: string;
	fetch: Fetch;
	openStream: StreamFetch;
	isTokenRejected: TokenRejected;
	token: AccessToken;
	/** A token that is not the rejected one. */
	renew(rejectedTokenHash: string): Promise<AccessToken>;
}

/** One of the two ways to ask: the answer as a whole, or as a stream. */
interface Way<Answer> {
	ask(url: string, init: FetchInit): Promise<Answer>;
	responseOf(answer: Answer): Response;
}

/**
 * A token goes to the grant's own host only (S35). On rejection it is renewed once; every later call uses the new one.
 * @throws ConnectedAppsError `hostForbidden` and whatever `accessTokenFor` throws
 */
export function createUserSession(parts: UserSessionParts): UserSession {
	const { appName, actsAs, fetch, openStream, isTokenRejected, activity } = parts;
	let { token } = parts;
	let nonce: string | undefined;
	const baseOf = (from: AccessToken): URL => {
		if (from.apiBaseUrl === undefined) throw new ConnectedAppsError('hostForbidden', `${appName} did not tell which address this sign-in is for`, { advice: 'Sign in again' });
		return parseEndpoint(from.apiBaseUrl, 'API address of the sign-in');
	};
	const accountOrigins = ({ apiAccounts = [] }: AccessToken): string[] => apiAccounts.map(({ baseUrl }) => parseEndpoint(baseUrl, 'API address of an account').origin);
	const send = async <Answer>({ ask }: Way<Answer>, path: string, init: Partial<FetchInit>): Promise<Answer> => {
		const base = baseOf(token);
		const url = new URL(path, base);
		if (url.origin !== base.origin && !accountOrigins(token).includes(url.origin)) {
			throw new ConnectedAppsError('hostForbidden', `The access of ${actsAs} is for ${base.host}, not for ${url.host}`, { user: actsAs });
		}
		const method = init.method ?? 'GET';
		try {
			const authorization = await authorizationHeaders(token, { method, url: url.href, nonce });
			return await ask(url.href, { ...init, method, headers: { accept: 'application/json', ...init.headers, ...authorization } });
		} catch (error) {
			// No answer came, but the API may have done what it was asked.
			activity.accepted = true;
			throw error;
		}
	};
	const sendWithNonce = async <Answer>(way: Way<Answer>, path: string, init: Partial<FetchInit>): Promise<Answer> => {
		const answer = await send(way, path, init);
		const demanded = demandedNonce(way.responseOf(answer));
		if (demanded === undefined || demanded === nonce) return answer;
		nonce = demanded;
		return await send(way, path, init);
	};
	const perform = async <Answer>(way: Way<Answer>, path: string, init: Partial<FetchInit> = {}): Promise<Answer> => {
		const answer = await sendWithNonce(way, path, init);
		if (!(await isTokenRejected(way.responseOf(answer)))) {
			activity.accepted = true;
			return answer;
		}
		// Only once: a second rejection is not about the token's age.
		token = await parts.renew(token.tokenHash);
		activity.accepted = true;
		return await sendWithNonce(way, path, init);
	};
	return {
		actsAs,
		get apiBaseUrl() {
			return baseOf(token).origin;
		},
		get apiAccounts() {
			return token.apiAccounts ?? [];
		},
		call: async (path, init) => await perform({ ask: fetch, responseOf: (response) => response }, path, init),
		async stream(path, init) {
			const { response, body } = await perform({ ask: openStream, responseOf: (answer) => answer.response }, path, init);
			return { status: response.status, headers: response.headers, body };
		},
	};
}
