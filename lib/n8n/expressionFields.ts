import type { ICredentialDataDecryptedObject, INodeProperties } from 'n8n-workflow';

/** Without it n8n cannot read the credential in triggers and tests once a field holds an item expression. */
export const HOLDS_EXPRESSION = { ignoreCredentialExpressionResolveError: true } as const;

/**
 * Tells `authenticate` who calls, because n8n does not: the workflow, the execution (what was exchanged for a caller's token serves
 * theirs alone), and how many items share the first one's credential. n8n hands it to all of them when HTTP Request paginates, and
 * when a node is the tool of an AI Agent before version 3; which item it is for is then not to be known, so one user would act for
 * all (S27). One expression, because each takes n8n longer than getting a token takes.
 */
export const callerField: INodeProperties = {
	displayName: 'Caller',
	name: 'caller',
	type: 'hidden',
	typeOptions: HOLDS_EXPRESSION,
	default:
		'={{ ({ workflowId: $workflow.id, executionId: $execution.id, sharedItems: $parameter.toolDescription !== undefined || ($parameter.options?.pagination && $parameter.options.pagination.pagination?.paginationMode !== "off") ? $input.all().length : 1 }) }}',
};

/** What `callerField` was resolved to. Where n8n could not, nobody is known. */
export interface Caller {
	workflowId: string;
	executionId: string;
	sharedItems: number;
}

export function callerOf({ caller }: ICredentialDataDecryptedObject): Caller {
	const { workflowId, executionId, sharedItems } = (typeof caller === 'object' && caller !== null ? caller : {}) as Partial<Record<keyof Caller, unknown>>;
	return { workflowId: textOf(workflowId), executionId: textOf(executionId), sharedItems: typeof sharedItems === 'number' ? sharedItems : 1 };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
