import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Connection } from '../../../lib/connections';
import { ConnectedAppsError } from '../../../lib/errors';
import { fetchThroughN8n, getRuntime, toNodeError, type Runtime } from '../../../lib/n8n';
import { openAttached } from '../../../lib/n8n/attachedConnections';
import { failedItem } from '../../../lib/n8n/perItem';
import { useContextOf } from '../../../lib/n8n/preFlight';
import { canSignIn, readSubject } from '../../../lib/n8n/subject';
import type { Operation, OperationTools, Person } from './operation';

/** As the credential wants people to be named: where it asks for a verified token, no other name is taken. @throws ConnectedAppsError as `readSubject`; `settingInvalid` where nobody signs in */
async function personAt(runtime: Runtime, connection: Connection, user: unknown, { context, fetch, use }: Omit<OperationTools, 'runtime' | 'itemIndex'>): Promise<Person> {
	const subject = await readSubject(runtime, connection, user, { workflowId: use.workflowId ?? '', executionId: context.getExecutionId(), fetch });
	const { appName: app, connectionName } = connection.registration;
	if (!canSignIn(subject)) throw new ConnectedAppsError('settingInvalid', `Nobody signs in to ${app}: its credential acts on behalf of the caller`, { field: 'credential', advice: 'Remove this credential from the node' });
	return { connection, userKey: subject.userKey, named: { user: subject.userKey, app, connectionName } };
}

/** Runs an operation for the person of each item, with n8n's manners. @throws NodeOperationError | NodeApiError with `itemIndex` */
export async function runForPeople(context: IExecuteFunctions, operation: Operation): Promise<INodeExecutionData[][]> {
	const continues = context.continueOnFail();
	const items = context.getInputData();
	const output: INodeExecutionData[] = [];
	const fail = (error: unknown, itemIndex: number) => {
		const mapped = toNodeError(context.getNode(), error, itemIndex);
		if (!continues) throw mapped;
		output.push(failedItem(mapped, itemIndex));
	};
	let runtime: Runtime;
	let connections: Connection[];
	try {
		runtime = await getRuntime();
		connections = await openAttached(context, runtime);
	} catch (error) {
		for (const itemIndex of items.keys()) fail(error, itemIndex);
		return [output];
	}
	const tools = { context, fetch: fetchThroughN8n(context.helpers), use: useContextOf(context) };
	for (const itemIndex of items.keys()) {
		try {
			const user = context.getNodeParameter('user', itemIndex, '');
			const people: Person[] = [];
			for (const connection of connections) people.push(await personAt(runtime, connection, user, tools));
			for (const json of await operation({ ...tools, runtime, itemIndex }, people)) output.push({ json, pairedItem: { item: itemIndex } });
		} catch (error) {
			fail(error, itemIndex);
		}
	}
	return [output];
}
