import type { INodeProperties } from 'n8n-workflow';

/** Without it n8n cannot read the credential in triggers and tests once a field holds an item expression. */
export const HOLDS_EXPRESSION = { ignoreCredentialExpressionResolveError: true } as const;

/** Tells `authenticate` which workflow calls: n8n does not. */
export const workflowIdField: INodeProperties = { displayName: 'Workflow', name: 'workflowId', type: 'hidden', typeOptions: HOLDS_EXPRESSION, default: '={{ $workflow.id }}' };

/** And which execution: what was exchanged for a caller's token serves theirs alone. */
export const executionIdField: INodeProperties = { displayName: 'Execution', name: 'executionId', type: 'hidden', typeOptions: HOLDS_EXPRESSION, default: '={{ $execution.id }}' };

/**
 * How many items share the first one's credential: n8n hands it to all of them when HTTP Request paginates, and when a node is the
 * tool of an AI Agent before version 3. Which item it is for is then not to be known, so one user would act for all (S27).
 */
export const sharedItemsField: INodeProperties = {
	displayName: 'Shared Items',
	name: 'sharedItems',
	type: 'hidden',
	typeOptions: HOLDS_EXPRESSION,
	default: '={{ $parameter.toolDescription !== undefined || ($parameter.options?.pagination && $parameter.options.pagination.pagination?.paginationMode !== "off") ? $input.all().length : 1 }}',
};
