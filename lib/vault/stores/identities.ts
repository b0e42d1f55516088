import { place } from '../cipher';
import type { Database } from '../database';
import type { IdentityStore, RememberedIdentity } from '../port';
import { openOrUnknown } from './sealedRows';

export function identityStore({ db, clock, cipher }: Database): IdentityStore {
	return {
		async put(idHash, identity, ttlMs) {
			const columns = { sealedIdentity: await cipher.seal(place.identity(idHash), JSON.stringify(identity)), keyId: cipher.kid, expiresAtMs: clock.inMs(ttlMs) };
			await db
				.insertInto('identities')
				.values({ idHash, ...columns })
				.onConflict((conflict) => conflict.column('idHash').doUpdateSet(columns))
				.execute();
		},

		async find(idHash, ttlMs) {
			const row = await db
				.selectFrom('identities')
				.select(['sealedIdentity', 'expiresAtMs'])
				.select(clock.nowMs().as('nowMs'))
				.where('idHash', '=', idHash)
				.where('expiresAtMs', '>', clock.nowMs())
				.executeTakeFirst();
			if (!row) return undefined;
			// It is asked for with every item: not each of them writes.
			if (row.expiresAtMs - row.nowMs < ttlMs / 2) await db.updateTable('identities').set({ expiresAtMs: clock.inMs(ttlMs) }).where('idHash', '=', idHash).execute();
			return await openOrUnknown<RememberedIdentity>(cipher, place.identity(idHash), row.sealedIdentity);
		},
	};
}
