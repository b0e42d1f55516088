import { createHmac, type KeyObject } from 'node:crypto';

import { exportJWK, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';

import { verifyIdToken } from '../../../lib/oauth';
import type { Fetch, OAuthEndpoints } from '../../../lib/types';
import { openLoopback, type LoopbackServer } from '../../sandbox/loopback';
import { ec, otherRsa, rsa } from './keys';
import { plainFetch } from './support';

const ISSUER = 'https://id.example.com';
const NONCE = 'nonce-of-this-sign-in';
const CLIENT = 'client';

interface Signing {
	key?: KeyObject;
	alg?: string;
	kid?: string;
}

describe('S28 the ID token', () => {
	let server: LoopbackServer;
	let answer: () => { status?: number; body: string };
	let asked = 0;
	let path = 0;
	/** A new address per test: what is kept of one address must not help another test. */
	let jwksUrl: string;
	let fetch: Fetch;

	const publish = async (...keys: Array<[string, KeyObject, string?]>) => {
		const jwks = { keys: await Promise.all(keys.map(async ([kid, key, alg]) => ({ ...(await exportJWK(key)), kid, alg, use: 'sig' }))) };
		answer = () => ({ body: JSON.stringify(jwks) });
	};
	const now = () => Math.floor(Date.now() / 1_000);
	const claimsOf = (changes: JWTPayload = {}): JWTPayload => ({ iss: ISSUER, sub: 'alice', aud: CLIENT, nonce: NONCE, iat: now(), exp: now() + 300, ...changes });
	const sign = async (claims: JWTPayload = claimsOf(), { key = rsa.privateKey, alg = 'RS256', kid = 'rsa' }: Signing = {}) => await new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(key);
	const verify = async (idToken: string, endpoints: Partial<OAuthEndpoints> = {}, nowMs?: number) =>
		await verifyIdToken(idToken, { endpoints: { issuer: ISSUER, tokenUrl: `${ISSUER}/token`, jwksUrl, ...endpoints }, clientId: CLIENT, nonce: NONCE, fetch, nowMs });

	beforeAll(async () => {
		server = await openLoopback(0);
		server.handle((_request, response) => {
			asked++;
			const { status = 200, body } = answer();
			response.writeHead(status, { 'content-type': 'application/json' }).end(body);
		});
	});
	afterAll(async () => await server.close());
	beforeEach(async () => {
		asked = 0;
		fetch = plainFetch;
		jwksUrl = `${server.url}/keys/${++path}`;
		await publish(['rsa', rsa.publicKey, 'RS256'], ['ec', ec.publicKey, 'ES256'], ['pss', otherRsa.publicKey, 'PS256'], ['any', rsa.publicKey]);
	});
	afterEach(() => jest.restoreAllMocks());

	it.each<[string, Signing]>([
		['RS256', {}],
		['PS256', { key: otherRsa.privateKey, alg: 'PS256', kid: 'pss' }],
		['ES256', { key: ec.privateKey, alg: 'ES256', kid: 'ec' }],
	])('%s: tells who signed in', async (_alg, signing) => {
		expect(await verify(await sign(claimsOf({ email: 'alice@example.com' }), signing))).toMatchObject({ sub: 'alice', email: 'alice@example.com' });
	});

	it.each<[string, () => Promise<string> | string, string]>([
		['another nonce', async () => await sign(claimsOf({ nonce: 'of another sign-in' })), 'stateInvalid'],
		['no nonce', async () => await sign(claimsOf({ nonce: undefined })), 'stateInvalid'],
		['another audience', async () => await sign(claimsOf({ aud: 'another client' })), 'providerError'],
		['no audience', async () => await sign(claimsOf({ aud: undefined })), 'providerError'],
		['several audiences and no authorized party', async () => await sign(claimsOf({ aud: [CLIENT, 'another client'] })), 'providerError'],
		['several audiences and another authorized party', async () => await sign(claimsOf({ aud: [CLIENT, 'another client'], azp: 'another client' })), 'providerError'],
		['another issuer', async () => await sign(claimsOf({ iss: 'https://evil.example' })), 'issuerMismatch'],
		['an issuer that only begins alike', async () => await sign(claimsOf({ iss: `${ISSUER}.evil.example` })), 'issuerMismatch'],
		['an issuer with a slash too many', async () => await sign(claimsOf({ iss: `${ISSUER}/` })), 'issuerMismatch'],
		['no issuer', async () => await sign(claimsOf({ iss: undefined })), 'providerError'],
		['an end 61 s ago', async () => await sign(claimsOf({ iat: now() - 400, exp: now() - 61 })), 'providerError'],
		['no end', async () => await sign(claimsOf({ exp: undefined })), 'providerError'],
		['a beginning in 90 s', async () => await sign(claimsOf({ iat: now() + 90 })), 'providerError'],
		['no beginning', async () => await sign(claimsOf({ iat: undefined })), 'providerError'],
		['nobody’s name', async () => await sign(claimsOf({ sub: undefined })), 'providerError'],
		['an empty name', async () => await sign(claimsOf({ sub: '' })), 'providerError'],
		['an unknown key', async () => await sign(claimsOf(), { kid: 'unknown' }), 'providerError'],
		['a known name of a key and another key', async () => await sign(claimsOf(), { key: otherRsa.privateKey }), 'providerError'],
		['a key of another algorithm', async () => await sign(claimsOf(), { key: rsa.privateKey, alg: 'PS256', kid: 'rsa' }), 'providerError'],
		['an algorithm that we do not take, of a key that would allow it', async () => await sign(claimsOf(), { alg: 'RS512', kid: 'any' }), 'providerError'],
		['no signature (alg none)', () => new UnsecuredJWT(claimsOf()).encode(), 'providerError'],
		['HS256 with the public key as the secret', () => {
			const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
			const input = `${encode({ alg: 'HS256', kid: 'rsa' })}.${encode(claimsOf())}`;
			return `${input}.${createHmac('sha256', rsa.publicKey.export({ type: 'spki', format: 'pem' })).update(input).digest('base64url')}`;
		}, 'providerError'],
		['claims that were changed', async () => {
			const [header, , signature] = (await sign()).split('.');
			return `${header}.${Buffer.from(JSON.stringify(claimsOf({ sub: 'bob' }))).toString('base64url')}.${signature}`;
		}, 'providerError'],
		['no JWT', () => 'canary', 'providerError'],
		['nothing', () => '', 'providerError'],
	])('with %s is refused', async (_what, make, code) => {
		const idToken = await make();
		const error: unknown = await verify(idToken).catch((caught: unknown) => caught);
		expect(error).toMatchObject({ code, details: { advice: expect.any(String) } });
		expect(JSON.stringify([(error as Error).message, (error as Error).cause])).not.toContain('alice');
	});

	it('may be 60 s late or early, and for several if it is this client’s', async () => {
		await expect(verify(await sign(claimsOf({ iat: now() - 400, exp: now() - 30 })))).resolves.toBeDefined();
		await expect(verify(await sign(claimsOf({ iat: now() + 30 })))).resolves.toBeDefined();
		await expect(verify(await sign(claimsOf({ aud: [CLIENT, 'another client'], azp: CLIENT })))).resolves.toBeDefined();
		await expect(verify(await sign(), {}, Date.now() + 359_000)).resolves.toBeDefined();
		await expect(verify(await sign(), {}, Date.now() + 362_000)).rejects.toMatchObject({ code: 'providerError', details: { advice: expect.stringContaining('clock') } });
	});

	it.each<[string, JWTPayload, string | undefined]>([
		['its own tenant', { iss: 'https://id.example.com/t-1/v2.0', tid: 't-1' }, undefined],
		['another tenant', { iss: 'https://id.example.com/t-1/v2.0', tid: 't-2' }, 'issuerMismatch'],
		['no tenant', { iss: 'https://id.example.com/t-1/v2.0' }, 'issuerMismatch'],
		['the template itself', { iss: 'https://id.example.com/{tid}/v2.0', tid: '{tid}' }, 'issuerMismatch'],
		['a tenant that is a path', { iss: 'https://id.example.com/a/b/v2.0', tid: 'a/b' }, 'issuerMismatch'],
		['a tenant that is a list', { iss: 'https://id.example.com/t-1/v2.0', tid: ['t-1'] }, 'issuerMismatch'],
	])('of a server with an issuer per tenant, from %s', async (_what, changes, code) => {
		const verified = verify(await sign(claimsOf(changes)), { issuer: 'https://id.example.com/common/v2.0', idTokenIssuer: 'https://id.example.com/{tid}/v2.0' });
		await (code === undefined ? expect(verified).resolves.toMatchObject({ tid: 't-1' }) : expect(verified).rejects.toMatchObject({ code }));
	});

	describe('keys of the provider', () => {
		it('are fetched once for many', async () => {
			for (let count = 0; count < 5; count++) await verify(await sign());
			expect(asked).toBe(1);
		});

		it('are found after they were rotated, without an attack being able to fetch them again and again', async () => {
			await verify(await sign());
			await publish(['new', otherRsa.publicKey, 'RS256']);
			const rotated = await sign(claimsOf(), { key: otherRsa.privateKey, kid: 'new' });
			for (let count = 0; count < 5; count++) await expect(verify(rotated)).rejects.toMatchObject({ code: 'providerError' });
			expect(asked).toBe(1);
			const start = Date.now();
			jest.spyOn(Date, 'now').mockImplementation(() => start + 31_000);
			await expect(verify(rotated)).resolves.toMatchObject({ sub: 'alice' });
			await expect(verify(await sign())).rejects.toMatchObject({ code: 'providerError' });
			expect(asked).toBe(2);
		});

		it('are fetched through the caller’s own transport, not that of who came first', async () => {
			const through: string[] = [];
			const named = (name: string): Fetch => async (url, init) => {
				through.push(name);
				return await plainFetch(url, init);
			};
			fetch = named('first');
			await verify(await sign());
			const start = Date.now();
			jest.spyOn(Date, 'now').mockImplementation(() => start + 601_000);
			fetch = named('second');
			await verify(await sign());
			expect(through).toEqual(['first', 'second']);
		});

		it.each<[string, { status?: number; body: string }]>([
			['a server that is down', { status: 503, body: '' }],
			['a page instead of keys', { body: '<html>' }],
			['no set of keys', { body: '{}' }],
			['a redirect', { status: 302, body: '' }],
		])('%s: nobody is told to be somebody, and it is over when it is over', async (_what, given) => {
			const published = answer;
			answer = () => given;
			await expect(verify(await sign())).rejects.toMatchObject({ code: 'providerUnavailable' });
			answer = published;
			await expect(verify(await sign())).resolves.toMatchObject({ sub: 'alice' });
		});

		it('that cannot be reached are told with the host', async () => {
			fetch = async () => await Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
			await expect(verify(await sign())).rejects.toMatchObject({ code: 'providerUnavailable', message: expect.stringContaining(new URL(server.url).host), details: { advice: expect.stringContaining('Nothing answers') } });
		});

		it.each([
			['issuer', { issuer: undefined }],
			['jwksUrl', { jwksUrl: undefined }],
			['Keys URL', { jwksUrl: 'http://keys.example.com/' }],
		])('without a usable %s nothing is checked, so nothing holds', async (field, endpoints) => {
			await expect(verify(await sign(), endpoints)).rejects.toMatchObject({ code: 'settingInvalid', details: { field } });
			expect(asked).toBe(field === 'issuer' ? 1 : 0);
		});
	});
});
