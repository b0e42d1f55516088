/** Running workflows by hand and reading what runs did, over n8n's own REST API. */
import type { ExecutionStatus, INodeExecutionData } from 'n8n-workflow';

import { parseFlatted } from './flatted';
import { N8nApiError, type N8nSession } from './n8nRequest';
import type { Execution, ExecutionFilter, ExecutionSummary, ManualRun } from './n8nTypes';
import { waitUntil } from './system/polling';

/** For what hangs, not for what is slow. */
const PATIENCE_MS = 60_000;

export class N8nExecutions {
	constructor(readonly session: N8nSession) {}

	/** Newest first, each once: one that ends while n8n lists the running ones and then the others is in both lists. */
	async executions({ workflowId, status, limit = 50 }: ExecutionFilter = {}): Promise<ExecutionSummary[]> {
		const filter = { workflowId, status: status === undefined ? undefined : [status].flat() };
		const query = new URLSearchParams({ filter: JSON.stringify(filter), limit: String(limit) });
		const { results } = await this.session.request<{ results: ExecutionSummary[] }>('GET', `/executions?${query}`);
		return [...new Map(results.map((execution) => [execution.id, execution])).values()];
	}

	/** One execution with its whole data. */
	async execution(id: string): Promise<Execution> {
		const flat = await this.session.request<Omit<Execution, 'data'> & { data: string }>('GET', `/executions/${id}`);
		return { ...flat, data: parseFlatted(flat.data) as Execution['data'] };
	}

	/**
	 * Polls until the execution has that status, and returns it.
	 * @throws Error when it has ended in another one, with its error, or after `timeoutMs`
	 */
	async waitForExecution(id: string, status: ExecutionStatus, { timeoutMs = PATIENCE_MS } = {}): Promise<Execution> {
		const final: ExecutionStatus[] = ['success', 'error', 'crashed', 'canceled'];
		let seen: ExecutionStatus | undefined;
		return await waitUntil(
			async () => {
				const execution = await this.execution(id).catch((error: unknown) => {
					// Being written: n8n has no data for it yet.
					if (error instanceof N8nApiError && error.status === 404) return undefined;
					throw error;
				});
				seen = execution?.status;
				if (execution?.status === status) return execution;
				if (execution && final.includes(execution.status)) {
					const reason = execution.data.resultData.error?.message ?? 'no error';
					throw new Error(`Execution ${id} ended as ${execution.status}, not ${status}: ${reason}`);
				}
				return undefined;
			},
			{ for: `execution ${id} to be ${status}`, timeoutMs, detail: () => `It is ${seen ?? 'not there'}.` },
		);
	}

	/** Polls until the newest execution of the workflow has that status, and returns it. */
	async waitForNewestExecution(workflowId: string, status: ExecutionStatus, { timeoutMs = PATIENCE_MS } = {}): Promise<Execution> {
		let seen: string = 'none';
		const newest = await waitUntil(
			async () => {
				const [execution] = await this.executions({ workflowId, limit: 1 });
				seen = execution?.status ?? 'none';
				return execution?.status === status ? execution : undefined;
			},
			{ for: `an execution of ${workflowId} to be ${status}`, timeoutMs, detail: () => `The newest is: ${seen}.` },
		);
		return await this.execution(newest.id);
	}

	async stopExecution(id: string): Promise<void> {
		await this.session.request('POST', `/executions/${id}/stop`);
	}

	/**
	 * Runs the stored workflow as the editor's buttons do and returns the execution's id.
	 * @throws Error when n8n only listens for a test event, which a manual or schedule trigger avoids
	 */
	async runManually(workflowId: string, { from, to }: ManualRun): Promise<string> {
		const answer = await this.session.request<{ executionId?: string; waitingForWebhook?: boolean }>(
			'POST',
			`/workflows/${workflowId}/run`,
			{
				...(from ? { triggerToStartFrom: { name: from } } : {}),
				...(to ? { destinationNode: { nodeName: to, mode: 'inclusive' } } : {}),
			},
		);
		if (!answer.executionId) throw new Error(`n8n waits for a test event of workflow ${workflowId}`);
		return answer.executionId;
	}
}

/** The JSON of the items that a node gave: of its last run and first output unless told. */
export function itemsOf(execution: Execution, node: string, { run = -1, output = 0 } = {}): INodeExecutionData['json'][] {
	const items = execution.data.resultData.runData[node]?.at(run)?.data?.['main']?.[output] ?? [];
	return items.map(({ json }) => json);
}
