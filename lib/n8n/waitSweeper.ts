import { HOUR_MS, SECOND_MS } from '../clock';
import { createWaitRounds, type WaitRoundParts, type WaitRounds } from './waitRounds';
import type { Runtime } from './runtime';

const TICK_MS = SECOND_MS;

export type WaitSweeperParts = WaitRoundParts & { runtime: Runtime };

/** The loop of a published trigger that offers no connection: goes on with node runs that wait, and cleans up. */
export class WaitSweeper {
	private timer: NodeJS.Timeout | undefined;

	private running: Promise<void> = Promise.resolve();

	private stopped = false;

	private pruneAtMs: number;

	private readonly rounds: WaitRounds;

	constructor(private readonly parts: WaitSweeperParts) {
		this.rounds = createWaitRounds(parts);
		this.pruneAtMs = parts.runtime.clock.nowMs() + HOUR_MS;
	}

	start(): void {
		const loop = () => {
			if (this.stopped) return;
			this.running = this.tick().finally(() => {
				if (!this.stopped) this.timer = setTimeout(loop, TICK_MS);
			});
		};
		loop();
	}

	/** @param unpublished nobody may rely on this trigger from now on; not so where n8n itself stops */
	async stop(unpublished: boolean): Promise<void> {
		this.stopped = true;
		clearTimeout(this.timer);
		await this.running;
		if (unpublished) await this.rounds.withdraw();
	}

	async tick(): Promise<void> {
		const { runtime, logError } = this.parts;
		try {
			await this.rounds.round();
			if (runtime.clock.nowMs() >= this.pruneAtMs) {
				this.pruneAtMs = runtime.clock.nowMs() + HOUR_MS;
				await runtime.vault.prune(runtime.config.retention);
			}
		} catch (error) {
			logError('executions that wait for something else could not be resumed', error);
		}
	}
}
