import { place } from '../cipher';
import type { Database } from '../database';
import type { LinkStore, PersonalLink } from '../port';
import { openOrUnknown } from './sealedRows';

export function linkStore({ db, clock, cipher }: Database): LinkStore {
	return {
		async create(codeHash, link, ttlMs) {
			const sealedLink = await cipher.seal(place.link(codeHash), JSON.stringify(link));
			await db.insertInto('links').values({ codeHash, sealedLink, expiresAtMs: clock.inMs(ttlMs) }).execute();
		},

		async peek(codeHash) {
			const row = await db
				.selectFrom('links')
				.select('sealedLink')
				.where('codeHash', '=', codeHash)
				.where('expiresAtMs', '>', clock.nowMs())
				.executeTakeFirst();
			return row && (await openOrUnknown<PersonalLink>(cipher, place.link(codeHash), row.sealedLink));
		},

		async take(codeHash) {
			const row = await db
				.deleteFrom('links')
				.where('codeHash', '=', codeHash)
				.returningAll()
				.returning(clock.nowMs().as('nowMs'))
				.executeTakeFirst();
			if (!row || row.expiresAtMs <= row.nowMs) return undefined;
			return await openOrUnknown<PersonalLink>(cipher, place.link(codeHash), row.sealedLink);
		},
	};
}
