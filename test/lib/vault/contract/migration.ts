import { createCipher, place as sealedPlace } from '../../../../lib/vault/cipher';
import { createDatabase, type Tx } from '../../../../lib/vault/database';
import { hmac, makeProof, sha256 } from '../../../../lib/vault/keys';
import { MIGRATIONS, SCHEMA_VERSION } from '../../../../lib/vault/migrations';
import { postgresBackend } from '../../../../lib/vault/postgres/backend';
import { sqliteBackend } from '../../../../lib/vault/sqlite/backend';
import { deriveVaultKey, openVault, type PersonalLink } from '../../../../lib/vault';
import type { ConnectionId, SessionIdentity } from '../../../../lib/types';
import { startRacers } from '../processes/racers';
import { account, client, registration, request, run, tokens } from './samples';
import { alice, KEY, KEYS, sales, type MakePlace, type Place } from './setup';

const key = { connectionId: sales, userKey: alice };
const connection = 'connection-of-1' as ConnectionId;
const HOUR_MS = 3_600_000;
/** In a hundred years. */
const LATER_MS = Date.now() + 100 * 365 * 24 * HOUR_MS;
const link: PersonalLink = { purpose: 'request', userKey: alice, ownerKey: 'w1:n1', connectionId: sales, requestId: 'r1' };

/** Versions that others have left behind: the first, and each that a later one has changed the tables of. */
const OLD_VERSIONS = Array.from({ length: SCHEMA_VERSION - 1 }, (_, i) => i + 1);
/** The version that waits came with. */
const WAITS = 3;

/** A vault as an older version of the schema left it, with what its processes had written: nothing here goes through a store. */
async function leaveVersion({ backend: settings }: Place, version: number): Promise<void> {
	const cipher = createCipher(KEYS);
	const backend = settings.kind === 'sqlite' ? sqliteBackend(settings) : postgresBackend(settings);
	const { db, transaction } = createDatabase(backend, cipher);
	const { expiresAtMs, ...sealed } = tokens('one');
	const { owner, endpoints, apiHosts, traits, policy, scopes, ...plain } = registration();
	const waiting = request({ scopes: ['wide'] });
	const settingsHash = sha256(JSON.stringify([plain.clientId, endpoints, apiHosts, policy, plain.redirectUri]));
	const rows = {
		meta: Object.entries({ schemaVersion: String(version), vaultId: 'vault-1', keyId: KEY.kid, [`keyCheck:${KEY.kid}`]: hmac(KEY, 'key check', 'vault-1') }).map(([name, value]) => ({ name, value })),
		registrations: {
			...plain,
			id: connection,
			ownerWorkflowId: owner.workflowId,
			ownerWorkflowName: owner.workflowName,
			ownerNodeId: owner.nodeId,
			ownerNodeName: owner.nodeName,
			endpoints: JSON.stringify(endpoints),
			apiHosts: JSON.stringify(apiHosts),
			policy: JSON.stringify(policy),
			scopes: JSON.stringify(scopes),
			active: 1,
			proof: 'proof-1',
			sealedClient: await cipher.seal(sealedPlace.client(connection, settingsHash), JSON.stringify(client)),
			keyId: KEY.kid,
			registeredAtMs: 1,
			seenAtMs: 1,
		},
		grants: {
			...key,
			version: 1,
			state: 'active',
			sealedTokens: await cipher.seal(sealedPlace.tokens(key, 1), JSON.stringify(sealed)),
			keyId: KEY.kid,
			accessTokenHash: sha256(sealed.accessToken),
			grantedScopes: '[]',
			account: JSON.stringify(account),
			accountSubject: account.subject,
			connectedAtMs: 1,
			lastUsedAtMs: 1,
			useCount: 7,
			failureCount: 0,
		},
		requests: {
			...run,
			...key,
			id: 'request-of-1',
			state: 'open',
			workflowId: waiting.workflowId,
			workflowName: waiting.workflowName,
			answer: waiting.answer,
			usersHash: waiting.usersHash,
			scopes: JSON.stringify(waiting.scopes),
			sealedResumeUrl: await cipher.seal(sealedPlace.resumeUrl('request-of-1', key), waiting.resumeUrl),
			keyId: KEY.kid,
			createdAtMs: 1,
			timedOut: 0,
			dueAtMs: 1,
			attempts: 0,
		},
		// Opened by the account of an app: other ways to sign in came with version 4, and with them the hash of whose it is.
		sessions: {
			idHash: 'session-of-1',
			portalId: 'w1:n1',
			sealedUser: await cipher.seal(sealedPlace.session('session-of-1', 'w1:n1'), JSON.stringify({ userKey: key.userKey })),
			createdAtMs: 1,
			lastSeenAtMs: 1,
			idleMs: HOUR_MS,
			idleUntilMs: LATER_MS,
			absoluteUntilMs: LATER_MS,
		},
		links: { codeHash: 'link-of-1', sealedLink: await cipher.seal(sealedPlace.link('link-of-1'), JSON.stringify(link)), expiresAtMs: LATER_MS },
		audit: { id: 'audit-of-1', atMs: 1, type: 'connected', ...key },
		...(version >= WAITS && {
			waits: {
				...run,
				id: 'wait-of-3',
				topic: 'envelope:1',
				state: 'waiting',
				workflowId: waiting.workflowId,
				workflowName: waiting.workflowName,
				sealedContent: await cipher.seal(sealedPlace.wait('wait-of-3', 'envelope:1'), JSON.stringify({ resumeUrl: waiting.resumeUrl })),
				keyId: KEY.kid,
				settled: 0,
				wakes: 0,
				wakesSeen: 0,
				createdAtMs: 1,
				checkAtMs: LATER_MS,
				dueAtMs: LATER_MS,
				attempts: 0,
			},
		}),
	};
	await transaction(async (tx: Tx) => {
		await tx.schema
			.createTable('meta')
			.addColumn('name', 'text', (column) => column.primaryKey())
			.addColumn('value', 'text', (column) => column.notNull())
			.execute();
		for (const migrate of MIGRATIONS.slice(0, version)) await migrate(tx);
		for (const [table, values] of Object.entries(rows)) await tx.insertInto(table as 'meta').values(values as never).execute();
	});
	await db.destroy();
}

