// Signed assertions as apps send them (RFC 7521): read first, verified later, since each vendor checks in an order of its own.
import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { compactVerify, decodeJwt, decodeProtectedHeader, errors, type JWTPayload, type ProtectedHeaderParameters } from 'jose';

export interface Assertion {
	readonly header: ProtectedHeaderParameters;
	readonly claims: JWTPayload;
}

/** Header and claims, nothing verified; undefined for text that is no JWT. */
export function readAssertion(jwt: string | null | undefined): Assertion | undefined {
	try {
		return { header: decodeProtectedHeader(jwt ?? ''), claims: decodeJwt(jwt ?? '') };
	} catch {
		return undefined;
	}
}

/** Whether the key of this certificate signed it with this very algorithm. */
export async function isSignedBy(jwt: string, certificatePem: string, algorithm: string): Promise<boolean> {
	try {
		await compactVerify(jwt, createPublicKey(certificatePem), { algorithms: [algorithm] });
		return true;
	} catch (error) {
		if (error instanceof errors.JOSEError) return false;
		throw error;
	}
}

/** `x5t#S256` of a certificate. @see RFC 7515, section 4.1.8 */
export function sha256Thumbprint(certificatePem: string): string {
	return createHash('sha256').update(new X509Certificate(certificatePem).raw).digest('base64url');
}
