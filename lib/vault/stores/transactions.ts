import { place, type Place } from '../cipher';
import type { Database } from '../database';
import type { AuthorizationTransaction, PortalSignInStore, PortalSignInTransaction, TransactionStore } from '../port';
import { openOrUnknown } from './sealedRows';

interface OnceStore<T> {
	start(stateHash: string, transaction: T, ttlMs: number): Promise<void>;
	take(stateHash: string): Promise<T | undefined>;
}

/** Sealed as a whole: nobody who writes to the database can make one person's sign-in another's, or one kind of sign-in the other. */
function onceStore<T>({ db, clock, cipher }: Database, placeOf: (stateHash: string) => Place): OnceStore<T> {
	return {
		async start(stateHash, transaction, ttlMs) {
			const sealedTransaction = await cipher.seal(placeOf(stateHash), JSON.stringify(transaction));
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
			return await openOrUnknown<T>(cipher, placeOf(stateHash), row.sealedTransaction);
		},
	};
}

export function transactionStore(database: Database): TransactionStore {
	return onceStore<AuthorizationTransaction>(database, place.transaction);
}

export function portalSignInStore(database: Database): PortalSignInStore {
	return onceStore<PortalSignInTransaction>(database, place.portalSignIn);
}
