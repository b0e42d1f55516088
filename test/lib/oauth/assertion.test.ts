import { createPublicKey } from 'node:crypto';

import { decodeJwt, jwtVerify } from 'jose';

import { buildClient, certificateThumbprint, requestClientCredentials, signAssertion } from '../../../lib/oauth';
import type { OAuthEndpoints, SigningAlgorithm, SigningKey } from '../../../lib/types';
import { clients } from '../../sandbox/oauth2/clients';
import { endpoints, HOST } from './support';

const { keys, certificate } = clients.privateKeyJwt;
const keyOf = (algorithm: SigningAlgorithm, more: Partial<SigningKey> = {}): SigningKey => ({ privateKey: keys[algorithm].privateKey, keyId: keys[algorithm].kid, algorithm, ...more });
const publicKeyOf = (algorithm: SigningAlgorithm) => createPublicKey(keys[algorithm].privateKey);
const claims = { issuer: 'client', subject: 'alice@example.com', audience: 'https://login.example.com', lifetimeSeconds: 120 };
const ALGORITHMS = ['RS256', 'PS256', 'ES256'] as const;

describe('S11 a signed assertion', () => {
	it.each(ALGORITHMS)('%s: who, for whom, for one server, until when; and that alone', async (algorithm) => {
		const nowMs = Date.now();
		const jwt = await signAssertion(keyOf(algorithm), claims, { nowMs });
		const { payload, protectedHeader } = await jwtVerify(jwt, publicKeyOf(algorithm), { algorithms: [algorithm], audience: claims.audience, issuer: claims.issuer, subject: claims.subject });
		expect(protectedHeader).toEqual({ alg: algorithm, typ: 'JWT', kid: keys[algorithm].kid });
		expect(payload).toEqual({ iss: 'client', sub: 'alice@example.com', aud: 'https://login.example.com', iat: Math.floor(nowMs / 1_000), exp: Math.floor(nowMs / 1_000) + 120, jti: expect.any(String) });
	});

	it('names the certificate of its key', async () => {
		const { protectedHeader } = await jwtVerify(await signAssertion(keyOf('RS256', { certificate, keyId: undefined }), claims), publicKeyOf('RS256'));
		expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', 'x5t#S256': certificateThumbprint(certificate) });
	});

	it('takes further claims and headers, with values of any kind', async () => {
		const jwt = await signAssertion(keyOf('ES256'), { ...claims, extra: { scope: 'signature', groups: ['a'], n: 1 } }, { header: { typ: 'at+jwt', jku: 'https://example.com' } });
		const { payload, protectedHeader } = await jwtVerify(jwt, publicKeyOf('ES256'));
		expect(payload).toMatchObject({ scope: 'signature', groups: ['a'], n: 1 });
		expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'at+jwt', jku: 'https://example.com' });
	});

	it.each([
		...['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti'].map((name) => ['extraClaims', { ...claims, extra: { [name]: 'x' } }, {}] as const),
		...['alg', 'crit', 'b64'].map((name) => ['extraHeaders', claims, { header: { [name]: 'none' } }] as const),
		['subject', { ...claims, subject: '' }, {}] as const,
		['subject', { ...claims, subject: undefined as unknown as string }, {}] as const,
		['audience', { ...claims, audience: ['https://a.example', 'https://b.example'] as unknown as string }, {}] as const,
		['issuer', { ...claims, issuer: '' }, {}] as const,
		['lifetimeSeconds', { ...claims, lifetimeSeconds: 0 }, {}] as const,
		['lifetimeSeconds', { ...claims, lifetimeSeconds: Number.NaN }, {}] as const,
	])('is not signed if %s is not right: %j %j', async (field, asked, options) => {
		await expect(signAssertion(keyOf('ES256'), asked, options)).rejects.toMatchObject({ code: 'settingInvalid', details: { field, advice: expect.any(String) } });
	});

	it('is never the same twice', async () => {
		const key = keyOf('ES256');
		const ids = new Set<unknown>();
		for (let count = 0; count < 1_000; count++) ids.add(decodeJwt(await signAssertion(key, claims)).jti);
		expect(ids.size).toBe(1_000);
	});
});

