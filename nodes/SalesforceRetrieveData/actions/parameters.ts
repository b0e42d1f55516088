// Reading a node's parameters for one item: what people enter is text, a choice of a list, or what an expression yields.
import { NodeOperationError } from 'n8n-workflow';

import type { ItemApi } from '../transport/salesforceApi';
import type { Shape } from '../transport/shapeRecord';

/** @throws nothing: hands back the error that names the parameter and the item */
export function wrongParameter({ context, itemIndex }: Pick<ItemApi, 'context' | 'itemIndex'>, message: string, description?: string): NodeOperationError {
	return new NodeOperationError(context.getNode(), message, { itemIndex, description });
}

/** A picker's value: what was chosen or entered, or the plain text of flows that were made before there was a picker. */
export function plainOf(value: unknown): unknown {
	return typeof value === 'object' && value !== null && '__rl' in value ? (value as { value?: unknown }).value : value;
}

/** Trimmed; empty where there is none. */
export function textOf({ context, itemIndex }: ItemApi, name: string, fallback = ''): string {
	const value = plainOf(context.getNodeParameter(name, itemIndex, fallback));
	return value === undefined || value === null ? '' : String(value).trim();
}

export function valueOf({ context, itemIndex }: ItemApi, name: string): unknown {
	return plainOf(context.getNodeParameter(name, itemIndex, undefined));
}

export function flagOf({ context, itemIndex }: ItemApi, name: string, fallback = false): boolean {
	return context.getNodeParameter(name, itemIndex, fallback) === true;
}

/** Infinity for "Return All". @throws NodeOperationError */
export function limitOf(api: ItemApi): number {
	if (flagOf(api, 'returnAll')) return Number.POSITIVE_INFINITY;
	const limit = Number(api.context.getNodeParameter('limit', api.itemIndex, 50));
	if (!(limit >= 1)) throw wrongParameter(api, 'The parameter "Limit" must be 1 or more');
	return Math.floor(limit);
}

const NAME = /^[A-Za-z]\w{0,79}$/;
const RECORD_ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;

/** @throws NodeOperationError if it is none: the name goes into addresses and queries */
export function objectTypeOf(api: ItemApi, parameter = 'objectType', label = 'Object Type'): string {
	const name = textOf(api, parameter);
	if (!NAME.test(name)) throw wrongParameter(api, `The parameter "${label}" is not the API name of an object: "${name}"`, 'For example Account, or Invoice__c for an object of your own');
	return name;
}

/** @throws NodeOperationError if it is none: the name goes into addresses and queries */
export function nameOf(api: ItemApi, parameter: string, label: string, example: string): string {
	const name = textOf(api, parameter);
	if (!NAME.test(name)) throw wrongParameter(api, `The parameter "${label}" is not an API name: "${name}"`, `For example ${example}`);
	return name;
}

export function isRecordId(text: string): boolean {
	return RECORD_ID.test(text);
}

/** The id in the address of a record's page, new style or old. */
function idInAddress(text: string): string {
	if (!URL.canParse(text)) return text;
	const { pathname } = new URL(text);
	return pathname.split('/').find((part) => isRecordId(part) && /\d/.test(part)) ?? text;
}

/** @throws NodeOperationError if it is none */
export function recordIdOf(api: ItemApi, parameter = 'recordId', label = 'Record ID'): string {
	const id = idInAddress(textOf(api, parameter));
	if (!isRecordId(id)) throw wrongParameter(api, `The parameter "${label}" is not a Salesforce id: "${id}"`, 'An id has 15 or 18 letters and digits');
	return id;
}

/** What an expression yields as an array, a JSON array, or a text with commas, blanks or line breaks in between. */
export function listOf(value: unknown): string[] {
	const list = typeof value === 'string' ? splitList(value) : Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
	return list.map((entry) => String(entry ?? '').trim()).filter((entry) => entry !== '');
}

function splitList(text: string): unknown[] {
	if (text.trimStart().startsWith('[')) {
		try {
			const parsed: unknown = JSON.parse(text);
			if (Array.isArray(parsed)) return parsed;
		} catch {
			// No JSON after all: the brackets are told with the entry that they stand in.
		}
	}
	return text.split(/[\s,;]+/);
}

/** The options that say how rows come out. */
export function shapeOf(api: ItemApi): Shape {
	return {
		keepAttributes: flagOf(api, 'options.keepAttributes'),
		dropNulls: flagOf(api, 'options.dropNulls'),
		flatten: textOf(api, 'options.flattenRelationships', 'none') as Shape['flatten'],
		typedValues: flagOf(api, 'options.typedValues'),
	};
}

/** Rows a page should have; undefined leaves it to the query. @throws NodeOperationError */
export function batchSizeOf(api: ItemApi): number | undefined {
	const entered = api.context.getNodeParameter('options.batchSize', api.itemIndex, 0);
	const size = Number(entered ?? 0);
	if (size === 0) return undefined;
	if (!(size >= 200 && size <= 2_000)) throw wrongParameter(api, `The option "Batch Size" must be from 200 to 2,000, not ${String(entered)}`);
	return size;
}
