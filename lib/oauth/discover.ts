import * as openid from 'openid-client';

import { ConnectedAppsError, isConnectedAppsError } from '../errors';
import type { EndpointSource, Fetch, OAuthEndpoints } from '../types';
import { bareCause, classifyAnswer } from './classifyAnswer';
import { isLoopback, parseEndpoint } from './endpoint';

const KEPT_MS = 10 * 60_000;
/** A server that is away is not asked again by every token request. */
const RETRY_AFTER_FAILURE_MS = 30_000;
const TIMEOUT_MS = 10_000;
const MAX_KEPT = 200;

const ADDRESSES = {
	authorizationUrl: ['authorization_endpoint', 'Authorization URL'],
	tokenUrl: ['token_endpoint', 'Token URL'],
	revocationUrl: ['revocation_endpoint', 'Revocation URL'],
	introspectionUrl: ['introspection_endpoint', 'Introspection URL'],
	userInfoUrl: ['userinfo_endpoint', 'User Info URL'],
	jwksUrl: ['jwks_uri', 'Keys URL'],
	endSessionUrl: ['end_session_endpoint', 'End Session URL'],
	pushedAuthorizationUrl: ['pushed_authorization_request_endpoint', 'Pushed Authorization URL'],
} as const satisfies Partial<Record<keyof OAuthEndpoints, readonly [string, string]>>;
const ADDRESS_NAMES = Object.keys(ADDRESSES) as Array<keyof typeof ADDRESSES>;

type Discovered = Partial<OAuthEndpoints> & { issuer: string };

/** The server has nothing to tell; what an admin can do about it depends on who asks, and several may ask at once. */
class NothingTold extends Error {}

function invalidIssuer(message: string, advice: string, cause?: unknown): ConnectedAppsError {
	return new ConnectedAppsError('settingInvalid', message, { field: 'issuer', advice }, { cause: cause === undefined ? undefined : bareCause(cause) });
}

function parseIssuer(issuer: string): URL {
	const url = parseEndpoint(issuer, 'issuer');
	const [before, after] = issuer.split('/.well-known/');
	if (after !== undefined) throw invalidIssuer('The issuer is the address of its metadata', `Enter only what stands before it: ${before}`);
	if (url.search !== '') throw invalidIssuer('The issuer must not have a query', 'Enter the issuer as the server’s own metadata name it');
	return url;
}

/** @see OpenID Connect Discovery section 4, RFC 8414 section 3 */
async function fetchMetadata(issuer: URL, algorithm: 'oidc' | 'oauth2', fetch: Fetch): Promise<Readonly<openid.ServerMetadata>> {
	// Discovery knows no client; openid-client wants a name for one.
	const config = await openid.discovery(issuer, 'discovery', undefined, openid.None(), {
		algorithm,
		timeout: TIMEOUT_MS / 1_000,
		[openid.customFetch]: async (url, init) => await fetch(url, { method: 'GET', headers: init.headers, timeoutMs: TIMEOUT_MS, signal: init.signal }),
		...(isLoopback(issuer) && { execute: [openid.allowInsecureRequests] }),
	});
	return config.serverMetadata();
}

function toDiscoveryError(error: unknown, issuer: URL): ConnectedAppsError | NothingTold {
	const { error: told, kind } = classifyAnswer(error);
	const status = told.details.httpStatus;
	const away = kind === 'temporary' && (status === undefined ? told.code === 'providerUnavailable' : status >= 500 || status === 429);
	if (away) {
		const why = status === undefined ? told.message.replace(/^The provider could not be reached /, '') : `(it answered ${status})`;
		return new ConnectedAppsError('providerUnavailable', `${issuer.host} could not be asked for its endpoints ${why}`, { ...told.details, field: 'issuer' }, { cause: told.cause });
	}
	return new NothingTold(`${issuer.host} does not tell its endpoints under this issuer${status === undefined ? '' : ` (it answered ${status})`}`, { cause: error });
}

/** What the server calls itself, if that is what was wrong with its metadata. */
function otherIssuerOf(error: unknown): string | undefined {
	const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { body?: { issuer?: unknown } } };
	return code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED' ? String(cause?.body?.issuer).slice(0, 200) : undefined;
}

function otherIssuer(issuer: string, told: string): ConnectedAppsError {
	return invalidIssuer(`The server at ${issuer} calls itself another issuer: ${told}`, 'If that is the server that you mean, enter the issuer exactly as it calls itself');
}

async function fetchAnyMetadata(issuer: string, fetch: Fetch): Promise<Readonly<openid.ServerMetadata>> {
	const url = parseIssuer(issuer);
	let first: NothingTold | undefined;
	for (const algorithm of ['oidc', 'oauth2'] as const) {
		try {
			const metadata = await fetchMetadata(url, algorithm, fetch);
			// To the letter (RFC 8414 section 3.3): openid-client compares addresses, and lets one vendor's template pass.
			if (metadata.issuer !== issuer) throw otherIssuer(issuer, metadata.issuer.slice(0, 200));
			return metadata;
		} catch (error) {
			if (isConnectedAppsError(error)) throw error;
			const told = otherIssuerOf(error);
			if (told !== undefined) throw otherIssuer(issuer, told);
			const failure = toDiscoveryError(error, url);
			if (!(failure instanceof NothingTold)) throw failure;
			first ??= failure;
		}
	}
	throw first!;
}

