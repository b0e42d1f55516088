import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from 'jose';

import { verifyLogoutToken } from '../../../lib/oauth';
import { plainFetch } from './support';

const ISSUER = 'https://login.example.com';
const CLIENT_ID = 'portal';
const NOW_MS = Date.UTC(2026, 10, 28, 12);
const NOW = NOW_MS / 1_000;
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

interface Signing {
	key?: CryptoKey | Uint8Array;
	alg?: string;
	kid?: string;
	typ?: string;
}

describe('S28 a provider’s word on a sign-out', () => {
	let server: Server;
	let url: string;
	let keys: { publicKey: CryptoKey; privateKey: CryptoKey };
	let others: { publicKey: CryptoKey; privateKey: CryptoKey };
	let answer: { status: number; body: string } | undefined;

	beforeAll(async () => {
		keys = await generateKeyPair('RS256', { extractable: true });
		others = await generateKeyPair('RS256', { extractable: true });
	});
	beforeEach(async () => {
		answer = undefined;
		const published = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] };
		server = createServer((_request, response) => void response.writeHead(answer?.status ?? 200, { 'content-type': 'application/json' }).end(answer?.body ?? JSON.stringify(published)));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
	});
	afterEach(async () => await new Promise((resolve) => server.close(resolve)));

	const claims: JWTPayload = { iss: ISSUER, aud: CLIENT_ID, iat: NOW, exp: NOW + 120, jti: 'j1', sub: 'user-alice', sid: 's1', events: { [EVENT]: {} } };
	const sign = async (changes: JWTPayload = {}, { key = keys.privateKey, alg = 'RS256', kid = 'k1', typ = 'logout+jwt' }: Signing = {}) => await new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg, kid, ...(typ !== '' && { typ }) }).sign(key);
	const verify = async (token: string) => await verifyLogoutToken(token, { endpoints: { issuer: ISSUER, jwksUrl: url, tokenUrl: `${ISSUER}/token` }, clientId: CLIENT_ID, fetch: plainFetch, nowMs: NOW_MS });

	it('names person and sign-in, and for how long it must be known as used', async () => {
		expect(await verify(await sign())).toEqual({ subject: 'user-alice', sessionId: 's1', tokenId: 'j1', takenForMs: 180_000 });
		expect(await verify(await sign({ sid: undefined }))).toMatchObject({ subject: 'user-alice', sessionId: undefined });
		expect(await verify(await sign({ sub: undefined }))).toMatchObject({ subject: undefined, sessionId: 's1' });
	});

	it.each(['logout+jwt', 'application/logout+jwt', 'Logout+JWT', 'JWT', ''])('may have the type "%s"', async (typ) => {
		expect(await verify(await sign({}, { typ }))).toMatchObject({ tokenId: 'j1' });
	});

	it('may be a minute off, and is not taken for longer than ten, whatever it says', async () => {
		for (const [exp, iat] of [[NOW - 59, NOW - 100], [NOW + 120, NOW + 59], [NOW + 120, NOW - 659]] as const) expect(await verify(await sign({ exp, iat }))).toMatchObject({ tokenId: 'j1' });
		expect(await verify(await sign({ exp: NOW + 365 * 86_400 }))).toMatchObject({ takenForMs: 660_000 });
	});

	it('may be for several, if it was made for this one', async () => {
		expect(await verify(await sign({ aud: [CLIENT_ID] }))).toMatchObject({ tokenId: 'j1' });
		expect(await verify(await sign({ aud: ['others', CLIENT_ID], azp: CLIENT_ID }))).toMatchObject({ tokenId: 'j1' });
	});

	const publicKeyAsSecret = async () => new TextEncoder().encode(await exportSPKI(keys.publicKey));
	it.each<[string, () => Promise<string>, string]>([
		['is not signed (alg none)', async () => await Promise.resolve(new UnsecuredJWT(claims).encode()), 'is signed by an algorithm that is not allowed'],
		['is signed by HS256 with the public key', async () => await sign({}, { alg: 'HS256', key: await publicKeyAsSecret() }), 'is signed by an algorithm that is not allowed'],
		['is signed with a key that nobody publishes', async () => await sign({}, { key: others.privateKey, kid: 'k2' }), 'is signed with a key that its issuer does not publish'],
		['is signed with another key under a known name', async () => await sign({}, { key: others.privateKey }), 'has a signature that does not hold'],
		['was changed after it was signed', async () => (await sign()).replace(/\.[^.]+\./, `.${Buffer.from(JSON.stringify({ ...claims, sub: 'user-bob' })).toString('base64url')}.`), 'has a signature that does not hold'],
		['is an access token', async () => await sign({}, { typ: 'at+jwt' }), 'is a token of another type'],
		['comes from another issuer', async () => await sign({ iss: `${ISSUER}/` }), 'comes from another issuer'],
		['names no issuer', async () => await sign({ iss: undefined }), 'comes from another issuer'],
		['is for another client', async () => await sign({ aud: 'others' }), 'is meant for somebody else'],
		['is for nobody', async () => await sign({ aud: undefined }), 'is meant for somebody else'],
		['is for others as well', async () => await sign({ aud: ['others', CLIENT_ID] }), 'is meant for others as well'],
		['has expired', async () => await sign({ exp: NOW - 60, iat: NOW - 180 }), 'has expired'],
		['has no end', async () => await sign({ exp: undefined }), 'lacks the claim "exp"'],
		['is old, however long it says to hold', async () => await sign({ exp: NOW + 86_400, iat: NOW - 661 }), 'was issued too long ago'],
		['does not say when it was issued', async () => await sign({ iat: undefined }), 'lacks the claim "iat"'],
		['comes from the future', async () => await sign({ iat: NOW + 61 }), 'is not valid yet'],
		['tells of no event', async () => await sign({ events: undefined }), 'lacks the claim "events"'],
		['tells of another event', async () => await sign({ events: { 'https://schemas.openid.net/secevent/risc/event-type/account-disabled': {} } }), 'tells of no sign-out'],
		['tells the event as a list', async () => await sign({ events: [EVENT] }), 'tells of no sign-out'],
		['tells the event as a text', async () => await sign({ events: { [EVENT]: 'yes' } }), 'tells of no sign-out'],
		['is an ID token with an event', async () => await sign({ nonce: 'n' }), 'has a nonce: it is an ID token'],
		['has an empty nonce', async () => await sign({ nonce: '' }), 'has a nonce: it is an ID token'],
		['names nobody', async () => await sign({ sub: undefined, sid: undefined }), 'names neither a person nor a sign-in'],
		['names an empty sign-in', async () => await sign({ sid: '' }), 'has a claim "sid" that names nothing'],
		['names a person that is no text', async () => await sign({ sub: ['user-alice'] as never }), 'has a claim "sub" that names nothing'],
		['has no id', async () => await sign({ jti: undefined }), 'lacks the claim "jti"'],
		['has an empty id', async () => await sign({ jti: '' }), 'has a claim "jti" that names nothing'],
		['is no token', async () => await Promise.resolve('logout'), 'is no signed token (JWT)'],
		['is empty but for its dots', async () => await Promise.resolve('..'), 'is no signed token (JWT)'],
	])('that %s is refused, with that reason', async (_what, make, reason) => {
		const token = await make();
		const error = await verify(token).catch((caught: unknown) => caught);
		expect(error).toMatchObject({ code: 'forbidden', message: `The logout token ${reason}` });
		expect((error as Error).cause).toBeUndefined();
	});

	it.each([[503, 'busy'], [200, '<html>'], [200, '{"keys":"none"}']])('is not judged while the keys cannot be had (%d %s)', async (status, body) => {
		answer = { status, body };
		await expect(verify(await sign())).rejects.toMatchObject({ code: 'providerUnavailable' });
	});

	it.each([{ issuer: ISSUER }, { jwksUrl: `${ISSUER}/jwks` }])('cannot be judged without issuer and keys (%j)', async (endpoints) => {
		await expect(verifyLogoutToken(await sign(), { endpoints: { ...endpoints, tokenUrl: `${ISSUER}/token` }, clientId: CLIENT_ID, fetch: plainFetch, nowMs: NOW_MS })).rejects.toMatchObject({ code: 'settingInvalid', details: { field: 'issuer' } });
	});
});
