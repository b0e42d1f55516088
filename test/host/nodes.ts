/**
 * The nodes that test flows are made of, in the versions that n8n 2.41.1's editor adds them.
 * Parameters are written as n8n stores them; a string that begins with `=` is an expression.
 */
import { randomUUID } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';

import { WEBHOOK_NODE_VERSIONS } from '../../lib/n8n';
import type { StoredCredential, StoredWorkflow, WorkflowNode } from './n8nTypes';

/** This package's name, which its node types begin with. */
export const packageName = 'n8n-nodes-connected-apps';

/** Node settings beside the parameters: `onError`, `retryOnFail`, `executeOnce`, `notes`, … */
export type NodeSettings = Partial<Omit<WorkflowNode, 'id' | 'type' | 'parameters'>>;

/** Any node. Its position comes from `flow()`, unless set here. */
export function node(
	name: string,
	type: string,
	typeVersion: number,
	parameters: INodeParameters = {},
	settings: NodeSettings = {},
): WorkflowNode {
	return { id: randomUUID(), name, type, typeVersion, position: [0, 0], parameters, ...settings };
}

/** DocuSign's trigger reads any body as it came, which n8n promises in version 1 only. */
const FIRST_VERSION_ONLY = new Set(['oAuthRefreshToken', 'docuSignTrigger']);

/** A node of this package, by the name in its description: `own('Query', 'salesforceRetrieveData', …)`. */
export function own(name: string, type: string, parameters: INodeParameters = {}, settings: NodeSettings = {}): WorkflowNode {
	// The editor gives every node with webhooks, restart webhooks included, an id for them.
	return node(name, `${packageName}.${type}`, settings.typeVersion ?? (FIRST_VERSION_ONLY.has(type) ? 1 : WEBHOOK_NODE_VERSIONS.defaultVersion), parameters, { webhookId: randomUUID(), ...settings });
}

/** The same node with these credentials selected. */
export function withCredentials(target: WorkflowNode, ...credentials: StoredCredential[]): WorkflowNode {
	const selected = Object.fromEntries(credentials.map(({ id, name, type }) => [type, { id, name }]));
	return { ...target, credentials: { ...target.credentials, ...selected } };
}

export interface WebhookOptions {
	path: string;
	name?: string;
	method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
	/** Who answers: a Respond to Webhook node (default), the last node, or n8n at once. */
	respond?: 'responseNode' | 'lastNode' | 'onReceived';
	parameters?: INodeParameters;
}

export function webhook({ path, name = 'Webhook', method = 'GET', respond = 'responseNode', parameters }: WebhookOptions): WorkflowNode {
	const all = { httpMethod: method, path, responseMode: respond, options: {}, ...parameters };
	return node(name, 'n8n-nodes-base.webhook', 2.1, all, { webhookId: randomUUID() });
}

/** Answers the caller with the JSON that `body` (an expression or JSON text) gives; default: the item. */
export function respondToWebhook(
	body = '={{ $json }}',
	{ name = 'Respond to Webhook', status = 200, parameters = {} }: { name?: string; status?: number; parameters?: INodeParameters } = {},
): WorkflowNode {
	const all = { respondWith: 'json', responseBody: body, options: { responseCode: status }, ...parameters };
	return node(name, 'n8n-nodes-base.respondToWebhook', 1.5, all);
}

export function manualTrigger(name = 'Manual Trigger'): WorkflowNode {
	return node(name, 'n8n-nodes-base.manualTrigger', 1);
}

/** The trigger of a sub-workflow; it takes whatever the parent gives. */
export function subWorkflowTrigger(name = 'When Executed by Another Workflow'): WorkflowNode {
	return node(name, 'n8n-nodes-base.executeWorkflowTrigger', 1.2, { inputSource: 'passthrough' });
}

export function errorTrigger(name = 'Error Trigger'): WorkflowNode {
	return node(name, 'n8n-nodes-base.errorTrigger', 1);
}

export interface ExecuteWorkflowOptions {
	name?: string;
	mode?: 'once' | 'each';
	/** Default true: the parent waits for the sub-workflow's items. */
	wait?: boolean;
}

