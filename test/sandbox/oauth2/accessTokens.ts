// What an access token of this provider is good for, opaque or JWT.
import { createPublicKey } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import type { AccessToken, ClientCredentials, Provider } from 'oidc-provider';
import type { Person } from '../people';
import { personOf, type OAuth2Context } from './context';
import { issuerKeyPem } from './testKeys';

export interface TokenFacts {
	/** Nobody for a service's token. */
	readonly person?: Person;
	readonly clientId: string;
	readonly scopes: readonly string[];
	/** Absent: good for userinfo, and for an API that does not ask whom a token is for. */
	readonly audience?: string;
	/** SHA-256 thumbprint of the key that the token is bound to (RFC 9449). */
	readonly jkt?: string;
}

export const issuerPublicKey = createPublicKey(issuerKeyPem);

/** From now on JWT access tokens are known, so that they can be expired and revoked from outside. */
export function keepJwtTokens(provider: Provider, { store }: OAuth2Context): void {
	const keep = (token: AccessToken | ClientCredentials): void =>
		store.keepJwt(token.jti, { clientId: token.clientId, ...('accountId' in token && { accountId: token.accountId, grantId: token.grantId }) });
	provider.on('access_token.issued', keep);
	provider.on('client_credentials.issued', keep);
}

/** Undefined for every text that is no valid access token of this issuer. */
export async function findAccessToken(provider: Provider, context: OAuth2Context, value: string): Promise<TokenFacts | undefined> {
	const opaque = (await provider.AccessToken.find(value)) ?? (await provider.ClientCredentials.find(value));
	if (!opaque) return findJwt(context, value);
	const person = personOf('accountId' in opaque ? opaque.accountId : undefined);
	return opaque.isValid ? { person, clientId: opaque.clientId ?? '', scopes: scopesOf(opaque.scope), audience: opaque.aud as string | undefined, jkt: opaque.jkt } : undefined;
}

async function findJwt({ apiUrl, issuer, store }: OAuth2Context, value: string): Promise<TokenFacts | undefined> {
	try {
		const { payload } = await jwtVerify(value, issuerPublicKey, { issuer, audience: apiUrl, typ: 'at+jwt', algorithms: ['RS256'] });
		const { client_id, cnf, jti = '', scope, sub } = payload as typeof payload & { client_id: string; cnf?: { jkt?: string }; scope?: string };
		return store.findJwt(jti) && { person: personOf(sub), clientId: client_id, scopes: scopesOf(scope), audience: apiUrl, jkt: cnf?.jkt };
	} catch (error) {
		if (error instanceof errors.JOSEError) return undefined;
		throw error;
	}
}

function scopesOf(scope = ''): string[] {
	return scope.split(' ').filter(Boolean);
}
