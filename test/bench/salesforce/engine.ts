// Runs single nodes in this process by n8n's own engine, as it is installed for tests: helpers, credentials and binary data are n8n's,
// only what would come out of its database is given by hand.
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { IExecuteFunctions, INode, INodeExecutionData, INodeParameters, INodeType } from 'n8n-workflow';

import { ensureN8n } from '../../host/install';

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- n8n's inside has no types here */
type Inside = any;

export interface RunOptions {
	node: INodeType;
	parameters: INodeParameters;
	credentials: Record<string, Record<string, unknown>>;
	items?: INodeExecutionData[];
}

export interface Engine {
	/** n8n's own node of that name, e.g. `Salesforce/Salesforce`. */
	builtIn(path: string): INodeType;
	contextOf(options: RunOptions): IExecuteFunctions;
	/** What the node gives on its first output. */
	run(options: RunOptions): Promise<INodeExecutionData[]>;
}

/** @param binaryFolder where binary data is kept */
export async function startEngine(binaryFolder: string): Promise<Engine> {
	const { directory } = await ensureN8n();
	Object.assign(process.env, { N8N_USER_FOLDER: binaryFolder, N8N_BINARY_DATA_STORAGE_PATH: binaryFolder, N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem', N8N_LOG_LEVEL: 'warn' });
	const load = createRequire(join(directory, 'node_modules', 'n8n', 'package.json')) as (name: string) => Inside;
	const { Workflow, createRunExecutionData } = load('n8n-workflow');
	const core = load('n8n-core');
	const { Container } = load('@n8n/di');
	await Container.get(core.BinaryDataService).init();

	const builtIn: Engine['builtIn'] = (path) => {
		const name = path.slice(path.lastIndexOf('/') + 1);
		const module = load(`n8n-nodes-base/dist/nodes/${path}.node.js`);
		return new module[name]() as INodeType;
	};

	let executions = 0;
	const contextOf: Engine['contextOf'] = ({ node, parameters, credentials, items = [{ json: {} }] }) => {
		const { name } = node.description;
		const version = Array.isArray(node.description.version) ? node.description.version.at(-1)! : node.description.version;
		const selected = Object.fromEntries(Object.keys(credentials).map((type) => [type, { id: type, name: type }]));
		const own: INode = { id: name, name, type: name, typeVersion: version, position: [0, 0], parameters, credentials: selected };
		const nodeTypes = { getByName: () => node, getByNameAndVersion: () => node, getKnownTypes: () => ({}) };
		const workflow = new Workflow({ id: 'bench', name: 'bench', nodes: [own], connections: {}, active: false, nodeTypes, settings: {} });
		const credentialsHelper = {
			getDecrypted: async (_data: unknown, _selected: unknown, type: string) => await Promise.resolve(credentials[type]),
			getParentTypes: (type: string) => (type.endsWith('OAuth2Api') ? ['oAuth2Api'] : []),
			getCredentialsProperties: () => [],
			isCredentialUsableByNode: () => true,
			authenticate: async () => await Promise.reject(new Error('no credential is used by n8n itself here')),
			preAuthentication: async () => await Promise.resolve(undefined),
			runPreAuthentication: async () => await Promise.resolve(undefined),
		};
		executions += 1;
		const additionalData = { executionId: String(executions), credentialsHelper, restApiUrl: 'http://127.0.0.1/rest', instanceBaseUrl: 'http://127.0.0.1/', webhookBaseUrl: 'http://127.0.0.1/webhook', webhookWaitingBaseUrl: 'http://127.0.0.1/webhook-waiting', formWaitingBaseUrl: 'http://127.0.0.1/form-waiting', variables: {}, currentNodeParameters: parameters };
		const inputData = { main: [items] };
		return new core.ExecuteContext(workflow, own, additionalData, 'trigger', createRunExecutionData({}), 0, items, inputData, { data: inputData, node: own, source: null }, []) as IExecuteFunctions;
	};

	return {
		builtIn,
		contextOf,
		async run(options) {
			const output = (await options.node.execute!.call(contextOf(options))) as INodeExecutionData[][];
			return output[0]!;
		},
	};
}
