import type { IHttpRequestOptions } from 'n8n-workflow';

import { createReference, serverTokenFor } from '../../../lib/connections';
import { authenticateAsServer } from '../../../lib/n8n';
import { CLIENT_CREDENTIALS, JWT_BEARER, useOAuth, type Raw } from '../connections/oauth/oauthWorld';
import { alice, plainFetch, resolveEndpoints } from '../connections/support/world';
import { sqlitePlace } from '../vault/places/sqlite';
import { credentialOf, failure, headersOf, n8nRequests, useRuntimeOf, type Options } from './support';

const PEOPLE = ['alice', 'bob', 'carol'] as const;
const tokenOf = (options: IHttpRequestOptions) => headersOf(options).authorization!.split(' ')[1]!;

describe('any node without a sign-in', () => {
	const world = useOAuth(sqlitePlace);
	useRuntimeOf(world);
	const api = (path: string) => `${world.oauth2.apiUrl}${path}`;
	const app = (changes: Raw = {}): Raw => ({ issuer: world.oauth2.issuer, apiHosts: world.oauth2.apiUrl, clientAuthentication: 'basic', ...world.oauth2.clients.service, scopes: 'read', workflowId: 'flow-1', ...changes });
	const subject = (changes: Raw = {}): Raw => {
		const { clientId, keys } = world.oauth2.clients.jwtBearer;
		return { issuer: world.oauth2.issuer, apiHosts: world.oauth2.apiUrl, clientAuthentication: 'none', clientId, signingAlgorithm: 'PS256', privateKey: keys.PS256.privateKey, keyId: keys.PS256.kid, scopes: 'read', subject: 'alice@example.com', workflowId: 'flow-1', ...changes };
	};
	const authenticate = async (type: string, credential: Raw, options: Partial<Options> = {}) => await authenticateAsServer(type)(credentialOf(credential), { url: api('/me'), method: 'GET', ...options });
	const call = async (options: IHttpRequestOptions) => await n8nRequests().request({ ...options, json: true });

	it('as the app itself, with one token for all', async () => {
		for (let calls = 0; calls < 3; calls++) expect(await call(await authenticate(CLIENT_CREDENTIALS, app()))).toMatchObject({ user: null, clientId: 'sandbox-service' });
		expect(await world.oauthCalls('/token')).toHaveLength(1);
	});

	it('as the subject that each item names, with one token for each', async () => {
		const order = Array.from({ length: 12 }, (_, index) => PEOPLE[(index * 7) % 3]!);
		const answers = await Promise.all(order.map(async (person) => (await call(await authenticate(JWT_BEARER, subject({ subject: `${person}@example.com` })))) as { user: string }));
		expect(answers.map(({ user }) => user)).toEqual(order);
		expect(await world.oauthCalls('/token')).toHaveLength(3);
	});

	it('a token that was rejected is replaced, once', async () => {
		const first = await authenticate(CLIENT_CREDENTIALS, app());
		await world.control('POST', 'expire-access-tokens', { provider: 'oauth2' });
		const again = await Promise.all([1, 2, 3].map(async () => await authenticate(CLIENT_CREDENTIALS, app(), { headers: first.headers })));
		expect(new Set(again.map(tokenOf)).size).toBe(1);
		expect(await call(again[0]!)).toMatchObject({ clientId: 'sandbox-service' });
		expect(await world.oauthCalls('/token')).toHaveLength(2);
	});

	it('S35 it goes to the credential’s hosts only', async () => {
		for (const url of ['https://evil.example/', api('/me').replace('127.0.0.1', 'localhost')]) expect((await failure(authenticate(CLIENT_CREDENTIALS, app(), { url }))).message).toMatch(/not for (evil|localhost)/);
	});

	it('several subjects that n8n would take for the first are refused', async () => {
		expect((await failure(authenticate(JWT_BEARER, subject({ sharedItems: 2 })))).message).toMatch(/the first one/);
	});

	it.each<[string, string, (raw: (changes: Raw) => Raw) => Raw, RegExp]>([
		['no subject', JWT_BEARER, (raw) => raw({ subject: undefined }), /"Subject" is empty/],
		['several subjects in one', JWT_BEARER, (raw) => raw({ subject: ['alice@example.com'] }), /must be one text/],
		['a subject who is unknown', JWT_BEARER, (raw) => raw({ subject: 'nobody' }), /sub is not known/],
		['a wrong secret', CLIENT_CREDENTIALS, (raw) => raw({ clientSecret: 'wrong' }), /refused the client/],
		['no scope', CLIENT_CREDENTIALS, (raw) => raw({ scopes: '' }), /No scope is given/],
	])('%s is told', async (_what, type, change, message) => {
		const error = await failure(authenticate(type, change(type === JWT_BEARER ? subject : app)));
		expect(error.message).toMatch(message);
		expect(error.description).toMatch(/\.$/);
	});

	describe('with a reference of an OAuth node', () => {
		const reference = async (hosts = [new URL(world.oauth2.apiUrl).host]) => {
			const { issuer, clients } = world.oauth2;
			const tokens = await serverTokenFor({ vault: world.vault, fetch: plainFetch, resolveEndpoints }, world.clientCredentials({ useDpop: 'off' }), { fresh: true });
			await world.control('DELETE', 'calls');
			return await createReference(world.vault, { kind: 'issued', workflowId: 'flow-1', credentialType: CLIENT_CREDENTIALS, authority: issuer, clientId: clients.service.clientId, apiHosts: hosts, tokens });
		};

		it('its token is used, and none is asked for', async () => {
			expect(await call(await authenticate(CLIENT_CREDENTIALS, app({ accessToken: await reference() })))).toMatchObject({ clientId: 'sandbox-service' });
			expect(await world.oauthCalls('/token')).toEqual([]);
		});

		it('S26 S35 it goes where the credential that it was made with lets it go, whatever hosts a copy of that names', async () => {
			const copy = app({ accessToken: await reference(), clientSecret: 'guessed', apiHosts: 'evil.example' });
			expect((await failure(authenticate(CLIENT_CREDENTIALS, copy, { url: 'https://evil.example/' }))).message).toMatch(/not for evil\.example/);
		});

		it.each<[string, Raw, RegExp]>([
			['another workflow', { workflowId: 'flow-2' }, /another workflow/],
			['no workflow', { workflowId: '' }, /another workflow/],
			['another client', { clientId: 'another' }, /another credential/],
			['another server', { issuer: 'https://evil.example' }, /another credential/],
		])('it does not open with %s', async (_what, changes, message) => {
			expect((await failure(authenticate(CLIENT_CREDENTIALS, app({ accessToken: await reference(), ...changes })))).message).toMatch(message);
		});

		it('it does not open with a credential of another type, and a person’s not at all', async () => {
			const accessToken = await reference();
			expect((await failure(authenticate(JWT_BEARER, subject({ accessToken, clientId: world.oauth2.clients.service.clientId })))).message).toMatch(/another credential/);
			const connection = await world.offer(world.login());
			const grant = await createReference(world.vault, { kind: 'grant', workflowId: 'flow-1', connectionId: connection.id, userKey: alice });
			expect((await failure(authenticate(CLIENT_CREDENTIALS, app({ accessToken: grant })))).message).toMatch(/another credential/);
		});

		it.each(['a raw token', 'Bearer x', 'eyJhbGciOiJub25lIn0.e30.'])('a token itself is none (%s), and is not repeated', async (accessToken) => {
			const error = await failure(authenticate(CLIENT_CREDENTIALS, app({ accessToken })));
			expect(error.message).toMatch(/holds no reference/);
			expect(`${error.message} ${error.description}`).not.toContain(accessToken);
		});

		it('a field that yields nothing is no reference: the credential’s own login is used', async () => {
			for (const accessToken of ['', '={{ $json.accessToken }}', undefined]) expect(await call(await authenticate(CLIENT_CREDENTIALS, app({ accessToken })))).toMatchObject({ clientId: 'sandbox-service' });
		});
	});
});
