// Bulk answers texts: this makes of them what REST answers. Types come from the descriptions of the objects, as this user sees them.
import type { IDataObject } from 'n8n-workflow';

import { describeObject, findField, NUMBER_TYPES, type DescribedField, type DescribedObject } from '../describe';
import type { SalesforceApi } from '../salesforceApi';
import type { PlainQuery } from './bulkQuery';

/** One field that a query asks for, directly or through parents. */
interface Column {
	/** As Salesforce writes it. */
	path: string[];
	type: string;
}

/** A record in a row: the row itself (path ''), or a parent. */
interface Place {
	/** Unknown where a reference can be to several objects. */
	objectType?: string;
}

export interface Columns {
	/** By the path in small letters. */
	columns: ReadonlyMap<string, Column>;
	places: ReadonlyMap<string, Place>;
	/** Fields to ask for besides, without which the rows would not be the same as through REST. */
	more: string[];
	/** What Bulk cannot answer, or answers differently, in words. */
	impossible?: string;
	different?: string;
}

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/query_create_job.htm */
const IMPOSSIBLE_TYPES = new Set(['address', 'location', 'complexvalue', 'base64']);
/** REST answers their values as numbers, booleans and texts, and the description does not say which. */
const DIFFERENT_TYPES = new Set(['anyType', 'json']);

/**
 * @param withAttributes the rows are to have Salesforce's `attributes`
 * @throws as `getJson`
 */
export async function describeColumns(api: SalesforceApi, { object, paths }: PlainQuery, withAttributes: boolean): Promise<Columns> {
	const root = await describeObject(api, object);
	const columns = new Map<string, Column>();
	const places = new Map<string, Place>([['', { objectType: root.name }]]);
	for (const path of paths) columns.set(path.toLowerCase(), await resolve(api, root, path, places));
	const needed = [...places].flatMap(([prefix, { objectType }]) => {
		if (prefix === '') return withAttributes ? ['Id'] : [];
		// An absent parent and one whose fields are empty look the same without it.
		return [`${prefix}.Id`, ...(withAttributes && objectType === undefined ? [`${prefix}.Type`] : [])];
	});
	const typed = (types: ReadonlySet<string>) => [...columns.values()].find(({ type }) => types.has(type));
	const [impossible, different] = [typed(IMPOSSIBLE_TYPES), typed(DIFFERENT_TYPES)];
	return {
		columns,
		places,
		more: needed.filter((path) => !columns.has(path.toLowerCase())),
		...(impossible !== undefined && { impossible: `the field ${impossible.path.join('.')} (${impossible.type})` }),
		...(different !== undefined && { different: `the field ${different.path.join('.')} (${different.type})` }),
	};
}

async function resolve(api: SalesforceApi, root: DescribedObject, path: string, places: Map<string, Place>): Promise<Column> {
	const parts = path.split('.');
	const names: string[] = [];
	let object: DescribedObject | undefined = root;
	for (const [index, part] of parts.entries()) {
		if (index === parts.length - 1) {
			const field: DescribedField | undefined = object && findField(object, part);
			return { path: [...names, field?.name ?? part], type: field?.type ?? typeOfNameField(part) };
		}
		const reference: DescribedField | undefined = object?.fields.find(({ relationshipName }) => relationshipName?.toLowerCase() === part.toLowerCase());
		names.push(reference?.relationshipName ?? part);
		const [target, ...others]: string[] = reference?.referenceTo ?? [];
		object = target === undefined || others.length > 0 ? undefined : await describeObject(api, target);
		places.set(names.join('.').toLowerCase(), { objectType: object?.name });
	}
	return { path: names, type: 'string' };
}

/**
 * Through a reference to several objects only the fields of Name can be asked for: all but one are texts.
 * @see https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_name.htm
 */
function typeOfNameField(name: string): string {
	return name.toLowerCase() === 'isactive' ? 'boolean' : 'string';
}

type Reader = (text: string) => string | number | boolean;

function readerOf(type: string): Reader {
	if (type === 'boolean') return (text) => text === 'true';
	if (NUMBER_TYPES.has(type)) return (text) => Number(text);
	// Bulk writes the same point in time with another sign for UTC.
	if (type === 'datetime') return (text) => (text.endsWith('Z') ? `${text.slice(0, -1)}+0000` : text);
	return (text) => text;
}

interface Leaf {
	name: string;
	index: number;
	read: Reader;
}

interface Branch {
	name: string;
	parts: (Leaf | Branch)[];
	objectType?: string;
	idIndex?: number;
	typeIndex?: number;
}

/** Gets as many cells as there are columns. */
export type RowBuilder = (cells: readonly string[]) => IDataObject;

/**
 * @param header the names of the columns, as Bulk gives them
 * @param basePath of the API, for `attributes`; undefined leaves them out
 */
export function createRowBuilder(header: readonly string[], { columns, places, more }: Columns, basePath?: string): RowBuilder {
	const hidden = new Set(more.map((path) => path.toLowerCase()));
	const branches = new Map<string, Branch>();
	const branchOf = (names: readonly string[]): Branch => {
		const key = names.join('.').toLowerCase();
		const known = branches.get(key);
		if (known !== undefined) return known;
		const made: Branch = { name: names.at(-1) ?? '', parts: [], objectType: places.get(key)?.objectType };
		branches.set(key, made);
		if (names.length > 0) branchOf(names.slice(0, -1)).parts.push(made);
		return made;
	};
	const root = branchOf([]);
	for (const [index, cell] of header.entries()) {
		const key = cell.toLowerCase();
		const column = columns.get(key) ?? { path: canonical(cell, columns), type: 'string' };
		const name = column.path.at(-1) ?? cell;
		const branch = branchOf(column.path.slice(0, -1));
		if (name.toLowerCase() === 'id') branch.idIndex = index;
		if (name.toLowerCase() === 'type') branch.typeIndex = index;
		if (!hidden.has(key)) branch.parts.push({ name, index, read: readerOf(column.type) });
	}
	return (cells) => build(root, cells, basePath);
}

/** A hidden field, with its parents as they are written elsewhere. */
function canonical(cell: string, columns: Columns['columns']): string[] {
	const parts = cell.split('.');
	const parents = parts.slice(0, -1).join('.').toLowerCase();
	const sibling = [...columns.values()].find(({ path }) => path.slice(0, parts.length - 1).join('.').toLowerCase() === parents && path.length >= parts.length);
	return [...(sibling?.path ?? parts).slice(0, parts.length - 1), parts.at(-1) ?? cell];
}

function build(branch: Branch, cells: readonly string[], basePath: string | undefined): IDataObject {
	const record: IDataObject = {};
	if (basePath !== undefined && branch.idIndex !== undefined) {
		const type = branch.objectType ?? (branch.typeIndex === undefined ? '' : (cells[branch.typeIndex] ?? ''));
		record.attributes = { type, url: `${basePath}/sobjects/${type}/${cells[branch.idIndex]}` };
	}
	for (const part of branch.parts) {
		if ('read' in part) {
			const text = cells[part.index] ?? '';
			// Bulk writes nothing for null, and Salesforce knows no empty text.
			record[part.name] = text === '' ? null : part.read(text);
		} else {
			record[part.name] = part.idIndex !== undefined && cells[part.idIndex] === '' ? null : build(part, cells, basePath);
		}
	}
	return record;
}
