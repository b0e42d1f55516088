import { randomUUID } from 'node:crypto';

import { DAY_MS, MINUTE_MS, SECOND_MS } from '../clock';
import { ownerKeyOf } from '../connections';
import type { OwnerTrigger } from '../types';
import type { NodeRun } from '../vault';
import { resumeExecution } from './resumeCall';
import type { Runtime } from './runtime';

const CLAIM_MS = 60 * SECOND_MS;
const RETRY_MAX_MS = 60 * SECOND_MS;
/** n8n holds resumes back where its concurrency is limited. */
const UNKNOWN_RETRY_MS = 10 * MINUTE_MS;
const NOTE_EVERY_MS = MINUTE_MS;
const BATCH = 50;
/** A trigger that was published counts for so long after it was seen last: n8n may have been stopped for a night. */
export const SWEPT_WITHIN_MS = DAY_MS;

export interface WaitRoundParts {
	runtime: Pick<Runtime, 'vault' | 'config' | 'clock'>;
	owner: OwnerTrigger;
	logError(message: string, error: unknown): void;
}

export interface WaitRounds {
	/** Resumes what is due, once. */
	round(): Promise<void>;
	/** The trigger is unpublished: nobody may rely on it any more. */
	withdraw(): Promise<void>;
}

/** What a published trigger does for node runs that wait for something other than a sign-in. All work is leased in the vault, so several may do it. */
export function createWaitRounds({ runtime, owner, logError }: WaitRoundParts): WaitRounds {
	const { vault, config, clock } = runtime;
	const claimOwner = `waits-${randomUUID()}`;
	let notedAtMs = 0;

	async function resume(run: NodeRun): Promise<void> {
		const [wait] = (await vault.waits.claim(run, claimOwner, CLAIM_MS)) ?? [];
		if (wait === undefined) return;
		const retryMs = Math.min(RETRY_MAX_MS, 2 * SECOND_MS * 2 ** Math.min(wait.attempts - 1, 10));
		const { resumeUrl } = await vault.waits.openContent(wait);
		const outcome = await resumeExecution(resumeUrl, config);
		switch (outcome.kind) {
			case 'accepted':
				// The node takes the run up when it runs; until then the claim keeps others off, and a lost start is tried again.
				return;
			case 'busy':
				return await vault.waits.releaseClaim(run, claimOwner, retryMs);
			case 'unknown':
				return await vault.waits.releaseClaim(run, claimOwner, UNKNOWN_RETRY_MS);
			case 'gone':
				// Cancelled, deleted or failed: nobody waits any more.
				return await vault.waits.finish(run);
			case 'failed':
				logError('a waiting execution could not be resumed', new Error(outcome.reason));
				return await vault.waits.releaseClaim(run, claimOwner, retryMs);
		}
	}

	return {
		async round() {
			// Also where the machine's clock was set back.
			if (Math.abs(clock.nowMs() - notedAtMs) >= NOTE_EVERY_MS) {
				await vault.waits.noteSweeper(ownerKeyOf(owner));
				notedAtMs = clock.nowMs();
			}
			const due = await vault.waits.listDue(BATCH);
			await Promise.all(
				due.map(async (run) => {
					try {
						await resume(run);
					} catch (error) {
						// The others go on.
						logError('a waiting execution could not be resumed', error);
					}
				}),
			);
		},
		async withdraw() {
			await vault.waits.forgetSweeper(ownerKeyOf(owner));
		},
	};
}
