// A place in the tokens of a query, and what a parser asks there.
import { soqlErrorAt, type SoqlError } from './errors';
import { tokenize, type Token } from './lexer';
import type { Path } from './syntax';

const reserved = /^(SELECT|FROM|WHERE|AND|OR|NOT|LIKE|IN|INCLUDES|EXCLUDES|ORDER|GROUP|HAVING|LIMIT|OFFSET)$/i;

export class TokenStream {
	private readonly tokens: readonly Token[];
	private position = 0;

	/** Throws a SoqlError of code MALFORMED_QUERY for a character that belongs nowhere. */
	constructor(readonly soql: string) {
		this.tokens = tokenize(soql);
	}

	peek(ahead = 0): Token {
		return this.tokens[Math.min(this.position + ahead, this.tokens.length - 1)]!;
	}

	skip(count = 1): void {
		this.position += count;
	}

	isKeyword(...words: readonly string[]): boolean {
		const { kind, text } = this.peek();
		return kind === 'word' && words.includes(text.toUpperCase());
	}

	takeKeyword(...words: readonly string[]): boolean {
		const found = this.isKeyword(...words);
		if (found) this.position++;
		return found;
	}

	expectKeyword(...words: readonly string[]): string {
		const { text } = this.peek();
		if (!this.takeKeyword(...words)) throw this.unexpected();
		return text.toUpperCase();
	}

	isSymbol(symbol: string, ahead = 0): boolean {
		const { kind, text } = this.peek(ahead);
		return kind === 'symbol' && text === symbol;
	}

	takeSymbol(symbol: string): boolean {
		const found = this.isSymbol(symbol);
		if (found) this.position++;
		return found;
	}

	expectSymbol(symbol: string): void {
		if (!this.takeSymbol(symbol)) throw this.unexpected();
	}

	/** A name that is no keyword. */
	path(): Path {
		const { kind, text, offset } = this.peek();
		if (kind !== 'word' || reserved.test(text)) throw this.unexpected();
		this.position++;
		return { text, offset };
	}

	wholeNumber(): number {
		const { kind, text } = this.peek();
		if (kind !== 'number' || !/^\d+$/.test(text)) throw this.unexpected();
		this.position++;
		return Number(text);
	}

	commaList<T>(read: () => T): T[] {
		const items = [read()];
		while (this.takeSymbol(',')) items.push(read());
		return items;
	}

	unexpected(): SoqlError {
		const { text, offset } = this.peek();
		return soqlErrorAt(this.soql, offset, 'MALFORMED_QUERY', `unexpected token: '${text}'`);
	}
}
