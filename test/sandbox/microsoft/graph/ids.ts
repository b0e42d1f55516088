// Ids in the vendor's forms, the same at every start: made of a text that says what they are of.
import { createHash } from 'node:crypto';

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function digestOf(seed: string): Buffer {
	return createHash('sha256').update(seed).digest();
}

export function guidOf(seed: string): string {
	const hex = digestOf(seed).toString('hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** `b!` and what names site collection, web and library. */
export function driveIdOf(collectionId: string, webId: string, listId: string): string {
	return `b!${Buffer.from([collectionId, webId, listId].join('').replaceAll('-', ''), 'hex').toString('base64url')}`;
}

/** `01` and 32 letters and digits. */
export function driveItemIdOf(seed: string): string {
	return `01${[...digestOf(seed)].map((byte) => base32[byte % 32]).join('')}`;
}
