// WHERE and HAVING to a test of a row, or of a group.
import type { FieldValue, Row } from '../data/rows';
import { compileComparison, type Operand } from './compare';
import { SoqlError } from './errors';
import type { Resolver } from './resolve';
import type { Condition, Expression, Query } from './syntax';

export interface Filters<Subject> {
	/** What an expression is worth for a subject. Throws a SoqlError where it means nothing. */
	compile(expression: Expression): Operand & { value(subject: Subject): FieldValue };
	/** The values of the one field that a semi-join selects. */
	values(query: Query, left: Expression): ReadonlySet<FieldValue>;
}

export function compileCondition<Subject>(condition: Condition, filters: Filters<Subject>): (subject: Subject) => boolean {
	switch (condition.kind) {
		case 'compare': {
			const left = filters.compile(condition.left);
			const matches = compileComparison(left, condition.operator, condition.literals);
			return (subject) => matches(left.value(subject));
		}
		case 'semiJoin': {
			const left = filters.compile(condition.left);
			const found = filters.values(condition.query, condition.left);
			return (subject) => found.has(left.value(subject)) !== condition.negated;
		}
		case 'not': {
			const part = compileCondition(condition.part, filters);
			return (subject) => !part(subject);
		}
		case 'or':
		case 'and': {
			if (condition.kind === 'or' && condition.parts.some(({ kind }) => kind === 'semiJoin')) throw new SoqlError('MALFORMED_QUERY', "Semi join sub-selects are not allowed with the 'OR' operator");
			const parts = condition.parts.map((part) => compileCondition(part, filters));
			return condition.kind === 'and' ? (subject) => parts.every((part) => part(subject)) : (subject) => parts.some((part) => part(subject));
		}
	}
}

/** The filters of a WHERE. `valuesOf` runs a semi-join's query. */
export function rowFilters(resolver: Resolver, valuesOf: (query: Query) => ReadonlySet<FieldValue>): Filters<Row> {
	return {
		compile: (expression) => resolver.compile(expression, 'filterable'),
		values(query, left) {
			const { type } = resolver.compile(left, 'filterable');
			if (type !== 'id' && type !== 'reference') throw resolver.errorAt(left.path, 'MALFORMED_QUERY', `The left operand of a semi join must be an id or reference field, cannot use: '${left.path.text}'`);
			if (resolver.access.findObject(query.from.text) === resolver.object) throw resolver.errorAt(query.from, 'MALFORMED_QUERY', 'The inner and outer selects should not be on the same object type');
			return valuesOf(query);
		},
	};
}
