import { SECOND_MS } from '../clock';
import type { UseContext } from '../types';
import type { GrantKey, Vault } from '../vault';

const FLUSH_INTERVAL_MS = 10 * SECOND_MS;

interface PendingUse {
	key: GrantKey;
	count: number;
	use: UseContext;
}

/** Collects uses and writes them in batches, so that a token costs no write per call. The first use is written at once: the idle clock slides. */
export class UseRecorder {
	private readonly pending = new Map<string, PendingUse>();

	private readonly lastWrittenMs = new Map<string, number>();

	private readonly writing = new Set<Promise<void>>();

	private timer: NodeJS.Timeout | undefined;

	constructor(
		private readonly vault: Vault,
		private readonly onError: (error: unknown) => void,
	) {}

	record(key: GrantKey, use: UseContext, nowMs: number): void {
		const name = `${key.connectionId}\n${key.userKey}`;
		const entry = this.pending.get(name);
		this.pending.set(name, { key, count: (entry?.count ?? 0) + 1, use });
		if (nowMs - (this.lastWrittenMs.get(name) ?? 0) >= FLUSH_INTERVAL_MS) {
			if (this.lastWrittenMs.size > 10_000) this.lastWrittenMs.clear();
			this.lastWrittenMs.set(name, nowMs);
			const written = this.write(name).finally(() => this.writing.delete(written));
			this.writing.add(written);
			return;
		}
		this.timer ??= setTimeout(() => {
			this.timer = undefined;
			void this.flush();
		}, FLUSH_INTERVAL_MS).unref();
	}

	async flush(): Promise<void> {
		for (const name of [...this.pending.keys()]) await this.write(name);
	}

	async stop(): Promise<void> {
		clearTimeout(this.timer);
		this.timer = undefined;
		await this.flush();
		await Promise.all(this.writing);
	}

	private async write(name: string): Promise<void> {
		const entry = this.pending.get(name);
		if (entry === undefined) return;
		this.pending.delete(name);
		try {
			await this.vault.grants.recordUse(entry.key, entry.count, entry.use);
		} catch (error) {
			this.onError(error);
		}
	}
}
