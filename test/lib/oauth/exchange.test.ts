import { decodeJwt } from 'jose';
import nock from 'nock';

import { buildAuthorizeUrl, classifyAnswer, createDpopKey, exchangeCode, exchangeToken, fetchUserInfo, newTransactionSecrets, revokeTokens } from '../../../lib/oauth';
import { clientOf, endpoints, exchangeOf, HOST, plainFetch, REDIRECT_URI, useNock } from './support';

const granted = { access_token: 'a', refresh_token: 'r', token_type: 'Bearer', scope: 'api' };

describe('the authorization response', () => {
	useNock();
	const exchange = async (query: Record<string, string> = {}, changes: Parameters<typeof clientOf>[0] = {}) => await exchangeCode(await clientOf(changes), exchangeOf(query));

	it('S2 sends code, verifier and redirect URI, and reads the tokens', async () => {
		const secrets = newTransactionSecrets();
		nock(HOST).post('/token', { grant_type: 'authorization_code', code: 'canary-code', redirect_uri: REDIRECT_URI, code_verifier: secrets.codeVerifier, client_id: 'client', client_secret: 'canary-client-secret' }).reply(200, granted);
		expect(await exchangeCode(await clientOf(), exchangeOf({}, secrets))).toEqual({ tokens: { accessToken: 'a', refreshToken: 'r', tokenType: 'bearer', scopes: ['api'], expiresAtMs: undefined, apiBaseUrl: undefined }, idToken: undefined });
	});

	it('S2 the authorize address has challenge, state and redirect URI, and none of the secrets', async () => {
		const secrets = newTransactionSecrets();
		const url = await buildAuthorizeUrl(await clientOf(), endpoints, { redirectUri: REDIRECT_URI, scopes: ['openid', 'api'], secrets, extra: { login_hint: 'alice@example.com', state: 'overwritten', redirect_uri: 'https://evil.example' } });
		expect(Object.fromEntries(url.searchParams)).toMatchObject({ response_type: 'code', client_id: 'client', redirect_uri: REDIRECT_URI, scope: 'openid api', state: secrets.state, nonce: secrets.nonce, code_challenge_method: 'S256', login_hint: 'alice@example.com' });
		expect(url.href).not.toMatch(/canary/);
		expect(url.href).not.toContain(secrets.codeVerifier);
		expect(Buffer.from(secrets.state, 'base64url').length).toBeGreaterThanOrEqual(16);
	});

	it.each<[string, Record<string, string>, Parameters<typeof clientOf>[0], string]>([
		['S1 another state', { state: 'another' }, {}, 'stateInvalid'],
		['S4 another issuer', { iss: 'https://evil.example' }, {}, 'issuerMismatch'],
		['S4 another issuer although none is announced', { iss: `${HOST}.evil.example` }, { endpoints: { issParameterSupported: false } }, 'issuerMismatch'],
		['S4 an issuer that is missing although announced', {}, { endpoints: { issParameterSupported: true } }, 'issuerMismatch'],
		['access_denied', { error: 'access_denied', error_description: 'end-user denied authorization' }, {}, 'signInDeclined'],
		['temporarily_unavailable', { error: 'temporarily_unavailable' }, {}, 'providerUnavailable'],
		['invalid_scope', { error: 'invalid_scope' }, {}, 'providerError'],
		['S4 an error from another issuer', { error: 'access_denied', iss: 'https://evil.example' }, {}, 'issuerMismatch'],
		['an answer without code', { code: '' }, {}, 'providerError'],
	])('%s is refused without a token call', async (_what, query, changes, code) => {
		const parameters = exchangeOf(query);
		if (query.error !== undefined || query.code === '') parameters.query.delete('code');
		await expect(exchangeCode(await clientOf(changes), parameters)).rejects.toMatchObject({ code });
	});

	it('S4 the right issuer passes, announced or not', async () => {
		for (const issParameterSupported of [true, false]) {
			nock(HOST).post('/token').reply(200, granted);
			await expect(exchange({ iss: HOST }, { endpoints: { issParameterSupported } })).resolves.toBeDefined();
		}
	});

	it.each([
		['a state that came twice', 'state'],
		['a code that came twice', 'code'],
		['an issuer that came twice', 'iss'],
	])('%s is refused', async (_what, name) => {
		const parameters = exchangeOf({ iss: HOST });
		parameters.query.append(name, parameters.query.get(name)!);
		await expect(exchangeCode(await clientOf(), parameters)).rejects.toMatchObject({ name: 'ConnectedAppsError' });
	});

	it.each([
		['invalid_grant', 400, { error: 'invalid_grant', error_description: 'expired authorization code' }, 'signInExpired'],
		['invalid_client', 401, { error: 'invalid_client' }, 'clientRejected'],
		['redirect_uri_mismatch', 400, { error: 'redirect_uri_mismatch', error_description: 'redirect_uri must match configuration' }, 'providerError'],
		['a 503', 503, { error: 'x' }, 'providerUnavailable'],
	])('%s at the token endpoint', async (_what, status, body, code) => {
		nock(HOST).post('/token').reply(status, body);
		await expect(exchange()).rejects.toMatchObject({ code });
	});

	it('an ID token is handed on unread, and to nobody who reads the rest of the answer', async () => {
		const told: unknown[] = [];
		const parameters = exchangeOf();
		const reading = { ...parameters.reading, apiBaseUrlOf: (answer: Record<string, unknown>) => void told.push(answer) };
		nock(HOST).post('/token').reply(200, { ...granted, id_token: 'not.a.jwt', id: 'x' });
		await expect(exchangeCode(await clientOf(), { ...parameters, reading })).resolves.toMatchObject({ tokens: { accessToken: 'a' }, idToken: 'not.a.jwt' });
		expect(told).toEqual([expect.objectContaining({ id: 'x' })]);
		expect(JSON.stringify(told)).not.toContain('not.a.jwt');
	});

	it('a server that only pretends to have sent an ID token has sent none', async () => {
		nock(HOST).post('/token').reply(200, { ...granted, unverified_id_token: 'forged' });
		expect((await exchange()).idToken).toBeUndefined();
	});

	it.each(['interaction_required', 'login_required', 'consent_required', 'account_selection_required', 'immediate_unsuccessful'])('%s, where no page may be shown, is told as such', async (error) => {
		const parameters = exchangeOf({ error });
		parameters.query.delete('code');
		await expect(exchangeCode(await clientOf(), parameters)).rejects.toMatchObject({ code: 'interactionRequired', details: { oauthError: error, advice: expect.any(String) } });
	});

	it.each([['mac'], ['DPoP'], ['N_A']])('S21 a token of type %s is refused by name', async (token_type) => {
		nock(HOST).post('/token').reply(200, { ...granted, token_type });
		await expect(exchange()).rejects.toMatchObject({ code: 'tokenTypeUnsupported' });
	});

	it('what a provider is known to say wins, in the address and in the answer', async () => {
		const quirks = { knownErrors: [{ match: /^access_denied E65004/g, code: 'consentNeeded', advice: 'Ask the administrator' }, { match: /^invalid_grant E700082/, kind: 'clientRejected', advice: 'Make a new secret' }] as const };
		const denied = exchangeOf({ error: 'access_denied', error_description: 'E65004: no' });
		denied.query.delete('code');
		for (let time = 0; time < 2; time++) await expect(exchangeCode(await clientOf(), { ...denied, quirks })).rejects.toMatchObject({ code: 'consentNeeded', details: { advice: 'Ask the administrator' } });
		nock(HOST).post('/token').reply(400, { error: 'invalid_grant', error_description: 'E700082: secret' });
		await expect(exchangeCode(await clientOf(), { ...exchangeOf(), quirks })).rejects.toMatchObject({ code: 'clientRejected', details: { advice: 'Make a new secret' } });
	});

	it.each([
		['authorization code has expired', /^Start again/],
		['redirect_uri mismatch', /^Register exactly/],
		['E70008', /^Ask them/],
	])('a code that is refused (%s) is a sign-in that is over, with the way out', async (error_description, advice) => {
		nock(HOST).post('/token').reply(400, { error: 'invalid_grant', error_description });
		const quirks = { knownErrors: [{ match: /E70008/, advice: 'Ask them' }] };
		await expect(exchangeCode(await clientOf(), { ...exchangeOf(), quirks })).rejects.toMatchObject({ code: 'signInExpired', details: { oauthError: 'invalid_grant', advice: expect.stringMatching(advice) } });
	});

	it('S20 a redirect of the token endpoint is not followed', async () => {
		nock(HOST).post('/token').reply(307, '', { location: 'https://evil.example/token' });
		await expect(exchange()).rejects.toMatchObject({ code: 'providerUnavailable' });
	});
});

