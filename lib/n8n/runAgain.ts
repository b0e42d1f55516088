import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { StoredSignInRequest, StoredWait, Vault } from '../vault';
import { REFUSAL_HEADER, RESUMED_HEADER } from './restartWebhooks';
import { getRuntime } from './runtime';

interface StackEntry {
	node: { name: string; disabled?: boolean };
	data: { main: IWebhookResponseData['workflowData'] };
}

/**
 * n8n marks the waiting node `disabled` on resume, so that it would be skipped. Taking the mark off again and handing the
 * original input back makes n8n run `execute()` as usual. `runExecutionData` is no public API: this is the one place that
 * touches it, and it checks every step of the shape; end-to-end tests on the real host guard it.
 * @returns the original input, or undefined if n8n's shape is not the known one
 */
export function enableWaitingNode(context: IWebhookFunctions): IWebhookResponseData['workflowData'] | undefined {
	const { runExecutionData } = context as unknown as { runExecutionData?: { executionData?: { nodeExecutionStack?: StackEntry[] } } | null };
	const entry = runExecutionData?.executionData?.nodeExecutionStack?.[0];
	if (entry === undefined || entry.node?.name !== context.getNode().name || !Array.isArray(entry.data?.main)) return undefined;
	entry.node.disabled = false;
	return entry.data.main;
}

const READY = new Set<StoredSignInRequest['state']>(['completed', 'timedOut', 'resuming']);

function isReady({ state, isDue }: StoredWait): boolean {
	return state === 'resuming' || (state === 'waiting' && isDue);
}

/** Why the node's newest run may not go on yet; undefined if it may. */
async function obstacleOf(vault: Vault, executionId: string, nodeName: string): Promise<string | undefined> {
	const requests = (await vault.requests.listForExecution(executionId)).filter((request) => request.nodeName === nodeName);
	const waits = (await vault.waits.listForExecution(executionId)).filter((wait) => wait.nodeName === nodeName);
	const newest = Math.max(-1, ...requests.map(({ runIndex }) => runIndex), ...waits.map(({ runIndex }) => runIndex));
	const signIns = requests.filter(({ runIndex }) => runIndex === newest);
	if (signIns.some(({ state }) => state === 'open')) return 'This execution waits for a sign-in';
	if (signIns.some(({ state }) => READY.has(state))) return undefined;
	const parked = waits.filter(({ runIndex, state }) => runIndex === newest && (state === 'waiting' || state === 'resuming'));
	if (parked.some(isReady)) return undefined;
	return parked.length > 0 ? 'This execution waits for something that has not happened yet' : 'This execution waits for a sign-in';
}

/**
 * The restart webhook of every node that can pause. It never throws: n8n would wipe the run data and go on behind the node.
 * It resumes only if the vault says that what the node waits for has happened, is to be looked at again or is past its limit (S36).
 */
export async function runAgain(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	const response = this.getResponseObject();
	const refuse = (status: number, message: string): IWebhookResponseData => {
		response.status(status).set({ 'cache-control': 'no-store', [REFUSAL_HEADER]: '1' }).json({ message });
		return { noWebhookResponse: true };
	};
	try {
		const { vault } = await getRuntime();
		const obstacle = await obstacleOf(vault, this.getExecutionId(), this.getNode().name);
		if (obstacle !== undefined) return refuse(403, obstacle);
		const workflowData = enableWaitingNode(this);
		if (workflowData === undefined) {
			this.logger.error('Connected Apps: this n8n keeps a waiting execution in an unknown form; the execution stays waiting. Update n8n-nodes-connected-apps, then open the sign-in link again.');
			return refuse(500, 'This n8n cannot run a paused node again');
		}
		response.set({ [RESUMED_HEADER]: '1' });
		return { workflowData };
	} catch (error) {
		this.logger.error('Connected Apps: a paused execution could not go on; it stays waiting', { error: error instanceof Error ? error.message : String(error) });
		return refuse(500, 'The paused execution could not go on');
	}
}
