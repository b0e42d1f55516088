/**
 * `npm run bench -- tokens`: what a token costs. Ratios within one run count, against the named peer; the absolute figures are this
 * machine's. Nothing here is a test.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { systemClock } from '../../../lib/clock';
import { createTokenEngine, openConnection, readConnectionSettings, registerConnection, UseRecorder, type Connection } from '../../../lib/connections';
import type { Fetch } from '../../../lib/types';
import { deriveVaultKey, openVault, sha256, type PostgresSettings, type SqliteSettings, type Vault } from '../../../lib/vault';
import { startPostgres } from '../../host/postgres';
import { knownEndpoints } from '../../lib/connections/support/endpoints';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox';
import { fillGrants, personOf, SAMPLE } from './fill';
import { figuresOf, measureAlternating, percentile, row } from './statistics';

const KEYS = { current: deriveVaultKey('bench'), previous: [] };
const COUNTS = [1_000, 1_000_000];
const print = (line = ''): void => void process.stdout.write(`${line}\n`);
const plainFetch: Fetch = async (url, init) => await fetch(url, { method: init.method, headers: init.headers, body: init.body as string | undefined, redirect: 'manual' });

async function connect(vault: Vault, sandbox: Sandbox): Promise<Connection> {
	const { loginUrl, clients } = sandbox.salesforce;
	const settings = readConnectionSettings('salesforceUserLoginOAuth2Api', { connectionName: 'bench', environment: 'custom', loginUrl, clientId: clients.confidential.clientId, clientSecret: clients.confidential.clientSecret, userIdentity: 'workflow' });
	await registerConnection(vault, { owner: { workflowId: 'bench', workflowName: 'bench', nodeId: 'bench', nodeName: 'bench' }, credentialId: 'bench', settings, portalUrl: 'http://127.0.0.1/webhook/bench', resolveEndpoints: knownEndpoints });
	return await openConnection(vault, settings);
}

function engineOf(vault: Vault, name: string) {
	const uses = new UseRecorder(vault, (error) => print(`a use could not be recorded: ${String(error)}`));
	return { ...createTokenEngine({ vault, clock: systemClock, uses, leaseOwner: name }), stop: async () => await uses.stop() };
}

async function fastPath(name: string, backend: SqliteSettings | PostgresSettings, count: number, sandbox: Sandbox): Promise<number> {
	const vault = await openVault({ backend, keys: KEYS });
	const connection = await connect(vault, sandbox);
	const people = await fillGrants(vault, backend, connection.id, count);
	const engine = engineOf(vault, 'bench');
	const anybody = () => people[Math.floor(Math.random() * people.length)] ?? personOf(0);
	const cold: number[] = [];
	for (const userKey of people) {
		const begun = performance.now();
		await engine.accessTokenFor(connection, userKey, { fetch: plainFetch, use: {} });
		cold.push(performance.now() - begun);
	}
	const sealed = await vault.grants.find({ connectionId: connection.id, userKey: people[0] ?? personOf(0) });
	if (sealed === undefined) throw new Error('nobody is signed in');
	const figures = await measureAlternating({
		accessTokenFor: async () => await engine.accessTokenFor(connection, anybody(), { fetch: plainFetch, use: {} }),
		'peer: one indexed read': async () => await vault.grants.find({ connectionId: connection.id, userKey: anybody() }),
		'decrypt alone': async () => await vault.grants.openTokens(sealed),
	});
	print(`\n${name}, ${count.toLocaleString('en')} grants, ${SAMPLE.toLocaleString('en')} random people`);
	print(row('  accessTokenFor, first time each (cold)', figuresOf([cold])));
	for (const [what, measured] of Object.entries(figures)) print(row(`  ${what}`, measured));
	const [own, peer] = [figures.accessTokenFor?.p50 ?? Number.NaN, figures['peer: one indexed read']?.p50 ?? Number.NaN];
	print(`  ratio to the peer ${(own / peer).toFixed(2)}`);
	await engine.stop();
	await vault.close();
	return own;
}

/** Many callers find an expired token at once: one refresh, and everybody gets its token. */
async function stampede(name: string, backend: SqliteSettings | PostgresSettings, sandbox: Sandbox): Promise<void> {
	const vaults = await Promise.all([1, 2, 3, 4].map(async () => await openVault({ backend, keys: KEYS })));
	const [first] = vaults as [Vault];
	const connection = await connect(first, sandbox);
	const userKey = personOf(0);
	let refreshMs = 0;
	let refreshes = 0;
	const fakeServer: Fetch = async () => {
		refreshes++;
		const begun = performance.now();
		await new Promise((resolve) => setTimeout(resolve, 150));
		refreshMs = performance.now() - begun;
		return new Response(JSON.stringify({ access_token: `new-${refreshes}-${'x'.repeat(80)}`, refresh_token: `refresh-${refreshes}`, token_type: 'Bearer', scope: 'openid refresh_token api', instance_url: 'https://example.my.salesforce.com' }), { headers: { 'content-type': 'application/json' } });
	};
	const waits: number[] = [];
	for (let round = 0; round < 10; round++) {
		const accessToken = `old-${round}`;
		await first.grants.save({ connectionId: connection.id, userKey }, { accessToken, refreshToken: `seed-${round}`, tokenType: 'bearer', scopes: connection.registration.scopes, apiBaseUrl: 'https://example.my.salesforce.com' }, { subject: 's', emailVerified: true, email: userKey }, { revokeReplaced: true });
		const engines = vaults.map((vault, index) => engineOf(vault, `stampede-${round}-${index}`));
		await Promise.all(
			Array.from({ length: 200 }, async (_, index) => {
				const begun = performance.now();
				await engines[index % engines.length]?.accessTokenFor(connection, userKey, { fetch: fakeServer, use: {}, rejectedTokenHash: sha256(accessToken) });
				waits.push(performance.now() - begun);
			}),
		);
		await Promise.all(engines.map(async (engine) => await engine.stop()));
	}
	waits.sort((a, b) => a - b);
	print(`\n${name}, stampede: 4 engines × 50 callers, 10 rounds: ${refreshes} refreshes; one takes ${refreshMs.toFixed(0)} ms, waiters p50 ${percentile(waits, 0.5).toFixed(0)} ms, p99 ${percentile(waits, 0.99).toFixed(0)} ms`);
	await Promise.all(vaults.map(async (vault) => await vault.close()));
}

