/** The text is no CSV, or ends in the middle of it. */
export class CsvError extends Error {}

/** No field of Salesforce's is longer than a few hundred thousand characters: what is, is a quote that never ends. */
const MAX_CELL_LENGTH = 8_000_000;
const [QUOTE, COMMA, LF, CR] = ['"', ',', '\n', '\r'].map((character) => character.charCodeAt(0)) as [number, number, number, number];

/**
 * Reads CSV as it arrives: quoted cells with line breaks and doubled quotes, LF or CRLF, pieces cut anywhere. Strict: what RFC 4180
 * does not know is an error and never a guess. How many cells a record has is for whoever reads it to judge.
 * @see RFC 4180 section 2
 */
export class CsvReader {
	/** What has come and is not read yet; begins at a cell. */
	private text = '';
	/** Where the search for the closing quote of the first cell goes on. */
	private searchFrom = 0;
	private cells: string[] = [];
	private records = 0;

	/** The records that are complete by now. @throws CsvError */
	push(piece: string): string[][] {
		this.text += piece;
		return this.read(false);
	}

	/** The last record, if it had no line break. @throws CsvError */
	end(): string[][] {
		return this.read(true);
	}

	private read(isEnd: boolean): string[][] {
		const { text } = this;
		const found: string[][] = [];
		let at = 0;
		const closeRecord = (): void => {
			found.push(this.cells);
			this.cells = [];
			this.records += 1;
		};
		while (at < text.length) {
			const isQuoted = text.charCodeAt(at) === QUOTE;
			const end = isQuoted ? this.endOfQuoted(at, isEnd) : this.endOfPlain(at, isEnd);
			if (end === undefined) break;
			const next = text.charCodeAt(end);
			// A quote or a CR that ends the piece may be half of something.
			if (!isEnd && (end >= text.length || (next === CR && end + 1 >= text.length))) break;
			this.cells.push(isQuoted ? unquote(text.slice(at + 1, end - 1)) : text.slice(at, end));
			this.searchFrom = 0;
			if (next === COMMA) {
				at = end + 1;
				continue;
			}
			if (next === CR && text.charCodeAt(end + 1) !== LF) throw this.wrong('a carriage return stands alone');
			if (end < text.length && next !== LF && next !== CR) throw this.wrong('there is text after a closing quote');
			at = end + (next === CR ? 2 : 1);
			closeRecord();
		}
		this.text = text.slice(at);
		if (isEnd && this.cells.length > 0) {
			this.cells.push('');
			closeRecord();
		}
		if (this.text.length > MAX_CELL_LENGTH) throw this.wrong('a quoted cell does not end');
		return found;
	}

	/** Behind the closing quote; undefined if it has not come yet. */
	private endOfQuoted(start: number, isEnd: boolean): number | undefined {
		const { text } = this;
		let at = start + Math.max(1, this.searchFrom);
		for (;;) {
			const quote = text.indexOf('"', at);
			if (quote === -1 || (quote + 1 >= text.length && !isEnd)) {
				if (isEnd) throw this.wrong('a quoted cell does not end');
				this.searchFrom = (quote === -1 ? text.length : quote) - start;
				return undefined;
			}
			if (text.charCodeAt(quote + 1) !== QUOTE) return quote + 1;
			at = quote + 2;
		}
	}

	private endOfPlain(start: number, isEnd: boolean): number | undefined {
		const { text } = this;
		for (let at = start; at < text.length; at += 1) {
			const character = text.charCodeAt(at);
			if (character === COMMA || character === LF || character === CR) return at;
			if (character === QUOTE) throw this.wrong('there is a quote in a cell without quotes');
		}
		return isEnd ? text.length : undefined;
	}

	private wrong(why: string): CsvError {
		return new CsvError(`Record ${this.records + 1}: ${why}`);
	}
}

function unquote(inner: string): string {
	return inner.includes('"') ? inner.replaceAll('""', '"') : inner;
}
