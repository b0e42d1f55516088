// A node's `execute()` in this process: n8n's context played with its own types, everything below it real
// (runtime, vault, sandbox). What a real n8n does is proven end to end.
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';

import type { IBinaryData, IExecuteFunctions, IHttpRequestOptions, INode, INodeExecutionData, NodeExecutionHint, NodeTypeAndVersion } from 'n8n-workflow';

import { closeRuntime } from '../../../lib/n8n';
import { useWorld, type World } from '../../lib/connections/support/world';
import { sqlitePlace } from '../../lib/vault/places/sqlite';

export const CREDENTIAL = 'salesforceUserLoginOAuth2Api';

/** n8n's helper, as far as the package uses it. */
export async function httpRequest(options: IHttpRequestOptions): Promise<unknown> {
	const deadline = AbortSignal.timeout(options.timeout ?? 10_000);
	const response = await fetch(options.url, {
		method: options.method,
		headers: options.headers as Record<string, string>,
		body: options.body as BodyInit | undefined,
		redirect: options.disableFollowRedirect === true ? 'manual' : 'follow',
		signal: options.abortSignal === undefined ? deadline : AbortSignal.any([deadline, options.abortSignal as AbortSignal]),
	});
	const streamed = options.encoding === 'stream';
	const body = streamed ? (response.body === null ? Readable.from([]) : Readable.fromWeb(response.body as WebStream)) : await response.arrayBuffer();
	return { statusCode: response.status, headers: Object.fromEntries([...(response.headers as unknown as Iterable<[string, string]>)]), body };
}

type PrepareBinaryData = (content: Buffer | Readable, executionId: string, workflowId: string, filePath?: string, mimeType?: string) => Promise<IBinaryData>;

/** n8n's own; it keeps the data in the item, as n8n does by default. */
async function prepareBinaryData(content: Buffer | Readable, filePath?: string, mimeType?: string): Promise<IBinaryData> {
	const n8n = createRequire(require.resolve('n8n-core'))('./execution-engine/node-execution-context/utils/binary-helper-functions') as { prepareBinaryData: PrepareBinaryData };
	return await n8n.prepareBinaryData(content, '1', 'flow-1', filePath, mimeType);
}

export interface Execution {
	/** Dotted names; a function gets the item index. */
	parameters: Record<string, unknown>;
	items?: INodeExecutionData[];
	continueOnFail?: boolean;
	executionId?: string;
	runIndex?: number;
	asTool?: boolean;
	engineType?: string;
	mode?: string;
	/** The trigger that started the flow, and what follows the node. */
	trigger?: Partial<NodeTypeAndVersion>;
	children?: Partial<NodeTypeAndVersion>[];
	noCredential?: boolean;
	/** Default: Salesforce's User Login. */
	credentialType?: string;
	/** A function gets the item index, as expressions in a credential do. */
	credential?: Record<string, unknown> | ((itemIndex: number) => Record<string, unknown>);
	/** Several at once, by type. */
	credentials?: Record<string, Record<string, unknown>>;
	workflowId?: string;
	/** Of the flow. */
	timeZone?: string;
	onRequest?(options: IHttpRequestOptions): void;
	/** Bodies of answers, as text. */
	onAnswer?(body: string): void;
	/** Somebody cancels the execution. */
	signal?: AbortSignal;
	/** n8n's helper instead of the played one. */
	httpRequest?(options: IHttpRequestOptions): Promise<unknown>;
}

export interface Traces {
	context: IExecuteFunctions;
	/** What happened, in order. */
	acts: string[];
	responses: { statusCode: number; headers: Record<string, string>; body: unknown }[];
	metadata: Record<string, unknown>[];
	customData: Map<string, string>;
	hints: NodeExecutionHint[];
	waitTill?: Date;
}

export const RESUME_URL = 'http://127.0.0.1:9/webhook-waiting/1?signature=canary-resume-signature';

