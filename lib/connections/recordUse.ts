import { SECOND_MS } from '../clock';
import type { UseContext } from '../types';
import type { GrantKey, Vault } from '../vault';

/** Short beside every lifetime, long beside a run: what a killed process had not written yet is this much. */
const FLUSH_INTERVAL_MS = SECOND_MS;
/** One transaction must not keep others waiting for long. */
const BATCH = 100;

interface PendingUse {
	key: GrantKey;
	count: number;
	use: UseContext;
}

/** Collects uses and writes them in batches, so that a token costs no write per call. */
export class UseRecorder {
	private readonly pending = new Map<string, PendingUse>();

	private flushing: Promise<void> = Promise.resolve();

	private timer: NodeJS.Timeout | undefined;

	constructor(
		private readonly vault: Vault,
		private readonly onError: (error: unknown) => void,
	) {}

	record(key: GrantKey, use: UseContext): void {
		const name = JSON.stringify([key.connectionId, key.userKey, use.workflowId]);
		this.pending.set(name, { key, count: (this.pending.get(name)?.count ?? 0) + 1, use });
		this.timer ??= setTimeout(() => {
			this.timer = undefined;
			void this.flush();
		}, FLUSH_INTERVAL_MS).unref();
	}

	/** Writes what is pending, after what is being written. */
	async flush(): Promise<void> {
		this.flushing = this.flushing.then(async () => await this.write());
		await this.flushing;
	}

	async stop(): Promise<void> {
		clearTimeout(this.timer);
		this.timer = undefined;
		await this.flush();
	}

	private async write(): Promise<void> {
		const uses = [...this.pending.values()];
		this.pending.clear();
		for (let begin = 0; begin < uses.length; begin += BATCH) {
			try {
				await this.vault.grants.recordUses(uses.slice(begin, begin + BATCH));
			} catch (error) {
				this.onError(error);
			}
		}
	}
}
