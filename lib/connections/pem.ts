const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^]*?)-----END \1-----/g;
const LINE_LENGTH = 64;

/**
 * A pasted PEM with its line breaks: fields of one line turn them into spaces, environment files into `\n`. What is no PEM
 * stays as it is, and so does a block with headers (an old form of encryption), where lines mean something.
 * @see RFC 7468 section 2
 */
export function normalizePem(pasted: string): string {
	const lines = pasted.replace(/\\r|\r/g, '').replace(/\\n/g, '\n').trim();
	return lines.replace(BLOCK, (block: string, label: string, body: string) => {
		if (body.includes(':')) return block;
		const encoded = body.replace(/\s+/g, '').match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? [];
		return [`-----BEGIN ${label}-----`, ...encoded, `-----END ${label}-----`].join('\n');
	});
}

/** The kinds of its blocks, e.g. `PRIVATE KEY`, `CERTIFICATE`. */
export function pemLabels(pem: string): string[] {
	return [...pem.matchAll(BLOCK)].map(([, label = '']) => label);
}
