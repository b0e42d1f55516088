import type { OAuthClientSettings } from '../types';
import { invalid, parseScopes, readClient, text, type ClientRules, type RawSettings } from './fieldReading';
import { parseEndpoint } from '../oauth';

/** What clients of OpenID providers in general can do. */
export const OPEN_ID_CLIENT: ClientRules = { clientAuthentications: ['basic', 'post', 'privateKeyJwt', 'none'], signingAlgorithms: ['RS256', 'PS256', 'ES256'] };

/** How people sign in to the portal at their organisation's OpenID provider. Holds a secret: never logged. */
export interface OpenIdSettings {
	issuer: string;
	client: OAuthClientSettings;
	scopes: string[];
	/** Which claim is the user key. */
	userClaim: string;
	/** Addresses count although the provider does not say that it has verified them. */
	trustsEmail: boolean;
	/** Small letters; empty = all. */
	allowedDomains: string[];
	groupsClaim: string;
	/** Empty = everybody. */
	allowedGroups: string[];
	/** Signing out of the portal signs out there, too. */
	endsProviderSession: boolean;
}

/** Separated by commas or lines, since the names of groups hold spaces. */
function list(raw: RawSettings, field: string): string[] {
	return [...new Set(text(raw, field).split(/[,\n]/).map((entry) => entry.trim()).filter((entry) => entry !== ''))];
}

/** @throws ConnectedAppsError `settingInvalid` that names the field */
export function readOpenIdSettings(raw: RawSettings): OpenIdSettings {
	const issuer = text(raw, 'issuer');
	if (issuer === '') throw invalid('issuer', 'is empty', 'Enter the address of the OpenID provider, as its metadata name it, e.g. https://login.example.com');
	parseEndpoint(issuer, 'Issuer');
	const allowedGroups = list(raw, 'allowedGroups');
	const groupsClaim = text(raw, 'groupsClaim');
	if (allowedGroups.length > 0 && groupsClaim === '') throw invalid('groupsClaim', 'is empty although groups are named', 'Enter the claim that tells a person’s groups, e.g. groups');
	return {
		issuer,
		client: readClient(raw, OPEN_ID_CLIENT),
		scopes: [...new Set(['openid', ...parseScopes(text(raw, 'scopes') || 'email profile')])],
		userClaim: text(raw, 'userClaim') || 'email',
		trustsEmail: raw.trustEmail === true,
		allowedDomains: [...new Set(list(raw, 'allowedDomains').map((domain) => domain.replace(/^@/, '').toLowerCase()))],
		groupsClaim,
		allowedGroups,
		endsProviderSession: raw.endProviderSession !== false,
	};
}

/** What makes two triggers one portal. */
export function openIdMaterialOf({ issuer, client, userClaim }: OpenIdSettings): string[] {
	return [issuer, client.clientId, client.clientSecret ?? '', client.signingKey?.privateKey ?? '', userClaim];
}
