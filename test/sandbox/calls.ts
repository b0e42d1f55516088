// The record of every call to the played providers, for assertions on what a client really sent.
// Never keeps a query string or a body: those hold codes and tokens.
import type { IncomingMessage } from 'node:http';
import type { RequestHandler, Response } from 'express';

export type PlayedServer = 'oauth' | 'api';

export interface Call {
	at: string;
	/** `salesforce`, `oauth2`, …: the provider that was called. */
	provider: string;
	server: PlayedServer;
	method: string;
	path: string;
	grantType?: string;
	/** The name of the person whose token or grant the call used. */
	user: string | null;
	/** null while the call is unanswered, for good when a fault hung it. */
	status: number | null;
	clientId?: string;
	/** Of the Authorization header of an API call: `Bearer`, `DPoP`, …; null when there was none. */
	scheme?: string | null;
	/** Of a call to an API that asks its callers to name themselves; null when they did not. */
	userAgent?: string | null;
	/** The names of the headers, where a route only looks at what came along. */
	headers?: string[];
	/** The SOQL text of a query call: what was asked, without any token. */
	soql?: string;
	fault?: string;
}

interface Records {
	calls: Call[];
	readonly byRequest: WeakMap<IncomingMessage, Call>;
}

export class CallLog {
	constructor(
		readonly provider = 'none',
		private readonly records: Records = { calls: [], byRequest: new WeakMap() },
	) {}

	/** The same record; what is added through it bears the name of this provider. */
	of(provider: string): CallLog {
		return new CallLog(provider, this.records);
	}

	list(): readonly Call[] {
		return this.records.calls;
	}

	clear(): void {
		this.records.calls = [];
	}

	/** Adds what later stages find out about a call: its user, its grant type. */
	annotate(request: IncomingMessage, facts: Partial<Call>): void {
		const call = this.records.byRequest.get(request);
		if (call) Object.assign(call, facts);
	}

	middleware(server: PlayedServer): RequestHandler {
		return (request, response, next) => {
			const url = new URL(request.url, 'http://sandbox');
			const call: Call = {
				at: new Date().toISOString(),
				provider: this.provider,
				server,
				method: request.method,
				path: url.pathname,
				user: null,
				status: null,
			};
			if (server === 'api') call.scheme = request.headers.authorization?.split(' ')[0] ?? null;
			const soql = server === 'api' ? url.searchParams.get('q') : null;
			if (soql !== null) call.soql = soql;
			this.records.calls.push(call);
			this.records.byRequest.set(request, call);
			noteStatus(response, (status) => (call.status = status));
			next();
		};
	}
}

/** As the headers go out: a client that has read its answer finds it here, whereas `finish` may come a turn later. */
function noteStatus(response: Response, note: (status: number) => void): void {
	const writeHead = response.writeHead.bind(response) as (...head: unknown[]) => Response;
	response.writeHead = (...head: unknown[]) => {
		const written = writeHead(...head);
		note(response.statusCode);
		return written;
	};
}
