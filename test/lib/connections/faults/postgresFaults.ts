import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { sql } from 'kysely';

import type { TokenEngine } from '../../../../lib/connections';
import { LEASE_MS } from '../../../../lib/connections/refreshGrant';
import { isConnectedAppsError } from '../../../../lib/errors';
import { userKey } from '../../../../lib/identity';
import { openVault, type PostgresSettings } from '../../../../lib/vault';
import { createCipher } from '../../../../lib/vault/cipher';
import { createDatabase } from '../../../../lib/vault/database';
import { postgresBackend } from '../../../../lib/vault/postgres/backend';
import type { Postgres } from '../../../host/postgres';
import { KEYS } from '../../vault/contract/setup';
import { alice } from '../support/world';
import { asking, type FaultWorld } from './faultWorld';

/** What may be told while the database is away: come again. */
const TEMPORARY = ['vaultUnavailable', 'refreshInProgress', 'providerUnavailable'];

/** Needs the twenty people of crowd.ts in the sandbox. */
export function describePostgresFaults(server: () => Postgres): (world: FaultWorld) => void {
	return (world) => {
		describe('a database server that goes away', () => {
			it('acknowledges nothing of ours before it is written, although it does so for others', async () => {
				expect(await world.place.query('show synchronous_commit')).toEqual([{ synchronous_commit: 'off' }]);
				const { db } = createDatabase(postgresBackend(world.place.backend as PostgresSettings), createCipher(KEYS));
				try {
					expect((await sql`show synchronous_commit`.execute(db)).rows).toEqual([{ synchronousCommit: 'on' }]);
				} finally {
					await db.destroy();
				}
			});

			it('crashes and comes back while twenty users call with tokens that end: no grant is lost, nobody gets another’s token', async () => {
				const vaults = [await world.open(), await world.open()];
				const engines = vaults.map((vault) => world.engine(vault));
				const connection = await world.register();
				for (const { name } of world.sandbox.users) await world.signIn(connection, name);
				await world.control('DELETE', 'calls');
				const revokedBefore = (await world.revocations()).length;

				const told: { user: string; actedAs?: string; error?: string }[] = [];
				let going = true;
				async function callOn(engine: TokenEngine, user: string): Promise<void> {
					while (going) {
						try {
							let token = await engine.accessTokenFor(connection, userKey(user), asking);
							let actedAs = await world.actsAs(token.accessToken);
							if (actedAs.startsWith('refused')) {
								token = await engine.accessTokenFor(connection, userKey(user), { ...asking, rejectedTokenHash: token.tokenHash });
								actedAs = await world.actsAs(token.accessToken);
							}
							told.push({ user, actedAs });
						} catch (error) {
							told.push({ user, error: isConnectedAppsError(error) ? error.code : String(error) });
							await delay(20);
						}
						await delay(5);
					}
				}
				const expiring = setInterval(() => void world.control('POST', 'expire-access-tokens', {}), 250);
				const calling = world.sandbox.users.map(async ({ email }, index) => await callOn(engines[index % 2]!, email));
				try {
					await delay(1_000);
					await server().restart();
					// Leases of refreshes that the crash caught end by themselves.
					world.advance(LEASE_MS);
					await delay(1_500);
				} finally {
					going = false;
					clearInterval(expiring);
					await Promise.all(calling);
				}

				const errors = told.flatMap(({ error }) => (error === undefined ? [] : [error]));
				expect(errors.filter((error) => !TEMPORARY.includes(error))).toEqual([]);
				// Else nothing was tried.
				expect(errors).toContain('vaultUnavailable');
				// A token may end between its renewal and its use: then it is nobody's.
				expect(told.filter(({ user, actedAs }) => actedAs !== undefined && actedAs !== user && !actedAs.startsWith('refused'))).toEqual([]);
				const served = told.filter(({ user, actedAs }) => actedAs === user).length;
				// However slow the machine is, calls go through before and after.
				expect(served).toBeGreaterThan(20);

				const states = (await world.vault.grants.listByConnection(connection.id)).map(({ userKey: user, state, endReason }) => ({ user, state, endReason }));
				expect(states.filter(({ state }) => state !== 'active')).toEqual([]);
				expect(states).toHaveLength(20);
				expect((await world.revocations()).slice(revokedBefore)).toEqual([]);
				await world.control('POST', 'expire-access-tokens', {});
				for (const { email } of world.sandbox.users) {
					const stale = (await world.vault.grants.find({ connectionId: connection.id, userKey: userKey(email) }))!.accessTokenHash!;
					const { accessToken } = await engines[0]!.accessTokenFor(connection, userKey(email), { ...asking, rejectedTokenHash: stale });
					expect(await world.actsAs(accessToken)).toBe(email);
				}
				if (process.env['CONNECTED_APPS_TEST_NUMBERS']) console.log({ served, errors: errors.length, refreshes: await world.refreshes() });
			}, 60_000);

			it('commits the new tokens and cannot say so any more: they are used, and not revoked', async () => {
				const { connection, key } = await world.expired();
				const wire = await cuttableWire(server());
				const backend: PostgresSettings = { ...(world.place.backend as PostgresSettings), port: wire.port };
				const vault = await openVault({ backend, keys: KEYS });
				try {
					wire.cutAfter('sealed_tokens');
					const { accessToken, tokenHash } = await world.engine(vault).accessTokenFor(connection, alice, asking);
					expect(wire.cuts()).toBe(1);
					expect(await world.vault.grants.find(key)).toMatchObject({ state: 'active', version: 2, accessTokenHash: tokenHash });
					expect(await world.actsAs(accessToken)).toBe(alice);
					expect((await world.calls()).filter(({ path }) => path.endsWith('/revoke'))).toEqual([]);
					expect(await world.refreshes()).toBe(1);
				} finally {
					await vault.close();
					await wire.close();
				}
			});
		});
	};
}

/** A wire to the server that lets a statement through, and breaks before the answer arrives. */
async function cuttableWire(to: { host: string; port: number }): Promise<{ port: number; cutAfter(text: string): void; cuts(): number; close(): Promise<void> }> {
	let wanted: string | undefined;
	let cuts = 0;
	const sockets = new Set<Socket>();
	const wire: Server = createServer((client) => {
		const upstream = connect(to.port, to.host);
		let isDoomed = false;
		for (const socket of [client, upstream]) {
			sockets.add(socket);
			socket.on('error', () => undefined);
			socket.on('close', () => {
				client.destroy();
				upstream.destroy();
			});
		}
		client.on('data', (data) => {
			if (wanted !== undefined && /^.{0,20}update .* set .*/is.test(data.toString('latin1')) && data.includes(wanted)) {
				wanted = undefined;
				isDoomed = true;
			}
			upstream.write(data);
		});
		upstream.on('data', (data) => {
			// Postgres answers once the statement is committed.
			if (!isDoomed) return void client.write(data);
			cuts++;
			client.destroy();
		});
	});
	await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve));
	return {
		port: (wire.address() as AddressInfo).port,
		cutAfter: (text) => {
			wanted = text;
		},
		cuts: () => cuts,
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => wire.close(resolve));
		},
	};
}
