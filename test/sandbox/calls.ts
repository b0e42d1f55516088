// The record of every call to the played providers, for assertions on what a client really sent.
// Never keeps a query string or a body: those hold codes and tokens.
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';

export type PlayedServer = 'oauth' | 'api';

export interface Call {
	at: string;
	server: PlayedServer;
	method: string;
	path: string;
	grantType?: string;
	/** The name of the person whose token or grant the call used. */
	user: string | null;
	/** null while the call is unanswered, for good when a fault hung it. */
	status: number | null;
	/** The SOQL text of a query call: what was asked, without any token. */
	soql?: string;
	fault?: string;
}

export class CallLog {
	private calls: Call[] = [];
	private readonly byRequest = new WeakMap<IncomingMessage, Call>();

	list(): readonly Call[] {
		return this.calls;
	}

	clear(): void {
		this.calls = [];
	}

	/** Adds what later stages find out about a call: its user, its grant type. */
	annotate(request: IncomingMessage, facts: Partial<Call>): void {
		const call = this.byRequest.get(request);
		if (call) Object.assign(call, facts);
	}

	middleware(server: PlayedServer): RequestHandler {
		return (request, response, next) => {
			const url = new URL(request.url, 'http://sandbox');
			const call: Call = {
				at: new Date().toISOString(),
				server,
				method: request.method,
				path: url.pathname,
				user: null,
				status: null,
			};
			const soql = server === 'api' ? url.searchParams.get('q') : null;
			if (soql !== null) call.soql = soql;
			this.calls.push(call);
			this.byRequest.set(request, call);
			response.once('finish', () => (call.status = response.statusCode));
			next();
		};
	}
}
