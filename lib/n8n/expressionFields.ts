import type { INodeProperties } from 'n8n-workflow';

/** Without it n8n cannot read the credential in triggers and tests once a field holds an item expression. */
export const HOLDS_EXPRESSION = { ignoreCredentialExpressionResolveError: true } as const;

/** Tells `authenticate` which workflow calls: n8n does not. */
export const workflowIdField: INodeProperties = { displayName: 'Workflow', name: 'workflowId', type: 'hidden', typeOptions: HOLDS_EXPRESSION, default: '={{ $workflow.id }}' };
