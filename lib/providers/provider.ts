import type { ErrorCode } from '../errors';
import type { ApiAccount, ClientAuthentication, EndpointSource, ProviderAccount, SigningAlgorithm, Traits } from '../types';

export interface ScopeMeaning {
	scope: string;
	/** What it lets a flow do, in the user's words. */
	meaning: string;
}

/** The credential fields that endpoints depend on; each provider reads its own. */
export type ProviderSettings = Readonly<Record<string, unknown>>;

/** One of the provider's own failures, with the way out in words. */
export interface KnownError {
	/** Tried on `<error> <error_description>`. */
	match: RegExp;
	/** Where the plain OAuth error would say too little. */
	code?: ErrorCode;
	/** What it means for the grant, where that is not what RFC 6749 says. */
	kind?: 'invalidGrant' | 'temporary' | 'clientRejected' | 'other';
	advice: string;
}

/** A token answer, and where the provider is asked for it, the claims about the account. */
export interface TokenContext {
	answer: Readonly<Record<string, unknown>>;
	claims?: Readonly<Record<string, unknown>>;
	/** What was asked for: stands for the granted scopes where the answer names none (RFC 6749 section 5.1). */
	requestedScopes?: readonly string[];
	traits: Traits;
}

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
	endpoints(settings: ProviderSettings): EndpointSource;
	/** What is kept of the settings for later sign-ins; nothing secret. @throws ConnectedAppsError `settingInvalid` */
	traits?(settings: ProviderSettings): Traits;
	/** Hosts (host[:port]) that tokens may go to besides the grant's own address. @throws ConnectedAppsError `settingInvalid` */
	apiHosts?(settings: ProviderSettings): string[];
	/** Tenants that accounts must belong to where the admin names none. @throws ConnectedAppsError `settingInvalid` if one must be named */
	defaultTenants?(settings: ProviderSettings): string[];
	/** What a tenant is called here; completes "Which accounts may sign in: …". */
	tenantMeaning?: string;
	/** A tenant as the accounts tell it, where admins meet it in other forms too. */
	tenantOf?(entered: string): string;
	/** Cannot be removed by the admin: sign-in, identity and refresh depend on them. */
	requiredScopes: string[];
	defaultScopes: string[];
	knownScopes: ScopeMeaning[];
	/** The server's scopes are not known here: the admin writes them into one field. */
	freeScopes?: boolean;
	/** The first is the default. */
	clientAuthentications: ClientAuthentication[];
	/** Algorithms of its client assertions (`privateKeyJwt`); the first is the default. */
	signingAlgorithms: SigningAlgorithm[];
	/** The certificate of a client assertion's key must be given. */
	needsCertificate?: boolean;
	/** Extra parameters of the authorize address. */
	authorizeParameters?: Record<string, string>;
	/** Those that the admin has entered. */
	authorizeParametersOf?(traits: Traits): Record<string, string>;
	/** How the provider is told to ask again, or to show nothing; default `prompt=consent` / `prompt=none`. */
	promptParameters?(prompt: 'consent' | 'none'): Record<string, string>;
	/** Where the account comes from. `userInfoOrIdToken`: userinfo where the server has it. */
	identitySource: 'idToken' | 'userInfo' | 'userInfoOrIdToken';
	/** The base address that this grant's tokens are for. */
	apiBaseUrlOf(context: TokenContext): string | undefined;
	/** Where one sign-in is good for several accounts, each at an address of its own. @param claims as in `accountOf` */
	apiAccountsOf?(claims: Readonly<Record<string, unknown>>, traits: Traits): ApiAccount[];
	/** @param claims userinfo or ID token claims. @throws ConnectedAppsError `providerError` if they name nobody */
	accountOf(claims: Record<string, unknown>, traits: Traits): ProviderAccount;
	/**
	 * Where one refresh token serves several APIs and an access token one of them: the name of the API that a scope belongs to, its
	 * address where it has one. Undefined for what belongs to none, like `openid`.
	 */
	apiOf?(scope: string, traits: Traits): string | undefined;
	/** How the end of an access token is learned where the token answer does not tell it. */
	learnsExpiry?: 'introspection';
	isTemporaryInvalidGrant?(description: string): boolean;
	knownErrors?: readonly KnownError[];
	/** True where one granted scope includes another, e.g. Salesforce's `full`. */
	impliesScope?(granted: readonly string[], scope: string): boolean;
	/** Scopes that are asked for and never reported back: they do not count as missing. */
	unreportedScopes?: readonly string[];
	/** The sign-in may end without a refresh token (no such grant at this provider, or not for this app). */
	refreshTokenOptional?: boolean;
	/** RFC 7009, or none at all: then disconnect says so and `manageAccessUrl` helps. */
	revocation: 'rfc7009' | 'none';
	/** A new sign-in has tokens of its own: the old refresh token can be revoked without ending the new one. */
	revokesReplaced: boolean;
	/** The provider's own page where a user withdraws consent. */
	manageAccessUrl?: string;
	/** Can exchange the caller's own token for one of its API. */
	exchange?: 'onBehalfOf' | 'tokenExchange';
	/** Logins without a person: client credentials, JWT bearer. */
	serverLogins?: readonly ServerLogin[];
}

/** One way to a token without anybody signing in; a credential type of its own. */
export interface ServerLogin {
	grant: 'clientCredentials' | 'jwtBearer';
	credentialType: string;
	appName: string;
	/** @throws ConnectedAppsError `settingInvalid` */
	endpoints(settings: ProviderSettings): EndpointSource;
	traits?(settings: ProviderSettings): Traits;
	apiHosts?(settings: ProviderSettings): string[];
	/** `required`: there must be one, from the credential or the node. `none`: the provider takes none. */
	scopes: 'required' | 'optional' | 'none';
	/** Cannot be removed by the admin. */
	requiredScopes?: string[];
	defaultScopes: string[];
	/** Where they depend on the settings. @throws ConnectedAppsError `settingInvalid` */
	defaultScopesOf?(settings: ProviderSettings): string[];
	knownScopes: ScopeMeaning[];
	/** As `Provider.freeScopes`; the admin may also say that the server needs none. */
	freeScopes?: boolean;
	clientAuthentications: ClientAuthentication[];
	signingAlgorithms: SigningAlgorithm[];
	needsCertificate?: boolean;
	apiBaseUrlOf(context: TokenContext): string | undefined;
	/** The API's address comes from userinfo: it is asked once per token. */
	asksUserInfo?: boolean;
	/** How long a token is taken to live where the answer does not tell; milliseconds. */
	assumedLifetimeMs: number;
	knownErrors?: readonly KnownError[];
	jwt?: JwtBearerRules;
}

/** How a provider wants its JWT bearer assertions (RFC 7523). */
export interface JwtBearerRules {
	/** The one audience. */
	audience(settings: ProviderSettings): string;
	/** Whom `sub` names, in words. */
	subjectMeaning?: string;
	lifetimeSeconds: number;
	maxLifetimeSeconds: number;
	/** Where the scopes go. */
	scopesIn: 'parameter' | 'claim' | 'none';
	/** The admin may set issuer, audience, lifetime, claims and headers. */
	isOpen: boolean;
	/** `<error> <error_description>` by which the provider says that this subject has not approved the app yet. */
	approvalNeeded?: RegExp;
}

export function textOf(settings: ProviderSettings, name: string): string {
	const value = settings[name];
	return typeof value === 'string' ? value.trim() : '';
}
