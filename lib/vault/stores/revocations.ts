import type { ConnectionId, UserKey } from '../../types';
import { place, type Cipher } from '../cipher';
import type { Database } from '../database';
import { newId } from '../ids';
import type { GrantKey, Revocation, RevocationStore } from '../port';
import type { RevocationRow } from '../schema';
import { claimable } from './leases';

export type TokenToRevoke = Pick<Revocation, 'token' | 'tokenTypeHint'>;

/** A row of the queue, sealed; its instants are set where it is inserted. */
export async function newRevocation(cipher: Cipher, key: GrantKey, { token, tokenTypeHint }: TokenToRevoke) {
	const id = newId();
	return {
		id,
		connectionId: key.connectionId,
		userKey: key.userKey,
		sealedToken: await cipher.seal(place.revocation(id, key), token),
		keyId: cipher.kid,
		tokenTypeHint,
		attempts: 0,
		leaseOwner: null,
		outcome: null,
		finishedAtMs: null,
	} satisfies Partial<RevocationRow>;
}

export function revocationStore(database: Database): RevocationStore {
	const { db, clock, cipher } = database;

	async function open({ id, connectionId, userKey, sealedToken, tokenTypeHint, attempts }: RevocationRow): Promise<Revocation> {
		const key = { connectionId: connectionId as ConnectionId, userKey: userKey as UserKey };
		const token = await cipher.open(place.revocation(id, key), sealedToken ?? '');
		return { id, ...key, token, tokenTypeHint, attempts };
	}

	async function finish(id: string, outcome: RevocationRow['outcome']): Promise<void> {
		await db
			.updateTable('revocations')
			.set({ sealedToken: null, keyId: null, outcome, dueAtMs: null, leaseOwner: null, finishedAtMs: clock.nowMs() })
			.where('id', '=', id)
			.where('outcome', 'is', null)
			.execute();
	}

	return {
		async add(key, token) {
			const revocation = await newRevocation(cipher, key, token);
			await db.insertInto('revocations').values({ ...revocation, createdAtMs: clock.nowMs(), dueAtMs: clock.nowMs() }).execute();
		},

		async lease(connectionIds, owner, leaseMs, limit) {
			if (connectionIds.length === 0) return [];
			const rows = await db
				.with('due', (queries) =>
					queries
						.selectFrom('revocations')
						.select('id')
						.where('connectionId', 'in', connectionIds)
						.where('dueAtMs', '<=', clock.onceMs())
						.orderBy('dueAtMs')
						.limit(limit)
						.$call(claimable(database)),
				)
				.updateTable('revocations')
				.set((eb) => ({ leaseOwner: owner, dueAtMs: clock.inMs(leaseMs), attempts: eb('attempts', '+', 1) }))
				.where('id', 'in', (eb) => eb.selectFrom('due').select('id'))
				.where('dueAtMs', '<=', clock.onceMs())
				.returningAll()
				.execute();
			rows.sort((a, b) => a.id.localeCompare(b.id));
			const opened = await Promise.allSettled(rows.map(open));
			// A token that does not open cannot be revoked by anybody: say so, and keep the queue moving.
			await Promise.all(opened.map(async ({ status }, i) => status === 'rejected' && (await finish(rows[i]!.id, 'gaveUp'))));
			return opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
		},

		finish,

		async retry(id, inMs) {
			await db
				.updateTable('revocations')
				.set({ leaseOwner: null, dueAtMs: clock.inMs(inMs) })
				.where('id', '=', id)
				.where('outcome', 'is', null)
				.execute();
		},

		async outcomeFor({ connectionId, userKey }) {
			const row = await db
				.selectFrom('revocations')
				.select('outcome')
				.where('connectionId', '=', connectionId)
				.where('userKey', '=', userKey)
				.orderBy('createdAtMs', 'desc')
				.orderBy('id', 'desc')
				.limit(1)
				.executeTakeFirst();
			return row && (row.outcome ?? 'pending');
		},
	};
}
