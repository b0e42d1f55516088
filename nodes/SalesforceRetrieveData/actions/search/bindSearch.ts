import { bind, namesIn, type Binding } from '../../soql/bind';
import { SoqlError } from '../../soql/soqlError';
import { escapePhrase, escapeWords } from './searchTerm';

/** From FIND to the brace that ends the term; `\}` does not. */
const TERM = /^(\s*find\s*\{)((?:\\[\s\S]|[^\\}])*)(\}[\s\S]*)$/i;
/** A phrase, an escaped character, or a parameter. */
const PIECES = /("(?:\\[\s\S]|[^"\\])*"?)|\\[\s\S]|:([A-Za-z_]\w*)/g;

function writeTerm(term: string, textOf: (name: string) => string): string {
	return term.replace(PIECES, (piece: string, phrase?: string, name?: string) => {
		if (phrase !== undefined) return phrase.replace(/\\[\s\S]|:([A-Za-z_]\w*)/g, (inner: string, named?: string) => (named === undefined ? inner : escapePhrase(textOf(named))));
		return name === undefined ? piece : escapeWords(textOf(name));
	});
}

function namesInTerm(term: string): string[] {
	const names: string[] = [];
	writeTerm(term, (name) => {
		names.push(name);
		return '';
	});
	return names;
}

/**
 * Replaces `:name` in a SOSL search: in the term by words that are searched as they are (in double quotes as a phrase), after it as in SOQL.
 * @throws SoqlError for names without a parameter, parameters without a place, and values that do not fit
 */
export function bindSearch(sosl: string, bindings: readonly Binding[]): string {
	const found = TERM.exec(sosl);
	if (found === null) return bind(sosl, bindings);
	const [, start = '', term = '', rest = ''] = found;
	const inTerm = new Set(namesInTerm(term));
	const inRest = new Set(namesIn(rest));
	const byName = new Map(bindings.map((binding) => [binding.name, binding]));
	const unknown = [...inTerm].filter((name) => !byName.has(name));
	if (unknown.length > 0) throw new SoqlError(`The search names ${unknown.map((name) => `:${name}`).join(', ')}, and there is no query parameter of that name`);
	const written = writeTerm(term, (name) => {
		const { value } = byName.get(name)!;
		const text = value === null || value === undefined || typeof value === 'object' ? '' : String(value).trim();
		if (text === '') throw new SoqlError(`The query parameter "${name}" must be a text to search for`);
		return text;
	});
	// Those of the term alone are not missing in the rest.
	return `${start}${written}${bind(rest, bindings.filter(({ name }) => !inTerm.has(name) || inRest.has(name)))}`;
}
