// Filters of a report, stored or given at run time, and the logic between them: `(1 OR 2) AND 3`.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_analytics.meta/api_analytics/analytics_api_filteroperators_reference_list.htm
import { badRequest } from '../apiErrors';
import type { FieldValue, Row } from '../data/rows';
import { comparable } from '../soql/compare';
import { dateSpan, isDateLiteral } from '../soql/dateLiterals';
import type { CompiledColumn, Columns } from './columns';
import type { ReportFilter } from './definitions';

type RowTest = (row: Row) => boolean;
const operators = ['equals', 'notEqual', 'lessThan', 'greaterThan', 'lessOrEqual', 'greaterOrEqual', 'contains', 'notContain', 'startsWith', 'includes', 'excludes'];
const mostFilters = 20;

/** Throws an ApiError in the vendor's words for a column, an operator or a date that is none. */
export function compileFilters(filters: readonly ReportFilter[], logic: string | null, columns: Columns): RowTest {
	if (!Array.isArray(filters)) throw badRequest('BAD_REQUEST', 'The request is invalid because there are no filters. Specify filters or set filters as an empty array to omit them.');
	if (filters.length > mostFilters) throw badRequest('BAD_REQUEST', `You can add up to ${mostFilters} custom field filters when you run a report.`);
	const tests = filters.map((filter) => compileFilter(filter, columns));
	if (!logic) return (row) => tests.every((test) => test(row));
	return new Logic(logic, tests).whole();
}

function compileFilter({ column: name, operator, value }: ReportFilter, columns: Columns): RowTest {
	const column = columns.get(name);
	if (!column) throw badRequest('BAD_REQUEST', `Specify a valid filterable column because ${name} is invalid.`);
	if (!operators.includes(operator)) throw badRequest('BAD_REQUEST', `Specify a valid condition because ${operator} is invalid.`);
	const texts = splitValues(String(value ?? ''));
	const wanted = texts.map((text) => spanOf(column, text));
	const own = (row: Row): FieldValue => comparable(column.value(row), column.type);
	const isText = (test: (own: string, text: string) => boolean): RowTest => (row) => wanted.some(([text]) => test(String(own(row) ?? ''), String(text ?? '')));
	const equals: RowTest = (row) => {
		const value = own(row);
		// A link is also found by its id.
		return texts.includes(String(column.key(row))) || wanted.some(([start, end]) => (start === null || value === null ? value === start : value >= start && value <= end!));
	};
	const compares = (test: (own: NonNullable<FieldValue>, start: NonNullable<FieldValue>, end: NonNullable<FieldValue>) => boolean): RowTest => {
		const [start, end] = wanted[0]!;
		return (row) => {
			const value = own(row);
			return value !== null && start !== null && end !== null && test(value, start, end);
		};
	};
	const not = (test: RowTest): RowTest => (row) => !test(row);
	const contains = isText((text, part) => text.includes(part));
	const includes: RowTest = (row) => String(own(row) ?? '').split(';').some((one) => wanted.some(([text]) => one === text));
	switch (operator) {
		case 'equals':
			return equals;
		case 'notEqual':
			return not(equals);
		case 'lessThan':
			return compares((value, start) => value < start);
		case 'lessOrEqual':
			return compares((value, _start, end) => value <= end);
		case 'greaterThan':
			return compares((value, _start, end) => value > end);
		case 'greaterOrEqual':
			return compares((value, start) => value >= start);
		case 'contains':
			return contains;
		case 'notContain':
			return not(contains);
		case 'startsWith':
			return isText((text, start) => text.startsWith(start));
		case 'includes':
			return includes;
		default:
			return not(includes);
	}
}

/** `Early,Late` is two values; quotes keep a comma: `"100,000"`. */
function splitValues(text: string): string[] {
	return (text.match(/"[^"]*"|[^,"]+/g) ?? ['']).map((part) => part.replace(/"/g, '').trim());
}

function spanOf({ type }: CompiledColumn, text: string): [FieldValue, FieldValue] {
	if (text === '') return [null, null];
	if (type === 'date' || type === 'datetime') {
		if (isDateLiteral(text)) return dateSpan(text);
		const at = Date.parse(text);
		if (!/^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/.test(text) || Number.isNaN(at)) throw badRequest('BAD_REQUEST', "Filter the date in the correct format. Accepted formats are yyyy-MM-dd'T'HH:mm:ss'Z' and yyyy-MM-dd.");
		return [at, text.includes('T') ? at : at + 86_399_999];
	}
	const number = Number(text.replace(/[$%,]/g, ''));
	if (['currency', 'double', 'percent', 'int'].includes(type)) return [number, number];
	if (type === 'boolean') return [/^(true|1)$/i.test(text), /^(true|1)$/i.test(text)];
	return [comparable(text, type), comparable(text, type)];
}

/** Reads `(1 OR 2) AND 3`, with or without spaces. */
class Logic {
	private readonly tokens: readonly string[];
	private position = 0;

	constructor(
		private readonly text: string,
		private readonly tests: readonly RowTest[],
	) {
		this.tokens = text.toUpperCase().match(/\d+|AND|OR|NOT|[()]|\S/g) ?? [];
	}

	whole(): RowTest {
		const test = this.either();
		if (this.position < this.tokens.length) throw this.invalid();
		return test;
	}

	private either(): RowTest {
		const tests = [this.both()];
		while (this.take('OR')) tests.push(this.both());
		return (row) => tests.some((test) => test(row));
	}

	private both(): RowTest {
		const tests = [this.one()];
		while (this.take('AND')) tests.push(this.one());
		return (row) => tests.every((test) => test(row));
	}

	private one(): RowTest {
		if (this.take('NOT')) {
			const test = this.one();
			return (row) => !test(row);
		}
		if (this.take('(')) {
			const inner = this.either();
			if (!this.take(')')) throw this.invalid();
			return inner;
		}
		const test = this.tests[Number(this.tokens[this.position++]) - 1];
		if (!test) throw this.invalid();
		return test;
	}

	private take(token: string): boolean {
		const found = this.tokens[this.position] === token;
		if (found) this.position++;
		return found;
	}

	private invalid(): Error {
		return badRequest('BAD_REQUEST', `The filter logic ${this.text} is invalid.`);
	}
}
