import type { SalesforceApi } from '../transport/salesforceApi';
import { entriesOf } from './entries';
import { FIELD_PATH, literalTypeOf, resolveField, type ResolvedField } from './fieldType';
import { isDateLiteral, literal, literalList, quoteForLike, type LiteralType } from './literals';
import { LiteralError, SoqlError, withSubject } from './soqlError';

export type Operator =
	| 'contains'
	| 'doesNotContain'
	| 'endsWith'
	| 'equal'
	| 'excludes'
	| 'greater'
	| 'greaterOrEqual'
	| 'in'
	| 'includes'
	| 'isEmpty'
	| 'isNotEmpty'
	| 'less'
	| 'lessOrEqual'
	| 'like'
	| 'notEqual'
	| 'notIn'
	| 'notLike'
	| 'startsWith';

export interface Condition {
	field: string;
	operator: Operator;
	value?: unknown;
	/** `auto`: as the object's description says. */
	valueType?: LiteralType | 'auto';
}

export interface ConditionGroup {
	combine: 'and' | 'or';
	/** What the group says does not hold. */
	negate?: boolean;
	conditions: Condition[];
}

export interface Conditions {
	combine: 'and' | 'or';
	conditions: Condition[];
	groups: ConditionGroup[];
}

const COMPARISONS: Readonly<Partial<Record<Operator, string>>> = { equal: '=', notEqual: '!=', greater: '>', greaterOrEqual: '>=', less: '<', lessOrEqual: '<=' };
const RANGES: ReadonlySet<Operator> = new Set(['greater', 'greaterOrEqual', 'less', 'lessOrEqual']);
const LIKES: ReadonlySet<Operator> = new Set(['contains', 'doesNotContain', 'endsWith', 'like', 'notLike', 'startsWith']);
const LISTS: Readonly<Partial<Record<Operator, string>>> = { in: 'IN', notIn: 'NOT IN' };
const PICKS: Readonly<Partial<Record<Operator, string>>> = { includes: 'INCLUDES', excludes: 'EXCLUDES' };
const LIKE_TYPES: ReadonlySet<string> = new Set(['string', 'textarea', 'picklist', 'combobox', 'phone', 'url', 'email', 'encryptedstring']);
const NO_RANGES: ReadonlySet<string> = new Set(['boolean', 'id', 'reference', 'multipicklist']);

/** Whether Salesforce takes the operator for fields of the type. @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_comparisonoperators.htm */
function fits(operator: Operator, type: string): boolean {
	if (LIKES.has(operator)) return LIKE_TYPES.has(type);
	if (RANGES.has(operator)) return !NO_RANGES.has(type);
	if (PICKS[operator] !== undefined) return type === 'multipicklist';
	if (LISTS[operator] !== undefined) return type !== 'boolean';
	return true;
}

/** The text after WHERE; empty where there is no condition. @throws SoqlError | as `getJson` */
export async function buildConditions(api: SalesforceApi, objectType: string, { combine, conditions, groups }: Conditions): Promise<string> {
	const parts: string[] = [];
	for (const condition of conditions) parts.push(await buildCondition(api, objectType, condition));
	for (const group of groups) {
		if (group.conditions.length === 0) continue;
		const inner: string[] = [];
		for (const condition of group.conditions) inner.push(await buildCondition(api, objectType, condition));
		const joined = `(${inner.join(` ${group.combine.toUpperCase()} `)})`;
		parts.push(group.negate === true ? `(NOT ${joined})` : joined);
	}
	return parts.join(` ${combine.toUpperCase()} `);
}

async function buildCondition(api: SalesforceApi, objectType: string, condition: Condition): Promise<string> {
	const { field: path, operator } = condition;
	if (!FIELD_PATH.test(path)) throw new SoqlError(`The condition’s field is not the name of a field: "${path}". For example Name, or Owner.Name`);
	const resolved = await resolveField(api, objectType, path);
	const { type, filterable } = resolved.field ?? {};
	const place = `${path} of ${objectType}`;
	if (filterable === false) throw new SoqlError(`The field ${place} cannot stand in a condition: Salesforce does not filter by it`);
	if (type !== undefined && !fits(operator, type)) throw new SoqlError(`"${LABELS[operator]}" does not fit the field ${place}: it is of the type ${type}`);
	try {
		return write(condition, resolved);
	} catch (error) {
		throw withSubject(`The value of the condition on ${place}`, error);
	}
}

function write({ operator, value, valueType = 'auto' }: Condition, { path, field }: ResolvedField): string {
	if (operator === 'isEmpty') return `${path} = null`;
	if (operator === 'isNotEmpty') return `${path} != null`;
	const type = valueType === 'auto' ? literalTypeOf(field?.type) : valueType;
	const list = LISTS[operator] ?? PICKS[operator];
	if (list !== undefined) return `${path} ${list} ${literalList(PICKS[operator] === undefined ? type : 'text', entriesOf(value))}`;
	if (value === null || value === undefined || value === '') throw new LiteralError('is missing. To look for fields without a value, choose "Is Empty"');
	if (LIKES.has(operator)) return like(path, operator, value);
	// A range of days such as LAST_N_DAYS:30 stands where a date does.
	const written = (type === 'date' || type === 'dateTime') && isDateLiteral(value) ? literal('dateLiteral', value) : literal(type, value);
	return `${path} ${COMPARISONS[operator]} ${written}`;
}

function like(path: string, operator: Operator, value: unknown): string {
	if (typeof value === 'object') throw new LiteralError('must be one text, not a list or an object');
	const text = String(value);
	if (operator === 'like') return `${path} LIKE ${literal('text', text)}`;
	if (operator === 'notLike') return `(NOT ${path} LIKE ${literal('text', text)})`;
	if (operator === 'startsWith') return `${path} LIKE ${quoteForLike('', text, '%')}`;
	if (operator === 'endsWith') return `${path} LIKE ${quoteForLike('%', text, '')}`;
	const contains = `${path} LIKE ${quoteForLike('%', text, '%')}`;
	return operator === 'doesNotContain' ? `(NOT ${contains})` : contains;
}

/** As people read them in the editor. */
export const LABELS: Readonly<Record<Operator, string>> = {
	contains: 'Contains',
	doesNotContain: 'Does Not Contain',
	endsWith: 'Ends With',
	equal: 'Equals',
	excludes: 'Excludes',
	greater: 'Greater Than',
	greaterOrEqual: 'Greater Than or Equal',
	in: 'Is One Of',
	includes: 'Includes',
	isEmpty: 'Is Empty',
	isNotEmpty: 'Is Not Empty',
	less: 'Less Than',
	lessOrEqual: 'Less Than or Equal',
	like: 'Like',
	notEqual: 'Does Not Equal',
	notIn: 'Is None Of',
	notLike: 'Not Like',
	startsWith: 'Starts With',
};
