import { HOUR_MS, MINUTE_MS, SECOND_MS, systemClock, type Clock } from '../clock';

/** Names that one process remembers per limit: whoever comes with ever new ones must not fill its memory. */
const MAX_NAMES = 20_000;
const REQUESTS_PER_MINUTE = 6_000;
/** All addresses together. */
const REQUESTS_PER_MINUTE_IN_ALL = 60_000;
/** Wrong or used-up links, states and forms. Nobody finds 256 random bits by trying; this keeps who tries from being a load. */
const FAILURES_PER_MINUTE = 60;
/** Written to the audit log for one network: whoever is refused on purpose must not fill it. */
const REFUSALS_PER_MINUTE = 60;
/** Of people who have not shown yet who they are. Each is a row for ten minutes, and at some providers a call; a whole office is one network. */
const UNKNOWN_STARTS_PER_MINUTE = 300;
const STARTS_PER_10_MINUTES = 30;
const LINKS_PER_HOUR = 10;
const IPV6_NETWORK_GROUPS = 4;

interface Bucket {
	left: number;
	atMs: number;
}

/** A bucket of tokens per name: so many at once, and as many again in each period. */
export class RateLimit {
	private readonly buckets = new Map<string, Bucket>();

	constructor(
		private readonly size: number,
		private readonly periodMs: number,
		private readonly clock: Clock = systemClock,
		private readonly maxNames: number = MAX_NAMES,
	) {}

	private refilled(name: string): Bucket {
		const nowMs = this.clock.nowMs();
		const { left, atMs } = this.buckets.get(name) ?? { left: this.size, atMs: nowMs };
		return { left: Math.min(this.size, left + (Math.max(0, nowMs - atMs) / this.periodMs) * this.size), atMs: nowMs };
	}

	/** Milliseconds until this name has a token again; 0 = it has one. Takes none. */
	waitMs(name: string): number {
		const { left } = this.refilled(name);
		return left >= 1 ? 0 : Math.ceil(((1 - left) / this.size) * this.periodMs);
	}

	/** Takes a token. @returns milliseconds to wait if there was none; 0 = taken */
	take(name: string): number {
		const waitMs = this.waitMs(name);
		const { left, atMs } = this.refilled(name);
		// Anew at the end: what was not touched for longest goes first.
		this.buckets.delete(name);
		const oldest = this.buckets.size >= this.maxNames ? this.buckets.keys().next().value : undefined;
		if (oldest !== undefined) this.buckets.delete(oldest);
		this.buckets.set(name, { left: waitMs === 0 ? left - 1 : left, atMs });
		return waitMs;
	}
}

/** What one process lets through (S33). Several processes count each for themselves. */
export interface PortalLimits {
	requests: RateLimit;
	requestsInAll: RateLimit;
	/** Takes the place of an answer that says what was wrong, never of one that would have succeeded. */
	failures: RateLimit;
	refusals: RateLimit;
	/** Sign-ins started from one network by people who are not known yet. */
	unknownStarts: RateLimit;
	/** Sign-ins started for one person. */
	starts: RateLimit;
	/** New personal links asked for one person. */
	links: RateLimit;
}

/** @param requestsPerMinute of one client address */
export function portalLimits({ clock = systemClock, requestsPerMinute = REQUESTS_PER_MINUTE }: { clock?: Clock; requestsPerMinute?: number } = {}): PortalLimits {
	return {
		requests: new RateLimit(requestsPerMinute, MINUTE_MS, clock),
		requestsInAll: new RateLimit(Math.max(REQUESTS_PER_MINUTE_IN_ALL, requestsPerMinute), MINUTE_MS, clock),
		failures: new RateLimit(FAILURES_PER_MINUTE, MINUTE_MS, clock),
		refusals: new RateLimit(REFUSALS_PER_MINUTE, MINUTE_MS, clock),
		unknownStarts: new RateLimit(UNKNOWN_STARTS_PER_MINUTE, MINUTE_MS, clock),
		starts: new RateLimit(STARTS_PER_10_MINUTES, 10 * MINUTE_MS, clock),
		links: new RateLimit(LINKS_PER_HOUR, HOUR_MS, clock),
	};
}

/** One customer of a provider has a whole /64 of IPv6 addresses. */
export function networkOf(address: string): string {
	const bare = address.replace(/^::ffff:(?=\d+\.)/, '');
	if (!bare.includes(':')) return bare;
	const [head = '', tail] = bare.split('::');
	const before = head === '' ? [] : head.split(':');
	const after = tail === undefined || tail === '' ? [] : tail.split(':');
	const filled = tail === undefined ? before : [...before, ...Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0'), ...after];
	return `${filled.slice(0, IPV6_NETWORK_GROUPS).join(':')}::/64`;
}

export const retryAfterSeconds = (waitMs: number): number => Math.max(1, Math.ceil(waitMs / SECOND_MS));
