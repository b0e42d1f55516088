import { sql } from 'kysely';

import type { UserKey } from '../../types';
import { place } from '../cipher';
import type { Database } from '../database';
import type { SessionStore } from '../port';
import { openOrUnknown } from './sealedRows';

export function sessionStore({ db, clock, cipher }: Database): SessionStore {
	return {
		async create(idHash, portalId, userKey, { idleMs, absoluteMs }) {
			const sealedUser = await cipher.seal(place.session(idHash, portalId), JSON.stringify({ userKey }));
			await db
				.insertInto('sessions')
				.values({
					idHash,
					portalId,
					sealedUser,
					createdAtMs: clock.nowMs(),
					lastSeenAtMs: clock.nowMs(),
					idleMs: Math.trunc(idleMs),
					idleUntilMs: clock.inMs(idleMs),
					absoluteUntilMs: clock.inMs(absoluteMs),
				})
				.execute();
		},

		async touch(idHash, portalId) {
			const row = await db
				.updateTable('sessions')
				.set((eb) => ({ lastSeenAtMs: clock.nowMs(), idleUntilMs: sql<number>`${clock.nowMs()} + ${eb.ref('idleMs')}` }))
				.where('idHash', '=', idHash)
				.where('portalId', '=', portalId)
				.where('idleUntilMs', '>', clock.nowMs())
				.where('absoluteUntilMs', '>', clock.nowMs())
				.returningAll()
				.executeTakeFirst();
			if (!row) return undefined;
			const opened = await openOrUnknown<{ userKey: UserKey }>(cipher, place.session(idHash, portalId), row.sealedUser);
			return opened && { portalId, userKey: opened.userKey, createdAtMs: row.createdAtMs, lastSeenAtMs: row.lastSeenAtMs };
		},

		async delete(idHash) {
			await db.deleteFrom('sessions').where('idHash', '=', idHash).execute();
		},
	};
}
