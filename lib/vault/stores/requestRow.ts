import type { ConnectionId, SignInTerms, UserKey } from '../../types';
import type { SignInRequestState, StoredSignInRequest } from '../port';
import type { RequestRow } from '../schema';

/** Signed in, failed for good or past the limit: the node run may go on. */
export const SETTLED_STATES = ['completed', 'timedOut'] as const satisfies readonly SignInRequestState[];
/** Over, for this round. */
export const FINISHED_STATES = ['resumed', 'closed'] as const satisfies readonly SignInRequestState[];

export function toRequest(row: RequestRow & { nowMs: number }): StoredSignInRequest {
	return {
		id: row.id,
		executionId: row.executionId,
		nodeName: row.nodeName,
		runIndex: row.runIndex,
		connectionId: row.connectionId as ConnectionId,
		userKey: row.userKey as UserKey,
		state: row.state,
		workflowId: row.workflowId,
		workflowName: row.workflowName,
		answer: row.answer,
		usersHash: row.usersHash,
		scopes: JSON.parse(row.scopes) as string[],
		terms: toTerms(row.terms),
		failureCode: row.failureCode ?? undefined,
		sealedResumeUrl: row.sealedResumeUrl,
		browserHash: row.browserHash ?? undefined,
		createdAtMs: row.createdAtMs,
		expiresAtMs: row.expiresAtMs ?? undefined,
		completedAtMs: row.completedAtMs ?? undefined,
		timedOut: row.timedOut === 1,
		claimOwner: row.claimOwner ?? undefined,
		attempts: row.attempts,
		nowMs: row.nowMs,
	};
}

export function toTerms(terms: RequestRow['terms']): SignInTerms {
	return terms === null ? {} : (JSON.parse(terms) as SignInTerms);
}
