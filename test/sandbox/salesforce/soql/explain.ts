// How Salesforce would run a query: by an index where the filter names an indexed field, else row by row.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query_performance_feedback.htm
import type { Access } from '../data/access';
import { resolverOf } from './evaluate';
import { parseSoql } from './parser';
import { RowsPlan } from './rowsPlan';
import type { Condition, Query } from './syntax';

export interface ExplainPlan {
	readonly cardinality: number;
	readonly fields: readonly string[];
	readonly leadingOperationType: 'Index' | 'TableScan';
	readonly notes: ReadonlyArray<{ readonly description: string; readonly fields: readonly string[]; readonly tableEnumOrId: string }>;
	readonly relativeCost: number;
	readonly sobjectCardinality: number;
	readonly sobjectType: string;
}

const indexed = new Set(['Id', 'Name', 'OwnerId', 'CreatedDate', 'SystemModstamp']);

/** Throws a SoqlError for what is no query. */
export function explainSoql(soql: string, access: Access): { plans: ExplainPlan[] } {
	const query = parseSoql(soql);
	const resolver = resolverOf(soql, query, access);
	const { object } = resolver;
	const sobjectCardinality = access.rows(object).length;
	const found = new RowsPlan({ ...query, orderBy: [], limit: undefined, offset: 0 }, resolver, [], { includeDeleted: false }).found().length;
	const fields = filteredPaths(query)
		.filter((path) => !path.includes('.'))
		.map((path) => access.findField(object, path)!)
		.filter((field) => indexed.has(field.name) || field.type === 'reference' || field.externalId)
		.map(({ name }) => name);
	const notes = [{ description: 'Not considering filter for optimization because unindexed', fields: ['IsDeleted'], tableEnumOrId: object.name }];
	const common = { cardinality: found, notes, sobjectCardinality, sobjectType: object.name };
	const scan: ExplainPlan = { ...common, fields: [], leadingOperationType: 'TableScan', relativeCost: sobjectCardinality > 100_000 ? 2.8 : 0.65 };
	const share = sobjectCardinality === 0 ? 0 : found / sobjectCardinality;
	return { plans: fields.length === 0 ? [scan] : [{ ...common, fields: fields.slice(0, 1), leadingOperationType: 'Index', relativeCost: Math.round(share * 300) / 100 }, scan] };
}

/** Of conditions that all have to hold: only they narrow a query down. */
function filteredPaths({ where }: Query): string[] {
	const parts: readonly Condition[] = where?.kind === 'and' ? where.parts : where ? [where] : [];
	return parts.flatMap((part) => (part.kind === 'compare' && part.operator !== '!=' && part.operator !== 'NOT IN' ? [part.left.path.text] : []));
}
