import { ConnectedAppsError } from '../errors';
import { parseEndpoint } from '../oauth';
import { providerByCredentialType, type Provider } from '../providers';
import type { AccountMatch, ConnectionPolicy, EndpointSource, IdentityPolicy, IndividualUsers, OAuthClientSettings, ServiceAccountUse, Traits, UserIdentity } from '../types';
import { sha256 } from '../vault';
import { assertEndpoints, authorityOf, invalid, oneOf, parseScopes, readClient, readScopes, text, type RawSettings } from './fieldReading';

export { parseScopes } from './fieldReading';

/** A User Login credential, read and checked. Holds the client's secret: never logged, never returned. */
export interface ConnectionSettings {
	credentialType: string;
	provider: Provider;
	connectionName: string;
	connectionKey: string;
	appName: string;
	appDescription: string;
	source: EndpointSource;
	/** Names the authorization server: the token endpoint, or the issuer where that is discovered. */
	authority: string;
	traits: Traits;
	/** Hosts (host[:port]) that tokens may go to besides the grant's own address. */
	apiHosts: string[];
	client: OAuthClientSettings;
	scopes: string[];
	policy: ConnectionPolicy;
}

const CONNECTION_NAME = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
const MAX_LIFETIME_DAYS = 3_650;

function days(raw: RawSettings, field: string, fallback: number): number {
	const value = raw[field] ?? fallback;
	if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || value > MAX_LIFETIME_DAYS) {
		throw invalid(field, `must be a number of days from 0 to ${MAX_LIFETIME_DAYS}`, '0 means: no limit');
	}
	return value;
}

function userIdentityOf(raw: RawSettings, provider: Provider, client: OAuthClientSettings): UserIdentity {
	if (raw.userIdentity === undefined || raw.userIdentity === '') {
		throw invalid('userIdentity', 'has no choice yet', 'Choose how a flow proves who its user is, and read what "Named by the Workflow" means: whoever can edit a flow, or call it unauthenticated, can act as any connected user');
	}
	const userIdentity = oneOf<UserIdentity>(raw, 'userIdentity', ['workflow', 'verifiedToken', 'onBehalfOf']);
	if (userIdentity === 'onBehalfOf') {
		if (provider.exchange === undefined) throw invalid('userIdentity', `"On behalf of" is nothing that ${provider.appName} offers: it exchanges no tokens`, 'Choose "Named by the Workflow"');
		if (client.clientAuthentication === 'none') throw invalid('clientAuthentication', 'is "None", and a token is exchanged for a client only that has proved itself', 'Enter a client secret or a private key, or choose another User Identity');
	}
	return userIdentity;
}

function identityOf(raw: RawSettings): IdentityPolicy {
	const issuer = text(raw, 'identityIssuer');
	const audience = text(raw, 'identityAudience');
	if (issuer === '') throw invalid('identityIssuer', 'is empty', 'Enter whose tokens name the caller, e.g. https://login.example.com, or the address of the portal');
	if (audience === '') throw invalid('identityAudience', 'is empty', 'Enter the audience (aud) that the tokens are meant for: a token for another service must not work here');
	const jwksUrl = text(raw, 'identityKeysUrl') || undefined;
	parseEndpoint(issuer, 'Identity Issuer');
	if (jwksUrl !== undefined) parseEndpoint(jwksUrl, 'Identity Keys URL');
	return { issuer, audience, claim: text(raw, 'identityClaim') || 'sub', ...(jwksUrl !== undefined && { jwksUrl }), ...(raw.identityTrustEmail === true && { trustsEmail: true }) };
}

function allowedTenantsOf(raw: RawSettings, provider: Provider): string[] {
	const entered = parseScopes(text(raw, 'allowedTenants'));
	if (entered.length === 0) return provider.defaultTenants?.(raw) ?? [];
	return [...new Set(entered.map((tenant) => provider.tenantOf?.(tenant) ?? tenant))];
}

/**
 * Reads what an admin entered.
 * @param raw the decrypted credential; fields that hold item expressions may be absent
 * @throws ConnectedAppsError `settingInvalid` that names the field, the reason and the way out
 */
export function readConnectionSettings(credentialType: string, raw: Record<string, unknown>): ConnectionSettings {
	const provider = providerByCredentialType(credentialType);
	if (provider === undefined) throw new ConnectedAppsError('settingInvalid', `"${credentialType}" is no User Login credential type`, { field: 'credential' });

	const connectionName = text(raw, 'connectionName');
	if (!CONNECTION_NAME.test(connectionName)) throw invalid('connectionName', 'must be 1 to 64 small letters, digits or hyphens', 'For example: crm-sales');

	const client = readClient(raw, provider);
	const connectionKey = text(raw, 'connectionKey');
	if (client.clientAuthentication === 'none' && connectionKey === '') {
		throw invalid('connectionKey', 'is empty although the client has no secret', 'Enter a long random password: it tells this credential from copies that only know the public client id');
	}

	const userIdentity = userIdentityOf(raw, provider, client);
	const accountMatch = oneOf<AccountMatch>(raw, 'accountMatch', ['sameEmail', 'sameDomain', 'any'], 'sameEmail');

	const source = provider.endpoints(raw);
	assertEndpoints(source);
	return {
		credentialType,
		provider,
		connectionName,
		connectionKey,
		appName: text(raw, 'appName') || provider.appName,
		appDescription: text(raw, 'appDescription'),
		source,
		authority: authorityOf(source),
		traits: provider.traits?.(raw) ?? {},
		apiHosts: provider.apiHosts?.(raw) ?? [],
		client,
		scopes: readScopes(raw, provider),
		policy: {
			individualUsers: oneOf<IndividualUsers>(raw, 'individualUsers', ['off', 'allowed', 'required'], 'allowed'),
			userIdentity,
			accountMatch,
			...(userIdentity === 'verifiedToken' && { identity: identityOf(raw) }),
			allowedTenants: allowedTenantsOf(raw, provider),
			serviceAccountUse: oneOf<ServiceAccountUse>(raw, 'serviceAccountUse', ['never', 'explicit', 'fallback'], 'never'),
			serviceAccountLogin: text(raw, 'serviceAccountLogin') || undefined,
			idleLifetimeDays: days(raw, 'idleLifetimeDays', 30),
			absoluteLifetimeDays: days(raw, 'absoluteLifetimeDays', 0),
		},
	};
}

/** How a credential finds its connection. */
export function claimKeyOf(settings: Pick<ConnectionSettings, 'connectionName' | 'authority' | 'client'>): string {
	return sha256(JSON.stringify([settings.connectionName, settings.authority, settings.client.clientId]));
}

/** What a credential must know to open the connection; goes through an HMAC with the vault's key. */
export function proofMaterialOf(settings: Pick<ConnectionSettings, 'connectionName' | 'authority' | 'client' | 'connectionKey'>): string {
	const { clientSecret = '', signingKey } = settings.client;
	// Whoever has an encrypted key without its passphrase has no key.
	return JSON.stringify([claimKeyOf(settings), clientSecret, signingKey === undefined ? '' : [signingKey.privateKey, signingKey.passphrase ?? ''], settings.connectionKey]);
}
