// Level 0: the words that every room shares. Plain data only; nothing here knows n8n, a database or a vendor.

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** Names a person. Made by `userKey()` in lib/identity only (or the one service account constant). */
export type UserKey = Branded<string, 'UserKey'>;

/** Identifies a registered connection: (owner trigger, connectionName, token endpoint, client id). */
export type ConnectionId = Branded<string, 'ConnectionId'>;

/** The service account of a connection. `userKey()` refuses every name that begins with `service:`. */
export const SERVICE_ACCOUNT = 'service:account' as UserKey;

/** The one closed set of states that portal, nodes and events use for a person's grant. */
export type ConnectionStatus =
	| 'connected'
	| 'expiringSoon'
	| 'refreshPending'
	| 'needsConsent'
	| 'needsSignIn'
	| 'misconfigured'
	| 'providerUnavailable'
	| 'expired'
	| 'disconnected';

export type ClientAuthentication = 'basic' | 'post' | 'privateKeyJwt' | 'none';

/** JWS algorithms that assertions are signed with; the admin picks one, nothing else is accepted (RFC 8725 section 3.1). */
export type SigningAlgorithm = 'RS256' | 'PS256' | 'ES256';

/** A private key for signing assertions. Secret inside: never logged. */
export interface SigningKey {
	/** PEM: PKCS#8 (also encrypted), PKCS#1 or SEC1. */
	privateKey: string;
	passphrase?: string;
	/** PEM; its SHA-256 goes into the header as `x5t#S256` (RFC 7515 section 4.1.8). */
	certificate?: string;
	/** `kid` of the header. */
	keyId?: string;
	algorithm: SigningAlgorithm;
}

/** What an OAuth client needs to speak to one authorization server. Secrets inside: never logged. */
export interface OAuthClientSettings {
	clientId: string;
	clientSecret?: string;
	clientAuthentication: ClientAuthentication;
	/** For `privateKeyJwt`. */
	signingKey?: SigningKey;
}

/** Addresses and announcements of one authorization server (RFC 8414; RFC 6749, 7009, 7662; OpenID Connect Discovery). */
export interface OAuthEndpoints {
	issuer?: string;
	/** Absent where nobody signs in (client credentials, JWT bearer). */
	authorizationUrl?: string;
	tokenUrl: string;
	revocationUrl?: string;
	introspectionUrl?: string;
	userInfoUrl?: string;
	/** Keys of its ID tokens. */
	jwksUrl?: string;
	/** OpenID Connect RP-Initiated Logout: where a browser goes to sign out. */
	endSessionUrl?: string;
	/** RFC 9126: requests are pushed wherever the server takes them; an empty text switches off what the server announces. */
	pushedAuthorizationUrl?: string;
	/** RFC 9449: tokens are bound to a key wherever the server announces it; the algorithms it takes. */
	dpopAlgorithms?: string[];
	/** RFC 9207: the server announces that it sends `iss`; a missing one is then an error. */
	issParameterSupported?: boolean;
	/** RFC 8707: the API that tokens are asked for. */
	resource?: string;
	/** The one audience of client assertions where it is not the issuer (S10), e.g. the token endpoint. */
	assertionAudience?: string;
	/** ID tokens' `iss` where it differs from `issuer`; `{tid}` stands for that claim. */
	idTokenIssuer?: string;
}

/** Where the endpoints come from: known from the settings, or discovered at an issuer; `known` wins over what is discovered. */
export type EndpointSource = ({ issuer?: undefined; known: OAuthEndpoints } | { issuer: string; known: Partial<OAuthEndpoints> }) & {
	/** What the form offers where the issuer tells nothing, e.g. `enter the keys`; absent: nothing. */
	insteadOfDiscovery?: string;
};

/** What a provider needs to remember of its settings for later sign-ins; readable by whoever reads the database. */
export type Traits = Readonly<Record<string, string>>;

/** One of several accounts of the person who signed in, each with the address of its own API, as the provider told for this very grant. */
export interface ApiAccount {
	id: string;
	name?: string;
	/** Without a slash at its end. */
	baseUrl: string;
	isDefault: boolean;
}

/** Tokens in clear. Exists only in memory; `EncryptedTokens` is what a database sees. */
export interface TokenSet {
	accessToken: string;
	refreshToken?: string;
	tokenType: string;
	/** Milliseconds since the epoch; absent where the provider does not tell (Salesforce). */
	expiresAtMs?: number;
	/** Granted scopes, as the server reported them. */
	scopes: string[];
	/** Base addresses that this grant's token may be sent to, e.g. Salesforce `instance_url`. */
	apiBaseUrl?: string;
	/** Where the grant is good for several accounts: all that its tokens may be sent to. */
	apiAccounts?: ApiAccount[];
	/** RFC 9449: the private JWK (JSON) that the tokens are bound to; present if and only if `tokenType` is `dpop`. */
	dpopKey?: string;
}

