/**
 * How much of an abuse is tried: the full number with CONNECTED_APPS_ABUSE=full, else what fits the time that CI has.
 * The promises hold for every number; the full ones are what SECURITY.md speaks of.
 */
export const isFull = process.env.CONNECTED_APPS_ABUSE === 'full';

export const amount = (full: number, usual: number): number => (isFull ? full : usual);

/** Same seed, same sequence (mulberry32): what failed once fails again. */
export function randomOf(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}
