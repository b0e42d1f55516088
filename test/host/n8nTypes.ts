/** What n8n's own REST API gives and takes, as far as tests use it. */
import type { ExecutionStatus, IConnections, INode, IRunExecutionData, IWorkflowSettings } from 'n8n-workflow';

export interface Owner {
	email: string;
	password: string;
	firstName: string;
	lastName: string;
}

/** A node as one writes it: n8n fills in what is missing. */
export type WorkflowNode = Pick<INode, 'id' | 'name' | 'type' | 'typeVersion' | 'position' | 'parameters'> &
	Partial<INode>;

export interface WorkflowDraft {
	name: string;
	nodes: WorkflowNode[];
	connections: IConnections;
	settings?: IWorkflowSettings;
	pinData?: Record<string, unknown>;
}

export interface StoredWorkflow extends WorkflowDraft {
	id: string;
	versionId: string;
	active: boolean;
	activeVersionId: string | null;
}

/** `data` is what the credential type's fields are called. */
export interface CredentialDraft {
	name: string;
	type: string;
	data: Record<string, unknown>;
}

export interface StoredCredential {
	id: string;
	name: string;
	type: string;
}

export interface ExecutionSummary {
	id: string;
	workflowId: string;
	status: ExecutionStatus;
	mode: string;
	finished: boolean;
	startedAt: string;
	stoppedAt?: string;
	waitTill?: string | null;
	customData?: Record<string, string>;
}

export interface Execution extends ExecutionSummary {
	data: IRunExecutionData;
}

export interface ExecutionFilter {
	workflowId?: string;
	status?: ExecutionStatus | ExecutionStatus[];
	/** Default 50, newest first. */
	limit?: number;
}

/** Where a manual run begins and ends, by node name. One of the two must be there. */
export interface ManualRun {
	/** The trigger that fires; its provisional output is one empty item. */
	from?: string;
	/** "Execute step" on this node. */
	to?: string;
}

export interface PublicationStatus {
	/** `unknown` where n8n publishes without its publication service. */
	status: 'unknown' | 'in_progress' | 'not_published' | 'published' | 'partial' | 'failed';
	triggers: Array<{ nodeId: string; status: string; errorMessage: string | null }>;
}
