import type { Database } from '../database';
import { sha256 } from '../keys';
import type { SeenStore } from '../port';

export function seenStore({ db, clock }: Database): SeenStore {
	return {
		async first(id, ttlMs) {
			const expiresAtMs = clock.inMs(ttlMs);
			const row = await db
				.insertInto('seen')
				.values({ idHash: sha256(id), expiresAtMs })
				// Past its end it is as if it had never been; else no row comes back.
				.onConflict((conflict) => conflict.column('idHash').doUpdateSet({ expiresAtMs }).where('seen.expiresAtMs', '<=', clock.nowMs()))
				.returning('idHash')
				.executeTakeFirst();
			return row !== undefined;
		},

		async forget(id) {
			await db.deleteFrom('seen').where('idHash', '=', sha256(id)).execute();
		},
	};
}
