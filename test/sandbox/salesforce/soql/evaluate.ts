// Runs a query over what a person may see. Knows no HTTP.
import type { Access } from '../data/access';
import { runAggregates } from './aggregate';
import { parseSoql } from './parser';
import type { QueryResult } from './records';
import { objectAt, Resolver } from './resolve';
import { RowsPlan, type RunOptions } from './rowsPlan';
import { compileSelect } from './select';
import type { Query } from './syntax';

/** Throws a SoqlError in the vendor's words for every query that Salesforce would refuse. */
export function runSoql(soql: string, access: Access, includeDeleted: boolean): QueryResult {
	const query = parseSoql(soql);
	const resolver = resolverOf(soql, query, access);
	const options = { includeDeleted };
	if (query.select[0]!.kind === 'count') {
		const { length } = new RowsPlan(query, resolver, [], options).found();
		return { totalSize: length, count: 0, record: noRecord };
	}
	if (isAggregate(query)) return runAggregates(query, resolver, new RowsPlan({ ...query, orderBy: [] }, resolver, [], options));
	return planRows(query, resolver, options).result();
}

export function resolverOf(soql: string, query: Query, access: Access): Resolver {
	return new Resolver(soql, access, objectAt(soql, access, query.from), query.alias);
}

/** A query that answers rows, made ready. */
export function planRows(query: Query, resolver: Resolver, options: RunOptions): RowsPlan {
	return new RowsPlan(query, resolver, compileSelect(query, resolver, options), options);
}

export function isAggregate({ select, groupBy }: Query): boolean {
	return groupBy.length > 0 || select.some((item) => item.kind === 'expression' && item.expression.kind === 'aggregate');
}

function noRecord(): never {
	throw new RangeError('COUNT() has no records');
}
