import { entriesOf } from './entries';
import { literal, literalList, type LiteralType } from './literals';
import { SoqlError, withSubject } from './soqlError';

export interface Binding {
	name: string;
	type: LiteralType;
	/** For IN: the value is a list. */
	isList?: boolean;
	/** With `isList`: an array, a JSON array, or text with commas in between. */
	value: unknown;
}

/** Texts in quotes are left alone; `\'` does not end one. A colon before a letter names a parameter (`:name`, as in Apex). */
const PIECES = /'(?:\\[\s\S]|[^'\\])*'?|(\w?):([A-Za-z_]\w*)/g;

/** Names of parameters in the text, each once, as written first. */
export function namesIn(soql: string): string[] {
	return [...new Set([...soql.matchAll(PIECES)].flatMap(([, , name]) => name ?? []))];
}

/**
 * Replaces `:name` by the safely written value of the parameter of that name. Values are never read as SOQL.
 * `LAST_N_DAYS:name` takes a number.
 * @throws SoqlError for names without a parameter, parameters without a place, and values that do not fit their type
 */
export function bind(soql: string, bindings: readonly Binding[]): string {
	const byName = new Map<string, Binding>();
	for (const binding of bindings) {
		if (!/^[A-Za-z_]\w*$/.test(binding.name)) throw new SoqlError(`The query parameter "${binding.name}" has no proper name: letters, digits and _ only`);
		if (byName.has(binding.name)) throw new SoqlError(`There are two query parameters "${binding.name}"`);
		byName.set(binding.name, binding);
	}
	const named = namesIn(soql);
	const unknown = named.filter((name) => !byName.has(name));
	if (unknown.length > 0) throw new SoqlError(`The query names ${unknown.map((name) => `:${name}`).join(', ')}, and there is no query parameter of that name`);
	const unused = [...byName.keys()].filter((name) => !named.includes(name));
	if (unused.length > 0) throw new SoqlError(`The query does not name the query parameter ${unused.map((name) => `:${name}`).join(', ')}`);
	return soql.replace(PIECES, (piece: string, before: string | undefined, name: string | undefined) => {
		const binding = name === undefined ? undefined : byName.get(name);
		if (binding === undefined) return piece;
		return before === '' || before === undefined ? written(binding) : `${before}:${written({ ...binding, type: 'number', isList: false })}`;
	});
}

function written({ name, type, isList, value }: Binding): string {
	try {
		return isList === true ? literalList(type, entriesOf(value)) : literal(type, value);
	} catch (error) {
		throw withSubject(`The query parameter "${name}"`, error);
	}
}
