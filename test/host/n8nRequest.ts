/**
 * One signed-in session at n8n's REST API: cookies, the browser id, and errors that can be read.
 */

/** An answer of n8n other than 2xx. `body` is its JSON, or its text where it is none. */
export class N8nApiError extends Error {
	override readonly name: string = 'N8nApiError';

	constructor(
		readonly request: string,
		readonly status: number,
		readonly body: unknown,
	) {
		super(`${request} answered ${status}: ${messageOf(body)}`);
	}
}

function messageOf(body: unknown): string {
	if (typeof body === 'object' && body && 'message' in body) {
		const hint = 'description' in body && body.description ? ` (${String(body.description)})` : '';
		return `${String(body.message)}${hint}`;
	}
	return typeof body === 'string' ? body.slice(0, 1000) : JSON.stringify(body);
}

async function bodyOf(response: Response): Promise<unknown> {
	const text = await response.text();
	try {
		const body: unknown = JSON.parse(text);
		return body;
	} catch {
		return text; // HTML of a proxy, or nothing at all.
	}
}

export interface SessionCookie {
	name: string;
	value: string;
}

/** Sends requests to one n8n and keeps its session. */
export class N8nSession {
	/** n8n binds a session to the browser id that it was opened with. */
	readonly browserId = 'connected-apps-test-browser';
	private readonly jar = new Map<string, string>();

	/** `url` without a slash at the end; a function where it may change. */
	constructor(readonly url: string) {}

	/** The session's cookies, to hand to a browser. */
	cookies(): SessionCookie[] {
		return [...this.jar].map(([name, value]) => ({ name, value }));
	}

	/**
	 * Calls `/rest<path>` and returns the `data` of the answer (the whole answer where it has none).
	 * The caller says what type that is: n8n's answers are taken at their word here.
	 * @throws N8nApiError
	 */
	async request<T>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await fetch(`${this.url}/rest${path}`, {
			method,
			headers: {
				'browser-id': this.browserId,
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
				...(this.jar.size ? { cookie: this.cookies().map(({ name, value }) => `${name}=${value}`).join('; ') } : {}),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		this.keepCookies(response);
		const answer = await bodyOf(response);
		if (!response.ok) throw new N8nApiError(`${method} /rest${path}`, response.status, answer);
		const data = typeof answer === 'object' && answer && 'data' in answer ? answer.data : answer;
		return data as T;
	}

	private keepCookies(response: Response): void {
		for (const line of response.headers.getSetCookie()) {
			const pair = line.split(';', 1)[0] ?? '';
			const at = pair.indexOf('=');
			const name = pair.slice(0, at).trim();
			const value = pair.slice(at + 1).trim();
			if (value === '') this.jar.delete(name);
			else this.jar.set(name, value);
		}
	}
}
