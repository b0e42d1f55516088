// The registered clients of the generic provider: as it knows them, and as a test gets them.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { ClientMetadata } from 'oidc-provider';
import { apiScopes } from './context';
import { certificatePem, clientKeyPems } from './testKeys';

export const jwtBearerGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const tokenExchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';

export type SigningAlgorithm = keyof typeof clientKeyPems;

export interface SigningKey {
	readonly alg: SigningAlgorithm;
	readonly kid: string;
	/** PKCS#8, PEM. */
	readonly privateKey: string;
}

export interface SigningClient {
	readonly clientId: string;
	readonly keys: Readonly<Record<SigningAlgorithm, SigningKey>>;
	/** The RS256 key once more, encrypted. */
	readonly encryptedKey: SigningKey & { readonly passphrase: string };
	/** Self-signed, of the RS256 key; PEM. */
	readonly certificate: string;
}

interface SecretClient {
	readonly clientId: string;
	readonly clientSecret: string;
}

const keys = Object.fromEntries(
	(['RS256', 'PS256', 'ES256'] as const).map((alg) => [alg, { alg, kid: `sandbox-${alg.toLowerCase()}`, privateKey: clientKeyPems[alg] }]),
) as Record<SigningAlgorithm, SigningKey>;

const passphrase = 'sandbox passphrase';
const encryptedKey = {
	...keys.RS256,
	privateKey: createPrivateKey(clientKeyPems.RS256).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }) as string,
	passphrase,
};

function secretClient(name: string): SecretClient {
	// RFC 6749, section 2.3.1: form-encoded before it goes into a Basic header. Whoever forgets fails here.
	return { clientId: `sandbox-${name}`, clientSecret: `${name}: a+secret%with/odd=characters` };
}

function signingClient(name: string): SigningClient {
	return { clientId: `sandbox-${name}`, keys, encryptedKey, certificate: certificatePem };
}

export const clients = {
	/** client_secret_basic */
	confidentialBasic: secretClient('basic'),
	/** client_secret_post */
	confidentialPost: secretClient('post'),
	public: { clientId: 'sandbox-public' },
	/** private_key_jwt only; may use the JWT bearer grant as well. */
	privateKeyJwt: signingClient('private-key-jwt'),
	/** Authorization requests must be pushed (RFC 9126); client_secret_basic. */
	parRequired: secretClient('par'),
	/** Every token must be bound by DPoP (RFC 9449); client_secret_basic. */
	dpopBound: secretClient('dpop'),
	/** client_credentials only; client_secret_basic. */
	service: secretClient('service'),
	/** JWT bearer (RFC 7523) by the assertion alone, without client authentication; people may log in to it, too. */
	jwtBearer: signingClient('jwt-bearer'),
	/** Token exchange (RFC 8693); client_secret_basic. */
	tokenExchange: secretClient('token-exchange'),
} as const;

export type OAuth2Clients = typeof clients;

/** Whose consent counts for JWT bearer assertions of a client: its own or that of a sibling where people log in. */
export const siblingsOf: Readonly<Record<string, readonly string[]>> = {
	[clients.jwtBearer.clientId]: [clients.jwtBearer.clientId, clients.confidentialBasic.clientId],
	[clients.privateKeyJwt.clientId]: [clients.privateKeyJwt.clientId],
};

const jwks = {
	keys: Object.values(keys).map(({ alg, kid, privateKey }) => ({ ...createPublicKey(privateKey).export({ format: 'jwk' }), alg, kid, use: 'sig' })),
};

/** Beside the callback of a portal's own sign-in lies the page that people come back to from signing out. */
export function signedOutUrisOf(redirectUris: readonly string[]): string[] {
	return redirectUris.filter((uri) => uri.endsWith('/openid/callback')).map((uri) => uri.replace(/openid\/callback$/, 'signed-out'));
}

/** Who has signed in to a portal is signed out of it from there as well; a client has one address for that, so the last portal's. */
export function backChannelLogoutOf(redirectUris: readonly string[]): Pick<ClientMetadata, 'backchannel_logout_uri' | 'backchannel_logout_session_required'> {
	const callback = redirectUris.findLast((uri) => uri.endsWith('/openid/callback'));
	return callback === undefined ? {} : { backchannel_logout_uri: callback.replace(/callback$/, 'logout'), backchannel_logout_session_required: true };
}

export function clientMetadata(redirectUris: readonly string[]): ClientMetadata[] {
	const login = { redirect_uris: [...redirectUris], post_logout_redirect_uris: signedOutUrisOf(redirectUris), ...backChannelLogoutOf(redirectUris), response_types: ['code' as const], grant_types: ['authorization_code', 'refresh_token'] };
	const noLogin = (grantType: string) => ({ redirect_uris: [], response_types: [], grant_types: [grantType], scope: apiScopes.join(' ') });
	const basic = ({ clientId, clientSecret }: SecretClient) => ({ client_id: clientId, client_secret: clientSecret, token_endpoint_auth_method: 'client_secret_basic' as const });
	const named: Record<keyof OAuth2Clients, ClientMetadata> = {
		confidentialBasic: { ...login, ...basic(clients.confidentialBasic) },
		confidentialPost: { ...login, ...basic(clients.confidentialPost), token_endpoint_auth_method: 'client_secret_post' },
		public: { ...login, client_id: clients.public.clientId, token_endpoint_auth_method: 'none' },
		privateKeyJwt: { ...login, grant_types: [...login.grant_types, jwtBearerGrant], client_id: clients.privateKeyJwt.clientId, token_endpoint_auth_method: 'private_key_jwt', jwks },
		parRequired: { ...login, ...basic(clients.parRequired), require_pushed_authorization_requests: true },
		dpopBound: { ...login, ...basic(clients.dpopBound), dpop_bound_access_tokens: true },
		service: { ...noLogin('client_credentials'), ...basic(clients.service) },
		jwtBearer: { ...login, grant_types: [...login.grant_types, jwtBearerGrant], client_id: clients.jwtBearer.clientId, token_endpoint_auth_method: 'none', jwks },
		tokenExchange: { ...noLogin(tokenExchangeGrant), ...basic(clients.tokenExchange) },
	};
	return Object.entries(named).map(([name, metadata]) => ({ ...metadata, client_name: `Connected Apps for n8n (${name})` }));
}
