import { FIELD_PATH } from './fieldType';
import { SoqlError } from './soqlError';

export interface SortRule {
	field: string;
	direction: 'ASC' | 'DESC';
	nulls?: 'FIRST' | 'LAST';
}

/** Rows of a child relationship, in each row. */
export interface ChildQuery {
	relationship: string;
	fields: string[];
	/** SOQL; parameters are bound afterwards. */
	where?: string;
	sort: SortRule[];
	limit?: number;
}

export interface Query {
	/** Dotted names, or one of the few functions that keep the rows as they are. Empty: a count. */
	fields: string[];
	children: ChildQuery[];
	objectType: string;
	/** Each is a whole condition; all must hold. */
	where: string[];
	sort: SortRule[];
	limit?: number;
}

const FUNCTION = /^(?:FIELDS\((?:ALL|CUSTOM|STANDARD)\)|(?:toLabel|FORMAT|convertCurrency)\([A-Za-z][\w.]{0,200}\)(?:\s+[A-Za-z]\w{0,79})?)$/i;
const NAME = /^[A-Za-z]\w{0,79}$/;

export function isSelectable(field: string): boolean {
	return FIELD_PATH.test(field) || FUNCTION.test(field);
}

function checkedField(field: string): string {
	if (!isSelectable(field)) throw new SoqlError(`"${field}" is not the name of a field. For example Name, Owner.Name, or toLabel(Status)`);
	return field;
}

function orderBy(sort: readonly SortRule[]): string {
	const rules = sort.map(({ field, direction, nulls }) => {
		if (!FIELD_PATH.test(field)) throw new SoqlError(`The sort rule’s field is not the name of a field: "${field}"`);
		return `${field} ${direction}${nulls === undefined ? '' : ` NULLS ${nulls}`}`;
	});
	return rules.length === 0 ? '' : ` ORDER BY ${rules.join(', ')}`;
}

function whereOf(conditions: readonly string[]): string {
	const parts = conditions.filter((condition) => condition.trim() !== '');
	if (parts.length === 0) return '';
	return ` WHERE ${parts.length === 1 ? parts[0] : parts.map((part) => `(${part})`).join(' AND ')}`;
}

function limitOf(limit: number | undefined): string {
	return limit === undefined || !Number.isFinite(limit) ? '' : ` LIMIT ${limit}`;
}

function childQuery({ relationship, fields, where, sort, limit }: ChildQuery): string {
	if (!NAME.test(relationship)) throw new SoqlError(`"${relationship}" is not the name of a child relationship. For example Contacts, or Invoices__r`);
	return `(SELECT ${(fields.length === 0 ? ['Id'] : fields).map(checkedField).join(', ')} FROM ${relationship}${whereOf([where ?? ''])}${orderBy(sort)}${limitOf(limit)})`;
}

/** Every name in it is checked; values come in as literals. @throws SoqlError */
export function buildQuery({ fields, children, objectType, where, sort, limit }: Query): string {
	const list = fields.length === 0 && children.length === 0 ? ['COUNT()'] : [...fields.map(checkedField), ...children.map(childQuery)];
	return `SELECT ${list.join(', ')} FROM ${objectType}${whereOf(where)}${orderBy(sort)}${limitOf(limit)}`;
}
