import type { OAuthEndpoints, ProviderAccount } from '../types';

export interface ScopeMeaning {
	scope: string;
	/** What it lets a flow do, in the user's words. */
	meaning: string;
}

/** The credential fields that endpoints depend on; each provider reads its own. */
export type ProviderSettings = Readonly<Record<string, unknown>>;

/**
 * One provider as data, with small hooks where it departs from the standards.
 * Adding one = one file here, one line in `index.ts`, its credential and its node.
 */
export interface Provider {
	id: string;
	credentialType: string;
	/** The app's name as users know it. */
	appName: string;
	/** `<portal>/<callbackSegment>/callback` is the redirect URI. */
	callbackSegment: string;
	/** SVG markup of the app's icon. */
	iconSvg: string;
	/** @throws ConnectedAppsError `settingInvalid` */
	endpoints(settings: ProviderSettings): OAuthEndpoints;
	/** Cannot be removed by the admin: sign-in, identity and refresh depend on them. */
	requiredScopes: string[];
	defaultScopes: string[];
	knownScopes: ScopeMeaning[];
	/** Extra parameters of the authorize address. */
	authorizeParameters?: Record<string, string>;
	/** Where the account comes from; with `userInfo` an ID token in the answer is ignored. */
	identitySource: 'idToken' | 'userInfo';
	/** The base address that this grant's tokens are for, from the token answer. */
	apiBaseUrlOf(tokenAnswer: Record<string, unknown>): string | undefined;
	/** @param claims userinfo or ID token claims. @throws ConnectedAppsError `providerError` if they name nobody */
	accountOf(claims: Record<string, unknown>): ProviderAccount;
	/** How the end of an access token is learned where the token answer does not tell it. */
	learnsExpiry?: 'introspection';
	isTemporaryInvalidGrant?(description: string): boolean;
	/** True where one granted scope includes another, e.g. Salesforce's `full`. */
	impliesScope?(granted: readonly string[], scope: string): boolean;
	/** RFC 7009, or none at all: then disconnect says so and `manageAccessUrl` helps. */
	revocation: 'rfc7009' | 'none';
	/** The provider's own page where a user withdraws consent. */
	manageAccessUrl?: string;
}

export function textOf(settings: ProviderSettings, name: string): string {
	const value = settings[name];
	return typeof value === 'string' ? value.trim() : '';
}
