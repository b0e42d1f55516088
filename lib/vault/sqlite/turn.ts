import { setImmediate as nextTurn } from 'node:timers/promises';

const LONGEST_MS = 10;

/**
 * Since `node:sqlite` is synchronous, a run of queries goes from one to the next without the event loop ever turning.
 * Awaited after each query, this lets everybody else have their turn once the current one lasts too long.
 */
export class Turn {
	private startedMs: number | undefined;

	async share(): Promise<void> {
		if (this.startedMs === undefined) {
			this.startedMs = performance.now();
			setImmediate(() => {
				this.startedMs = undefined;
			});
		} else if (performance.now() - this.startedMs > LONGEST_MS) {
			await nextTurn();
		}
	}
}
