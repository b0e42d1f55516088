// The key that a played provider signs its tokens with, and what it takes to read them again.
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { compactVerify, errors, SignJWT, type JWTPayload } from 'jose';
import type { JWK } from 'oidc-provider';

export interface SigningKey {
	/** Private: for oidc-provider's `jwks`. */
	readonly jwk: JWK;
	sign(claims: JWTPayload): Promise<string>;
	/** The claims of a JWT that this key signed, expired or not; undefined for every other text. */
	open(jwt: string): Promise<JWTPayload | undefined>;
}

/** A new RS256 key. */
export function createSigningKey(kid: string): SigningKey {
	const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const publicKey = createPublicKey(privateKey);
	return {
		jwk: { ...(privateKey.export({ format: 'jwk' }) as JWK), use: 'sig', alg: 'RS256', kid },
		sign: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(privateKey),
		open: async (jwt) => {
			try {
				const { payload } = await compactVerify(jwt, publicKey, { algorithms: ['RS256'] });
				return JSON.parse(new TextDecoder().decode(payload)) as JWTPayload;
			} catch (error) {
				if (error instanceof errors.JOSEError) return undefined;
				throw error;
			}
		},
	};
}

/** Undefined without a bearer token. */
export function bearerTokenOf(authorization: string | undefined): string | undefined {
	return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}
