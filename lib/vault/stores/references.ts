import { place } from '../cipher';
import type { Database } from '../database';
import type { ReferenceStore, TokenReference } from '../port';

export function referenceStore({ db, clock, cipher }: Database): ReferenceStore {
	return {
		async create(idHash, reference, ttlMs) {
			const sealedReference = await cipher.seal(place.reference(idHash), JSON.stringify(reference));
			await db.insertInto('references').values({ idHash, sealedReference, keyId: cipher.kid, expiresAtMs: clock.inMs(ttlMs) }).execute();
		},

		async find(idHash) {
			const row = await db
				.selectFrom('references')
				.select('sealedReference')
				.where('idHash', '=', idHash)
				.where('expiresAtMs', '>', clock.nowMs())
				.executeTakeFirst();
			// It lives for weeks: that its key was taken away too early must be told, with the way out.
			return row && (JSON.parse(await cipher.open(place.reference(idHash), row.sealedReference)) as TokenReference);
		},
	};
}
