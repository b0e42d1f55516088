// Looks at a form body without taking it away from the server behind us: oidc-provider reads the stream itself
// and warns when somebody else has parsed it.
import type { IncomingMessage } from 'node:http';

const peeked = new WeakMap<IncomingMessage, URLSearchParams>();

/** The form fields of `request`; the stream stays readable from its first byte. */
export async function peekForm(request: IncomingMessage): Promise<URLSearchParams> {
	const known = peeked.get(request);
	if (known) return known;
	const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
	const form = new URLSearchParams(isForm ? await peekBody(request) : '');
	peeked.set(request, form);
	return form;
}

/** Sends `fields` along as if the client had, for the server behind us. */
export async function addToForm(request: IncomingMessage, fields: Readonly<Record<string, string>>): Promise<void> {
	const form = await peekForm(request);
	for (const [name, value] of Object.entries(fields)) form.set(name, value);
	replaceForm(request, form);
}

/**
 * The server behind us reads `form` in place of what came: for vendors whose requests oidc-provider would not understand.
 * Only after `peekForm`, and before anybody else reads.
 */
export function replaceForm(request: IncomingMessage, form: URLSearchParams): void {
	const body = Buffer.from(form.toString());
	// Out with the old bytes and in with the new ones in one tick, as in peekBody.
	while (request.read() !== null);
	request.unshift(body);
	request.headers['content-length'] = String(body.length);
	delete request.headers['transfer-encoding'];
	peeked.set(request, form);
}

function peekBody(request: IncomingMessage): Promise<string> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		const stop = (): void => {
			request.off('readable', take);
			request.off('error', fail);
			request.off('close', closed);
		};
		const fail = (error: Error): void => {
			stop();
			reject(error);
		};
		const closed = (): void => fail(new Error('the client left in the middle of its request'));
		const take = (): void => {
			for (let chunk = request.read() as Buffer | null; chunk; chunk = request.read() as Buffer | null) chunks.push(chunk);
			// True once the parser has seen the last byte, with Content-Length and with chunks (jsforce sends those) alike.
			if (!request.complete) return;
			stop();
			const body = Buffer.concat(chunks);
			// In the same tick as the last read, so before the stream can announce its end.
			if (body.length > 0) request.unshift(body);
			resolve(body.toString('utf8'));
		};
		request.on('readable', take);
		request.on('error', fail);
		request.on('close', closed);
	});
}
