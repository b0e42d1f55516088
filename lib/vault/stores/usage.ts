import type { ConnectionId, UseContext, UserKey } from '../../types';
import type { Database, Db, Tx } from '../database';
import type { GrantKey, UsageStore } from '../port';

/** Beside a grant's own use: which workflow it was. What names no workflow counts for the grant only. */
export async function noteUse(from: Db | Tx, clock: Database['clock'], { connectionId, userKey }: GrantKey, count: number, { workflowId, workflowName = '' }: UseContext): Promise<void> {
	if (workflowId === undefined) return;
	await from
		.insertInto('uses')
		.values({ connectionId, workflowId, userKey, workflowName, useCount: count, lastUsedAtMs: clock.nowMs() })
		.onConflict((conflict) => conflict.columns(['connectionId', 'workflowId', 'userKey']).doUpdateSet((eb) => ({ workflowName, useCount: eb('uses.useCount', '+', count), lastUsedAtMs: clock.nowMs() })))
		.execute();
}

export function usageStore({ db }: Database): UsageStore {
	return {
		async listByUser(userKey, connectionIds, limit) {
			if (connectionIds.length === 0) return [];
			const rows = await db.selectFrom('uses').selectAll().where('userKey', '=', userKey).where('connectionId', 'in', connectionIds).orderBy('lastUsedAtMs', 'desc').orderBy('workflowId').limit(limit).execute();
			return rows.map((row) => ({ ...row, connectionId: row.connectionId as ConnectionId, userKey: row.userKey as UserKey }));
		},

		async listByWorkflow(connectionIds, limit) {
			if (connectionIds.length === 0) return [];
			const rows = await db
				.selectFrom('uses')
				.select(['connectionId', 'workflowId'])
				.select((eb) => [
					// As it was called by whoever used it last: it may have been renamed since the others did.
					eb.selectFrom('uses as latest').select('latest.workflowName').whereRef('latest.connectionId', '=', 'uses.connectionId').whereRef('latest.workflowId', '=', 'uses.workflowId').orderBy('latest.lastUsedAtMs', 'desc').limit(1).as('workflowName'),
					eb.fn.countAll<number | string>().as('users'),
					eb.fn.sum<number | string>('useCount').as('useCount'),
					eb.fn.max('lastUsedAtMs').as('lastUsedAtMs'),
				])
				.where('connectionId', 'in', connectionIds)
				.groupBy(['connectionId', 'workflowId'])
				.orderBy('lastUsedAtMs', 'desc')
				.orderBy('workflowId')
				.limit(limit)
				.execute();
			return rows.map(({ users, useCount, lastUsedAtMs, workflowName, ...row }) => ({ ...row, workflowName: workflowName ?? '', connectionId: row.connectionId as ConnectionId, users: Number(users), useCount: Number(useCount), lastUsedAtMs: Number(lastUsedAtMs) }));
		},
	};
}
