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
					// The same for all of a workflow, but for those who have not used it since it was renamed.
					eb.fn.max('workflowName').as('workflowName'),
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
			return rows.map(({ users, useCount, lastUsedAtMs, ...row }) => ({ ...row, connectionId: row.connectionId as ConnectionId, users: Number(users), useCount: Number(useCount), lastUsedAtMs: Number(lastUsedAtMs) }));
		},
	};
}
