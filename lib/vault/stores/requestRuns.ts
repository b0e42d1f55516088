import { sql, type ExpressionBuilder } from 'kysely';

import type { Database } from '../database';
import type { GrantKey, NodeRun, SignInRequestStore } from '../port';
import type { Tables } from '../schema';
import { claimable } from './leases';
import { FINISHED_STATES, SETTLED_STATES, toRequest, toTerms } from './requestRow';

/** The half of the store that works on whole node runs, or on all that wait for one thing. */
export type RequestRuns = Pick<
	SignInRequestStore,
	'scopesWaitedFor' | 'complete' | 'listCompletedWith' | 'fail' | 'claim' | 'markResumed' | 'releaseClaim' | 'close' | 'expireOverdue' | 'listDue'
>;

export function requestRuns(database: Database): RequestRuns {
	const { db, clock, backend, transaction } = database;

	async function openRequests({ connectionId, userKey }: GrantKey) {
		const rows = await db.selectFrom('requests').select(['id', 'scopes', 'terms']).where('userKey', '=', userKey).where('state', '=', 'open').where('connectionId', '=', connectionId).execute();
		return rows.map(({ id, scopes, terms }) => ({ id, scopes: JSON.parse(scopes) as string[], terms: toTerms(terms) }));
	}

	return {
		async scopesWaitedFor(key) {
			const open = await openRequests(key);
			return [...new Set(open.flatMap(({ scopes }) => scopes))];
		},

		async complete(key, isMet) {
			const met = isMet && (await openRequests(key)).filter(isMet).map(({ id }) => id);
			if (met?.length === 0) return [];
			const rows = await db
				.updateTable('requests')
				// One instant for all of them: it tells later which belong together.
				.set({ state: 'completed', completedAtMs: clock.onceMs(), dueAtMs: clock.nowMs() })
				.where('userKey', '=', key.userKey)
				.where('state', '=', 'open')
				.where('connectionId', '=', key.connectionId)
				.$if(met !== undefined, (query) => query.where('id', 'in', met ?? []))
				.returningAll()
				.returning(clock.nowMs().as('nowMs'))
				.execute();
			return rows.map(toRequest);
		},

		async listCompletedWith({ userKey, connectionId, completedAtMs }, limit) {
			if (completedAtMs === undefined) return [];
			const rows = await db
				.selectFrom('requests')
				.selectAll()
				.select(clock.nowMs().as('nowMs'))
				.where('userKey', '=', userKey)
				.where('connectionId', '=', connectionId)
				.where('completedAtMs', '=', completedAtMs)
				.where('state', '!=', 'open')
				.where('failureCode', 'is', null)
				.orderBy('createdAtMs')
				.orderBy('id')
				.limit(limit)
				.execute();
			return rows.map(toRequest);
		},

		async fail(id, code) {
			const { numUpdatedRows } = await db
				.updateTable('requests')
				.set({ state: 'completed', failureCode: code, completedAtMs: clock.nowMs(), dueAtMs: clock.nowMs() })
				.where('id', '=', id)
				.where('state', '=', 'open')
				.executeTakeFirst();
			return numUpdatedRows > 0n;
		},

		// The rows are locked before they are judged: a second claimer waits here, and then sees them claimed. What `open`
		// adds meanwhile counts as opened after the claim.
		async claim(run, owner, claimMs) {
			return await transaction(async (tx) => {
				const pending = await tx
					.selectFrom('requests')
					.select(['id', 'state', 'dueAtMs'])
					.select(clock.nowMs().as('nowMs'))
					.where(isOfRun(run))
					.where('state', 'not in', FINISHED_STATES)
					.orderBy('id')
					.$if(backend.supportsForUpdate, (query) => query.forUpdate())
					.execute();
				const free = pending.every(({ state, dueAtMs, nowMs }) => isSettled(state) || (state === 'resuming' && dueAtMs <= nowMs));
				if (pending.length === 0 || !free) return undefined;
				const rows = await tx
					.updateTable('requests')
					.set((eb) => ({ state: 'resuming', claimOwner: owner, dueAtMs: clock.inMs(claimMs), attempts: eb('attempts', '+', 1) }))
					.where('id', 'in', pending.map(({ id }) => id))
					.returningAll()
					.returning(clock.nowMs().as('nowMs'))
					.execute();
				return rows.map(toRequest).sort((a, b) => a.createdAtMs - b.createdAtMs || a.id.localeCompare(b.id));
			});
		},

		async markResumed(run, owner) {
			let update = db
				.updateTable('requests')
				.set({ state: 'resumed', claimOwner: null, finishedAtMs: clock.nowMs() })
				.where(isOfRun(run))
				.where('state', 'in', [...SETTLED_STATES, 'resuming']);
			// The claimer comes late, perhaps: what the node opened anew meanwhile is not its business.
			if (owner !== undefined) update = update.where('claimOwner', '=', owner);
			await update.execute();
		},

		async releaseClaim(run, owner, retryInMs) {
			await db
				.updateTable('requests')
				.set((eb) => ({
					state: sql<'timedOut' | 'completed'>`case when ${eb.ref('timedOut')} = 1 then 'timedOut' else 'completed' end`,
					claimOwner: null,
					dueAtMs: clock.inMs(retryInMs),
				}))
				.where(isOfRun(run))
				.where('state', '=', 'resuming')
				.where('claimOwner', '=', owner)
				.execute();
		},

		async close(run) {
			await db
				.updateTable('requests')
				.set({ state: 'closed', claimOwner: null, finishedAtMs: clock.nowMs() })
				.where(isOfRun(run))
				.where('state', 'not in', FINISHED_STATES)
				.execute();
		},

		async expireOverdue(limit) {
			const rows = await db
				.with('overdue', (queries) =>
					queries
						.selectFrom('requests')
						.select('id')
						.where('state', '=', 'open')
						.where('expiresAtMs', '<=', clock.onceMs())
						.orderBy('expiresAtMs')
						.limit(limit)
						.$call(claimable(database)),
				)
				.updateTable('requests')
				.set({ state: 'timedOut', timedOut: 1, dueAtMs: clock.nowMs() })
				.where('id', 'in', (eb) => eb.selectFrom('overdue').select('id'))
				.where('state', '=', 'open')
				.returningAll()
				.returning(clock.nowMs().as('nowMs'))
				.execute();
			return rows.map(toRequest);
		},

		// Starts from what is due, which is little, and drops every run of which something else is not: a request that
		// is still open, a claim that lives, a retry to come. What has finished in an earlier round does not count.
		async listDue(graceMs, limit) {
			const rows = await db
				.selectFrom('requests as due')
				.select(['due.executionId', 'due.nodeName', 'due.runIndex'])
				.where('due.state', 'in', [...SETTLED_STATES, 'resuming'])
				.where('due.dueAtMs', '<=', clock.onceMs())
				.where(({ not, exists, selectFrom }) =>
					not(
						exists(
							selectFrom('requests as other')
								.select('other.id')
								.whereRef('other.executionId', '=', 'due.executionId')
								.whereRef('other.nodeName', '=', 'due.nodeName')
								.whereRef('other.runIndex', '=', 'due.runIndex')
								.where('other.state', 'not in', FINISHED_STATES)
								.where((eb) => eb.or([eb('other.state', '=', 'open'), eb('other.dueAtMs', '>', clock.onceMs())])),
						),
					),
				)
				.groupBy(['due.executionId', 'due.nodeName', 'due.runIndex'])
				// A browser is waiting at the end of its sign-in: the right to go on is its own for a while.
				.having(({ eb, fn, or }) =>
					or([
						eb(fn.count('due.browserHash'), '=', 0),
						eb(fn.max('due.completedAtMs'), 'is', null),
						eb(fn.max('due.completedAtMs'), '<=', clock.inMs(-graceMs)),
					]),
				)
				.orderBy(({ fn }) => fn.min('due.dueAtMs'))
				.limit(limit)
				.execute();
			return rows.map(({ executionId, nodeName, runIndex }) => ({ executionId, nodeName, runIndex }));
		},
	};
}

function isSettled(state: string): boolean {
	return (SETTLED_STATES as readonly string[]).includes(state);
}

function isOfRun({ executionId, nodeName, runIndex }: NodeRun) {
	return (eb: ExpressionBuilder<Tables, 'requests'>) =>
		eb.and([eb('executionId', '=', executionId), eb('nodeName', '=', nodeName), eb('runIndex', '=', runIndex)]);
}
