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

/** What an OAuth client needs to speak to one authorization server. Secrets inside: never logged. */
export interface OAuthClientSettings {
	clientId: string;
	clientSecret?: string;
	clientAuthentication: ClientAuthentication;
	privateKey?: string;
}

/** Addresses of one authorization server (RFC 6749, 7009, 7662; OpenID Connect userinfo). */
export interface OAuthEndpoints {
	issuer?: string;
	authorizationUrl: string;
	tokenUrl: string;
	revocationUrl?: string;
	introspectionUrl?: string;
	userInfoUrl?: string;
	/** RFC 9207: the server announces that it sends `iss`; a missing one is then an error. */
	issParameterSupported?: boolean;
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
}

export type IndividualUsers = 'off' | 'allowed' | 'required';
export type UserIdentity = 'workflow' | 'verifiedToken';
export type AccountMatch = 'sameEmail' | 'sameDomain' | 'any';
export type ServiceAccountUse = 'never' | 'explicit' | 'fallback';

/** What the admin allows; always taken from the registration, never from a presented credential. */
export interface ConnectionPolicy {
	individualUsers: IndividualUsers;
	userIdentity: UserIdentity;
	accountMatch: AccountMatch;
	allowedTenants: string[];
	serviceAccountUse: ServiceAccountUse;
	serviceAccountLogin?: string;
	/** Days without use after which a grant expires; 0 = never. Slides. */
	idleLifetimeDays: number;
	/** Days after sign-in after which a grant expires; 0 = never. Does not slide. */
	absoluteLifetimeDays: number;
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
