/** Whatever a server makes of a request, each of the protocol's steps ends in time, in one of our errors, and quotes nothing of the answer. */
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { isConnectedAppsError } from '../../../lib/errors';
import { buildAuthorizeUrl, buildClient, classifyAnswer, createEndpointResolver, exchangeCode, exchangeToken, fetchUserInfo, introspectToken, newTransactionSecrets, probeClient, refreshTokens, requestClientCredentials, requestWithAssertion, revokeTokens, verifyIdToken } from '../../../lib/oauth';
import type { Fetch, OAuthEndpoints } from '../../../lib/types';
import { exchangeOf, plainFetch, REDIRECT_URI, settings, tokens } from './support';

const CANARY = 'canary-of-the-answer';
const json = (body: unknown) => (response: ServerResponse) => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const text = (status: number, body: string, type: string, headers: Record<string, string> = {}) => (response: ServerResponse) => void response.writeHead(status, { 'content-type': type, ...headers }).end(body);

const ANSWERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
	'nothing, ever': () => undefined,
	'a beginning, and nothing more': (response) => void response.writeHead(200, { 'content-type': 'application/json' }).write(`{"access_token":"${CANARY}`),
	'a connection that breaks off at once': (response) => void response.destroy(),
	'a connection that breaks off in the middle': (response) => void response.writeHead(200, { 'content-type': 'application/json', 'content-length': '999' }).write(`{"access_token":"${CANARY}`, () => response.destroy()),
	'a page': text(200, `<html>${CANARY}</html>`, 'text/html'),
	'a page that claims to be JSON': text(200, `<html>${CANARY}</html>`, 'application/json'),
	'a page of a proxy that wants a name': text(407, `<html>${CANARY}</html>`, 'text/html', { 'proxy-authenticate': 'Basic realm="x"' }),
	'a page on 500': text(500, `<html>${CANARY}</html>`, 'text/html'),
	'a redirect': text(302, CANARY, 'text/html', { location: 'http://127.0.0.1:9/' }),
	'an empty body': text(200, '', 'application/json'),
	'bytes that are no text': (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from([0xff, 0xfe, 0x00, 0x80])),
	'JSON that is cut': text(200, `{"access_token":"${CANARY}","token_type`, 'application/json'),
	'JSON of another kind: null': json(null),
	'JSON of another kind: a list': json([{ access_token: CANARY }]),
	'JSON of another kind: a text': json(CANARY),
	'JSON of another kind: a number': json(1),
	'members of wrong types': json({ access_token: { value: CANARY }, token_type: 7, expires_in: 'soon', scope: [CANARY], issuer: 1, request_uri: {}, keys: 'none', active: 'yes', sub: [] }),
	'an error of wrong types': text(400, JSON.stringify({ error: { code: CANARY }, error_description: [CANARY] }), 'application/json'),
	'an error that is a list': text(400, JSON.stringify([CANARY]), 'application/json'),
	'an error on 200': json({ error: 'invalid_grant' }),
};

describe('bad answers', () => {
	let server: Server;
	let base: string;
	let answer: (response: ServerResponse) => void;
	beforeAll(async () => {
		server = createServer((request, response) => {
			request.resume();
			answer(response);
		}).listen(0, '127.0.0.1');
		await once(server, 'listening');
		base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	afterAll(async () => {
		server.closeAllConnections();
		server.close();
		await once(server, 'close');
	});

	/** Nobody waits 20 seconds in a test. */
	const hasty: Fetch = async (url, init) => await plainFetch(url, { ...init, timeoutMs: 300 });
	const endpoints = (): OAuthEndpoints => ({ issuer: base, authorizationUrl: `${base}/authorize`, tokenUrl: `${base}/token`, userInfoUrl: `${base}/userinfo`, revocationUrl: `${base}/revoke`, introspectionUrl: `${base}/introspect`, pushedAuthorizationUrl: `${base}/par`, jwksUrl: `${base}/keys` });
	const client = async () => await buildClient(endpoints(), settings, { fetch: hasty });
	const reading = { nowMs: 0 };
	const asked = { scopes: ['api'], reading };
	/** Unsigned by anybody: the keys are asked for before that is found out. */
	const idToken = [{ alg: 'RS256', kid: 'x' }, { iss: 'x', sub: 'x', aud: 'client', exp: 9_999_999_999, iat: 1 }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');

	const STEPS: Readonly<Record<string, () => Promise<unknown>>> = {
		discovery: async () => await createEndpointResolver()({ issuer: base, known: {} }, hasty),
		'a pushed request': async () => await buildAuthorizeUrl(await client(), endpoints(), { redirectUri: REDIRECT_URI, scopes: ['openid'], secrets: newTransactionSecrets() }),
		'the exchange of a code': async () => await exchangeCode(await client(), exchangeOf()),
		'a renewal': async () => await refreshTokens(await client(), tokens, reading),
		'client credentials': async () => await requestClientCredentials(await client(), asked),
		'an assertion': async () => await requestWithAssertion(await client(), 'a.b.c', asked),
		'an exchange of tokens': async () => await exchangeToken(await client(), { ...asked, style: 'tokenExchange', subjectToken: 'x' }),
		'who signed in': async () => await fetchUserInfo(`${base}/userinfo`, 'token', hasty),
		'whether a token lives': async () => await introspectToken(await client(), 'token'),
		'the keys of a server': async () => await verifyIdToken(`${idToken}.AAAA`, { endpoints: endpoints(), clientId: 'client', nonce: 'x', fetch: hasty }),
	};
	const words = (error: unknown) => {
		const { message, details, cause } = error as { message: string; details: object; cause?: { message?: string } };
		return JSON.stringify([message, details, cause?.message, error]);
	};

	describe.each(Object.keys(STEPS))('%s', (step) => {
		it.each(Object.keys(ANSWERS))('%s', async (name) => {
			answer = ANSWERS[name]!;
			let failure: unknown;
			try {
				const result = await STEPS[step]!();
				// Userinfo is any object: what it lacks is judged by whoever reads the account.
				expect([step, typeof result]).toEqual(['who signed in', 'object']);
				return;
			} catch (error) {
				failure = error;
			}
			const told = isConnectedAppsError(failure) ? failure : classifyAnswer(failure).error;
			expect(['providerUnavailable', 'providerError', 'settingInvalid', 'tokenTypeUnsupported']).toContain(told.code);
			expect(words(told)).not.toMatch(/canary|undefined|\[object|NaN/);
			expect(words(told)).not.toContain(tokens.refreshToken);
		});
	});

	it.each(Object.keys(ANSWERS))('of a revocation is one to try again or to leave, and no error: %s', async (name) => {
		answer = ANSWERS[name]!;
		expect(['revoked', 'retry', 'refused']).toContain(await revokeTokens(await client(), 'token', 'refresh_token'));
	});

	it.each(Object.keys(ANSWERS))('is no word on the client: %s', async (name) => {
		answer = ANSWERS[name]!;
		const told = await probeClient(await client(), REDIRECT_URI);
		expect(told?.code).toMatch(/^provider/);
		expect(words(told)).not.toMatch(/canary|undefined|\[object/);
	});
});
