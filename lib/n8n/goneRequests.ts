import { MAX_OPEN_REQUESTS_PER_USER } from '../connections';
import { MINUTE_MS } from '../clock';
import type { UserKey } from '../types';
import { resumeExecution } from './resumeCall';
import type { Runtime } from './runtime';

/** n8n is not asked about the same person more often: whoever starts flows for them could make it busy. */
const LOOK_AGAIN_MS = MINUTE_MS;
const MAX_KEPT = 1_000;

const lookedAtMs = new Map<UserKey, number>();

/**
 * Nobody is told of an execution that was cancelled or deleted: what it waited for still counts. So n8n is asked; an execution that
 * does wait is not resumed by that, because its node refuses as long as the sign-in is open.
 * @returns true if there was one at least
 */
export async function closeGone({ vault, config, clock }: Runtime, userKey: UserKey): Promise<boolean> {
	if ((lookedAtMs.get(userKey) ?? -Infinity) > clock.nowMs() - LOOK_AGAIN_MS) return false;
	if (lookedAtMs.size >= MAX_KEPT) lookedAtMs.clear();
	lookedAtMs.set(userKey, clock.nowMs());
	const open = await vault.requests.listOpen({ userKey }, MAX_OPEN_REQUESTS_PER_USER);
	const runs = [...new Map(open.map((request) => [JSON.stringify([request.executionId, request.nodeName, request.runIndex]), request])).values()];
	const closed = await Promise.allSettled(
		runs.map(async (request) => {
			const { kind } = await resumeExecution(await vault.requests.openResumeUrl(request), config);
			if (kind === 'gone') await vault.requests.close(request);
			return kind === 'gone';
		}),
	);
	// One that cannot be looked at waits, as far as we know.
	return closed.some((outcome) => outcome.status === 'fulfilled' && outcome.value);
}
