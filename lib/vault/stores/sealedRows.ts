import { isConnectedAppsError } from '../../errors';
import type { Cipher, Place } from '../cipher';

/**
 * Opens the JSON of a row that lives for minutes or hours (transaction, link, session, issued token). One that does not open, since
 * its key was taken away or the row was tampered with, is the same to whoever asks for it as one that never was.
 */
export async function openOrUnknown<T>(cipher: Cipher, where: Place, sealed: string): Promise<T | undefined> {
	try {
		return JSON.parse(await cipher.open(where, sealed)) as T;
	} catch (error) {
		if (isConnectedAppsError(error, 'vaultKeyWrong')) return undefined;
		throw error;
	}
}
