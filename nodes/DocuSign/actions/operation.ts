import type { IDataObject, INodeProperties } from 'n8n-workflow';

import type { OutputItem } from '../../../lib/n8n';
import type { ItemApi } from '../transport/docuSignApi';

/** What an operation does for one item; its parameters are read through `api.context` and `api.itemIndex`. */
export type Operation = (api: ItemApi) => Promise<(IDataObject | OutputItem)[]>;

/** By the value of the parameter `operation`. */
export type Operations = Readonly<Record<string, Operation>>;

export interface Resource {
	name: string;
	value: string;
	operations: Operations;
	description: INodeProperties[];
}

export interface OperationChoice {
	name: string;
	value: string;
	action: string;
	description: string;
}

/** The field "Operation" of a resource. */
export function operationField(resource: string, options: OperationChoice[], standard: string): INodeProperties {
	return { displayName: 'Operation', name: 'operation', type: 'options', noDataExpression: true, displayOptions: { show: { resource: [resource] } }, options, default: standard };
}
