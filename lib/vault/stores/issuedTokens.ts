import { place } from '../cipher';
import type { Database } from '../database';
import { sha256 } from '../keys';
import type { IssuedToken, IssuedTokenStore } from '../port';
import { openOrUnknown } from './sealedRows';

export function issuedTokenStore({ db, clock, cipher }: Database): IssuedTokenStore {
	return {
		async find(cacheKey) {
			const row = await db
				.selectFrom('issuedTokens')
				.select(['sealedToken', 'expiresAtMs'])
				.select(clock.nowMs().as('nowMs'))
				.where('cacheKey', '=', cacheKey)
				.where('expiresAtMs', '>', clock.nowMs())
				.executeTakeFirst();
			const opened = row && (await openOrUnknown<Pick<IssuedToken, 'tokens' | 'account'>>(cipher, place.issuedToken(cacheKey), row.sealedToken));
			return opened && { ...opened, expiresAtMs: row.expiresAtMs, nowMs: row.nowMs };
		},

		async put(cacheKey, { tokens, account }, ttlMs) {
			const columns = {
				sealedToken: await cipher.seal(place.issuedToken(cacheKey), JSON.stringify({ tokens, account })),
				keyId: cipher.kid,
				accessTokenHash: sha256(tokens.accessToken),
				expiresAtMs: clock.inMs(ttlMs),
			};
			await db
				.insertInto('issuedTokens')
				.values({ cacheKey, ...columns })
				.onConflict((conflict) => conflict.column('cacheKey').doUpdateSet(columns))
				.execute();
		},

		async forget(cacheKey, accessTokenHash) {
			await db.deleteFrom('issuedTokens').where('cacheKey', '=', cacheKey).where('accessTokenHash', '=', accessTokenHash).execute();
		},
	};
}
