import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { isReference, isSameClient, openConnection, openReference, readConnectionSettings, readServerLoginSettings, serverTokenFor, type AccessToken } from '../connections';
import { ConnectedAppsError, isConnectedAppsError } from '../errors';
import { parseEndpoint } from '../oauth';
import type { TokenSet } from '../types';
import { sha256 } from '../vault';
import { authorizationHeaders } from './apiAuthorization';
import { hostFetch } from './hostTransport';
import { getRuntime } from './runtime';
import { readSubject, tokenOfSubject } from './subject';

export type Authenticate = (credentials: ICredentialDataDecryptedObject, requestOptions: IHttpRequestOptions) => Promise<IHttpRequestOptions>;

/** HTTP Request hands over what n8n's older helper wants. */
type RequestOptions = IHttpRequestOptions & { uri?: string };

/** Where the request goes, with a query that n8n adds later left aside. */
function targetOf(options: RequestOptions): URL {
	const address = options.url || options.uri || '';
	const whole = URL.canParse(address) ? address : `${options.baseURL ?? ''}${address}`;
	return parseEndpoint(whole, 'URL');
}

/** A token goes to its own hosts only, over https (S35). @throws ConnectedAppsError `hostForbidden` */
function assertOwnHost(target: URL, appName: string, apiHosts: readonly string[], apiBaseUrl: string | undefined): void {
	const own = apiBaseUrl === undefined ? [] : [new URL(apiBaseUrl).host];
	const allowed = [...own, ...apiHosts.map((host) => host.toLowerCase())];
	if (allowed.includes(target.host)) return;
	const known = allowed.length === 0 ? 'no host at all' : allowed.join(', ');
	throw new ConnectedAppsError('hostForbidden', `The access to ${appName} is for ${known}, not for ${target.host}`, { app: appName, advice: 'Check the URL; where the API has further hosts, an administrator enters them in the credential' });
}

/** The token that the request came with, if it was one of ours and the API has just rejected it: n8n asks a second time with it. */
function rejectedHashOf(options: RequestOptions): string | undefined {
	const value = Object.entries(options.headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
	const token = typeof value === 'string' ? /^(?:Bearer|DPoP) (.+)$/.exec(value)?.[1] : undefined;
	return token === undefined ? undefined : sha256(token);
}

async function authorize(options: RequestOptions, target: URL, token: Pick<AccessToken, 'accessToken' | 'dpopKey'>): Promise<RequestOptions> {
	const kept = Object.fromEntries(Object.entries(options.headers ?? {}).filter(([name]) => !['authorization', 'dpop'].includes(name.toLowerCase())));
	const headers = await authorizationHeaders(token, { method: options.method ?? 'GET', url: target.href });
	return { ...options, headers: { ...kept, ...headers }, sendCredentialsOnCrossOriginRedirect: false };
}

/** n8n shows the message and the description of an error here, nothing else. */
function toShown(error: unknown): Error {
	if (!isConnectedAppsError(error)) return error instanceof Error ? error : new Error(String(error));
	const { advice, signInUrl } = error.details;
	const shown: Error & { description?: string } = new Error([error.message, signInUrl === undefined ? undefined : `Sign in here: ${signInUrl}`].filter(Boolean).join('. '));
	shown.description = [advice === undefined ? undefined : `${advice.replace(/\.$/, '')}.`, signInUrl === undefined ? undefined : `Sign in here: ${signInUrl}`].filter(Boolean).join(' ');
	return shown;
}

/**
 * `authenticate` of a User Login type: any node that hands its item to the credential acts as that item's user. The token is known
 * to be fresh before the call, because n8n's retry would send a POST twice. It cannot pause.
 */
export function authenticateAsUser(credentialType: string): Authenticate {
	return async (credentials, requestOptions) => {
		try {
			const runtime = await getRuntime();
			const target = targetOf(requestOptions);
			const connection = await openConnection(runtime.vault, readConnectionSettings(credentialType, credentials));
			const { registration } = connection;
			try {
				const workflowId = typeof credentials.workflowId === 'string' ? credentials.workflowId : '';
				if (credentials.user === undefined || credentials.user === '') {
					throw new ConnectedAppsError('userMissing', `The credential does not say who acts in ${registration.appName} here`, { field: 'user', advice: 'Set "User" in the credential to an expression that names the person, e.g. ={{ $json.email }}' });
				}
				const subject = await readSubject(runtime, connection, credentials.user, workflowId);
				const token = await tokenOfSubject(runtime, connection, subject, { fetch: hostFetch(), use: { workflowId }, rejectedTokenHash: rejectedHashOf(requestOptions) });
				assertOwnHost(target, registration.appName, registration.apiHosts, token.apiBaseUrl);
				return await authorize(requestOptions, target, token);
			} catch (error) {
				if (!isConnectedAppsError(error, 'authenticationNeeded', 'consentNeeded', 'rotationInterrupted')) throw error;
				throw new ConnectedAppsError(error.code, error.message, { ...error.details, signInUrl: registration.portalUrl, advice: 'Put an OAuth User Login node before this one: it waits for the sign-in' }, { cause: error.cause });
			}
		} catch (error) {
			throw toShown(error);
		}
	};
}

async function tokensOfReference(workflowId: string, value: string, settings: ReturnType<typeof readServerLoginSettings>): Promise<TokenSet> {
	const { vault } = await getRuntime();
	const reference = await openReference(vault, value, workflowId);
	if (reference.kind !== 'issued' || !isSameClient(settings, reference)) {
		throw new ConnectedAppsError('referenceInvalid', 'This token reference belongs to another credential', { field: 'accessToken', advice: 'Select the credential that the OAuth node used' });
	}
	return reference.tokens;
}

/** `authenticate` of a client credentials or JWT bearer type: as the app itself, or as the subject that the item names. */
export function authenticateAsServer(credentialType: string): Authenticate {
	return async (credentials, requestOptions) => {
		try {
			const runtime = await getRuntime();
			const target = targetOf(requestOptions);
			const settings = readServerLoginSettings(credentialType, credentials);
			const { accessToken: reference } = settings;
			if (reference !== undefined && reference !== '' && !isReference(reference)) {
				throw new ConnectedAppsError('referenceInvalid', 'Credential setting "Token From an OAuth Node" holds no reference of an OAuth node', { field: 'accessToken', advice: 'Leave it empty, or map the field "accessToken" of an OAuth node whose Token Output is "Reference"' });
			}
			const tools = { vault: runtime.vault, fetch: hostFetch(), resolveEndpoints: runtime.resolveEndpoints };
			const token = isReference(reference) ? await tokensOfReference(settings.workflowId ?? '', reference, settings) : await serverTokenFor(tools, settings, { rejectedTokenHash: rejectedHashOf(requestOptions) });
			assertOwnHost(target, settings.login.appName, settings.apiHosts, token.apiBaseUrl);
			return await authorize(requestOptions, target, token);
		} catch (error) {
			throw toShown(error);
		}
	};
}
