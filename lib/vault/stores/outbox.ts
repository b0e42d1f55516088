import { place } from '../cipher';
import type { Database } from '../database';
import { newId } from '../ids';
import { sha256 } from '../keys';
import type { OutboxEvent, OutboxStore } from '../port';
import type { OutboxRow } from '../schema';
import { claimable } from './leases';

export function outboxStore(database: Database): OutboxStore {
	const { db, clock, cipher, backend, transaction } = database;

	async function open({ eventId, ownerKey, type, sealedPayload, createdAtMs, attempts }: OutboxRow): Promise<OutboxEvent> {
		const payload = JSON.parse(await cipher.open(place.event(eventId, ownerKey), sealedPayload ?? '')) as Record<string, unknown>;
		return { eventId, ownerKey, type, payload, createdAtMs, attempts };
	}

	async function markEmitted(eventId: string): Promise<void> {
		await db
			.updateTable('outbox')
			.set({ sealedPayload: null, keyId: null, dueAtMs: null, leaseOwner: null, emittedAtMs: clock.nowMs() })
			.where('eventId', '=', eventId)
			.execute();
	}

	async function toRow({ ownerKey, type, payload }: { ownerKey: string; type: string; payload: Record<string, unknown> }, dedupeHash: string | null = null) {
		const eventId = newId();
		const sealedPayload = await cipher.seal(place.event(eventId, ownerKey), JSON.stringify(payload));
		return { eventId, ownerKey, type, sealedPayload, keyId: cipher.kid, dedupeHash, createdAtMs: clock.nowMs(), dueAtMs: clock.nowMs(), leaseOwner: null, attempts: 0, emittedAtMs: null };
	}

	return {
		async add(event, dedupe) {
			const dedupeHash = dedupe ? sha256(dedupe.key) : null;
			const row = await toRow(event, dedupeHash);
			return await transaction(async (tx) => {
				if (dedupe && dedupeHash !== null) {
					await backend.lock(tx, `event:${dedupeHash}`);
					const recent = await tx
						.selectFrom('outbox')
						.select('eventId')
						.where('dedupeHash', '=', dedupeHash)
						.where('createdAtMs', '>', clock.inMs(-dedupe.windowMs))
						.limit(1)
						.executeTakeFirst();
					if (recent) return undefined;
				}
				await tx.insertInto('outbox').values(row).execute();
				return row.eventId;
			});
		},

		async addAll(events) {
			if (events.length > 0) await db.insertInto('outbox').values(await Promise.all(events.map(async (event) => await toRow(event)))).execute();
		},

		async clearDedupe(key) {
			await db.updateTable('outbox').set({ dedupeHash: null }).where('dedupeHash', '=', sha256(key)).execute();
		},

		async lease(ownerKey, owner, leaseMs, limit) {
			const rows = await db
				.with('due', (queries) =>
					queries
						.selectFrom('outbox')
						.select('eventId')
						.where('ownerKey', '=', ownerKey)
						.where('dueAtMs', '<=', clock.onceMs())
						.orderBy('createdAtMs')
						.orderBy('eventId')
						.limit(limit)
						.$call(claimable(database)),
				)
				.updateTable('outbox')
				.set((eb) => ({ leaseOwner: owner, dueAtMs: clock.inMs(leaseMs), attempts: eb('attempts', '+', 1) }))
				.where('eventId', 'in', (eb) => eb.selectFrom('due').select('eventId'))
				.where('dueAtMs', '<=', clock.onceMs())
				.returningAll()
				.execute();
			rows.sort((a, b) => a.createdAtMs - b.createdAtMs || a.eventId.localeCompare(b.eventId));
			const opened = await Promise.allSettled(rows.map(open));
			// An event that does not open can be told to nobody, and must not keep the others waiting.
			await Promise.all(opened.map(async ({ status }, i) => status === 'rejected' && (await markEmitted(rows[i]!.eventId))));
			return opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
		},

		markEmitted,
	};
}
