// Connect, DocuSign's webhooks: what is the same for the node that waits for an envelope and the trigger that hears of it.
import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * What an execution that waits for an envelope is woken by: the node that waits and the trigger that hears of it say the same.
 * @param accountId API Account ID
 */
export function envelopeTopic(accountId: string, envelopeId: string): string {
	return `docusign:envelope:${accountId.toLowerCase()}:${envelopeId.toLowerCase()}`;
}

/** DocuSign has at most so many keys an account; more headers are somebody else's. */
const MAX_SIGNATURES = 100;
const SIGNATURE_HEADER = /^x-docusign-signature-\d{1,3}$/i;

/**
 * Did the holder of one of these keys sign exactly these bytes? Each key of the account makes a header of its own, so that a key can
 * be replaced while both are good. Constant time, whichever key it is.
 * @param body as it came, before anybody parsed it
 * @see https://developers.docusign.com/platform/webhooks/connect/hmac/
 */
export function isSignedByConnect(keys: readonly string[], headers: Readonly<Record<string, string | string[] | undefined>>, body: Uint8Array): boolean {
	const shown = Object.entries(headers)
		.filter(([name]) => SIGNATURE_HEADER.test(name))
		.flatMap(([, value]) => value ?? [])
		.slice(0, MAX_SIGNATURES)
		.map((signature) => Buffer.from(signature, 'base64'));
	let signed = false;
	for (const key of keys) {
		const expected = createHmac('sha256', key).update(body).digest();
		for (const signature of shown) if (signature.length === expected.length && timingSafeEqual(signature, expected)) signed = true;
	}
	return signed;
}