async function discover(issuer: string, fetch: Fetch): Promise<Discovered> {
	const metadata = await fetchAnyMetadata(issuer, fetch);
	const { dpop_signing_alg_values_supported: dpop, authorization_response_iss_parameter_supported: iss } = metadata;
	const addresses = ADDRESS_NAMES.map((name) => [name, metadata[ADDRESSES[name][0]]] as const).filter(([, value]) => typeof value === 'string');
	return {
		...Object.fromEntries(addresses),
		issuer,
		...(Array.isArray(dpop) && dpop.length > 0 && { dpopAlgorithms: dpop.filter((alg): alg is string => typeof alg === 'string') }),
		...(iss === true && { issParameterSupported: true }),
	};
}

/** Where the form takes no endpoints, only the server's own admins can help. */
function wayAround({ insteadOfDiscovery: instead }: EndpointSource): string {
	return instead === undefined ? 'Have whoever runs the server correct its metadata' : `${instead.charAt(0).toUpperCase()}${instead.slice(1)}`;
}

function merge(source: EndpointSource, discovered: Partial<OAuthEndpoints> = {}): OAuthEndpoints {
	const known: Partial<OAuthEndpoints> = source.known;
	const entered = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined && value !== ''));
	const merged: Partial<OAuthEndpoints> = { ...discovered, ...entered };
	if (known.pushedAuthorizationUrl === '') delete merged.pushedAuthorizationUrl;
	for (const name of ADDRESS_NAMES) {
		const value = merged[name];
		if (value === undefined) continue;
		const [, field] = ADDRESSES[name];
		try {
			parseEndpoint(value, field);
		} catch (error) {
			throw name in entered || !isConnectedAppsError(error) ? error : invalidIssuer(`The server tells an endpoint that cannot be used: ${error.message}`, wayAround(source), error);
		}
	}
	const { tokenUrl } = merged;
	if (tokenUrl === undefined) throw discovered.issuer === undefined ? new ConnectedAppsError('settingInvalid', 'The Token URL is empty', { field: 'tokenUrl', advice: 'Enter the issuer or the Token URL in the credential' }) : invalidIssuer(`${discovered.issuer} tells no token endpoint`, wayAround(source));
	return { ...merged, tokenUrl };
}

/**
 * Makes the function that knows or discovers endpoints. What was discovered is kept for ten minutes per issuer, asked for once
 * at a time, and used on while the server is away; a failure is not kept.
 * @returns a function that throws ConnectedAppsError `settingInvalid` (field `issuer`: nothing there, no metadata, another issuer; or the field of a bad address), `providerUnavailable`
 */
export function createEndpointResolver({ nowMs = Date.now }: { nowMs?: () => number } = {}): (source: EndpointSource, fetch: Fetch) => Promise<OAuthEndpoints> {
	const kept = new Map<string, { discovered: Discovered; askAgainAtMs: number }>();
	const underWay = new Map<string, Promise<Discovered>>();

	async function ask(issuer: string, fetch: Fetch): Promise<Discovered> {
		const before = kept.get(issuer);
		try {
			const discovered = await discover(issuer, fetch);
			const oldest = kept.size >= MAX_KEPT ? kept.keys().next().value : undefined;
			if (oldest !== undefined) kept.delete(oldest);
			kept.set(issuer, { discovered, askAgainAtMs: nowMs() + KEPT_MS });
			return discovered;
		} catch (error) {
			if (before === undefined || !isConnectedAppsError(error, 'providerUnavailable')) throw error;
			kept.set(issuer, { ...before, askAgainAtMs: nowMs() + RETRY_AFTER_FAILURE_MS });
			return before.discovered;
		}
	}

	async function discoveredAt(issuer: string, fetch: Fetch): Promise<Discovered> {
		const found = kept.get(issuer);
		if (found !== undefined && nowMs() < found.askAgainAtMs) return found.discovered;
		let asking = underWay.get(issuer);
		if (asking === undefined) {
			asking = ask(issuer, fetch).finally(() => underWay.delete(issuer));
			underWay.set(issuer, asking);
		}
		return await asking;
	}

	return async (source, fetch) => {
		try {
			return merge(source, source.issuer === undefined ? undefined : await discoveredAt(source.issuer, fetch));
		} catch (error) {
			if (!(error instanceof NothingTold)) throw error;
			const instead = source.insteadOfDiscovery;
			throw invalidIssuer(error.message, `Check the issuer in the credential${instead === undefined ? '' : `, or ${instead}`}`, error.cause);
		}
	};
}
