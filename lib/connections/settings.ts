import { ConnectedAppsError } from '../errors';
import { providerByCredentialType, type Provider } from '../providers';
import { parseEndpoint } from '../oauth';
import type { AccountMatch, ClientAuthentication, ConnectionPolicy, IndividualUsers, OAuthClientSettings, OAuthEndpoints, ServiceAccountUse, UserIdentity } from '../types';
import { sha256 } from '../vault';

/** A User Login credential, read and checked. Holds the client's secret: never logged, never returned. */
export interface ConnectionSettings {
	credentialType: string;
	provider: Provider;
	connectionName: string;
	connectionKey: string;
	appName: string;
	appDescription: string;
	endpoints: OAuthEndpoints;
	client: OAuthClientSettings;
	scopes: string[];
	policy: ConnectionPolicy;
}

const CONNECTION_NAME = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
const MAX_LIFETIME_DAYS = 3_650;

/** As the form labels it: `userIdentity` → "User Identity". */
function labelOf(field: string): string {
	const words = field.replace(/([A-Z])/g, ' $1');
	return (words.charAt(0).toUpperCase() + words.slice(1)).replace(/\b(Id|Url)\b/g, (word) => word.toUpperCase());
}

function invalid(field: string, reason: string, advice?: string): ConnectedAppsError {
	return new ConnectedAppsError('settingInvalid', `Credential setting "${labelOf(field)}" ${reason}`, { field, advice });
}

function text(raw: Record<string, unknown>, field: string): string {
	const value = raw[field];
	return typeof value === 'string' ? value.trim() : '';
}

function oneOf<T extends string>(raw: Record<string, unknown>, field: string, allowed: readonly T[], fallback?: T): T {
	const value = raw[field];
	if ((value === undefined || value === '') && fallback !== undefined) return fallback;
	const found = allowed.find((candidate) => candidate === value);
	if (found === undefined) throw invalid(field, value === undefined || value === '' ? 'has no choice yet' : 'has an unknown value', `Choose one of: ${allowed.join(', ')}`);
	return found;
}

function days(raw: Record<string, unknown>, field: string, fallback: number): number {
	const value = raw[field] ?? fallback;
	if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || value > MAX_LIFETIME_DAYS) {
		throw invalid(field, `must be a number of days from 0 to ${MAX_LIFETIME_DAYS}`, '0 means: no limit');
	}
	return value;
}

/** Space, comma or line separated; order kept, doubles dropped. */
export function parseScopes(value: string): string[] {
	return [...new Set(value.split(/[\s,]+/).filter((scope) => scope !== ''))];
}

function scopesOf(raw: Record<string, unknown>, provider: Provider): string[] {
	const custom = oneOf(raw, 'scopeMode', ['default', 'custom'] as const, 'default') === 'custom';
	const chosen = raw.scopes;
	const picked = custom && Array.isArray(chosen) ? chosen.filter((scope): scope is string => typeof scope === 'string') : custom ? [] : provider.defaultScopes;
	return [...new Set([...provider.requiredScopes, ...picked, ...parseScopes(text(raw, 'additionalScopes'))])];
}

function clientOf(raw: Record<string, unknown>): OAuthClientSettings {
	const clientId = text(raw, 'clientId');
	if (clientId === '') throw invalid('clientId', 'is empty', 'Enter the client id (some providers call it consumer key) of the registered app');
	const clientSecret = text(raw, 'clientSecret');
	const chosen = oneOf<ClientAuthentication>(raw, 'clientAuthentication', ['basic', 'post', 'none'], 'post');
	if (chosen !== 'none' && clientSecret === '') throw invalid('clientSecret', 'is empty', 'Enter the client secret, or set Client Authentication to "None" for a public client');
	return { clientId, clientSecret: chosen === 'none' ? undefined : clientSecret, clientAuthentication: chosen };
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

	const userIdentity = raw.userIdentity === undefined || raw.userIdentity === '' ? undefined : oneOf<UserIdentity>(raw, 'userIdentity', ['workflow', 'verifiedToken']);
	if (userIdentity === undefined) {
		throw invalid('userIdentity', 'has no choice yet', 'Choose how a flow proves who its user is, and read what "Named by the Workflow" means: whoever can edit a flow, or call it unauthenticated, can act as any connected user');
	}
	if (userIdentity === 'verifiedToken') throw invalid('userIdentity', '"Verified token" is not available in this version', 'Choose "Named by the Workflow"');

	const accountMatch = oneOf<AccountMatch>(raw, 'accountMatch', ['sameEmail', 'sameDomain', 'any'], 'sameEmail');
	if (accountMatch !== 'sameEmail') {
		throw invalid('accountMatch', `"${accountMatch}" needs people to sign in to the portal with OpenID Connect, or verified tokens`, 'Choose "Same E-Mail Address"');
	}

	const client = clientOf(raw);
	const connectionKey = text(raw, 'connectionKey');
	if (client.clientAuthentication === 'none' && connectionKey === '') {
		throw invalid('connectionKey', 'is empty although the client has no secret', 'Enter a long random password: it tells this credential from copies that only know the public client id');
	}
	const endpoints = provider.endpoints(raw);
	parseEndpoint(endpoints.tokenUrl, 'Login URL');
	return {
		credentialType,
		provider,
		connectionName,
		connectionKey,
		appName: text(raw, 'appName') || provider.appName,
		appDescription: text(raw, 'appDescription'),
		endpoints,
		client,
		scopes: scopesOf(raw, provider),
		policy: {
			individualUsers: oneOf<IndividualUsers>(raw, 'individualUsers', ['off', 'allowed', 'required'], 'allowed'),
			userIdentity,
			accountMatch,
			allowedTenants: parseScopes(text(raw, 'allowedTenants')),
			serviceAccountUse: oneOf<ServiceAccountUse>(raw, 'serviceAccountUse', ['never', 'explicit', 'fallback'], 'never'),
			serviceAccountLogin: text(raw, 'serviceAccountLogin') || undefined,
			idleLifetimeDays: days(raw, 'idleLifetimeDays', 30),
			absoluteLifetimeDays: days(raw, 'absoluteLifetimeDays', 0),
		},
	};
}

/** How a credential finds its connection. */
export function claimKeyOf(settings: Pick<ConnectionSettings, 'connectionName' | 'endpoints' | 'client'>): string {
	return sha256(JSON.stringify([settings.connectionName, settings.endpoints.tokenUrl, settings.client.clientId]));
}

/** What a credential must know to open the connection; goes through an HMAC with the vault's key. */
export function proofMaterialOf(settings: ConnectionSettings): string {
	return JSON.stringify([claimKeyOf(settings), settings.client.clientSecret ?? '', settings.client.privateKey ?? '', settings.connectionKey]);
}
