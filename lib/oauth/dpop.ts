import { createHash, randomUUID } from 'node:crypto';

import { exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK } from 'jose';
import * as openid from 'openid-client';

import { ConnectedAppsError } from '../errors';

/** In the order in which we like them: small and fast first. */
const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'Ed25519', 'ES384', 'ES512', 'PS384', 'PS512', 'RS384', 'RS512'] as const;

/**
 * A key that tokens are bound to: a private JWK as JSON, secret.
 * @param algorithms what the server takes (`dpop_signing_alg_values_supported`)
 * @returns undefined if it takes none that we know
 * @see RFC 9449 section 5.1
 */
export async function createDpopKey(algorithms: string[]): Promise<string | undefined> {
	const alg = ALGORITHMS.find((known) => algorithms.includes(known));
	if (alg === undefined) return undefined;
	const { privateKey } = await generateKeyPair(alg, { extractable: true });
	return JSON.stringify({ ...(await exportJWK(privateKey)), alg });
}

interface OpenedKey {
	alg: string;
	privateKey: CryptoKey;
	publicJwk: JWK;
}

async function openDpopKey(dpopKey: string): Promise<OpenedKey> {
	try {
		const jwk = JSON.parse(dpopKey) as JWK;
		const { kty, crv, x, y, n, e, alg = '' } = jwk;
		return { alg, privateKey: (await importJWK(jwk, alg, { extractable: false })) as CryptoKey, publicJwk: { kty, crv, x, y, n, e } };
	} catch {
		// The reason would quote the key.
		throw new ConnectedAppsError('internal', 'The key that a token is bound to cannot be read', { advice: 'Sign in again' });
	}
}

/** openid-client's handle: adds the proof and keeps the server's nonce for the one retry (RFC 9449 section 8). */
export async function dpopHandleOf(client: openid.Configuration, dpopKey: string): Promise<openid.DPoPHandle> {
	const { alg, privateKey, publicJwk } = await openDpopKey(dpopKey);
	const publicKey = (await importJWK(publicJwk, alg, { extractable: true })) as CryptoKey;
	return openid.getDPoPHandle(client, { privateKey, publicKey });
}

/** The options of a token request: with a proof if there is a key. */
export async function provedWith(client: openid.Configuration, dpopKey: string | undefined): Promise<openid.DPoPOptions | undefined> {
	return dpopKey === undefined ? undefined : { DPoP: await dpopHandleOf(client, dpopKey) };
}

export interface ProvedRequest {
	method: string;
	url: string;
	accessToken: string;
	/** From the `DPoP-Nonce` of an answer of the same server. */
	nonce?: string;
}

/**
 * The `DPoP` header of one API call; `Authorization` is `DPoP <access token>` then. Good once.
 * @see RFC 9449 sections 4.2 and 7.1
 */
export async function dpopProof(dpopKey: string, { method, url, accessToken, nonce }: ProvedRequest): Promise<string> {
	const { alg, privateKey, publicJwk } = await openDpopKey(dpopKey);
	const { origin, pathname } = new URL(url);
	return await new SignJWT({ htm: method.toUpperCase(), htu: `${origin}${pathname}`, ath: createHash('sha256').update(accessToken).digest('base64url'), jti: randomUUID(), ...(nonce !== undefined && { nonce }) })
		.setProtectedHeader({ alg, typ: 'dpop+jwt', jwk: publicJwk })
		.setIssuedAt()
		.sign(privateKey);
}
