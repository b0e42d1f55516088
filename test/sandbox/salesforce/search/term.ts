// A search term: words and phrases, AND, OR, AND NOT, parentheses, * and ?. Without an operator words are joined by AND.
// @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_find.htm
import { badRequest } from '../apiErrors';

/** Whether a text, given as its words in lower case, is meant. */
export type TermTest = (words: readonly string[]) => boolean;

const reserved = '?&|!{}[]()^~*:\\"\'+-';

/** `verbatim`: no operators and nothing to escape, as a parameterized search takes it. Throws INVALID_SEARCH, MALFORMED_SEARCH. */
export function parseTerm(text: string, verbatim: boolean): TermTest {
	if (text.replace(/[\s*?"\\]/g, '').length < 2) throw badRequest('INVALID_SEARCH', `search term must be longer than one character: ${text}`);
	if (verbatim) return all(wordsOf(text).map((word) => wordTest(word)));
	return new TermReader(text).whole();
}

export function wordsOf(text: string): string[] {
	return text.toLowerCase().match(/[\p{L}\p{N}_@.]+/gu) ?? [];
}

const all = (tests: readonly TermTest[]): TermTest => (words) => tests.every((test) => test(words));
const any = (tests: readonly TermTest[]): TermTest => (words) => tests.some((test) => test(words));

/** One word, with wildcards. An address is also found by its parts. */
function wordTest(word: string): TermTest {
	const source = word.toLowerCase().replace(/\*|\?|[^*?]/g, (character) => (character === '*' ? '.*' : character === '?' ? '.' : character.replace(/[.+^${}()|[\]\\]/g, '\\$&')));
	const pattern = new RegExp(`^${source}$`, 'u');
	return (words) => words.some((candidate) => pattern.test(candidate) || candidate.split(/[@.]/).some((part) => pattern.test(part)));
}

function phraseTest(phrase: string): TermTest {
	const wanted = wordsOf(phrase);
	return (words) => words.some((_word, start) => wanted.every((word, index) => words[start + index] === word));
}

class TermReader {
	private readonly tokens: readonly string[];
	private position = 0;

	constructor(private readonly text: string) {
		this.tokens = this.split();
	}

	whole(): TermTest {
		const test = this.either();
		if (this.position < this.tokens.length) throw this.malformed(`unexpected token: ${this.tokens[this.position]}`);
		return test;
	}

	private either(): TermTest {
		const tests = [this.both()];
		while (this.take('OR')) tests.push(this.both());
		return any(tests);
	}

	private both(): TermTest {
		const tests = [this.one()];
		while (this.position < this.tokens.length && !['OR', ')'].includes(this.tokens[this.position]!)) {
			const negated = this.take('AND') && this.take('NOT');
			const test = this.one();
			tests.push(negated ? (words) => !test(words) : test);
		}
		return all(tests);
	}

	private one(): TermTest {
		const token = this.tokens[this.position++];
		if (token === undefined) throw this.malformed('unexpected end of the search term');
		if (token.startsWith('"')) return phraseTest(token.slice(1, -1));
		// An escaped character parts words here as it does in the text: `O\'Neill` is `o` and `neill`.
		if (token !== '(') return all((token.match(/[\p{L}\p{N}_@.*?]+/gu) ?? []).map((word) => wordTest(word)));
		const inner = this.either();
		if (!this.take(')')) throw this.malformed("expecting ')'");
		return inner;
	}

	private take(token: string): boolean {
		const found = this.tokens[this.position] === token;
		if (found) this.position++;
		return found;
	}

	/** Reserved characters want a backslash, in phrases too. */
	private split(): string[] {
		const tokens: string[] = [];
		let word = '';
		const flush = (): void => {
			if (word) tokens.push(word);
			word = '';
		};
		for (let index = 0; index < this.text.length; index++) {
			const character = this.text[index]!;
			if (character === '\\') {
				// Escaped, it is no operator: it parts words as any punctuation does.
				const escaped = this.text[++index] ?? '';
				word += reserved.includes(escaped) ? ' ' : escaped;
			} else if (character === '"') {
				flush();
				const end = this.text.indexOf('"', index + 1);
				if (end < 0) throw this.malformed('unexpected end of a phrase');
				tokens.push(this.text.slice(index, end + 1));
				index = end;
			} else if (/\s/.test(character)) flush();
			else if ('()'.includes(character)) {
				flush();
				tokens.push(character);
			} else if (reserved.includes(character) && !'*?'.includes(character)) throw this.malformed(`unexpected char: '${character}'`);
			else word += character;
		}
		flush();
		return tokens;
	}

	private malformed(reason: string): Error {
		return badRequest('MALFORMED_SEARCH', `${reason} in {${this.text}}`);
	}
}