/** Many people's tokens end at once; the server answers without delay, so what is measured is the engine and the database. */
async function refreshRate(name: string, backend: SqliteSettings | PostgresSettings, sandbox: Sandbox): Promise<void> {
	const vault = await openVault({ backend, keys: KEYS });
	const connection = await connect(vault, sandbox);
	const engine = engineOf(vault, 'rate');
	const people = Array.from({ length: 500 }, (_, index) => personOf(index));
	for (const userKey of people) {
		await vault.grants.save({ connectionId: connection.id, userKey }, { accessToken: `old-${userKey}`, refreshToken: 'seed', tokenType: 'bearer', expiresAtMs: 1, scopes: connection.registration.scopes, apiBaseUrl: 'https://example.my.salesforce.com' }, { subject: userKey, emailVerified: true, email: userKey }, { revokeReplaced: true });
	}
	let answered = 0;
	const server: Fetch = async () => {
		answered++;
		return await Promise.resolve(new Response(JSON.stringify({ access_token: `new-${answered}`, refresh_token: `refresh-${answered}`, expires_in: 7_200, token_type: 'Bearer', scope: 'openid refresh_token api', instance_url: 'https://example.my.salesforce.com' }), { headers: { 'content-type': 'application/json' } }));
	};
	const begun = performance.now();
	await Promise.all(people.map(async (userKey) => await engine.accessTokenFor(connection, userKey, { fetch: server, use: {} })));
	const seconds = (performance.now() - begun) / 1_000;
	print(`${name}, refreshes of 500 people at once, server without delay: ${(people.length / seconds).toFixed(0)} a second (${answered} requests)`);
	await engine.stop();
	await vault.close();
}

async function main(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'connected-apps-bench-'));
	const sandbox = await startSandbox();
	const postgres = await startPostgres();
	try {
		for (const kind of ['SQLite', 'Postgres'] as const) {
			const medians: number[] = [];
			let backend: SqliteSettings | PostgresSettings | undefined;
			for (const count of COUNTS) {
				backend =
					kind === 'SQLite'
						? { kind: 'sqlite', path: join(folder, `${count}.sqlite`) }
						: { kind: 'postgres', connectionString: (await postgres.createDatabase()).url, connectionTimeoutMs: 20_000, idleTimeoutMs: 30_000, statementTimeoutMs: 600_000, poolSize: 4, schema: 'public', tablePrefix: '' };
				medians.push(await fastPath(kind, backend, count, sandbox));
			}
			print(`  1 M against 1 k: ${((medians[1] ?? Number.NaN) / (medians[0] ?? Number.NaN)).toFixed(2)}×`);
			if (backend !== undefined) await stampede(kind, backend, sandbox);
			if (backend !== undefined) await refreshRate(kind, backend, sandbox);
		}
	} finally {
		await sandbox.close();
		await postgres.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}

void main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
	process.exitCode = 1;
});
