import { inspect } from 'node:util';

import { LoggerProxy, type INode } from 'n8n-workflow';

import { HOUR_MS } from '../../lib/clock';
import { createReference, disconnect, onBehalfOfTokenFor, readCallersToken, serverTokenFor, workOffRevocations } from '../../lib/connections';
import { toNodeError } from '../../lib/n8n';
import { toErrorPage } from '../../lib/portal/errorPage';
import type { UserKey } from '../../lib/types';
import { useOAuth } from '../lib/connections/oauth/oauthWorld';
import { alice, plainFetch, resolveEndpoints, use } from '../lib/connections/support/world';
import type { MakePlace } from '../lib/vault/contract/setup';
import { usePostgres } from '../lib/vault/places/postgres';
import { sqlitePlace } from '../lib/vault/places/sqlite';

const node: INode = { id: 'n', name: 'N', type: 't', typeVersion: 1, position: [0, 0], parameters: {} };
const SENT = ['client_assertion', 'assertion', 'subject_token', 'refresh_token', 'client_secret', 'code', 'code_verifier', 'token'];
const ANSWERED = ['access_token', 'refresh_token', 'id_token'];
const SHORT = 16;

/** Everything secret that goes over the wire, in both directions; what is in addresses is looked at, too. */
function listen(): { secrets: Set<string>; addresses: string[] } {
	const secrets = new Set<string>();
	const addresses: string[] = [];
	const real = globalThis.fetch;
	jest.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
		addresses.push(input instanceof Request ? input.url : String(input));
		const sent = new URLSearchParams(typeof init?.body === 'string' ? init.body : '');
		for (const name of SENT) secrets.add(sent.get(name) ?? '');
		secrets.add(new Headers(init?.headers).get('authorization')?.split(' ')[1] ?? '');
		secrets.add(new Headers(init?.headers).get('dpop') ?? '');
		const response = await real(input, init);
		const body = (await response.clone().json().catch(() => ({}))) as Record<string, unknown>;
		for (const name of ANSWERED) secrets.add(String(body[name] ?? ''));
		return response;
	});
	return { secrets, addresses };
}

/** Whatever is printed, by us or by a library. */
function overhear(): () => string {
	const heard: unknown[] = [];
	const hear = (...words: unknown[]) => void heard.push(...words);
	for (const level of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) jest.spyOn(console, level).mockImplementation(hear);
	for (const level of ['info', 'warn', 'error', 'debug'] as const) jest.spyOn(LoggerProxy, level).mockImplementation(hear);
	jest.spyOn(process.stderr, 'write').mockImplementation((words) => (hear(words), true));
	return () => heard.map((words) => inspect(words, { depth: 20 })).join('\n');
}

function everythingOf(error: unknown): string {
	const texts: string[] = [];
	for (let current: unknown = error, depth = 0; current !== undefined && depth < 10; depth++) {
		texts.push(inspect(current, { depth: 20, showHidden: true, getters: true }), JSON.stringify(current) ?? '', current instanceof Error ? String(current.stack) : '');
		current = current instanceof Error ? current.cause : undefined;
	}
	const mapped = toNodeError(node, error, 0);
	texts.push(inspect(mapped, { depth: 20, showHidden: true }), JSON.stringify(mapped), String(toErrorPage(error, { portalName: 'P' }).body));
	return texts.join('\n');
}

