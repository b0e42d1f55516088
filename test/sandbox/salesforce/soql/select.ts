// What a SELECT without aggregates brings along: fields, groups of fields, children.
import { isCustom } from '../data/fields';
import { noSuchChildren, SoqlError } from './errors';
import type { Item } from './records';
import { Resolver, type Column } from './resolve';
import { RowsPlan, type RunOptions } from './rowsPlan';
import type { Query, SelectItem } from './syntax';

const mostUnboundedRows = 200;
const mostChildLevels = 5;

/** Throws a SoqlError for every item that Salesforce would refuse. */
export function compileSelect(query: Query, resolver: Resolver, options: RunOptions, level = 1): Item[] {
	const taken = new Set<string>();
	return query.select.flatMap((item) => compileItem(item, query, resolver, options, level).map((compiled) => refuseTwice(compiled, taken)));
}

function compileItem(item: SelectItem, query: Query, resolver: Resolver, options: RunOptions, level: number): Item[] {
	switch (item.kind) {
		case 'count':
			throw resolver.errorAt(item, 'MALFORMED_QUERY', 'only root queries support aggregate expressions');
		case 'fields':
			return fieldsOf(item.group, query, resolver, item);
		case 'children':
			return [compileChildren(item.query, query, resolver, options, level)];
		case 'expression': {
			const { expression, alias } = item;
			if (expression.kind === 'aggregate') throw resolver.errorAt(expression, 'MALFORMED_QUERY', 'only root queries support aggregate expressions');
			const isLabel = expression.kind === 'function' && expression.name === 'TOLABEL';
			if (expression.kind === 'function' && !isLabel) throw resolver.errorAt(expression, 'MALFORMED_QUERY', `Function ${expression.name} must be in GROUP BY`);
			if (alias && !isLabel) throw resolver.errorAt(alias, 'MALFORMED_QUERY', 'only aggregate expressions use field aliasing');
			return [{ kind: 'column', column: resolver.column(expression.path), alias: alias?.text }];
		}
	}
}

/** @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_fields.htm */
function fieldsOf(group: 'ALL' | 'STANDARD' | 'CUSTOM', { limit }: Query, resolver: Resolver, at: { readonly offset: number }): Item[] {
	const { access, object } = resolver;
	if (group !== 'STANDARD' && (limit === undefined || limit > mostUnboundedRows)) throw new SoqlError('MALFORMED_QUERY', `The SOQL FIELDS function must have a LIMIT of at most ${mostUnboundedRows}`);
	const fields = access.fields(object).filter((field) => group === 'ALL' || isCustom(field) === (group === 'CUSTOM'));
	// The documentation promises an error and does not quote it.
	if (fields.length === 0) throw resolver.errorAt(at, 'MALFORMED_QUERY', `FIELDS(${group}) selects no field of ${object.name}`);
	return fields.map((field) => ({ kind: 'column', column: { parents: [], field, owner: object } }));
}

function compileChildren(children: Query, parent: Query, resolver: Resolver, options: RunOptions, level: number): Item {
	const { access, object, soql } = resolver;
	if (level >= mostChildLevels) throw resolver.errorAt(children.from, 'MALFORMED_QUERY', `A parent-to-child relationship goes over more than ${mostChildLevels} levels`);
	const name = children.from.text.replace(new RegExp(`^${object.name}\\.`, 'i'), '');
	const relationship = access.findChildren(object, name);
	if (!relationship) throw resolver.errorAt(children.from, 'INVALID_TYPE', noSuchChildren(name));
	if (children.groupBy.length > 0) throw resolver.errorAt(children.from, 'MALFORMED_QUERY', 'only root queries support aggregate expressions');
	if (children.offset > 0 && parent.limit !== 1) throw resolver.errorAt(children.from, 'MALFORMED_QUERY', 'OFFSET in a sub-query needs LIMIT 1 in its parent');
	const inner = new Resolver(soql, access, relationship.child, children.alias);
	const plan = new RowsPlan(children, inner, compileSelect(children, inner, options, level + 1), { ...options, keep: undefined, isChildQuery: true });
	const of = plan.resultsBy(relationship.field.name);
	return { kind: 'children', name: relationship.field.childRelationshipName!, of: (row) => of(row.Id) };
}

function refuseTwice(item: Item, taken: Set<string>): Item {
	const name = item.kind === 'column' ? (item.alias ?? pathOf(item.column)) : item.name;
	if (taken.has(name.toLowerCase())) throw new SoqlError('INVALID_FIELD', `duplicate field selected: ${name}`);
	taken.add(name.toLowerCase());
	return item;
}

/** `Account.Owner.Name`, with the names as describe writes them. */
export function pathOf({ parents, field }: Column): string {
	return [...parents.map((step) => step.field.relationshipName), field.name].join('.');
}