describe('S10 S11 the assertion that a client shows at the token endpoint', () => {
	async function sent(algorithm: SigningAlgorithm, changes: Partial<OAuthEndpoints> = {}, more: Partial<SigningKey> = {}, times = 1): Promise<URLSearchParams[]> {
		const bodies: URLSearchParams[] = [];
		const client = await buildClient({ ...endpoints, ...changes }, { clientId: 'client', clientAuthentication: 'privateKeyJwt', signingKey: keyOf(algorithm, more) }, {
			fetch: async (_url, { body, headers }) => {
				expect(headers).not.toHaveProperty('authorization');
				bodies.push(new URLSearchParams(String(body)));
				return new Response(JSON.stringify({ access_token: 'a', token_type: 'Bearer' }), { headers: { 'content-type': 'application/json' } });
			},
		});
		for (let count = 0; count < times; count++) await requestClientCredentials(client, { scopes: [], reading: { nowMs: 0 } });
		return bodies;
	}

	it.each(ALGORITHMS)('%s: is verifiable, for one audience, short-lived', async (algorithm) => {
		const nowSeconds = Math.floor(Date.now() / 1_000);
		const [body] = await sent(algorithm);
		expect(body!.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
		expect(body!.has('client_secret')).toBe(false);
		const { payload, protectedHeader } = await jwtVerify(body!.get('client_assertion')!, publicKeyOf(algorithm), { algorithms: [algorithm], issuer: 'client', subject: 'client' });
		expect(protectedHeader).toEqual({ alg: algorithm, typ: 'JWT', kid: keys[algorithm].kid });
		expect(payload.aud).toBe(HOST);
		expect(payload.exp! - nowSeconds).toBeGreaterThan(60);
		expect(payload.exp! - nowSeconds).toBeLessThanOrEqual(121);
		expect(payload.exp! - payload.iat!).toBeLessThanOrEqual(120);
	});

	it.each<[string, Partial<OAuthEndpoints>, string]>([
		['the issuer', {}, HOST],
		['the token endpoint where no issuer is known', { issuer: undefined }, `${HOST}/token`],
		['what the provider wants instead', { assertionAudience: `${HOST}/other` }, `${HOST}/other`],
	])('is for %s, as one text', async (_what, changes, audience) => {
		const [body] = await sent('ES256', changes);
		expect(decodeJwt(body!.get('client_assertion')!).aud).toBe(audience);
	});

	it('names key and certificate', async () => {
		const [body] = await sent('RS256', {}, { certificate });
		const { protectedHeader } = await jwtVerify(body!.get('client_assertion')!, publicKeyOf('RS256'));
		expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: keys.RS256.kid, 'x5t#S256': certificateThumbprint(certificate) });
	});

	it('is never the same twice', async () => {
		const bodies = await sent('ES256', {}, {}, 1_000);
		expect(new Set(bodies.map((body) => decodeJwt(body.get('client_assertion')!).jti)).size).toBe(1_000);
	});

	it('is not made without a key', async () => {
		await expect(buildClient(endpoints, { clientId: 'client', clientAuthentication: 'privateKeyJwt' }, { fetch: async () => await Promise.reject(new Error('asked')) })).rejects.toMatchObject({ code: 'settingInvalid', details: { field: 'privateKey' } });
	});

	it.each(['basic', 'post'] as const)('and %s is not sent without a secret', async (clientAuthentication) => {
		await expect(buildClient(endpoints, { clientId: 'client', clientAuthentication }, { fetch: async () => await Promise.reject(new Error('asked')) })).rejects.toMatchObject({ code: 'settingInvalid', details: { field: 'clientSecret' } });
	});
});
