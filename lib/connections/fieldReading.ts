// Reading the fields of a credential, whichever type it is of. Every refusal names the field, the reason and the way out;
// no value that could be a secret is told.
import { ConnectedAppsError } from '../errors';
import { parseEndpoint } from '../oauth';
import type { ClientAuthentication, EndpointSource, OAuthClientSettings, SigningAlgorithm, SigningKey } from '../types';
import { normalizePem, pemLabels } from './pem';

/** A decrypted credential; fields that hold item expressions may be absent. */
export type RawSettings = Readonly<Record<string, unknown>>;

/** Fields whose label is not their name in words. */
const LABELS: Readonly<Record<string, string>> = {
	absoluteLifetimeDays: 'Absolute Lifetime (Days)',
	accessToken: 'Token From an OAuth Node',
	idleLifetimeDays: 'Idle Lifetime (Days)',
	lifetimeSeconds: 'Lifetime (Seconds)',
	scopeMode: 'Scopes',
};

/** As the form labels it: `userIdentity` → "User Identity". */
function labelOf(field: string): string {
	if (LABELS[field] !== undefined) return LABELS[field];
	const words = field.replace(/([A-Z])/g, ' $1');
	return (words.charAt(0).toUpperCase() + words.slice(1)).replace(/\b(Id|Url)\b/g, (word) => word.toUpperCase());
}

export function invalid(field: string, reason: string, advice?: string): ConnectedAppsError {
	return new ConnectedAppsError('settingInvalid', `Credential setting "${labelOf(field)}" ${reason}`, { field, advice });
}

export function text(raw: RawSettings, field: string): string {
	const value = raw[field];
	return typeof value === 'string' ? value.trim() : '';
}

export function oneOf<T extends string>(raw: RawSettings, field: string, allowed: readonly T[], fallback?: T): T {
	const value = raw[field];
	const missing = value === undefined || value === '';
	if (missing && fallback !== undefined) return fallback;
	const found = allowed.find((candidate) => candidate === value);
	if (found === undefined) throw invalid(field, missing ? 'has no choice yet' : 'has an unknown value', `Choose one of: ${allowed.join(', ')}`);
	return found;
}

/** Space, comma or line separated; order kept, doubles dropped. */
export function parseScopes(value: string): string[] {
	return [...new Set(value.split(/[\s,]+/).filter((entry) => entry !== ''))];
}

/** Chosen in a list of known ones, or written into a field of text. */
export function chosenScopes(raw: RawSettings): string[] {
	const { scopes } = raw;
	return Array.isArray(scopes) ? scopes.filter((scope): scope is string => typeof scope === 'string') : parseScopes(text(raw, 'scopes'));
}

export interface ScopeRules {
	requiredScopes?: readonly string[];
	defaultScopes: readonly string[];
	freeScopes?: boolean;
}

/** Default or custom, with the required ones always and the additional ones last; free ones just as they are written. */
export function readScopes(raw: RawSettings, { requiredScopes = [], defaultScopes, freeScopes }: ScopeRules): string[] {
	if (freeScopes === true) return [...new Set([...requiredScopes, ...chosenScopes(raw)])];
	const custom = oneOf(raw, 'scopeMode', ['default', 'custom'] as const, 'default') === 'custom';
	return [...new Set([...requiredScopes, ...(custom ? chosenScopes(raw) : defaultScopes), ...parseScopes(text(raw, 'additionalScopes'))])];
}

/** @returns an empty object for an empty field */
export function jsonObject(raw: RawSettings, field: string): Record<string, unknown> {
	const entered = raw[field];
	let value: unknown = entered;
	if (typeof entered === 'string') {
		if (entered.trim() === '') return {};
		try {
			value = JSON.parse(entered);
		} catch {
			throw invalid(field, 'is no JSON', 'For example: {"name": "value"}');
		}
	}
	if (value === undefined || value === null) return {};
	if (typeof value !== 'object' || Array.isArray(value)) throw invalid(field, 'must be a JSON object', 'For example: {"name": "value"}');
	return value as Record<string, unknown>;
}