export function play(execution: Execution, rawCredential: Record<string, unknown>): Traces {
	const { parameters, items = [{ json: {} }], executionId = '1', runIndex = 0, trigger, children = [], credential = rawCredential } = execution;
	const credentials: Record<string, NonNullable<Execution['credential']>> = execution.credentials ?? { [execution.credentialType ?? CREDENTIAL]: credential };
	// As the flow holds them: what depends on the item is an expression there.
	const held = Object.fromEntries(Object.entries(execution.parameters ?? {}).filter(([, value]) => typeof value !== 'function')) as INode['parameters'];
	const node: INode = { id: 'n', name: 'Salesforce', type: 'salesforceRetrieveData', typeVersion: 1, position: [0, 0], parameters: held, ...(execution.noCredential !== true && { credentials: Object.fromEntries(Object.keys(credentials).map((type) => [type, { id: 'c', name: 'Salesforce' }])) }) };
	const acts: string[] = [];
	const traces: Traces = { acts, responses: [], metadata: [], customData: new Map(), hints: [], context: undefined as never };
	const proxy = { $runIndex: runIndex, $execution: { id: executionId, resumeUrl: RESUME_URL }, $: (name: string) => ({ isExecuted: name === trigger?.name }) };
	const context = {
		getNode: () => node,
		getWorkflow: () => ({ id: execution.workflowId ?? 'flow-1', name: 'Quarterly report', active: true }),
		getTimezone: () => execution.timeZone ?? 'Europe/Berlin',
		getWorkflowSettings: () => ({ engineType: execution.engineType }),
		getExecutionId: () => executionId,
		getMode: () => execution.mode ?? 'webhook',
		getInputData: () => items,
		getNodeParameter(name: string, itemIndex: number, fallback?: unknown) {
			const value = name.split('.').reduce<unknown>((within, part) => (within as Record<string, unknown> | undefined)?.[part], parameters) ?? fallback;
			return typeof value === 'function' ? (value as (index: number) => unknown)(itemIndex) : value;
		},
		getCredentials: async (type: string, itemIndex = 0) => {
			const selected = credentials[type] ?? credential;
			return await Promise.resolve(typeof selected === 'function' ? selected(itemIndex) : selected);
		},
		getWorkflowDataProxy: () => proxy,
		getParentNodes: () => (trigger === undefined ? [] : [{ name: 'Webhook', type: 'n8n-nodes-base.webhook', typeVersion: 2, disabled: false, ...trigger }]),
		getChildNodes: () => children,
		continueOnFail: () => execution.continueOnFail === true,
		isToolExecution: () => execution.asTool === true,
		...(execution.asTool !== true && {
			async sendResponse(response: Traces['responses'][number]) {
				acts.push('sendResponse');
				traces.responses.push(response);
				await Promise.resolve();
			},
		}),
		setMetadata(metadata: Record<string, unknown>) {
			acts.push('setMetadata');
			traces.metadata.push(metadata);
		},
		getExecutionCancelSignal: () => execution.signal,
		addExecutionHints: (...hints: NodeExecutionHint[]) => void traces.hints.push(...hints),
		customData: { set: (key: string, value: string) => traces.customData.set(key, value) },
		async putExecutionToWait(waitTill: Date) {
			acts.push('putExecutionToWait');
			traces.waitTill = waitTill;
			await Promise.resolve();
		},
		helpers: {
			async httpRequest(options: IHttpRequestOptions) {
				acts.push(`request ${new URL(options.url).pathname}`);
				execution.onRequest?.(options);
				const answer = await (execution.httpRequest ?? httpRequest)(options);
				if (options.encoding !== 'stream') execution.onAnswer?.(new TextDecoder().decode((answer as { body: ArrayBuffer }).body));
				return answer;
			},
			prepareBinaryData,
		},
		logger: { error: (message: string) => acts.push(`error ${message}`), debug: () => undefined, warn: () => undefined, info: () => undefined },
	};
	traces.context = context as unknown as IExecuteFunctions;
	return traces;
}

/** A world whose vault is also the one of the process's runtime. */
export function useNodes(): World {
	const world = useWorld(sqlitePlace);
	const before = { ...process.env };
	beforeEach(async () => {
		await closeRuntime();
		if (world.place.backend.kind !== 'sqlite') throw new Error('SQLite only');
		process.env.CONNECTED_APPS_DATABASE_URL = `sqlite:${world.place.backend.path}`;
		process.env.CONNECTED_APPS_ENCRYPTION_KEY = 'the key of this n8n';
	});
	afterEach(async () => {
		await closeRuntime();
		process.env = { ...before };
	});
	return world;
}