export function describeMigration(makePlace: MakePlace): void {
	describe.each(OLD_VERSIONS)('a vault of version %i', (old) => {
		let place: Place;
		beforeEach(async () => {
			place = await makePlace();
			await leaveVersion(place, old);
		});
		afterEach(async () => await place.remove());
		const version = async () => await place.query(`select value from ${place.table('meta')} where name = 'schemaVersion'`);

		it('keeps all it holds, and holds what is new', async () => {
			const vault = await openVault({ backend: place.backend, keys: KEYS });
			try {
				expect(await version()).toEqual([{ value: String(SCHEMA_VERSION) }]);
				expect(vault.lastingProofOf('portal')).toBe(vault.proofOf('portal'));
				const { registrations, grants, requests, issuedTokens, references, sessions, links, audit, usage, waits, identities } = vault;

				const [registered] = await registrations.listActiveByClient('client-1');
				expect(registered).toMatchObject({ ...registration(), id: connection, traits: {} });
				expect(await registrations.openClient(registered!)).toEqual(client);
				const grant = (await grants.find(key))!;
				expect([grant.useCount, await grants.openTokens(grant)]).toEqual([7, tokens('one')]);

				const waiting = (await requests.find('request-of-1'))!;
				expect(waiting).toMatchObject({ ...run, ...key, state: 'open', scopes: ['wide'], terms: {}, failureCode: undefined });
				expect(await requests.openResumeUrl(waiting)).toBe(request().resumeUrl);
				expect(await requests.complete(key, ({ terms }) => terms.prompt !== undefined)).toEqual([]);
				expect(await requests.fail('request-of-1', 'signInDeclined')).toBe(true);
				expect(await requests.claim(run, 'p', 1_000)).toMatchObject([{ id: 'request-of-1', failureCode: 'signInDeclined', terms: {} }]);
				expect((await requests.open(request({ terms: { prompt: 'consent' } }), 20)).request).toMatchObject({ id: 'request-of-1', terms: { prompt: 'consent' } });

				expect(await sessions.touch('session-of-1', 'w1:n1')).toMatchObject({ userKey: alice, method: 'account', claims: {}, createdAtMs: 1 });
				expect(await sessions.list('w1:n1', 10)).toMatchObject([{ idHash: 'session-of-1', userKey: alice }]);
				expect(await sessions.deleteByProvider('w1:n1', { subject: 's', sessionId: 'sid' }, HOUR_MS)).toEqual([]);
				const identity: SessionIdentity = { userKey: alice, method: 'openId', claims: {}, person: { issuer: 'https://id.example.com', subject: 's' }, providerSession: 'sid' };
				const limits = { idleMs: HOUR_MS, absoluteMs: HOUR_MS };
				// Of a sign-in that an older process had started.
				expect(await sessions.create('session-under-way', 'w1:n1', identity, limits, 0)).toBe(false);
				expect(await sessions.create('session-of-now', 'w1:n1', identity, limits, (await vault.nowMs()) + 1)).toBe(true);
				expect(await sessions.deleteByProvider('w1:n1', { subject: 's', sessionId: 'sid' }, HOUR_MS)).toMatchObject([{ idHash: 'session-of-now' }]);
				expect(await links.take('link-of-1')).toEqual(link);
				expect(await audit.listByConnections([sales], 10)).toMatchObject([{ type: 'connected', userKey: alice, actor: undefined, atMs: 1 }]);
				if (old >= WAITS) {
					const [wait] = await waits.listForExecution(run.executionId);
					expect([wait?.id, await waits.openContent(wait!)]).toEqual(['wait-of-3', { resumeUrl: request().resumeUrl }]);
				}

				// What came later is there, for the rows of before too.
				expect(registered).toMatchObject({ portal: undefined, asRegistered: undefined, deletedAtMs: undefined });
				await registrations.rename(connection, { appName: 'Sales' });
				expect(await registrations.find(connection)).toMatchObject({ appName: 'Sales' });
				await grants.recordUse(key, 1, { workflowId: 'w', workflowName: 'Report' });
				expect(await usage.listByUser(alice, [sales], 10)).toMatchObject([{ useCount: 1 }]);
				expect(await waits.isSwept(1_000)).toBe(false);
				await identities.put('id', { userKey: alice, person: { issuer: 'https://id.example.com', subject: 's' } }, 1_000);
				expect(await identities.find('id', 1_000)).toMatchObject({ userKey: alice });
				await issuedTokens.put('key', { tokens: tokens() }, 1_000);
				await references.create('id', { kind: 'grant', workflowId: 'w', ...key }, 1_000);
				expect([await issuedTokens.find('key'), await references.find('id')]).toEqual([expect.anything(), expect.anything()]);
			} finally {
				await vault.close();
			}
		});

		it('is brought up to date once when several processes start at once', async () => {
			const racers = await startRacers(place.backend, 3);
			try {
				await racers.all('open');
				expect(await racers.one(0, 'count')).toMatchObject({ useCount: 7 });
				const named = makeProof(KEYS, 'portal');
				expect((await racers.all('name')).map(({ name }) => name)).toEqual([named, named, named]);
			} finally {
				await racers.stop();
			}
			expect(await version()).toEqual([{ value: String(SCHEMA_VERSION) }]);
			const ids = await place.query(`select value from ${place.table('meta')} where name = 'vaultId'`);
			expect(ids).toEqual([{ value: 'vault-1' }]);
		}, 60_000);

		it('stays as it is where the key is wrong', async () => {
			const before = await place.dump();
			await expect(openVault({ backend: place.backend, keys: { current: deriveVaultKey('another'), previous: [] } })).rejects.toMatchObject({ code: 'vaultKeyWrong' });
			expect((await place.dump()) === before).toBe(true);
			expect(await version()).toEqual([{ value: String(old) }]);
		});
	});
}
