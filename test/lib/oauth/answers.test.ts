import nock from 'nock';

import { type AnswerQuirks, buildClient, classifyAnswer, parseRetryAfter, refreshTokens } from '../../../lib/oauth';
import { clientOf, endpoints, HOST, settings, tokens, useNock } from './support';

const NOW = Date.UTC(2026, 0, 1);
const html = '<html><body><h1>We are down for maintenance.</h1></body></html>';
const json = (status: number, body: unknown, headers: Record<string, string> = {}) => () => nock(HOST).post('/token').reply(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
const page = (status: number) => () => nock(HOST).post('/token').reply(status, html, { 'content-type': 'text/html' });

const quirks: AnswerQuirks = { isTemporaryInvalidGrant: (description) => description.includes('already being processed') };

describe('what a failed token request means for the grant', () => {
	useNock();
	const refreshed = async () => await refreshTokens(await clientOf(), tokens, { nowMs: NOW });
	const failure = async () => {
		try {
			await refreshed();
		} catch (error) {
			return classifyAnswer(error, quirks, NOW);
		}
		throw new Error('it did not fail');
	};

	it.each<[string, () => unknown, { kind: string; code: string; answerLost?: boolean; retryAfterMs?: number }]>([
		['invalid_grant', json(400, { error: 'invalid_grant', error_description: 'expired access/refresh token' }), { kind: 'invalidGrant', code: 'authenticationNeeded', answerLost: false }],
		['invalid_grant without a description', json(400, { error: 'invalid_grant' }), { kind: 'invalidGrant', code: 'authenticationNeeded' }],
		['invalid_grant on 401', json(401, { error: 'invalid_grant' }), { kind: 'invalidGrant', code: 'authenticationNeeded' }],
		['"already being processed"', json(400, { error: 'invalid_grant', error_description: 'token request is already being processed' }), { kind: 'temporary', code: 'providerUnavailable', answerLost: false }],
		['429 with Retry-After in seconds', json(429, { error: 'rate_limited' }, { 'retry-after': '7' }), { kind: 'temporary', code: 'providerUnavailable', answerLost: false, retryAfterMs: 7_000 }],
		['429 with Retry-After as a date', json(429, {}, { 'retry-after': new Date(NOW + 90_000).toUTCString() }), { kind: 'temporary', code: 'providerUnavailable', retryAfterMs: 90_000 }],
		['429 that says invalid_grant', json(429, { error: 'invalid_grant' }), { kind: 'temporary', code: 'providerUnavailable' }],
		['500 in JSON', json(500, { error: 'server_error' }), { kind: 'temporary', code: 'providerUnavailable', answerLost: true }],
		['500 that says invalid_grant', json(500, { error: 'invalid_grant' }), { kind: 'temporary', code: 'providerUnavailable', answerLost: true }],
		['502 as an HTML page', page(502), { kind: 'temporary', code: 'providerUnavailable', answerLost: true }],
		['503 with Retry-After', json(503, {}, { 'retry-after': '30' }), { kind: 'temporary', code: 'providerUnavailable', retryAfterMs: 30_000 }],
		['400 as an HTML page', page(400), { kind: 'temporary', code: 'providerUnavailable', answerLost: false }],
		['404 as an HTML page', page(404), { kind: 'temporary', code: 'providerUnavailable', answerLost: false }],
		['a redirect', () => nock(HOST).post('/token').reply(302, '', { location: 'https://evil.example/token' }), { kind: 'temporary', code: 'providerUnavailable', answerLost: false }],
		['a connection that was refused', () => nock(HOST).post('/token').replyWithError(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })), { kind: 'temporary', code: 'providerUnavailable', answerLost: true }],
		['200 as an HTML page', page(200), { kind: 'temporary', code: 'providerUnavailable', answerLost: true }],
		['200 with garbage for JSON', () => nock(HOST).post('/token').reply(200, '{"access_token":"canary', { 'content-type': 'application/json' }), { kind: 'temporary', code: 'providerError', answerLost: true }],
		['200 without a token', json(200, { token_type: 'Bearer' }), { kind: 'temporary', code: 'providerError', answerLost: true }],
		['S21 a token type that is not bearer', json(200, { access_token: 'a', token_type: 'mac' }), { kind: 'temporary', code: 'tokenTypeUnsupported', answerLost: true }],
		['S21 a bound token although no key was shown', json(200, { access_token: 'a', token_type: 'DPoP' }), { kind: 'temporary', code: 'tokenTypeUnsupported', answerLost: true }],
		['S21 no token type', json(200, { access_token: 'a' }), { kind: 'temporary', code: 'providerError', answerLost: true }],
		['S21 expires_in that is no number', json(200, { access_token: 'a', token_type: 'Bearer', expires_in: 'soon' }), { kind: 'temporary', code: 'providerError', answerLost: true }],
		['invalid_client', json(401, { error: 'invalid_client', error_description: 'invalid client credentials' }), { kind: 'clientRejected', code: 'clientRejected' }],
		['invalid_client_id', json(400, { error: 'invalid_client_id', error_description: 'client identifier invalid' }), { kind: 'clientRejected', code: 'clientRejected' }],
		['unauthorized_client', json(400, { error: 'unauthorized_client' }), { kind: 'clientRejected', code: 'clientRejected' }],
		['401 bare', () => nock(HOST).post('/token').reply(401), { kind: 'clientRejected', code: 'clientRejected' }],
		['401 with a challenge', () => nock(HOST).post('/token').reply(401, '', { 'www-authenticate': 'Basic realm="x"' }), { kind: 'clientRejected', code: 'clientRejected' }],
		['temporarily_unavailable', json(400, { error: 'temporarily_unavailable' }), { kind: 'temporary', code: 'providerUnavailable' }],
		['invalid_request', json(400, { error: 'invalid_request' }), { kind: 'other', code: 'providerError' }],
		['invalid_scope', json(400, { error: 'invalid_scope' }), { kind: 'other', code: 'providerError' }],
	])('%s', async (_name, answer, { code, ...expected }) => {
		answer();
		const classified = await failure();
		expect(classified).toMatchObject({ ...expected, error: { code } });
		expect(`${classified.error.message} ${classified.error.details.advice ?? ''}`).not.toMatch(/canary|undefined|\[object/);
	});

	it('only invalid_grant sends the user back to sign-in', async () => {
		for (const error of ['invalid_request', 'invalid_client', 'server_error', 'access_denied', 'unsupported_grant_type', 'slow_down', 'something_new']) {
			json(400, { error })();
			expect((await failure()).kind).not.toBe('invalidGrant');
		}
	});

	it('gives up after its deadline, and takes the answer for lost', async () => {
		const hang = Object.assign(new Error('The operation was aborted due to timeout'), { name: 'TimeoutError' });
		const client = await buildClient(endpoints, settings, { fetch: async () => await Promise.reject(hang) });
		const error: unknown = await refreshTokens(client, tokens, { nowMs: NOW }).catch((caught: unknown) => caught);
		expect(classifyAnswer(error)).toMatchObject({ kind: 'temporary', answerLost: true, error: { code: 'providerUnavailable' } });
	});

	it.each([['3', 3_000], ['0', 0], ['-5', 0], ['1.5', 1_500], [new Date(NOW + 60_000).toUTCString(), 60_000], [new Date(NOW - 60_000).toUTCString(), 0], ['soon', undefined], ['', undefined], [null, undefined]])('Retry-After %p is %p ms', (value, expected) => {
		expect(parseRetryAfter(value, NOW)).toBe(expected);
	});

	describe('a token answer', () => {
		const answered = (body: Record<string, unknown>) => json(200, { access_token: 'new', token_type: 'Bearer', ...body })();

		it.each([[3_600, NOW + 3_600_000], ['3600', NOW + 3_600_000], [undefined, undefined]])('S21 expires_in %p ends at %p', async (expires_in, expected) => {
			answered({ expires_in });
			expect((await refreshed()).expiresAtMs).toBe(expected);
		});

		it.each(['Bearer', 'bearer', 'BEARER'])('S21 token type %s is bearer', async (token_type) => {
			answered({ token_type });
			expect((await refreshed()).accessToken).toBe('new');
		});

		it('keeps refresh token, scopes and API address where it omits them, and takes them where it has them', async () => {
			answered({});
			expect(await refreshed()).toMatchObject({ refreshToken: tokens.refreshToken, scopes: ['api'], apiBaseUrl: tokens.apiBaseUrl });
			answered({ refresh_token: 'rotated', scope: 'api  openid ', instance_url: 'https://other.example.com/' });
			expect(await refreshTokens(await clientOf(), tokens, { nowMs: NOW, apiBaseUrlOf: ({ instance_url: url }) => (typeof url === 'string' ? new URL(url).origin : undefined) })).toMatchObject({ refreshToken: 'rotated', scopes: ['api', 'openid'], apiBaseUrl: 'https://other.example.com' });
		});

		it('sends the secret the way that the credential says, and never in the address', async () => {
			for (const [clientAuthentication, header, body] of [['post', undefined, /client_secret=canary-client-secret/], ['basic', /^Basic /, /^((?!client_secret).)*$/], ['none', undefined, /^((?!client_secret).)*$/]] as const) {
				nock(HOST, header === undefined ? { badheaders: ['authorization'] } : { reqheaders: { authorization: header } })
					.post('/token', (sent: Record<string, string>) => body.test(new URLSearchParams(sent).toString()))
					.reply(200, { access_token: 'new', token_type: 'Bearer' });
				await refreshTokens(await clientOf({ client: { clientAuthentication, clientSecret: clientAuthentication === 'none' ? undefined : 'canary-client-secret' } }), tokens, { nowMs: NOW });
			}
		});
	});
});
