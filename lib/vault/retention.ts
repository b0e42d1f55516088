import { sql, type RawBuilder } from 'kysely';

import type { Database } from './database';
import type { Vault } from './port';
import type { Tables } from './schema';

/** Rows per statement: SQLite deletes in this very process, and other processes want to write in between. */
const BATCH = 500;

/** @see Vault.prune @see Vault.pruneExpired */
export function pruning({ db, clock }: Database): Pick<Vault, 'prune' | 'pruneExpired'> {
	async function deleteUntil<Table extends keyof Tables>(
		table: Table,
		key: string[],
		deadline: keyof Tables[Table] & string,
		until: RawBuilder<number>,
	): Promise<void> {
		const columns = sql.join(key.map((column) => sql.ref(column)));
		for (;;) {
			const { numAffectedRows = 0n } = await sql`
				delete from ${sql.table(table)} where (${columns}) in (
					select ${columns} from ${sql.table(table)} where ${sql.ref(deadline)} <= (select ${until}) limit ${BATCH}
				)`.execute(db);
			if (numAffectedRows < BATCH) return;
		}
	}

	async function pruneExpired(): Promise<void> {
		await deleteUntil('transactions', ['stateHash'], 'expiresAtMs', clock.nowMs());
		await deleteUntil('links', ['codeHash'], 'expiresAtMs', clock.nowMs());
		await deleteUntil('sessions', ['idHash'], 'idleUntilMs', clock.nowMs());
		await deleteUntil('sessions', ['idHash'], 'absoluteUntilMs', clock.nowMs());
		await deleteUntil('endedSignIns', ['idHash'], 'expiresAtMs', clock.nowMs());
		await deleteUntil('seen', ['idHash'], 'expiresAtMs', clock.nowMs());
		await deleteUntil('issuedTokens', ['cacheKey'], 'expiresAtMs', clock.nowMs());
		await deleteUntil('identities', ['idHash'], 'expiresAtMs', clock.nowMs());
		await deleteUntil('references', ['idHash'], 'expiresAtMs', clock.nowMs());
	}

	return {
		pruneExpired,
		async prune({ finishedMs, endedGrantsMs, auditMs }) {
			await pruneExpired();
			await deleteUntil('requests', ['id'], 'finishedAtMs', clock.inMs(-finishedMs));
			await deleteUntil('waits', ['id'], 'finishedAtMs', clock.inMs(-finishedMs));
			// Left behind by a process that died.
			await deleteUntil('waits', ['id'], 'expiresAtMs', clock.inMs(-finishedMs));
			// Emitted or not: an event of that age tells of something that has long been settled otherwise.
			await deleteUntil('outbox', ['eventId'], 'createdAtMs', clock.inMs(-finishedMs));
			await deleteUntil('grants', ['connectionId', 'userKey'], 'endedAtMs', clock.inMs(-endedGrantsMs));
			await deleteUntil('revocations', ['id'], 'finishedAtMs', clock.inMs(-endedGrantsMs));
			await deleteUntil('audit', ['id'], 'atMs', clock.inMs(-auditMs));
			await deleteUntil('uses', ['connectionId', 'workflowId', 'userKey'], 'lastUsedAtMs', clock.inMs(-auditMs));
		},
	};
}
