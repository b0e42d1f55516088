import type { ConnectionId, UseContext, UserKey } from '../../types';
import type { Database } from '../database';
import { newId } from '../ids';
import type { AuditEntry, AuditStore } from '../port';
import type { AuditRow } from '../schema';

function toEntry({ atMs, type, connectionId, portalId, userKey, useContext, detail, actor }: AuditRow): AuditEntry & { atMs: number } {
	return {
		atMs,
		type,
		userKey: (userKey ?? undefined) as UserKey | undefined,
		connectionId: (connectionId ?? undefined) as ConnectionId | undefined,
		portalId: portalId ?? undefined,
		use: useContext === null ? undefined : (JSON.parse(useContext) as UseContext),
		detail: detail ?? undefined,
		actor: (actor ?? undefined) as UserKey | undefined,
	};
}

export function auditStore({ db, clock }: Database): AuditStore {
	const toRow = ({ type, connectionId, portalId, userKey, actor, use, detail }: AuditEntry) => ({
		id: newId(),
		atMs: clock.nowMs(),
		type,
		connectionId: connectionId ?? null,
		portalId: portalId ?? null,
		userKey: userKey ?? null,
		useContext: use ? JSON.stringify(use) : null,
		detail: detail ?? null,
		actor: actor ?? null,
	});

	return {
		async add(entry) {
			await db.insertInto('audit').values(toRow(entry)).execute();
		},

		async addAll(entries) {
			if (entries.length > 0) await db.insertInto('audit').values(entries.map(toRow)).execute();
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
			return rows.map(toEntry);
		},

		async listByConnections(connectionIds, limit) {
			if (connectionIds.length === 0) return [];
			const rows = await db.selectFrom('audit').selectAll().where('connectionId', 'in', connectionIds).orderBy('atMs', 'desc').orderBy('id', 'desc').limit(limit).execute();
			return rows.map(toEntry);
		},
	};
}
