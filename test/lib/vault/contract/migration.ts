import { createCipher, place as sealedPlace } from '../../../../lib/vault/cipher';
import { createDatabase, type Tx } from '../../../../lib/vault/database';
import { hmac, sha256 } from '../../../../lib/vault/keys';
import { MIGRATIONS, SCHEMA_VERSION } from '../../../../lib/vault/migrations';
import { postgresBackend } from '../../../../lib/vault/postgres/backend';
import { sqliteBackend } from '../../../../lib/vault/sqlite/backend';
import { deriveVaultKey, openVault } from '../../../../lib/vault';
import type { ConnectionId } from '../../../../lib/types';
import { startRacers } from '../processes/racers';
import { account, client, registration, request, run, tokens } from './samples';
import { alice, KEY, KEYS, sales, type MakePlace, type Place } from './setup';

const key = { connectionId: sales, userKey: alice };
const connection = 'connection-of-1' as ConnectionId;

/** A vault as version 1 of the schema left it, with what its processes had written: nothing here goes through a store. */
async function leaveVersion1({ backend: settings }: Place): Promise<void> {
	const cipher = createCipher(KEYS);
	const backend = settings.kind === 'sqlite' ? sqliteBackend(settings) : postgresBackend(settings);
	const { db, transaction } = createDatabase(backend, cipher);
	const { expiresAtMs, ...sealed } = tokens('one');
	const { owner, endpoints, apiHosts, traits, policy, scopes, ...plain } = registration();
	const waiting = request({ scopes: ['wide'] });
	const settingsHash = sha256(JSON.stringify([plain.clientId, endpoints, apiHosts, policy, plain.redirectUri]));
	const rows = {
		meta: Object.entries({ schemaVersion: '1', vaultId: 'vault-1', keyId: KEY.kid, [`keyCheck:${KEY.kid}`]: hmac(KEY, 'key check', 'vault-1') }).map(([name, value]) => ({ name, value })),
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
	};
	await transaction(async (tx: Tx) => {
		await tx.schema
			.createTable('meta')
			.addColumn('name', 'text', (column) => column.primaryKey())
			.addColumn('value', 'text', (column) => column.notNull())
			.execute();
		await MIGRATIONS[0]!(tx);
		for (const [table, values] of Object.entries(rows)) await tx.insertInto(table as 'meta').values(values as never).execute();
	});
	await db.destroy();
}

export function describeMigration(makePlace: MakePlace): void {
	describe('a vault of version 1', () => {
		let place: Place;
		beforeEach(async () => {
			place = await makePlace();
			await leaveVersion1(place);
		});
		afterEach(async () => await place.remove());
		const version = async () => await place.query(`select value from ${place.table('meta')} where name = 'schemaVersion'`);

		it('keeps all it holds, and holds what is new', async () => {
			const vault = await openVault({ backend: place.backend, keys: KEYS });
			try {
				expect(await version()).toEqual([{ value: String(SCHEMA_VERSION) }]);
				const { registrations, grants, requests, issuedTokens, references } = vault;

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
			expect(await version()).toEqual([{ value: '1' }]);
		});
	});
}
