// *Salesforce Retrieve Data* as alice and bob run it, on the played Salesforce.
import type { IDataObject, INodeExecutionData, NodeApiError } from 'n8n-workflow';

import type { Connection } from '../../../lib/connections';
import { SalesforceRetrieveData } from '../../../nodes/SalesforceRetrieveData/SalesforceRetrieveData.node';
import type { SandboxCall } from '../../lib/connections/support/sandboxControl';
import type { World } from '../../lib/connections/support/world';
import { play, useNodes, type Execution, type Traces } from '../support/executing';

export const node = new SalesforceRetrieveData();

export const asAlice = { authentication: 'individualUser', user: 'alice@example.com', ifNotSignedIn: 'stopWithError' };

export interface SalesforceUnderTest {
	readonly world: World;
	readonly connection: Connection;
	/** Of the last run. */
	readonly traces: Traces;
	run(parameters: Record<string, unknown>, more?: Partial<Execution>): Promise<INodeExecutionData[]>;
	rows(parameters: Record<string, unknown>, more?: Partial<Execution>): Promise<IDataObject[]>;
	failure(parameters: Record<string, unknown>, more?: Partial<Execution>): Promise<NodeApiError>;
	/** Calls of the data API. */
	api(): Promise<SandboxCall[]>;
	/** Their paths, without the version. */
	paths(): Promise<string[]>;
	settings(changes: Record<string, unknown>): Promise<void>;
}

/** Registers the hooks of the surrounding `describe`. @param base parameters that every run has, unless it says otherwise */
export function useSalesforce(base: Record<string, unknown>): SalesforceUnderTest {
	const world = useNodes();
	let connection: Connection;
	let traces: Traces;
	beforeEach(async () => {
		await world.control('DELETE', 'settings');
		connection = await world.register({ serviceAccountUse: 'explicit', serviceAccountLogin: 'integration@example.com' });
		await world.signIn(connection, 'alice');
		await world.signIn(connection, 'bob');
		await world.control('DELETE', 'calls');
	});
	const run: SalesforceUnderTest['run'] = async (parameters, more = {}) => {
		traces = play({ ...more, parameters: { ...asAlice, ...base, ...parameters } }, world.raw());
		const [items] = await node.execute.call(traces.context);
		return items!;
	};
	const api = async () => (await world.calls()).filter(({ server }) => server === 'api');
	return {
		world,
		get connection() {
			return connection;
		},
		get traces() {
			return traces;
		},
		run,
		rows: async (parameters, more) => (await run(parameters, more)).map(({ json }) => json),
		failure: async (parameters, more) =>
			await run(parameters, more).then(
				() => {
					throw new Error('it did not fail');
				},
				(error: unknown) => error as NodeApiError,
			),
		api,
		paths: async () => (await api()).map(({ path }) => path.replace(/^\/services\/data\/v[\d.]+/, '')),
		settings: async (changes) => void (await world.control('POST', 'settings', changes)),
	};
}

/** The id of the first account of a person, by name. */
export async function accountIds({ rows }: Pick<SalesforceUnderTest, 'rows'>, user = 'alice@example.com'): Promise<string[]> {
	return (await rows({ resource: 'query', operation: 'soql', soql: 'SELECT Id FROM Account ORDER BY Name', user })).map(({ Id }) => String(Id));
}
