import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Connection } from '../../../lib/connections';
import type { Runtime } from '../../../lib/n8n';
import type { Fetch, UseContext, UserKey } from '../../../lib/types';

/** One person at one app whose credential is attached. */
export interface Person {
	connection: Connection;
	userKey: UserKey;
	/** As the outputs name them. */
	named: { user: string; app: string; connectionName: string };
}

export interface OperationTools {
	context: IExecuteFunctions;
	runtime: Runtime;
	fetch: Fetch;
	use: UseContext;
	itemIndex: number;
}

/** What one operation makes of one item: `people` is the item's person, once for each attached app. */
export type Operation = (tools: OperationTools, people: readonly Person[]) => Promise<IDataObject[]>;
