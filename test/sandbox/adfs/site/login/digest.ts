// Request digests: whoever comes by password shows one with each write. Bound to the person, good for half an hour.
// @see https://learn.microsoft.com/en-us/sharepoint/dev/sp-add-ins/complete-basic-operations-using-sharepoint-rest-endpoints
import { createHmac, randomBytes } from 'node:crypto';
import type { Person } from '../../../people';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export class Digests {
	private readonly key = randomBytes(32);

	issue({ name }: Person, at = new Date()): string {
		const two = (number: number): string => String(number).padStart(2, '0');
		const time = `${two(at.getUTCDate())} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} -0000`;
		return `0x${this.sign(name, time)},${time}`;
	}

	isGood({ name }: Person, digest: string | undefined, ttlSeconds: number): boolean {
		const [, mark, time] = /^0x([0-9A-F]+),(.+)$/.exec(digest ?? '') ?? [];
		if (mark === undefined || time === undefined || mark !== this.sign(name, time)) return false;
		return Date.parse(time) + (ttlSeconds + 1) * 1_000 > Date.now();
	}

	private sign(name: string, time: string): string {
		return createHmac('sha512', this.key).update(`${name} ${time}`).digest('hex').toUpperCase();
	}
}