describe('on behalf of a caller', () => {
	useNock();
	const exchanged = async (changes: { resource?: string } = {}) => await exchangeToken(await clientOf(), { style: 'onBehalfOf', subjectToken: 'canary-access-token', scopes: ['https://api.example.com/.default'], reading: { nowMs: 0 }, ...changes });

	it('their token is sent as the assertion, by the client that it was made for', async () => {
		nock(HOST)
			.post('/token', { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', requested_token_use: 'on_behalf_of', assertion: 'canary-access-token', scope: 'https://api.example.com/.default', client_id: 'client', client_secret: 'canary-client-secret' })
			.reply(200, { access_token: 'a', token_type: 'Bearer', expires_in: 3_599, id_token: 'x' });
		expect(await exchanged()).toEqual({ accessToken: 'a', refreshToken: undefined, tokenType: 'bearer', expiresAtMs: 3_599_000, scopes: ['https://api.example.com/.default'], apiBaseUrl: undefined });
	});

	it.each([
		['interaction_required', 'other', 'interactionRequired'],
		['invalid_grant', 'invalidGrant', 'authenticationNeeded'],
	])('%s says what is needed', async (error, kind, code) => {
		nock(HOST).post('/token').reply(400, { error, error_description: 'canary' });
		const classified = classifyAnswer(await exchanged().catch((caught: unknown) => caught));
		expect(classified).toMatchObject({ kind, error: { code, details: { oauthError: error, advice: expect.any(String) } } });
	});

	it('S21 a token that is no access token is refused', async () => {
		nock(HOST).post('/token').reply(200, { access_token: 'a', token_type: 'N_A', issued_token_type: 'urn:ietf:params:oauth:token-type:jwt' });
		await expect(clientOf().then(async (client) => await exchangeToken(client, { style: 'tokenExchange', subjectToken: 't', scopes: [], reading: { nowMs: 0 } }))).rejects.toMatchObject({ code: 'tokenTypeUnsupported' });
	});
});

describe('userinfo', () => {
	useNock();
	const ask = async () => await fetchUserInfo(`${HOST}/userinfo`, 'canary-access-token', plainFetch);

	it('sends the token in the header only', async () => {
		nock(HOST, { reqheaders: { authorization: 'Bearer canary-access-token' } }).get('/userinfo').reply(200, { sub: '1' });
		expect(await ask()).toEqual({ sub: '1' });
	});

	it.each<[string, number, string, string]>([
		['403', 403, 'Bad_OAuth_Token', 'providerError'],
		['429', 429, '', 'providerUnavailable'],
		['503', 503, '<html>', 'providerUnavailable'],
		['HTML', 200, '<html>', 'providerError'],
		['a list', 200, '[]', 'providerError'],
		['null', 200, 'null', 'providerError'],
		['a redirect', 302, '', 'providerError'],
	])('%s is no claim about anybody', async (_what, status, body, code) => {
		nock(HOST).get('/userinfo').reply(status, body, { location: 'https://evil.example/' });
		await expect(ask()).rejects.toMatchObject({ code, message: expect.not.stringContaining('canary') });
	});

	it('a server that is away is named, with the way out', async () => {
		nock(HOST).get('/userinfo').replyWithError(Object.assign(new Error('getaddrinfo ENOTFOUND login.example.com'), { code: 'ENOTFOUND' }));
		await expect(ask()).rejects.toMatchObject({ code: 'providerUnavailable', message: expect.stringMatching(/^login\.example\.com could not be asked who signed in \(.*ENOTFOUND/), details: { advice: expect.stringContaining('host name is not known') } });
	});

	it('a bound token is shown with its proof, and once more with the number that the server wants', async () => {
		const dpopKey = (await createDpopKey(['ES256']))!;
		const proofs: Array<Record<string, unknown>> = [];
		const headers = { authorization: 'DPoP canary-access-token', dpop: (value: string | null) => proofs.push(decodeJwt(String(value))) > 0 };
		nock(HOST, { reqheaders: headers }).get('/userinfo').reply(401, '', { 'dpop-nonce': 'n-1', 'www-authenticate': 'DPoP error="use_dpop_nonce"' });
		nock(HOST, { reqheaders: headers }).get('/userinfo').reply(200, { sub: '1' });
		expect(await fetchUserInfo(`${HOST}/userinfo`, { accessToken: 'canary-access-token', dpopKey }, plainFetch)).toEqual({ sub: '1' });
		expect(proofs.at(-1)).toMatchObject({ htm: 'GET', htu: `${HOST}/userinfo`, nonce: 'n-1' });
		nock(HOST, { reqheaders: headers }).get('/userinfo').twice().reply(401, '', { 'dpop-nonce': 'n-2' });
		await expect(fetchUserInfo(`${HOST}/userinfo`, { accessToken: 'canary-access-token', dpopKey }, plainFetch)).rejects.toMatchObject({ code: 'providerError' });
	});

	it('is not asked at an address that is not https', async () => {
		await expect(fetchUserInfo('http://login.example.com/userinfo', 't', plainFetch)).rejects.toMatchObject({ code: 'settingInvalid' });
		await expect(fetchUserInfo('', 't', plainFetch)).rejects.toMatchObject({ code: 'settingInvalid' });
	});
});

describe('S23 revoking', () => {
	useNock();
	it.each<[string, () => unknown, string]>([
		['200', () => nock(HOST).post('/revoke', (body: Record<string, string>) => body.token === 'r' && body.token_type_hint === 'refresh_token').reply(200), 'revoked'],
		['200 with a page', () => nock(HOST).post('/revoke').reply(200, '<html>ok</html>', { 'content-type': 'text/html' }), 'revoked'],
		['400 invalid_token', () => nock(HOST).post('/revoke').reply(400, { error: 'invalid_token', error_description: 'invalid token: r' }), 'revoked'],
		['400 invalid_grant', () => nock(HOST).post('/revoke').reply(400, { error: 'invalid_grant' }), 'revoked'],
		['400 unsupported_token_type', () => nock(HOST).post('/revoke').reply(400, { error: 'unsupported_token_type' }), 'refused'],
		['503', () => nock(HOST).post('/revoke').reply(503, ''), 'retry'],
		['429', () => nock(HOST).post('/revoke').reply(429, ''), 'retry'],
		['no connection', () => nock(HOST).post('/revoke').replyWithError('socket hang up'), 'retry'],
		['401 invalid_client', () => nock(HOST).post('/revoke').reply(401, { error: 'invalid_client' }), 'retry'],
		['400 invalid_request', () => nock(HOST).post('/revoke').reply(400, { error: 'invalid_request' }), 'refused'],
	])('%s: what comes of it', async (_what, answer, expected) => {
		answer();
		expect(await revokeTokens(await clientOf(), 'r', 'refresh_token')).toBe(expected);
	});
});
