import type { ExpressionBuilder } from 'kysely';

import type { NodeRun, StoredWait } from '../port';
import type { Tables, WaitRow } from '../schema';

export function toWait(row: WaitRow & { nowMs: number }): StoredWait {
	const expired = row.expiresAtMs !== null && row.expiresAtMs <= row.nowMs;
	return {
		id: row.id,
		executionId: row.executionId,
		nodeName: row.nodeName,
		runIndex: row.runIndex,
		topic: row.topic,
		state: row.state,
		workflowId: row.workflowId,
		workflowName: row.workflowName,
		sealedContent: row.sealedContent,
		settled: row.settled === 1,
		wakes: row.wakes,
		createdAtMs: row.createdAtMs,
		woken: row.wakes > row.wakesSeen,
		expired,
		checkInMs: Math.max(0, row.checkAtMs - row.nowMs),
		isDue: row.settled === 0 && (expired || row.wakes > row.wakesSeen || row.checkAtMs <= row.nowMs),
		attempts: row.attempts,
	};
}

export function isOfRun({ executionId, nodeName, runIndex }: NodeRun) {
	return (eb: ExpressionBuilder<Tables, 'waits'>) => eb.and([eb('executionId', '=', executionId), eb('nodeName', '=', nodeName), eb('runIndex', '=', runIndex)]);
}
