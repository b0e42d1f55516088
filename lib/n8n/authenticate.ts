import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { isReference, isSameClient, openConnection, openReference, readConnectionSettings, readServerLoginSettings, serverTokenFor, type AccessToken, type ServerLoginSettings } from '../connections';
import { ConnectedAppsError, isConnectedAppsError } from '../errors';
import { isLoopback, parseEndpoint } from '../oauth';
import type { TokenSet } from '../types';
import { sha256 } from '../vault';
import { authorizationHeaders } from './apiAuthorization';
import { callerOf, type Caller } from './expressionFields';
import { hostFetch } from './hostTransport';
import { getRuntime } from './runtime';
import { readSubject, tokenOfSubject } from './subject';

export type Authenticate = (credentials: ICredentialDataDecryptedObject, requestOptions: IHttpRequestOptions) => Promise<IHttpRequestOptions>;

/** HTTP Request hands over what n8n's older helper wants. */
type RequestOptions = IHttpRequestOptions & { uri?: string; rejectUnauthorized?: boolean };

/** Where the request goes, with a query that n8n adds later left aside. */
function targetOf({ url, uri, baseURL }: RequestOptions): URL {
	const address = url || uri || '';
	const isWhole = baseURL === undefined || baseURL === '' || /^[a-z][a-z\d+.-]*:/i.test(address) || address.startsWith('//');
	return parseEndpoint(isWhole ? address : `${baseURL.replace(/\/+$/, '')}/${address.replace(/^\/+/, '')}`, 'URL');
}

/** A token goes to its own hosts only, over https (S35). @throws ConnectedAppsError `hostForbidden` */
function assertOwnHost(target: URL, appName: string, apiHosts: readonly string[], { apiBaseUrl, apiAccounts = [] }: Pick<TokenSet, 'apiBaseUrl' | 'apiAccounts'>, scopesNameApis = false): void {
	const own = [...new Set([...(apiBaseUrl === undefined ? [] : [apiBaseUrl]), ...apiAccounts.map(({ baseUrl }) => baseUrl)].map((address) => new URL(address).host))];
	const allowed = [...own, ...apiHosts.map((host) => host.toLowerCase())];
	if (allowed.includes(target.host)) return;
	const known = allowed.length === 0 ? 'no host at all' : allowed.join(', ');
	throw new ConnectedAppsError('hostForbidden', `The access to ${appName} is for ${known}, not for ${target.host}`, {
		app: appName,
		advice: scopesNameApis ? `Check the URL; an administrator can add a scope of another API to the credential, of the form ${target.origin}/…` : 'Check the URL; where the API has further hosts, an administrator enters them in the credential',
	});
}

/** @throws ConnectedAppsError `userInvalid` if n8n gives several items the first one's credential, see `callerField` */
function assertOwnItem({ sharedItems }: Caller): void {
	if (sharedItems <= 1) return;
	throw new ConnectedAppsError('userInvalid', `n8n would make the requests of all ${sharedItems} items as the user of the first one`, { field: 'user', advice: 'Loop over the items one by one: with pagination, or as a tool of an AI Agent before version 3, n8n knows only the first item' });
}

