import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { file } from './file';
import { folder } from './folder';
import { item } from './item';
import { list } from './list';
import type { Operation, Resource } from './operation';
import { search } from './search';
import { site } from './site';

type Show = NonNullable<IDisplayOptions['show']>;

const RESOURCES: readonly Resource[] = [file, folder, item, list, search, site];

export function findOperation(resource: string, operation: string): Operation | undefined {
	return RESOURCES.find(({ value }) => value === resource)?.operations.find(({ value }) => value === operation);
}

/** Some things only SharePoint Online can do: with Server they are not on the list, and refused where an imported flow asks for them. */
const onlineOnly = (is: boolean): { displayOptions?: IDisplayOptions } => (is ? { displayOptions: { show: { service: ['online'] } } } : {});

const shownWith = (show: Show) => (field: INodeProperties): INodeProperties => ({ ...field, displayOptions: { ...field.displayOptions, show: { ...show, ...field.displayOptions?.show } } });

function fieldsOf({ value: resource, operations }: Resource): INodeProperties[] {
	return [
		// eslint-disable-next-line n8n-nodes-base/node-param-default-missing -- it has one: the rule sees only literals
		{
			displayName: 'Operation',
			name: 'operation',
			type: 'options',
			noDataExpression: true,
			displayOptions: { show: { resource: [resource] } },
			options: operations.map(({ name, value, action, description, capability }) => ({ name, value, action, description, ...onlineOnly(capability !== undefined) })),
			default: operations[0]!.value,
		},
		...operations.flatMap(({ value, fields }) => fields.map(shownWith({ resource: [resource], operation: [value] }))),
	];
}

export const actionFields: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: RESOURCES.map(({ name, value, operations }) => ({ name, value, ...onlineOnly(operations.every(({ capability }) => capability !== undefined)) })),
		default: 'item',
	},
	...RESOURCES.flatMap(fieldsOf),
];