/** A compact JWE; opens only with the key ring and for the very row that it was sealed for. */
export type EncryptedTokens = Branded<string, 'EncryptedTokens'>;

/** Who the provider says has signed in. */
export interface ProviderAccount {
	/** Stable id at the provider; pinned at first sign-in. */
	subject: string;
	/** Tenant or organisation id. */
	tenant?: string;
	username?: string;
	email?: string;
	/** Only a verified e-mail proves anything. */
	emailVerified: boolean;
	/** What was known of the person when they signed in with it; never the provider's word. */
	person?: KnownPerson;
}

/** What the organisation's own OpenID provider, or a verified token, told about a person: what a key that is no e-mail is compared by. */
export interface KnownPerson {
	issuer: string;
	subject: string;
	/** Only where it may be believed: verified, or the admin trusts the addresses of this issuer. */
	email?: string;
}

/** How people prove to the portal who they are. */
export type SignInMethod = 'personalLink' | 'openId' | 'trustedHeader';
export type PortalMode = 'portal' | 'connectionsOnly';

/**
 * How the holder of a session has shown who they are: at the organisation's provider, by its proxy, with an app's account that a
 * grant is pinned to, or with a personal link to the portal.
 */
export type SessionMethod = 'openId' | 'trustedHeader' | 'account' | 'link';

/** Who holds a session. */
export interface SessionIdentity {
	userKey: UserKey;
	method: SessionMethod;
	/** Claims that settings of the portal ask for (groups, roles), each as a list of texts. */
	claims: Readonly<Record<string, readonly string[]>>;
	person?: KnownPerson;
	/** OpenID Connect RP-Initiated Logout section 2: tells the provider which sign-in ends. */
	idToken?: string;
	/** OpenID Connect Back-Channel Logout section 2.1 (`sid`): what the provider calls the sign-in there. */
	providerSession?: string;
}

export type IndividualUsers = 'off' | 'allowed' | 'required';
/** `onBehalfOf`: `User` holds the caller's own access token, which is exchanged at the provider (RFC 8693, Entra's on-behalf-of). */
export type UserIdentity = 'workflow' | 'verifiedToken' | 'onBehalfOf';
export type AccountMatch = 'sameEmail' | 'sameDomain' | 'any';
export type ServiceAccountUse = 'never' | 'explicit' | 'fallback';

/** What the admin allows; always taken from the registration, never from a presented credential. */
export interface ConnectionPolicy {
	individualUsers: IndividualUsers;
	userIdentity: UserIdentity;
	accountMatch: AccountMatch;
	allowedTenants: string[];
	/** Whose tokens name the user; with `verifiedToken` only. */
	identity?: IdentityPolicy;
	serviceAccountUse: ServiceAccountUse;
	serviceAccountLogin?: string;
	/** Days without use after which a grant expires; 0 = never. Slides. */
	idleLifetimeDays: number;
	/** Days after sign-in after which a grant expires; 0 = never. Does not slide. */
	absoluteLifetimeDays: number;
}

/** Whose word on the caller counts, and for whom it must be meant. */
export interface IdentityPolicy {
	issuer: string;
	audience: string;
	/** Which claim is the user key. */
	claim: string;
	/** Where the issuer's keys are; absent: discovered. */
	jwksUrl?: string;
	/** Addresses count although the token does not say that they are verified. */
	trustsEmail?: boolean;
}

/** What one paused node run wants of the sign-in that it waits for, beyond the usual. */
export interface SignInTerms {
	/** Ask for just the request's scopes (and the required ones) instead of adding them to the connection's own. */
	exactScopes?: boolean;
	/** `consent`: a sign-in of its own, even if the person is signed in. `none`: no page of the provider may be shown. */
	prompt?: 'consent' | 'none';
	/** A sign-in that failed or was declined ends the wait: the node goes on and tells it. */
	endsOnFailure?: boolean;
	/** The sign-in only approves the app for this subject (id or user name at the provider) of a JWT bearer assertion. */
	approves?: string;
}

/** A trigger node of a workflow: the owner of a connection. */
export interface OwnerTrigger {
	workflowId: string;
	workflowName: string;
	nodeId: string;
	nodeName: string;
}

/** Where a use of a token came from; for the audit log and My connected apps. */
export interface UseContext {
	workflowId?: string;
	workflowName?: string;
	nodeName?: string;
	executionId?: string;
}

/** Minimal fetch: what `openid-client` and the connectors need; backed by n8n's HTTP helper. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;
export interface FetchInit {
	method: string;
	headers?: Record<string, string>;
	body?: string | Uint8Array | null;
	timeoutMs?: number;
	signal?: AbortSignal;
}
