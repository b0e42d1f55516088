// How an app proves itself: secrets with an end, and assertions that name the registered certificate.
// Entra's own refusals; what passes, oidc-provider checks again.
// @see https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials
import { isSignedBy, readAssertion, sha256Thumbprint } from '../assertion';
import type { App } from './apps';
import { AadError, sentences } from './errors';

export interface Presented {
	readonly clientId?: string;
	readonly secret?: string;
	readonly assertion?: string;
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const longestAssertionSeconds = 600;
const clockSkewSeconds = 300;

/** @throws AadError 50027 for an assertion that is no JWT */
export function presentedBy(form: URLSearchParams, authorization: string | undefined): Presented {
	const assertion = form.get('client_assertion') ?? undefined;
	if (assertion !== undefined && (form.get('client_assertion_type') !== assertionType || !readAssertion(assertion))) throw malformed();
	const basic = /^Basic +(\S+)$/i.exec(authorization ?? '')?.[1];
	const [basicId, basicSecret] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString().split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
	return {
		clientId: form.get('client_id') ?? basicId ?? readAssertion(assertion)?.claims.iss,
		secret: form.get('client_secret') ?? basicSecret,
		assertion,
	};
}

/**
 * @param audiences the tenant's token endpoint, by GUID and by domain name
 * @returns `appidacr`
 */
export async function authenticateApp(app: App, { secret, assertion }: Presented, audiences: readonly string[]): Promise<'0' | '1' | '2'> {
	if (app.isPublic) {
		if (secret !== undefined || assertion !== undefined) throw refused(700025, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.");
		return '0';
	}
	if (assertion !== undefined) {
		await checkAssertion(app, assertion, audiences);
		return '2';
	}
	if (secret === undefined) throw refused(7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.");
	if (secret === app.expiredSecret) throw refused(7000222, `The provided client secret keys for app '${app.clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`);
	if (secret !== app.secret) throw refused(7000215, `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${app.clientId}'.`);
	return '1';
}

async function checkAssertion({ clientId, certificatePem = '' }: App, assertion: string, audiences: readonly string[]): Promise<void> {
	const { header, claims } = readAssertion(assertion)!;
	for (const name of ['iss', 'sub', 'aud', 'exp', 'jti'] as const) {
		if (claims[name] === undefined) throw new AadError('invalid_request', 90014, `The required field '${name}' is missing from the credential. Ensure that you have all the necessary parameters for the login request.`);
	}
	if (header.alg !== 'PS256') throw refused(5002738, `Invalid JWT token. '${header.alg}' is not a supported signature algorithm. Supported signing algorithms are: 'PS256'`);
	const thumbprint = header['x5t#S256'];
	if (thumbprint === undefined) throw refused(5002723, 'Invalid JWT token. No certificate SHA-1 thumbprint, certificate SHA-256 thumbprint, nor keyId specified in token header.');
	if (claims.iss !== clientId || claims.sub !== clientId) throw refused(700021, "Client assertion application identifier doesn't match 'client_id' parameter. Review the documentation at https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials .");
	// One address, as text: a list would let one assertion be used in several places.
	if (typeof claims.aud !== 'string' || !audiences.includes(claims.aud)) throw malformed();
	checkTime(Number(claims.nbf ?? claims.iat ?? claims.exp), Number(claims.exp));
	if (thumbprint !== sha256Thumbprint(certificatePem)) throw invalidSignature(clientId, `The key was not found., Thumbprint of key used by client: '${Buffer.from(String(thumbprint), 'base64url').toString('hex').toUpperCase()}'`);
	if (!(await isSignedBy(assertion, certificatePem, 'PS256'))) throw invalidSignature(clientId, 'The key was found, but use of the key to verify the signature failed.');
}

function checkTime(from: number, to: number): void {
	const now = Date.now() / 1000;
	const isValid = from <= now + clockSkewSeconds && to > now - clockSkewSeconds && to - from <= longestAssertionSeconds && to <= now + longestAssertionSeconds;
	if (isValid) return;
	const [current, start, end] = [now, from, to].map((seconds) => new Date(seconds * 1000).toISOString());
	throw refused(700024, `Client assertion is not within its valid time range. Current time: ${current}, assertion valid from ${start}, expiry time of assertion ${end}. Review the documentation at https://docs.microsoft.com/azure/active-directory/develop/active-directory-certificate-credentials .`);
}

/** Also what is left when oidc-provider refuses an assertion that passed here: it was used before. */
export function invalidSignature(clientId: string, reason: string): AadError {
	return refused(700027, `Client assertion contains an invalid signature. [Reason - ${reason}, Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '${clientId}'.]`);
}

function malformed(): AadError {
	return new AadError('invalid_request', 50027, 'JWT token is invalid or malformed.');
}

function refused(code: number, sentence: string): AadError {
	return new AadError('invalid_client', code, sentence, { status: 401 });
}

export function missingClientId(): AadError {
	return new AadError('invalid_request', 900144, sentences.missing('client_id'));
}