export function executeWorkflow(
	workflow: Pick<StoredWorkflow, 'id'>,
	{ name = 'Execute Workflow', mode = 'once', wait = true }: ExecuteWorkflowOptions = {},
): WorkflowNode {
	return node(name, 'n8n-nodes-base.executeWorkflow', 1.3, {
		workflowId: { __rl: true, mode: 'id', value: workflow.id },
		mode,
		options: { waitForSubWorkflow: wait },
	});
}

/** Replaces each item's JSON by that of an expression, JSON text or object. */
export function set(json: string | object, name = 'Edit Fields'): WorkflowNode {
	const jsonOutput = typeof json === 'string' ? json : JSON.stringify(json);
	return node(name, 'n8n-nodes-base.set', 3.5, { mode: 'raw', jsonOutput, options: {} });
}

/** Two outputs: 0 where the expression is true, 1 where it is false. */
export function condition(expression: string, name = 'If'): WorkflowNode {
	const operator = { type: 'boolean', operation: 'true', singleValue: true };
	return node(name, 'n8n-nodes-base.if', 2.3, {
		conditions: {
			options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 3 },
			combinator: 'and',
			conditions: [{ id: randomUUID(), leftValue: expression, rightValue: '', operator }],
		},
		options: {},
	});
}

/** One item for each entry of the list in `field`. */
export function splitOut(field: string, name = 'Split Out'): WorkflowNode {
	return node(name, 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: field, options: {} });
}

/** A loop: output 0 when done, output 1 for each batch; connect the loop's end back to it. */
export function loop(batchSize = 1, name = 'Loop Over Items'): WorkflowNode {
	return node(name, 'n8n-nodes-base.splitInBatches', 3, { batchSize, options: {} });
}

/** JavaScript for all items at once; it returns the new items. */
export function code(jsCode: string, name = 'Code'): WorkflowNode {
	return node(name, 'n8n-nodes-base.code', 2, { jsCode });
}

export function noOp(name = 'No Operation'): WorkflowNode {
	return node(name, 'n8n-nodes-base.noOp', 1);
}

export interface HttpRequestOptions {
	url: string;
	name?: string;
	method?: string;
	/** Signs requests by this credential ("Predefined Credential Type"). */
	credential?: StoredCredential;
	parameters?: INodeParameters;
	settings?: NodeSettings;
}

export function httpRequest({ url, name = 'HTTP Request', method = 'GET', credential, parameters, settings }: HttpRequestOptions): WorkflowNode {
	const signing = credential
		? { authentication: 'predefinedCredentialType', nodeCredentialType: credential.type }
		: {};
	const plain = node(name, 'n8n-nodes-base.httpRequest', 4.5, { method, url, ...signing, options: {}, ...parameters }, settings);
	return credential ? withCredentials(plain, credential) : plain;
}

/** A query as JSON, signed by a credential. */
export function graphQl({ endpoint, query, credential, name = 'GraphQL' }: { endpoint: string; query: string; credential: StoredCredential; name?: string }): WorkflowNode {
	const parameters = { authentication: 'predefinedCredentialType', nodeCredentialType: credential.type, endpoint, requestFormat: 'json', query };
	return withCredentials(node(name, 'n8n-nodes-base.graphql', 1.1, parameters), credential);
}

/** An AI agent. `typeVersion` 2.x cannot wait inside a tool; 3.x can. */
export function agent(prompt: string, { name = 'AI Agent', typeVersion = 3.1 }: { name?: string; typeVersion?: number } = {}): WorkflowNode {
	return node(name, '@n8n/n8n-nodes-langchain.agent', typeVersion, { promptType: 'define', text: prompt, options: {} });
}

/** The model of an agent: any server with OpenAI's chat completions, such as `startChatModel()`. */
export function chatModel(credential: StoredCredential, name = 'Chat Model'): WorkflowNode {
	const parameters = { model: { __rl: true, mode: 'id', value: 'test-model' }, responsesApiEnabled: false, options: {} };
	return withCredentials(node(name, '@n8n/n8n-nodes-langchain.lmChatOpenAi', 1.3, parameters), credential);
}
