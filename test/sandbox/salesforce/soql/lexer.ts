// SOQL text to tokens. Knows characters, not grammar.
import { soqlErrorAt } from './errors';

export type TokenKind = 'word' | 'string' | 'number' | 'date' | 'datetime' | 'symbol' | 'end';

export interface Token {
	readonly kind: TokenKind;
	/** As written; for a string the unescaped content. */
	readonly text: string;
	readonly offset: number;
}

const patterns: ReadonlyArray<[TokenKind, RegExp]> = [
	['datetime', /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)/y],
	['date', /\d{4}-\d\d-\d\d(?!\w)/y],
	['number', /[+-]?\d+(?:\.\d+)?(?!\w)/y],
	['word', /[A-Za-z_][\w.]*(?::\d+)?/y],
	['symbol', /<=|>=|!=|<>|[=<>(),]/y],
];

// @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm
const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', N: '\n', R: '\r', T: '\t', B: '\b', F: '\f', '"': '"', "'": "'", '\\': '\\', _: '\\_', '%': '\\%' };

/** Throws a SoqlError of code MALFORMED_QUERY at a character that starts no token. */
export function tokenize(soql: string): Token[] {
	const tokens: Token[] = [];
	let offset = 0;
	while (offset < soql.length) {
		if (/\s/.test(soql[offset]!)) {
			offset++;
			continue;
		}
		const { token, end } = soql[offset] === "'" ? readString(soql, offset) : readPlain(soql, offset);
		tokens.push(token);
		offset = end;
	}
	return [...tokens, { kind: 'end', text: '<EOF>', offset: soql.length }];
}

function readPlain(soql: string, offset: number): { token: Token; end: number } {
	for (const [kind, pattern] of patterns) {
		pattern.lastIndex = offset;
		const text = pattern.exec(soql)?.[0];
		if (text !== undefined) return { token: { kind, text, offset }, end: offset + text.length };
	}
	const character = soql[offset]!;
	if (character === ':') throw soqlErrorAt(soql, offset, 'MALFORMED_QUERY', 'Bind variables only allowed in Apex code');
	throw soqlErrorAt(soql, offset, 'MALFORMED_QUERY', `unexpected token: '${character}'`);
}

function readString(soql: string, start: number): { token: Token; end: number } {
	let text = '';
	for (let offset = start + 1; offset < soql.length; offset++) {
		const character = soql[offset]!;
		if (character === "'") return { token: { kind: 'string', text, offset: start }, end: offset + 1 };
		if (character !== '\\') {
			text += character;
			continue;
		}
		const escaped = escapes[soql[++offset] ?? ''];
		if (escaped === undefined) throw soqlErrorAt(soql, offset - 1, 'MALFORMED_QUERY', `Invalid string literal '${soql.slice(start + 1, offset + 1)}'. Illegal character sequence '\\${soql[offset] ?? ''}' in string literal.`);
		text += escaped;
	}
	throw soqlErrorAt(soql, start, 'MALFORMED_QUERY', "unexpected token: '''");
}