/** Which clients a provider knows. */
export interface ClientRules {
	/** The first is the default. */
	clientAuthentications: readonly ClientAuthentication[];
	/** The first is the default. */
	signingAlgorithms: readonly SigningAlgorithm[];
	needsCertificate?: boolean;
}

/** The key that assertions are signed with. @throws ConnectedAppsError `settingInvalid` */
export function readSigningKey(raw: RawSettings, { signingAlgorithms, needsCertificate }: Pick<ClientRules, 'signingAlgorithms' | 'needsCertificate'>): SigningKey {
	const privateKey = normalizePem(text(raw, 'privateKey'));
	const whole = 'Paste it whole, from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----';
	if (privateKey === '') throw invalid('privateKey', 'is empty', whole);
	if (!pemLabels(privateKey).some((label) => label.endsWith('PRIVATE KEY'))) throw invalid('privateKey', 'holds no private key in the form of a PEM', whole);
	const certificate = normalizePem(text(raw, 'certificate'));
	if (certificate === '' && needsCertificate === true) throw invalid('certificate', 'is empty', 'Paste the certificate that is uploaded at the provider: it finds the key by it');
	if (certificate !== '' && !pemLabels(certificate).includes('CERTIFICATE')) throw invalid('certificate', 'holds no certificate in the form of a PEM', 'Paste it whole, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----');
	return {
		privateKey,
		passphrase: typeof raw.privateKeyPassphrase === 'string' && raw.privateKeyPassphrase !== '' ? raw.privateKeyPassphrase : undefined,
		certificate: certificate || undefined,
		keyId: text(raw, 'keyId') || undefined,
		algorithm: oneOf(raw, 'signingAlgorithm', signingAlgorithms, signingAlgorithms[0]),
	};
}

/** @throws ConnectedAppsError `settingInvalid` */
export function readClient(raw: RawSettings, rules: ClientRules, { needsClientId = true }: { needsClientId?: boolean } = {}): OAuthClientSettings {
	const clientId = text(raw, 'clientId');
	if (clientId === '' && needsClientId) throw invalid('clientId', 'is empty', 'Enter the client id (some providers call it consumer key, integration key or application id) of the registered app');
	const clientAuthentication = oneOf(raw, 'clientAuthentication', rules.clientAuthentications, rules.clientAuthentications[0]);
	switch (clientAuthentication) {
		case 'none':
			return { clientId, clientAuthentication };
		case 'privateKeyJwt':
			return { clientId, clientAuthentication, signingKey: readSigningKey(raw, rules) };
		case 'basic':
		case 'post': {
			const clientSecret = text(raw, 'clientSecret');
			const otherwise = rules.clientAuthentications.includes('none') ? ', or set Client Authentication to "None" for a public client' : '';
			if (clientSecret === '') throw invalid('clientSecret', 'is empty', `Enter the client secret${otherwise}`);
			return { clientId, clientSecret, clientAuthentication };
		}
	}
}

/** Whose tokens these are, for keys that must not change: the issuer where it is discovered, else the token endpoint. */
export function authorityOf(source: EndpointSource): string {
	return source.issuer ?? source.known.tokenUrl;
}

/** A provider has named its own fields before; this is the net below it. @throws ConnectedAppsError `settingInvalid` */
export function assertEndpoints({ issuer, known }: EndpointSource): void {
	const fields = [
		['Issuer', issuer],
		['Authorization URL', known.authorizationUrl],
		['Token URL', known.tokenUrl],
		['Revocation URL', known.revocationUrl],
		['Introspection URL', known.introspectionUrl],
		['User Info URL', known.userInfoUrl],
		['Keys URL', known.jwksUrl],
	] as const;
	for (const [field, value] of fields) if (value !== undefined) parseEndpoint(value, field);
}
