import type { IDataObject } from 'n8n-workflow';

import { describeObject } from './describe';
import { isChildPage } from './queryPages';
import type { SalesforceApi } from './salesforceApi';

/** How rows come out of the node. */
export interface Shape {
	/** Salesforce's own `attributes` (type, address), and the wrapping of child rows. */
	keepAttributes?: boolean;
	/** Fields without a value are left out. */
	dropNulls?: boolean;
	/** `Account: { Name }` becomes `Account.Name` or `Account_Name`; children stay as they are. */
	flatten?: 'none' | 'dot' | 'underscore';
	/** Date-times become ISO 8601 in UTC, where the object's description says that they are such. */
	typedValues?: boolean;
}

/** Fields with a point in time, in small letters, by object. */
type DateTimes = ReadonlyMap<string, ReadonlySet<string>>;
const SEPARATORS = { none: undefined, dot: '.', underscore: '_' } as const;

/**
 * Rows as the node is set to give them. Works on the rows of a query, a record, a collection.
 * @returns new objects: the given ones may be shared
 * @throws as `getJson`, where types have to be asked for
 */
export async function shapeRecords(api: SalesforceApi, records: IDataObject[], shape: Shape): Promise<IDataObject[]> {
	const dateTimes = shape.typedValues === true ? await dateTimesOf(api, records) : undefined;
	return records.map((record) => shapeRecord(record, shape, dateTimes));
}

export function shapeRecord(record: IDataObject, shape: Shape, dateTimes?: DateTimes): IDataObject {
	const shaped: IDataObject = {};
	fill(shaped, '', record, shape, SEPARATORS[shape.flatten ?? 'none'], dateTimes);
	return shaped;
}

function typeOf(record: IDataObject): string {
	const { type } = (record.attributes ?? {}) as { type?: unknown };
	return typeof type === 'string' ? type : '';
}

function fill(target: IDataObject, prefix: string, record: IDataObject, shape: Shape, separator: string | undefined, dateTimes: DateTimes | undefined): void {
	const points = dateTimes?.get(typeOf(record));
	for (const name in record) {
		const value = record[name];
		if (value === null || value === undefined) {
			if (shape.dropNulls !== true) target[prefix + name] = value;
		} else if (typeof value !== 'object') {
			target[prefix + name] = points !== undefined && typeof value === 'string' && points.has(name.toLowerCase()) ? toIso(value) : value;
		} else if (name === 'attributes') {
			// A flattened parent has no place for its own.
			if (shape.keepAttributes === true && prefix === '') target[name] = value;
		} else if (isChildPage(value)) {
			const children = value.records.map((child) => shapeRecord(child, shape, dateTimes));
			target[prefix + name] = shape.keepAttributes === true ? { ...(value as unknown as IDataObject), records: children } : children;
		} else if (separator !== undefined && !Array.isArray(value)) {
			fill(target, `${prefix}${name}${separator}`, value as IDataObject, shape, separator, dateTimes);
		} else {
			target[prefix + name] = Array.isArray(value) ? value : shapeRecord(value as IDataObject, shape, dateTimes);
		}
	}
}

/** `2018-12-10T17:50:19.000+0000` is no ISO 8601: most readers stumble over the offset without a colon. */
export function toIso(dateTime: string): string {
	const time = Date.parse(dateTime.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
	return Number.isNaN(time) ? dateTime : new Date(time).toISOString();
}

/** Asks once for each object that is met in the rows, their parents and children. */
async function dateTimesOf(api: SalesforceApi, records: IDataObject[]): Promise<DateTimes> {
	const types = new Set<string>();
	const collect = (record: IDataObject): void => {
		const type = typeOf(record);
		if (type !== '' && type !== 'AggregateResult') types.add(type);
		for (const name in record) {
			const value: unknown = record[name];
			if (typeof value !== 'object' || value === null || name === 'attributes') continue;
			if (isChildPage(value)) value.records.forEach(collect);
			else if (!Array.isArray(value)) collect(value as IDataObject);
		}
	};
	records.forEach(collect);
	const described = await Promise.all([...types].map(async (type) => [type, await describeObject(api, type)] as const));
	return new Map(described.map(([type, { fields }]) => [type, new Set(fields.filter((field) => field.type === 'datetime').map(({ name }) => name.toLowerCase()))]));
}
