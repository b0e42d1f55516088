import { sql, type RawBuilder } from 'kysely';

import type { ConnectionId, UserKey } from '../../types';
import type { Database } from '../database';
import type { GrantStore } from '../port';
import { toGrant } from './grantRow';

type Lists = Pick<GrantStore, 'tally' | 'listUsers' | 'listPage'>;

/** What stands for itself in a LIKE pattern. */
const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** A user key has 256 characters at most. */
const LONGEST_SEARCH = 256;

/** In lower case as far as it matters to what is searched: SQLite's own `lower` knows ASCII only, and so does Postgres under some locales. */
function lowered(column: RawBuilder<string>, search: string): RawBuilder<string> {
	const beyondAscii = [...new Set(search)].filter((letter) => letter > '\x7f' && letter.toUpperCase() !== letter);
	return beyondAscii.reduce((text, letter) => sql<string>`replace(${text}, ${letter.toUpperCase()}, ${letter})`, sql<string>`lower(${column})`);
}

/** Grants as an administrator looks at them: counted, and page by page, whatever their number. */
export function grantLists({ db, clock }: Database): Lists {
	return {
		async tally(connectionIds) {
			if (connectionIds.length === 0) return [];
			const counted = (condition: ReturnType<typeof sql<boolean>>) => sql<number | string>`sum(case when ${condition} then 1 else 0 end)`;
			const [state, failure] = [sql.ref('state'), sql.ref('lastFailureCode')];
			const rows = await db
				.selectFrom('grants')
				.select('connectionId')
				.select([
					counted(sql<boolean>`${state} = 'active'`).as('active'),
					counted(sql<boolean>`${state} = 'ended' and ${sql.ref('endReason')} <> 'disconnected'`).as('needSignIn'),
					counted(sql<boolean>`${state} = 'active' and ${failure} is not null`).as('failing'),
				])
				.where('connectionId', 'in', connectionIds)
				.groupBy('connectionId')
				.execute();
			return rows.map(({ connectionId, active, needSignIn, failing }) => ({ connectionId: connectionId as ConnectionId, active: Number(active), needSignIn: Number(needSignIn), failing: Number(failing) }));
		},

		async listUsers({ connectionIds, search = '', after = '' }, limit) {
			if (connectionIds.length === 0) return [];
			let query = db
				.selectFrom('grants')
				.select('userKey')
				.select((eb) => [sql<number | string>`sum(case when ${sql.ref('state')} = 'active' then 1 else 0 end)`.as('active'), eb.fn.countAll<number | string>().as('connections'), eb.fn.max('lastUsedAtMs').as('lastUsedAtMs')])
				.where('connectionId', 'in', connectionIds)
				.groupBy('userKey')
				.orderBy('userKey')
				.limit(limit);
			if (after !== '') query = query.where('userKey', '>', after as UserKey);
			const part = search.slice(0, LONGEST_SEARCH).normalize('NFC').toLowerCase();
			if (part !== '') query = query.where(sql<boolean>`${lowered(sql.ref('userKey'), part)} like ${`%${escaped(part)}%`} escape '\\'`);
			const rows = await query.execute();
			return rows.map(({ userKey, active, connections, lastUsedAtMs }) => ({ userKey: userKey as UserKey, active: Number(active), connections: Number(connections), lastUsedAtMs: Number(lastUsedAtMs) }));
		},

		async listPage(connectionId, after, limit) {
			const rows = await db.selectFrom('grants').selectAll().select(clock.nowMs().as('nowMs')).where('connectionId', '=', connectionId).where('userKey', '>', after).orderBy('userKey').limit(limit).execute();
			return rows.map(toGrant);
		},
	};
}
