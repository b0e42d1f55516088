import { sql } from 'kysely';

import type { Database } from '../database';
import type { WaitState, WaitStore } from '../port';
import { isOfRun, toWait } from './waitRow';

/** The half of the store that works on whole node runs. */
export type WaitRuns = Pick<WaitStore, 'listForExecution' | 'takeUp' | 'park' | 'finish' | 'claim' | 'releaseClaim' | 'listDue'>;

const PARKED = ['waiting', 'resuming'] as const satisfies readonly WaitState[];

export function waitRuns({ db, clock, backend, transaction }: Database): WaitRuns {
	return {
		async listForExecution(executionId) {
			const rows = await db.selectFrom('waits').selectAll().select(clock.nowMs().as('nowMs')).where('executionId', '=', executionId).orderBy('createdAtMs').orderBy('id').execute();
			return rows.map(toWait);
		},

		async takeUp(run) {
			const rows = await db
				.updateTable('waits')
				.set({ state: 'running', claimOwner: null })
				.where(isOfRun(run))
				.where('state', '!=', 'finished')
				.returningAll()
				.returning(clock.nowMs().as('nowMs'))
				.execute();
			return rows.map(toWait);
		},

		// Whoever woke it since the node looked must not have done so in vain.
		async park(waits) {
			await transaction(async (tx) => {
				for (const { id, wakesSeen, checkInMs } of waits) {
					const checkAtMs = clock.inMs(checkInMs);
					await tx
						.updateTable('waits')
						.set((eb) => ({
							state: 'waiting',
							claimOwner: null,
							attempts: 0,
							wakesSeen,
							checkAtMs,
							dueAtMs: sql<number>`case when ${eb.ref('wakes')} > ${wakesSeen} then ${clock.nowMs()} when ${eb.ref('expiresAtMs')} <= ${checkAtMs} then ${eb.ref('expiresAtMs')} else ${checkAtMs} end`,
						}))
						.where('id', '=', id)
						.where('settled', '=', 0)
						.where('state', '!=', 'finished')
						.execute();
				}
			});
		},

		async finish(run) {
			await db.updateTable('waits').set({ state: 'finished', claimOwner: null, finishedAtMs: clock.nowMs() }).where(isOfRun(run)).where('state', '!=', 'finished').execute();
		},

		// The rows are locked before they are judged: a second claimer waits here, and then sees them claimed.
		async claim(run, owner, claimMs) {
			return await transaction(async (tx) => {
				const parked = await tx
					.selectFrom('waits')
					.select(['id', 'state', 'dueAtMs'])
					.select(clock.nowMs().as('nowMs'))
					.where(isOfRun(run))
					.where('state', 'in', PARKED)
					.orderBy('id')
					.$if(backend.supportsForUpdate, (query) => query.forUpdate())
					.execute();
				const claimed = parked.some(({ state, dueAtMs, nowMs }) => state === 'resuming' && dueAtMs > nowMs);
				if (claimed || !parked.some(({ dueAtMs, nowMs }) => dueAtMs <= nowMs)) return undefined;
				const rows = await tx
					.updateTable('waits')
					.set((eb) => ({ state: 'resuming', claimOwner: owner, dueAtMs: clock.inMs(claimMs), attempts: eb('attempts', '+', 1) }))
					.where('id', 'in', parked.map(({ id }) => id))
					.returningAll()
					.returning(clock.nowMs().as('nowMs'))
					.execute();
				return rows.map(toWait).sort((a, b) => a.createdAtMs - b.createdAtMs || a.id.localeCompare(b.id));
			});
		},

		async releaseClaim(run, owner, retryInMs) {
			await db.updateTable('waits').set({ state: 'waiting', claimOwner: null, dueAtMs: clock.inMs(retryInMs) }).where(isOfRun(run)).where('state', '=', 'resuming').where('claimOwner', '=', owner).execute();
		},

		async listDue(limit) {
			const rows = await db
				.selectFrom('waits as due')
				.select(['due.executionId', 'due.nodeName', 'due.runIndex'])
				.where('due.state', 'in', PARKED)
				.where('due.dueAtMs', '<=', clock.onceMs())
				.where(({ not, exists, selectFrom }) =>
					not(
						exists(
							selectFrom('waits as other')
								.select('other.id')
								.whereRef('other.executionId', '=', 'due.executionId')
								.whereRef('other.nodeName', '=', 'due.nodeName')
								.whereRef('other.runIndex', '=', 'due.runIndex')
								.where('other.state', '=', 'resuming')
								.where('other.dueAtMs', '>', clock.onceMs()),
						),
					),
				)
				.groupBy(['due.executionId', 'due.nodeName', 'due.runIndex'])
				.orderBy(({ fn }) => fn.min('due.dueAtMs'))
				.limit(limit)
				.execute();
			return rows.map(({ executionId, nodeName, runIndex }) => ({ executionId, nodeName, runIndex }));
		},
	};
}
