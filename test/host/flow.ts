/** Workflows in code, laid out so that a person who opens them in the editor sees a flow. */
import type { IWorkflowSettings, NodeConnectionType } from 'n8n-workflow';

import type { WorkflowDraft, WorkflowNode } from './n8nTypes';

export interface ConnectOptions {
	/** Of the node that gives; default 0. */
	output?: number;
	/** Of the node that takes; default 0. */
	input?: number;
	/** Default `main`; `ai_tool`, `ai_languageModel`, … go from the sub-node to the agent. */
	type?: NodeConnectionType;
}

interface Edge {
	from: string;
	to: string;
	type: NodeConnectionType;
}

/** A workflow under construction. Nodes are told apart by name, as in n8n. */
export class Flow {
	private readonly nodes: WorkflowNode[] = [];
	private readonly edges: Edge[] = [];
	private readonly connections: WorkflowDraft['connections'] = {};
	private workflowSettings: IWorkflowSettings = { executionOrder: 'v1' };

	constructor(private readonly name: string) {}

	/** Adds nodes without connecting them. */
	node(...nodes: WorkflowNode[]): this {
		for (const added of nodes) {
			if (this.nodes.some(({ name }) => name === added.name)) {
				throw new Error(`"${this.name}" has two nodes named "${added.name}"`);
			}
			this.nodes.push(added);
		}
		return this;
	}

	/** Adds nodes and connects each to the next one, by their first output and input. */
	chain(...nodes: WorkflowNode[]): this {
		this.node(...nodes);
		nodes.slice(1).forEach((next, index) => this.connect(nodes[index]?.name ?? '', next.name));
		return this;
	}

	connect(from: string, to: string, { output = 0, input = 0, type = 'main' }: ConnectOptions = {}): this {
		for (const name of [from, to]) {
			if (!this.nodes.some((known) => known.name === name)) throw new Error(`"${this.name}" has no node "${name}"`);
		}
		const outputs = ((this.connections[from] ??= {})[type] ??= []);
		while (outputs.length <= output) outputs.push([]);
		(outputs[output] ??= []).push({ node: to, type, index: input });
		this.edges.push({ from, to, type });
		return this;
	}

	settings(settings: IWorkflowSettings): this {
		this.workflowSettings = { ...this.workflowSettings, ...settings };
		return this;
	}

	/** What `N8nClient.createWorkflow` takes. */
	draft(): WorkflowDraft {
		return {
			name: this.name,
			nodes: this.laidOut(),
			connections: this.connections,
			settings: this.workflowSettings,
		};
	}

	/** Columns by distance from the start, rows by order; sub-nodes below the node they serve. */
	private laidOut(): WorkflowNode[] {
		const columns = new Map(this.nodes.map(({ name }) => [name, 0]));
		const placed = new Set<string>();
		for (const { name } of this.nodes) {
			placed.add(name);
			for (const edge of this.edges) {
				if (edge.from !== name || edge.type !== 'main' || placed.has(edge.to)) continue;
				columns.set(edge.to, Math.max(columns.get(edge.to) ?? 0, (columns.get(name) ?? 0) + 1));
			}
		}
		const rows = new Map<number | string, number>();
		return this.nodes.map((placing) => {
			if (placing.position[0] !== 0 || placing.position[1] !== 0) return placing;
			const serves = this.edges.find(({ from, type }) => from === placing.name && type !== 'main')?.to;
			const key = serves ?? columns.get(placing.name) ?? 0;
			const index = rows.get(key) ?? 0;
			rows.set(key, index + 1);
			const left = (columns.get(serves ?? placing.name) ?? 0) * 256;
			return { ...placing, position: serves ? [left + index * 160, 224] : [left, index * 192] };
		});
	}
}

/** Begins a workflow: `flow('Name').chain(webhook(…), respondToWebhook()).draft()`. */
export function flow(name: string): Flow {
	return new Flow(name);
}