/** The token that the request came with, if it was one of ours and the API has just rejected it: n8n asks a second time with it. */
function rejectedHashOf(options: RequestOptions): string | undefined {
	const value = Object.entries(options.headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
	const token = typeof value === 'string' ? /^(?:Bearer|DPoP) (.+)$/.exec(value)?.[1] : undefined;
	return token === undefined ? undefined : sha256(token);
}

/** Whoever stands behind a proxy of the builder's choice must not be handed the token: by a certificate that nobody checks, or in clear. @throws ConnectedAppsError `hostForbidden` */
function assertNobodyListens({ rejectUnauthorized, skipSslCertificateValidation, agentOptions, proxy }: RequestOptions, target: URL): void {
	if (isLoopback(target) && !proxy) return;
	if (target.protocol === 'http:') {
		throw new ConnectedAppsError('hostForbidden', `A proxy of this node would read what is sent to ${target.host}, so no token is sent there`, { advice: 'Remove the option "Proxy": this address is of the machine that n8n runs on' });
	}
	if (rejectUnauthorized === false || skipSslCertificateValidation === true || agentOptions?.rejectUnauthorized === false) {
		throw new ConnectedAppsError('hostForbidden', `The certificate of ${target.host} would not be checked, so no token is sent there`, { advice: 'Remove the option "Ignore SSL Issues"' });
	}
	if (proxy && agentOptions?.ca !== undefined) {
		throw new ConnectedAppsError('hostForbidden', `A proxy of this node would be believed to be ${target.host}, so no token is sent there`, { advice: 'Remove the option "Proxy" or the CA of the SSL certificates: n8n itself can be given both (HTTPS_PROXY, NODE_EXTRA_CA_CERTS)' });
	}
}

/** Where many sites share an address, the header `Host` decides who gets the request, whatever its URL (RFC 9110 section 7.2). @throws ConnectedAppsError `hostForbidden` */
function assertNoOtherSite({ headers = {} }: RequestOptions, target: URL): void {
	const other = Object.entries(headers).find(([name, value]) => name.trim().toLowerCase() === 'host' && String(value).trim().toLowerCase() !== target.host);
	if (other === undefined) return;
	throw new ConnectedAppsError('hostForbidden', `The header "Host" would give the request to another site than ${target.host}, so no token is sent there`, { advice: 'Remove the header "Host": n8n sets it by the URL' });
}

async function authorize(options: RequestOptions, target: URL, token: Pick<AccessToken, 'accessToken' | 'dpopKey'>): Promise<RequestOptions> {
	assertNobodyListens(options, target);
	assertNoOtherSite(options, target);
	const kept = Object.fromEntries(Object.entries(options.headers ?? {}).filter(([name]) => !['authorization', 'dpop'].includes(name.toLowerCase())));
	const headers = await authorizationHeaders(token, { method: options.method ?? 'GET', url: target.href });
	// What was looked at is what is called: n8n puts the parts of an address together in ways of its own.
	const { uri: _uri, baseURL: _baseURL, ...rest } = options;
	return { ...rest, url: target.href, headers: { ...kept, ...headers }, sendCredentialsOnCrossOriginRedirect: false };
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
			const caller = callerOf(credentials);
			assertOwnItem(caller);
			const runtime = await getRuntime();
			const target = targetOf(requestOptions);
			const connection = await openConnection(runtime.vault, readConnectionSettings(credentialType, credentials));
			const { registration } = connection;
			try {
				const { workflowId, executionId } = caller;
				if (credentials.user === undefined || credentials.user === '') {
					throw new ConnectedAppsError('userMissing', `The credential does not say who acts in ${registration.appName} here`, { field: 'user', advice: 'Set "User" in the credential to an expression that names the person, e.g. ={{ $json.email }}' });
				}
				const subject = await readSubject(runtime, connection, credentials.user, { workflowId, executionId, fetch: hostFetch() });
				const token = await tokenOfSubject(runtime, connection, subject, { fetch: hostFetch(), use: { workflowId }, target: target.origin, rejectedTokenHash: rejectedHashOf(requestOptions) });
				assertOwnHost(target, registration.appName, registration.apiHosts, token, connection.provider.apiOf !== undefined);
				return await authorize(requestOptions, target, token);
			} catch (error) {
				if (!isConnectedAppsError(error, 'authenticationNeeded', 'consentNeeded', 'rotationInterrupted')) throw error;
				throw new ConnectedAppsError(error.code, error.message, { ...error.details, signInUrl: registration.portalUrl, advice: error.details.advice ?? 'Put an OAuth User Login node before this one (Use Prompt off, Ask If Needed on): it waits for the sign-in' }, { cause: error.cause });
			}
		} catch (error) {
			throw toShown(error);
		}
	};
}

/** The token goes where the credential that it was made with lets it go: one that only looks like it has its own list (S26). */
async function openIssued(workflowId: string, value: string, settings: ServerLoginSettings): Promise<{ token: TokenSet; apiHosts: string[] }> {
	const { vault } = await getRuntime();
	const reference = await openReference(vault, value, workflowId);
	if (reference.kind !== 'issued' || !isSameClient(settings, reference)) {
		throw new ConnectedAppsError('referenceInvalid', 'This token reference belongs to another credential', { field: 'accessToken', advice: 'Select the credential that the OAuth node used' });
	}
	return { token: reference.tokens, apiHosts: reference.apiHosts };
}

/** `authenticate` of a client credentials or JWT bearer type: as the app itself, or as the subject that the item names. */
export function authenticateAsServer(credentialType: string): Authenticate {
	return async (credentials, requestOptions) => {
		try {
			const caller = callerOf(credentials);
			// The app itself is the same for every item.
			if (credentials.subject !== undefined) assertOwnItem(caller);
			const runtime = await getRuntime();
			const target = targetOf(requestOptions);
			const settings = readServerLoginSettings(credentialType, credentials);
			const { accessToken: reference } = settings;
			if (reference !== undefined && reference !== '' && !isReference(reference)) {
				throw new ConnectedAppsError('referenceInvalid', 'Credential setting "Token From an OAuth Node" holds no reference of an OAuth node', { field: 'accessToken', advice: 'Leave it empty, or map the field "accessToken" of an OAuth node whose Token Output is "Reference"' });
			}
			const tools = { vault: runtime.vault, fetch: hostFetch(), resolveEndpoints: runtime.resolveEndpoints };
			const { token, apiHosts } = isReference(reference)
				? await openIssued(caller.workflowId, reference, settings)
				: { token: await serverTokenFor(tools, settings, { rejectedTokenHash: rejectedHashOf(requestOptions) }), apiHosts: settings.apiHosts };
			assertOwnHost(target, settings.login.appName, apiHosts, token);
			return await authorize(requestOptions, target, token);
		} catch (error) {
			throw toShown(error);
		}
	};
}
