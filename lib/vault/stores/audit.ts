import type { ConnectionId, UseContext } from '../../types';
import type { Database } from '../database';
import { newId } from '../ids';
import type { AuditStore } from '../port';

export function auditStore({ db, clock }: Database): AuditStore {
	return {
		async add({ type, connectionId, userKey, use, detail }) {
			await db
				.insertInto('audit')
				.values({
					id: newId(),
					atMs: clock.nowMs(),
					type,
					connectionId: connectionId ?? null,
					userKey: userKey ?? null,
					useContext: use ? JSON.stringify(use) : null,
					detail: detail ?? null,
				})
				.execute();
		},

		async listByUser(userKey, limit) {
			const rows = await db
				.selectFrom('audit')
				.selectAll()
				.where('userKey', '=', userKey)
				.orderBy('atMs', 'desc')
				.orderBy('id', 'desc')
				.limit(limit)
				.execute();
			return rows.map(({ atMs, type, connectionId, useContext, detail }) => ({
				atMs,
				type,
				userKey,
				connectionId: (connectionId ?? undefined) as ConnectionId | undefined,
				use: useContext === null ? undefined : (JSON.parse(useContext) as UseContext),
				detail: detail ?? undefined,
			}));
		},
	};
}
