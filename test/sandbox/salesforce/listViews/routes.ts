// List views: which there are, what they show, and their rows, every value a text.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_listviews.htm
import { Router } from 'express';
import { badRequest, notFound } from '../apiErrors';
import { parameter, type ApiResponse } from '../apiLocals';
import type { Access } from '../data/access';
import { isCustom, type FieldType } from '../data/fields';
import type { FieldValue } from '../data/rows';
import { fieldTraits } from '../data/traits';
import { planRows, resolverOf } from '../soql/evaluate';
import { parseSoql } from '../soql/parser';
import type { Column } from '../soql/resolve';
import { pathOf } from '../soql/select';
import { listViewDefinitions, type ListViewDefinition } from './definitions';
import { hiddenColumns, listViewQuery } from './query';

type Json = Record<string, unknown>;

export function listViewRoutes(): Router {
	return Router()
		.get('/sobjects/:type/listviews', (request, response: ApiResponse) => {
			const object = response.locals.access.findObject(request.params.type);
			if (!object) throw notFound();
			const views = listViewDefinitions.filter((view) => view.object === object.name);
			response.json({ done: true, listviews: views.map((view) => summary(view, response)), nextRecordsUrl: null, size: views.length, sobjectType: object.name });
		})
		.get('/sobjects/:type/listviews/recent', (request, response: ApiResponse) => {
			const views = listViewDefinitions.filter(({ object }) => object.toLowerCase() === request.params.type.toLowerCase()).slice(0, 2);
			response.json({ done: true, listviews: views.map((view) => summary(view, response)), nextRecordsUrl: null, size: views.length, sobjectType: views[0]?.object ?? request.params.type });
		})
		.get('/sobjects/:type/listviews/:id', (request, response: ApiResponse) => void response.json(summary(viewOf(request.params, response), response)))
		.get('/sobjects/:type/listviews/:id/describe', (request, response: ApiResponse) => void response.json(describe(viewOf(request.params, response), response.locals.access)))
		.get('/sobjects/:type/listviews/:id/results', (request, response: ApiResponse) => {
			const limit = whole(parameter(request.query['limit']) ?? '25');
			const offset = whole(parameter(request.query['offset']) ?? '0');
			// The bounds are documented, the words of this refusal are not.
			if (limit === undefined || limit < 1 || limit > 2_000) throw badRequest('INVALID_PARAMETER_VALUE', 'limit must be between 1 and 2000');
			if (offset === undefined) throw badRequest('INVALID_PARAMETER_VALUE', 'offset must be a whole number');
			response.json(results(viewOf(request.params, response), response.locals.access, limit, offset));
		});
}

function whole(text: string): number | undefined {
	return /^\d+$/.test(text) ? Number(text) : undefined;
}

function viewOf({ type, id }: { type: string; id: string }, response: ApiResponse): ListViewDefinition {
	const object = response.locals.access.findObject(type);
	const view = listViewDefinitions.find((candidate) => candidate.object === object?.name && (candidate.id === id || candidate.id.slice(0, 15) === id));
	if (!view) throw notFound();
	return view;
}

function summary({ object, id, developerName, label }: ListViewDefinition, { locals: { version } }: ApiResponse): Json {
	const url = `/services/data/${version}/sobjects/${object}/listviews/${id}`;
	return { describeUrl: `${url}/describe`, developerName, id, label, resultsUrl: `${url}/results`, soqlCompatible: true, url };
}

function describe(view: ListViewDefinition, access: Access): Json {
	const order = [view.orderBy, 'Id'].map((fieldNameOrPath) => ({ fieldNameOrPath, nullsPosition: 'first', sortDirection: 'ascending' }));
	return { columns: columnsOf(view, access).map(({ described }) => described), id: view.id.slice(0, 15), orderBy: order, query: listViewQuery(view), scope: view.scope, sobjectType: view.object, whereCondition: view.where ?? { conditions: [], conjunction: 'and' } };
}

function results(view: ListViewDefinition, access: Access, limit: number, offset: number): Json {
	const soql = `${listViewQuery(view)} LIMIT ${limit} OFFSET ${offset}`;
	const query = parseSoql(soql);
	const resolver = resolverOf(soql, query, access);
	const columns = columnsOf(view, access);
	const found = planRows(query, resolver, { includeDeleted: false }).found();
	const records = Array.from({ length: found.length }, (_, index) => {
		const row = found.at(index)!;
		return { columns: columns.map(({ path, column, type }) => ({ fieldNameOrPath: path, value: text(resolver.valueOf(row, column), type) })) };
	});
	const total = planRows({ ...query, limit: undefined, offset: 0 }, resolver, { includeDeleted: false }).found().length;
	return { columns: columns.map(({ described }) => described), developerName: view.developerName, done: offset + records.length >= total, id: view.id.slice(0, 15), label: view.label, records, size: records.length };
}

interface ViewColumn {
	readonly path: string;
	readonly type: FieldType;
	readonly column: Column;
	readonly described: Json;
}

function columnsOf(view: ListViewDefinition, access: Access): ViewColumn[] {
	const soql = listViewQuery(view);
	const resolver = resolverOf(soql, parseSoql(soql), access);
	return [...view.columns, ...hiddenColumns].map((text, index) => {
		const column = resolver.column({ text, offset: 0 });
		const { field } = column;
		const hidden = index >= view.columns.length;
		const isFirst = text === view.orderBy;
		const [ascendingLabel, descendingLabel] = hidden ? [null, null] : sortLabels(field.type);
		return {
			path: pathOf(column),
			type: field.type,
			column,
			described: {
				ascendingLabel,
				descendingLabel,
				fieldNameOrPath: pathOf(column),
				hidden,
				label: column.parents.length === 0 ? field.label : `${column.parents.at(-1)!.target.label} ${isCustom(field) ? field.label : field.name}`,
				selectListItem: field.type === 'picklist' ? `toLabel(${text})` : text,
				sortDirection: isFirst ? 'ascending' : null,
				sortIndex: isFirst ? 0 : null,
				sortable: !hidden && fieldTraits(field).sortable,
				type: field.type,
			},
		};
	});
}

function sortLabels(type: FieldType): [string, string] {
	if (type === 'picklist' || type === 'currency' || type === 'double' || type === 'percent' || type === 'int') return ['Low to High', 'High to Low'];
	if (type === 'date' || type === 'datetime') return ['New to Old', 'Old to New'];
	return type === 'phone' ? ['9-0', '0-9'] : ['Z-A', 'A-Z'];
}

/** `Fri Aug 01 21:15:46 GMT 2014`, as Java writes a date; everything else as it reads. */
function text(value: FieldValue, type: FieldType): string | null {
	if (value === null) return null;
	if (type !== 'datetime') return String(value);
	const [weekday, day, month, year, time] = new Date(String(value).replace('+0000', 'Z')).toUTCString().replace(',', '').split(' ') as [string, string, string, string, string];
	return `${weekday} ${month} ${day} ${time} GMT ${year}`;
}
