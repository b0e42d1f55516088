import { ConnectedAppsError } from '../errors';
import { serverLoginByCredentialType, type JwtBearerRules, type Provider, type ServerLogin } from '../providers';
import type { EndpointSource, OAuthClientSettings, SigningKey, Traits } from '../types';
import { assertEndpoints, authorityOf, invalid, jsonObject, oneOf, readClient, readScopes, readSigningKey, text, type RawSettings } from './fieldReading';

/** What a JWT bearer assertion is made of (RFC 7523 section 3). */
export interface ServerAssertion {
	key: SigningKey;
	issuer: string;
	/** Absent where the field is empty or holds an expression that is not resolved here. */
	subject?: string;
	audience: string;
	lifetimeSeconds: number;
	extraClaims: Record<string, unknown>;
	extraHeader: Record<string, unknown>;
}

/** A client credentials or JWT bearer credential, read and checked. Holds secrets: never logged, never returned. */
export interface ServerLoginSettings {
	credentialType: string;
	login: ServerLogin;
	provider: Provider;
	source: EndpointSource;
	/** Names the authorization server: the token endpoint, or the issuer where that is discovered. */
	authority: string;
	traits: Traits;
	/** Hosts (host[:port]) that tokens may go to besides the token's own address. */
	apiHosts: string[];
	client: OAuthClientSettings;
	scopes: string[];
	/** RFC 8707. */
	resource?: string;
	/** JWT bearer only. */
	assertion?: ServerAssertion;
	/** For the credential test only. */
	testSubject?: string;
	/** A reference that an OAuth node gave out, to be used instead of an own token. */
	accessToken?: string;
}

/** A text without an expression in it: in the editor's test some arrive as they were written. */
function resolved(raw: RawSettings, field: string): string | undefined {
	const value = raw[field];
	if (value === undefined || value === null) return undefined;
	// What an expression yields for an item must be one name, not a list of them or a thing.
	if (typeof value !== 'string') throw invalid(field, 'must be one text', 'Use an expression that yields a text, e.g. ={{ $json.email }}');
	return value.trim() === '' || value.startsWith('=') ? undefined : value.trim();
}

function lifetimeOf(raw: RawSettings, { isOpen, lifetimeSeconds, maxLifetimeSeconds }: JwtBearerRules): number {
	const value = isOpen ? (raw.lifetimeSeconds ?? lifetimeSeconds) : lifetimeSeconds;
	if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > maxLifetimeSeconds) {
		throw invalid('lifetimeSeconds', `must be a whole number from 1 to ${maxLifetimeSeconds}`, `For example: ${lifetimeSeconds}`);
	}
	return value;
}

function assertionOf(raw: RawSettings, login: ServerLogin, jwt: JwtBearerRules, clientId: string): ServerAssertion {
	const open = (field: string): string => (jwt.isOpen ? text(raw, field) : '');
	return {
		key: readSigningKey(raw, login),
		issuer: open('assertionIssuer') || clientId,
		subject: resolved(raw, 'subject'),
		audience: open('audience') || jwt.audience(raw),
		lifetimeSeconds: lifetimeOf(raw, jwt),
		extraClaims: jwt.isOpen ? jsonObject(raw, 'extraClaims') : {},
		extraHeader: jwt.isOpen ? jsonObject(raw, 'extraHeaders') : {},
	};
}

/** Where the server's scopes are not known, the admin says whether it needs any. */
function asChosen(raw: RawSettings, login: ServerLogin): ServerLogin {
	const none = login.freeScopes === true && oneOf(raw, 'scopeMode', ['custom', 'none'] as const, 'custom') === 'none';
	return none ? { ...login, scopes: 'none' } : login;
}

/**
 * Reads what an admin entered.
 * @param raw the decrypted credential; fields that hold item expressions may be absent
 * @throws ConnectedAppsError `settingInvalid` that names the field, the reason and the way out
 */
export function readServerLoginSettings(credentialType: string, raw: Record<string, unknown>): ServerLoginSettings {
	const found = serverLoginByCredentialType(credentialType);
	if (found === undefined) throw new ConnectedAppsError('settingInvalid', `"${credentialType}" is no client credentials or JWT bearer credential type`, { field: 'credential' });
	const { provider } = found;
	const login = asChosen(raw, found.login);
	const { jwt } = login;
	// An assertion that names another issuer (a service account) needs no client at all.
	const client = readClient(raw, login, { needsClientId: jwt?.isOpen !== true || text(raw, 'assertionIssuer') === '' || oneOf(raw, 'clientAuthentication', login.clientAuthentications, login.clientAuthentications[0]) !== 'none' });
	const source = login.endpoints(raw);
	assertEndpoints(source);
	return {
		credentialType,
		login,
		provider,
		source,
		authority: authorityOf(source),
		traits: login.traits?.(raw) ?? {},
		apiHosts: login.apiHosts?.(raw) ?? [],
		client,
		scopes: login.scopes === 'none' ? [] : readScopes(raw, { ...login, defaultScopes: login.defaultScopesOf?.(raw) ?? login.defaultScopes }),
		resource: source.known.resource,
		assertion: jwt && assertionOf(raw, login, jwt, client.clientId),
		testSubject: text(raw, 'testSubject') || undefined,
		accessToken: resolved(raw, 'accessToken'),
	};
}

/** Everything that a token depends on, for cache keys; secret, so it goes through an HMAC with the vault's key. */
export function serverLoginMaterialOf(settings: ServerLoginSettings): string {
	const { credentialType, authority, source, traits, apiHosts, client, resource, assertion } = settings;
	const keyOf = (key: SigningKey | undefined) => key && [key.privateKey, key.passphrase ?? '', key.certificate ?? '', key.keyId ?? '', key.algorithm];
	return JSON.stringify([
		credentialType,
		authority,
		source.known.dpopAlgorithms ?? 'announced',
		source.known.assertionAudience ?? '',
		Object.entries(traits).sort(([a], [b]) => (a < b ? -1 : 1)),
		apiHosts,
		[client.clientId, client.clientAuthentication, client.clientSecret ?? '', keyOf(client.signingKey) ?? ''],
		resource ?? '',
		assertion === undefined ? '' : [keyOf(assertion.key), assertion.issuer, assertion.subject ?? '', assertion.audience, assertion.lifetimeSeconds, assertion.extraClaims, assertion.extraHeader],
	]);
}
