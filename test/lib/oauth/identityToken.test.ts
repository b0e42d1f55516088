import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from 'jose';

import { verifyIdentityToken } from '../../../lib/oauth';
import type { Fetch } from '../../../lib/types';

const ISSUER = 'https://login.example.com';
const AUDIENCE = 'flows';
const NOW_MS = Date.UTC(2026, 10, 28, 12);
const NOW = NOW_MS / 1_000;

const fetchPlain: Fetch = async (url, { timeoutMs: _timeout, signal: _signal, body: _body, ...init }) => await fetch(url, init);

describe('S28 a token that says who calls a flow', () => {
	let server: Server;
	let url: string;
	let keys: { publicKey: CryptoKey; privateKey: CryptoKey };
	let others: { publicKey: CryptoKey; privateKey: CryptoKey };
	let published: Record<string, unknown>[];
	let answer: { status: number; body?: string } | undefined;
	let asked = 0;

	beforeAll(async () => {
		keys = await generateKeyPair('RS256', { extractable: true });
		others = await generateKeyPair('RS256', { extractable: true });
	});
	beforeEach(async () => {
		asked = 0;
		answer = undefined;
		published = [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }];
		server = createServer((_request, response) => {
			asked++;
			response.writeHead(answer?.status ?? 200, { 'content-type': 'application/json' }).end(answer?.body ?? JSON.stringify({ keys: published }));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		// A path of its own per test: keys are kept per address.
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
	});
	afterEach(async () => await new Promise((resolve) => server.close(resolve)));

	const claims: JWTPayload = { iss: ISSUER, aud: AUDIENCE, sub: 'alice', exp: NOW + 300, iat: NOW };
	const sign = async (changes: JWTPayload = {}, { key = keys.privateKey, alg = 'RS256', kid = 'k1' }: { key?: CryptoKey | Uint8Array; alg?: string; kid?: string } = {}) => await new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg, kid }).sign(key);
	const verify = async (token: string) => await verifyIdentityToken(token, { issuer: ISSUER, audience: AUDIENCE, keys: { url }, fetch: fetchPlain, nowMs: NOW_MS });

	it('names whom its issuer names', async () => {
		await expect(verify(await sign())).resolves.toMatchObject({ sub: 'alice' });
		await expect(verify(await sign({ aud: ['other', AUDIENCE] }))).resolves.toMatchObject({ sub: 'alice' });
	});

	it('may be a minute off, and no more', async () => {
		await expect(verify(await sign({ exp: NOW - 30 }))).resolves.toMatchObject({ sub: 'alice' });
		await expect(verify(await sign({ exp: NOW - 61 }))).rejects.toMatchObject({ code: 'userInvalid' });
	});

	const publicKeyAsSecret = async () => new TextEncoder().encode(await exportSPKI(keys.publicKey));
	it.each<[string, () => Promise<string>, RegExp]>([
		['is expired', async () => await sign({ exp: NOW - 3_600 }), /has expired/],
		['is not valid yet', async () => await sign({ nbf: NOW + 3_600 }), /not valid yet/],
		['has no end', async () => await sign({ exp: undefined }), /lacks the claim "exp"/],
		['comes from another issuer', async () => await sign({ iss: 'https://login.example.com/' }), /another issuer/],
		['is for another audience', async () => await sign({ aud: 'others' }), /somebody else/],
		['has no audience', async () => await sign({ aud: undefined }), /somebody else|lacks the claim/],
		['is not signed (alg none)', async () => new UnsecuredJWT(claims).encode(), /algorithm that is not allowed/],
		['is signed by HS256 with the public key', async () => await sign({}, { alg: 'HS256', key: await publicKeyAsSecret() }), /algorithm that is not allowed/],
		['is signed with a key that nobody publishes', async () => await sign({}, { key: others.privateKey, kid: 'k2' }), /does not publish/],
		['is signed with another key under a known name', async () => await sign({}, { key: others.privateKey }), /signature that does not hold/],
		['was changed after it was signed', async () => (await sign()).replace(/\.[^.]+\./, `.${Buffer.from(JSON.stringify({ ...claims, sub: 'bob' })).toString('base64url')}.`), /signature that does not hold/],
		['is no token', async () => await Promise.resolve('alice@example.com'), /no signed token/],
		['is empty but for its dots', async () => await Promise.resolve('..'), /no signed token/],
	])('that %s is refused, in words without the token', async (_what, make, message) => {
		const token = await make();
		await expect(verify(token)).rejects.toMatchObject({ code: 'userInvalid', message: expect.stringMatching(message), details: { field: 'user', advice: expect.any(String) } });
		const error = await verify(token).catch((caught: unknown) => caught as Error);
		expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(token.length > 20 ? token.slice(-20) : ' ..');
		expect((error as Error).cause).toBeUndefined();
	});

	it('is verified with keys that are asked for once, and again for an unknown one, with a pause between', async () => {
		await verify(await sign());
		await verify(await sign());
		expect(asked).toBe(1);
		// Within the pause a forged key name costs the issuer nothing.
		for (let index = 0; index < 5; index++) await expect(verify(await sign({}, { kid: `forged-${index}` }))).rejects.toMatchObject({ code: 'userInvalid' });
		expect(asked).toBe(1);
		// Half a minute later the issuer may have rotated.
		jest.useFakeTimers({ now: Date.now() + 31_000, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'queueMicrotask'] });
		try {
			published.push({ ...(await exportJWK(others.publicKey)), kid: 'k2', alg: 'RS256', use: 'sig' });
			await expect(verify(await sign({}, { key: others.privateKey, kid: 'k2' }))).resolves.toMatchObject({ sub: 'alice' });
			expect(asked).toBe(2);
		} finally {
			jest.useRealTimers();
		}
	});

	it.each([[503, 'busy'], [200, '<html>'], [200, '{"keys":"none"}']])('is not judged while the keys cannot be had (%d %s)', async (status, body) => {
		answer = { status, body };
		await expect(verify(await sign())).rejects.toMatchObject({ code: 'providerUnavailable' });
	});
});