function describeCanaries(makePlace: MakePlace): void {
	const world = useOAuth(makePlace);
	afterEach(() => jest.restoreAllMocks());

	it('S12 neither database, log, error, audit nor event holds a key, a passphrase, an assertion, a proof or a token', async () => {
		const { secrets, addresses } = listen();
		const heard = overhear();
		const errors: unknown[] = [];
		const failing = async (act: Promise<unknown>) => void errors.push(await act.then(() => { throw new Error('it did not fail'); }, (error: unknown) => error));
		const tools = { vault: world.vault, fetch: plainFetch, resolveEndpoints };
		const request = { fetch: plainFetch, use };
		const { encryptedKey, keys } = world.oauth2.clients.privateKeyJwt;

		// A person: a client that signs, pushed requests, bound tokens; signed in, renewed, refused, disconnected.
		const connection = await world.offer(world.login({}, 'encrypted key'));
		await world.walk(connection, 'alice');
		const bound = await world.tokensOf(connection);
		const engine = world.engine();
		world.advance(3 * HOUR_MS);
		await engine.accessTokenFor(connection, alice, request);
		await failing(world.walk(connection, 'bob', { user: alice }));
		await failing(world.walk(connection, 'alice', { tamper: (query) => query.set('iss', 'https://evil.example') }));
		await failing(world.walk(connection, 'alice', { tamper: (query) => query.set('code', 'a code of nobody, which is long') }));
		await world.fault({ match: { grantType: 'refresh_token' }, kind: 'status', status: 500, body: { error: 'server_error', refresh_token: 'canary-told-by-the-server' } });
		await failing(engine.accessTokenFor(connection, alice, { ...request, renew: true }));

		// Nobody: an assertion, an app, a token that a caller brought along.
		await world.control('POST', 'settings', { accessTokenFormat: 'jwt' });
		const shown = (await serverTokenFor(tools, world.jwtBearer({ resource: world.oauth2.apiUrl, useDpop: 'off' }))).accessToken;
		await failing(serverTokenFor(tools, world.jwtBearer({ subject: 'nobody' })));
		await failing(serverTokenFor(tools, world.clientCredentials({ clientSecret: 'canary-client-secret-wrong' })));
		const app = await serverTokenFor(tools, world.clientCredentials());
		const callers = await world.offer(world.login({ ...world.oauth2.clients.tokenExchange, connectionName: 'callers', userIdentity: 'onBehalfOf' }));
		const exchanged = await onBehalfOfTokenFor(world.vault, callers, readCallersToken(shown), request);
		await failing(onBehalfOfTokenFor(world.vault, callers, readCallersToken(`${shown.slice(0, -8)}AAAAAAAA`), request));
		await createReference(world.vault, { kind: 'exchanged', workflowId: 'flow-1', executionId: '1', connectionId: callers.id, userKey: alice, tokens: exchanged });
		const stored = [await world.place.dump()];

		await disconnect(world.vault, connection, alice);
		stored.push(await world.place.dump());
		await workOffRevocations(world.vault, [connection.id], 'test', plainFetch);
		stored.push(await world.place.dump());

		const keyLines = [encryptedKey.privateKey, keys.ES256.privateKey, ...Object.values(world.oauth2.clients.jwtBearer.keys).map(({ privateKey }) => privateKey)].flatMap((pem) => pem.split('\n').filter((line) => line.length > 32 && !line.startsWith('-----')));
		const dpopSecrets = [bound.dpopKey, app.dpopKey].map((key) => (JSON.parse(key!) as { d: string }).d);
		const all = [...secrets, ...keyLines, ...dpopSecrets, encryptedKey.passphrase, 'canary-told-by-the-server', 'canary-client-secret-wrong', 'PRIVATE KEY'].filter((secret) => secret.length >= SHORT || secret === 'PRIVATE KEY');
		// The journey went everywhere that it should.
		expect(all.length).toBeGreaterThan(60);
		expect(errors).toHaveLength(7);

		const found = (text: string) => [...new Set(all)].filter((secret) => text.includes(secret));
		const users = ['alice@example.com', 'bob@example.com', 'user-alice', 'nobody'] as UserKey[];
		const audit = JSON.stringify(await Promise.all(users.map(async (user) => await world.vault.audit.listByUser(user, 100))));
		const events = JSON.stringify(await world.vault.outbox.lease('workflow-1:node-1', 'test', 1_000, 100));
		expect(audit).toContain('exchanged');
		expect(events).toContain('connected');
		expect({ databases: stored.map(found), log: found(heard()), errors: errors.map(everythingOf).map(found), audit: found(audit), events: found(events) }).toEqual({ databases: [[], [], []], log: [], errors: errors.map(() => []), audit: [], events: [] });
		// A code and a state come back in an address by design; nothing else does.
		const own = addresses.filter((address) => !address.includes('/auth') && !address.includes('/interaction') && !address.startsWith(world.sandbox.control));
		expect(found(own.join('\n'))).toEqual([]);
	});
}

describe('secrets of every kind of login, on SQLite', () => describeCanaries(sqlitePlace));
describe('secrets of every kind of login, on Postgres', () => describeCanaries(usePostgres().makePlace));
