// The proof that whoever shows a bound token holds its key, as an API checks it.
// @see RFC 9449, section 4.3 and 7
import { createHash, randomBytes } from 'node:crypto';
import type { Request } from 'express';
import { calculateJwkThumbprint, EmbeddedJWK, errors, jwtVerify, type JWK } from 'jose';

export const dpopAlgorithms = ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'];
const longestAgeSeconds = 300;

export class ProofRefused extends Error {
	constructor(
		readonly code: 'invalid_dpop_proof' | 'use_dpop_nonce' | 'invalid_token',
		message: string,
	) {
		super(message);
	}
}

export class DpopProofs {
	/** The nonce of this run of the API. */
	readonly nonce = randomBytes(16).toString('base64url');
	private readonly seen = new Set<string>();

	constructor(
		private readonly apiUrl: string,
		private readonly needsNonce: () => boolean,
	) {}

	/** Throws a ProofRefused unless the request's proof is fresh, for this request and token, and by the key `jkt`. */
	async check(request: Request, accessToken: string, jkt: string): Promise<void> {
		const { payload, jwk } = await verify(request);
		const { ath, htm, htu, iat, jti, nonce } = payload;
		const demand = (isRight: boolean, message: string): void => {
			if (!isRight) throw new ProofRefused('invalid_dpop_proof', message);
		};
		demand(htm === request.method, 'htm is not the method of the request');
		demand(htu === this.apiUrl + request.path, 'htu is not the address of the request');
		demand(typeof iat === 'number' && Math.abs(Date.now() / 1000 - iat) <= longestAgeSeconds, 'iat is not recent');
		demand(ath === createHash('sha256').update(accessToken).digest('base64url'), 'ath is not the hash of the access token');
		demand(typeof jti === 'string' && jti !== '', 'jti is missing');
		// Before the jti counts as used: the client comes again with the same request and a nonce.
		if (this.needsNonce() && nonce !== this.nonce) throw new ProofRefused('use_dpop_nonce', 'a nonce is required in the DPoP proof');
		demand(!this.seen.has(jti!), 'the proof was used before');
		this.seen.add(jti!);
		if ((await calculateJwkThumbprint(jwk)) !== jkt) throw new ProofRefused('invalid_token', 'the token is bound to another key');
	}
}

async function verify(request: Request) {
	const proof = request.get('DPoP');
	if (!proof) throw new ProofRefused('invalid_dpop_proof', 'the DPoP header is missing');
	try {
		const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: dpopAlgorithms });
		return { payload: payload as typeof payload & Record<'ath' | 'htm' | 'htu' | 'nonce', unknown>, jwk: protectedHeader.jwk as JWK };
	} catch (error) {
		if (error instanceof errors.JOSEError) throw new ProofRefused('invalid_dpop_proof', error.message);
		throw error;
	}
}
