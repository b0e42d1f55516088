import { NodeOperationError, type IDataObject } from 'n8n-workflow';

import type { ItemApi } from '../transport/docuSignApi';

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

type At = Pick<ItemApi, 'context' | 'itemIndex' | 'node'>;

export function parameterError({ node, itemIndex }: Pick<At, 'node' | 'itemIndex'>, message: string, description?: string): NodeOperationError {
	return new NodeOperationError(node, message, { itemIndex, description });
}

/** Trimmed text of a parameter, or the value of a resource locator. */
export function textOf({ context, itemIndex }: At, name: string, fallback = ''): string {
	const value: unknown = context.getNodeParameter(name, itemIndex, fallback, { extractValue: true });
	const entered: unknown = typeof value === 'object' && value !== null ? (value as { value?: unknown }).value : value;
	return typeof entered === 'string' || typeof entered === 'number' ? String(entered).trim() : '';
}

/** @throws NodeOperationError if it is empty */
export function requiredText(api: At, name: string, label: string): string {
	const text = textOf(api, name);
	if (text === '') throw parameterError(api, `The parameter "${label}" is empty`);
	return text;
}

export function flagOf({ context, itemIndex }: At, name: string, fallback = false): boolean {
	return context.getNodeParameter(name, itemIndex, fallback) === true;
}

/** @throws NodeOperationError if it is no GUID: in a path anything else could lead elsewhere */
export function guidOf(api: At, name: string, label: string): string {
	const id = requiredText(api, name, label).toLowerCase();
	if (!GUID.test(id)) throw parameterError(api, `The parameter "${label}" is no ID of DocuSign: "${id.slice(0, 60)}"`, 'It has the form 00000000-0000-0000-0000-000000000000');
	return id;
}

export const envelopeIdOf = (api: At): string => guidOf(api, 'envelopeId', 'Envelope ID');

/** What "Return All" and "Limit" say. @throws NodeOperationError */
export function limitOf(api: At): number {
	if (flagOf(api, 'returnAll')) return Number.POSITIVE_INFINITY;
	const limit = Number(api.context.getNodeParameter('limit', api.itemIndex, 50));
	if (!Number.isInteger(limit) || limit < 1) throw parameterError(api, 'The parameter "Limit" must be a whole number of 1 or more');
	return limit;
}

/** The rows of a fixed collection. */
export function rowsOf({ context, itemIndex }: At, name: string): IDataObject[] {
	const rows: unknown = context.getNodeParameter(name, itemIndex, []);
	return Array.isArray(rows) ? (rows as IDataObject[]) : [];
}

/** A collection of options, without what is empty. */
export function optionsOf({ context, itemIndex }: At, name: string): IDataObject {
	const given = (context.getNodeParameter(name, itemIndex, {}) ?? {}) as IDataObject;
	return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '' && value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)));
}

/** A JSON parameter: as text, or as what an expression made. @throws NodeOperationError if it is neither object nor list */
export function jsonOf(api: At, name: string, label: string): unknown {
	const value: unknown = api.context.getNodeParameter(name, api.itemIndex, '');
	if (typeof value === 'object' && value !== null) return value;
	try {
		const parsed: unknown = JSON.parse(String(value));
		if (typeof parsed === 'object' && parsed !== null) return parsed;
	} catch (error) {
		throw parameterError(api, `The parameter "${label}" is no JSON`, error instanceof Error ? error.message : undefined);
	}
	throw parameterError(api, `The parameter "${label}" must be a JSON object or list`);
}

/** A moment as DocuSign wants it. @throws NodeOperationError */
export function momentOf(api: At, value: unknown, label: string): string | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	const date = new Date(String(value));
	if (Number.isNaN(date.getTime())) throw parameterError(api, `"${label}" is no date: "${String(value).slice(0, 40)}"`);
	return date.toISOString();
}
