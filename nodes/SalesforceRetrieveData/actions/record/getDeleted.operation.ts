import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { Operation } from '../operation';
import { askReplication, isSummary } from './replication';

/** Its fields are those of `replication`. */
export const description: INodeProperties[] = [];

export const execute: Operation = async (api) => {
	const answer = await askReplication(api, 'deleted');
	return isSummary(api) ? [answer] : ((answer.deletedRecords ?? []) as IDataObject[]);
};
