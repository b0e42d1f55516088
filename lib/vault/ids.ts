import { randomBytes } from 'node:crypto';

let lastMs = 0;
let counter = 0;

/**
 * A new row id: 96 random bits behind this process's time and a counter, in hexadecimal. Ids of one process sort in
 * the order in which they were made (in every collation), which settles what the database's milliseconds leave open.
 */
export function newId(): string {
	const ms = Math.max(Date.now(), lastMs);
	counter = ms === lastMs ? counter + 1 : 0;
	lastMs = ms;
	const order = ms.toString(16).padStart(12, '0') + counter.toString(16).padStart(6, '0');
	return order + randomBytes(12).toString('hex');
}
