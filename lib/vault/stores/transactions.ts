import { place } from '../cipher';
import type { Database } from '../database';
import type { AuthorizationTransaction, TransactionStore } from '../port';
import { openOrUnknown } from './sealedRows';

/** Sealed as a whole: nobody who writes to the database can make one person's sign-in another's. */
export function transactionStore({ db, clock, cipher }: Database): TransactionStore {
	return {
		async start(stateHash, transaction, ttlMs) {
			const sealedTransaction = await cipher.seal(place.transaction(stateHash), JSON.stringify(transaction));
			await db.insertInto('transactions').values({ stateHash, sealedTransaction, expiresAtMs: clock.inMs(ttlMs) }).execute();
		},

		async take(stateHash) {
			const row = await db
				.deleteFrom('transactions')
				.where('stateHash', '=', stateHash)
				.returningAll()
				.returning(clock.nowMs().as('nowMs'))
				.executeTakeFirst();
			if (!row || row.expiresAtMs <= row.nowMs) return undefined;
			return await openOrUnknown<AuthorizationTransaction>(cipher, place.transaction(stateHash), row.sealedTransaction);
		},
	};
}
