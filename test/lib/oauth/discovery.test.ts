import type { IncomingMessage, ServerResponse } from 'node:http';

import { createEndpointResolver } from '../../../lib/oauth';
import type { Fetch, OAuthEndpoints } from '../../../lib/types';
import { openLoopback, type LoopbackServer } from '../../sandbox/loopback';
import { plainFetch } from './support';

const OIDC = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';

describe('endpoints of an issuer', () => {
	let server: LoopbackServer;
	let asked: string[];
	let answers: Record<string, (response: ServerResponse) => void>;
	let nowMs: number;
	let resolve: ReturnType<typeof createEndpointResolver>;

	const json = (body: unknown, status = 200) => (response: ServerResponse) => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
	const page = (status: number) => (response: ServerResponse) => void response.writeHead(status, { 'content-type': 'text/html' }).end('<html>');
	const metadata = (issuer: string, changes: Record<string, unknown> = {}) => ({ issuer, authorization_endpoint: 'https://id.example.com/authorize', token_endpoint: 'https://id.example.com/token', ...changes });
	const discovered = async (issuer: string = server.url, known: Partial<OAuthEndpoints> = {}, fetch: Fetch = plainFetch) => await resolve({ issuer, known }, fetch);

	beforeAll(async () => {
		server = await openLoopback(0);
		server.handle((request: IncomingMessage, response: ServerResponse) => {
			asked.push(request.url!);
			(answers[request.url!] ?? page(404))(response);
		});
	});
	afterAll(async () => await server.close());
	beforeEach(() => {
		asked = [];
		answers = {};
		nowMs = 1_000_000;
		resolve = createEndpointResolver({ nowMs: () => nowMs });
	});

	it('are all that its metadata tell', async () => {
		answers[OIDC] = json(metadata(server.url, {
			revocation_endpoint: 'https://id.example.com/revoke',
			introspection_endpoint: 'https://id.example.com/introspect',
			userinfo_endpoint: 'https://id.example.com/userinfo',
			jwks_uri: 'https://keys.example.com/',
			pushed_authorization_request_endpoint: 'https://id.example.com/par',
			dpop_signing_alg_values_supported: ['ES256', 'PS256'],
			authorization_response_iss_parameter_supported: true,
			grant_types_supported: ['authorization_code'],
		}));
		expect(await discovered()).toEqual({
			issuer: server.url,
			authorizationUrl: 'https://id.example.com/authorize',
			tokenUrl: 'https://id.example.com/token',
			revocationUrl: 'https://id.example.com/revoke',
			introspectionUrl: 'https://id.example.com/introspect',
			userInfoUrl: 'https://id.example.com/userinfo',
			jwksUrl: 'https://keys.example.com/',
			pushedAuthorizationUrl: 'https://id.example.com/par',
			dpopAlgorithms: ['ES256', 'PS256'],
			issParameterSupported: true,
		});
	});

	it('are nothing that they do not tell', async () => {
		answers[OIDC] = json(metadata(server.url, { authorization_response_iss_parameter_supported: false, dpop_signing_alg_values_supported: [] }));
		expect(await discovered()).toEqual({ issuer: server.url, authorizationUrl: 'https://id.example.com/authorize', tokenUrl: 'https://id.example.com/token' });
	});

	it.each([page(404), page(200), json({ error: 'x' }, 400), json([])])('come from the OAuth path where there is no OpenID Connect (%#)', async (none) => {
		const issuer = `${server.url}/tenant`;
		answers[`/tenant${OIDC}`] = none;
		answers[`${OAUTH}/tenant`] = json(metadata(issuer));
		expect(await discovered(issuer)).toMatchObject({ issuer, tokenUrl: 'https://id.example.com/token' });
		expect(asked).toEqual([`/tenant${OIDC}`, `${OAUTH}/tenant`]);
	});

	it('that the admin has entered win, also over bad ones', async () => {
		answers[OIDC] = json(metadata(server.url, { token_endpoint: 'http://id.example.com/token', revocation_endpoint: 'https://id.example.com/revoke' }));
		expect(await discovered(server.url, { tokenUrl: 'https://mine.example.com/token', revocationUrl: '', userInfoUrl: undefined, resource: 'https://api.example.com' })).toMatchObject({
			tokenUrl: 'https://mine.example.com/token',
			revocationUrl: 'https://id.example.com/revoke',
			resource: 'https://api.example.com',
			issuer: server.url,
		});
	});

	it('that are known need no server', async () => {
		const known = { tokenUrl: 'https://id.example.com/token', authorizationUrl: 'https://id.example.com/authorize' };
		expect(await resolve({ known }, async () => await Promise.reject(new Error('asked')))).toEqual(known);
		await expect(resolve({ known: { tokenUrl: '' } }, plainFetch)).rejects.toMatchObject({ code: 'settingInvalid', details: { field: 'tokenUrl' } });
		await expect(resolve({ known: { ...known, revocationUrl: 'http://id.example.com/' } }, plainFetch)).rejects.toMatchObject({ code: 'settingInvalid', details: { field: 'Revocation URL' } });
	});

	describe('S4 S10 are not taken from metadata', () => {
		it.each<[string, (url: string) => Record<string, unknown>, RegExp]>([
			['of another issuer', () => metadata('https://evil.example'), /calls itself another issuer: https:\/\/evil\.example/],
			['of an issuer with a slash more', (url) => metadata(`${url}/`), /calls itself another issuer/],
			['of an issuer in other letters', (url) => metadata(url.replace('http', 'HTTP')), /calls itself another issuer/],
			['with an address in plain http', (url) => metadata(url, { token_endpoint: 'http://id.example.com/token' }), /Token URL must begin with https/],
			['with keys in plain http', (url) => metadata(url, { jwks_uri: 'http://id.example.com/keys' }), /Keys URL must begin with https/],
			['with an address that is none', (url) => metadata(url, { userinfo_endpoint: 'userinfo' }), /User Info URL is not an address/],
			['without a token endpoint', (url) => metadata(url, { token_endpoint: undefined }), /no token endpoint/],
		])('%s', async (_what, body, message) => {
			answers[OIDC] = json(body(server.url));
			await expect(discovered()).rejects.toMatchObject({ code: 'settingInvalid', message: expect.stringMatching(message), details: { field: 'issuer', advice: expect.any(String) } });
		});
	});

	it.each<[string, string, RegExp]>([
		['an address of metadata', `https://id.example.com${OIDC}`, /address of its metadata/],
		['a query', 'https://id.example.com/?tenant=1', /query/],
		['plain http', 'http://id.example.com', /must begin with https/],
		['no address', 'id.example.com', /is not an address/],
	])('cannot be asked for with %s as issuer', async (_what, issuer, message) => {
		await expect(discovered(issuer)).rejects.toMatchObject({ code: 'settingInvalid', message: expect.stringMatching(message), details: { field: 'issuer' } });
		expect(asked).toEqual([]);
	});

	it.each([
		['nothing there', page(404), 'settingInvalid'],
		['a page for everything', page(200), 'settingInvalid'],
		['a redirect', page(302), 'settingInvalid'],
		['a fault', page(503), 'providerUnavailable'],
		['too many requests', page(429), 'providerUnavailable'],
		['a connection that breaks off', (response: ServerResponse) => void response.destroy(), 'providerUnavailable'],
	])('%s is told by the host, is not kept, and is over when it is over', async (_what, answer, code) => {
		answers[OIDC] = answer;
		answers[OAUTH] = answer;
		await expect(discovered()).rejects.toMatchObject({ code, message: expect.stringContaining(new URL(server.url).host), details: { field: 'issuer' } });
		answers[OIDC] = json(metadata(server.url));
		await expect(discovered()).resolves.toMatchObject({ tokenUrl: 'https://id.example.com/token' });
	});

	describe('that nobody tells', () => {
		const adviceTo = async (insteadOfDiscovery?: string) => await resolve({ issuer: server.url, known: {}, ...(insteadOfDiscovery !== undefined && { insteadOfDiscovery }) }, plainFetch).then(
			() => undefined,
			(error: { details: { advice?: string } }) => error.details.advice,
		);

		it('are to be entered only where the form takes them, also when several forms ask at once', async () => {
			expect(await Promise.all([adviceTo(), adviceTo('set Endpoints to "Enter One by One"'), adviceTo('enter "Identity Keys URL"')])).toEqual([
				'Check the issuer in the credential',
				'Check the issuer in the credential, or set Endpoints to "Enter One by One"',
				'Check the issuer in the credential, or enter "Identity Keys URL"',
			]);
			expect(asked).toEqual([OIDC, OAUTH]);
		});

		it.each<[string, Record<string, unknown>]>([
			['cannot be used', { token_endpoint: 'http://id.example.com/token' }],
			['is missing', { token_endpoint: undefined }],
		])('or of which one %s, as well', async (_what, changes) => {
			answers[OIDC] = json(metadata(server.url, changes));
			expect([await adviceTo(), await adviceTo('set Endpoints to "Enter One by One"')]).toEqual(['Have whoever runs the server correct its metadata', 'Set Endpoints to "Enter One by One"']);
		});
	});

	it('are kept for ten minutes, per issuer', async () => {
		answers[OIDC] = json(metadata(server.url));
		answers[`/other${OIDC}`] = json(metadata(`${server.url}/other`, { token_endpoint: 'https://other.example.com/token' }));
		await discovered();
		nowMs += 599_000;
		await discovered();
		expect(asked).toHaveLength(1);
		expect(await discovered(`${server.url}/other`)).toMatchObject({ tokenUrl: 'https://other.example.com/token' });
		answers[OIDC] = json(metadata(server.url, { token_endpoint: 'https://id.example.com/v2/token' }));
		nowMs += 2_000;
		expect(await discovered()).toMatchObject({ tokenUrl: 'https://id.example.com/v2/token' });
		expect(asked).toEqual([OIDC, `/other${OIDC}`, OIDC]);
	});

	it('are asked for once by many at the same time', async () => {
		answers[OIDC] = json(metadata(server.url));
		const all = await Promise.all(Array.from({ length: 20 }, async () => await discovered()));
		expect(new Set(all.map(({ tokenUrl }) => tokenUrl))).toEqual(new Set(['https://id.example.com/token']));
		expect(asked).toEqual([OIDC]);
	});

	it('are used on while the server is away, which is then not asked by everybody', async () => {
		answers[OIDC] = json(metadata(server.url));
		await discovered();
		answers[OIDC] = page(503);
		nowMs += 3_600_000;
		for (let count = 0; count < 3; count++) expect(await discovered()).toMatchObject({ tokenUrl: 'https://id.example.com/token' });
		expect(asked).toEqual([OIDC, OIDC]);
		nowMs += 31_000;
		await discovered();
		expect(asked).toHaveLength(3);
		// One that says something else by now is not away.
		answers[OIDC] = json(metadata('https://evil.example'));
		nowMs += 31_000;
		await expect(discovered()).rejects.toMatchObject({ code: 'settingInvalid' });
	});
});
