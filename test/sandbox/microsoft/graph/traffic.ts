// What was asked and answered, word by word, for those who compare it with the API's description. Off until a test
// starts it: it holds bodies. Never a header that could hold a token.
import type { RequestHandler } from 'express';

export interface Exchange {
	readonly method: string;
	/** As it came, encoded, with the query. */
	readonly url: string;
	readonly contentType: string | undefined;
	/** Of the headers those that Graph has a meaning for. */
	readonly headers: Readonly<Record<string, string | undefined>>;
	/** Parsed JSON; undefined for bytes and where there was none. */
	readonly body: unknown;
	/** There was one, and the call was turned away before anybody read it: nobody can say what is in it. */
	readonly isBodyUnread: boolean;
	readonly status: number;
	/** Parsed JSON; undefined for everything else. */
	readonly answer: unknown;
}

const told = ['prefer', 'if-match', 'if-none-match', 'content-range', 'user-agent', 'consistencylevel'];

export class GraphTraffic {
	private isOn = false;
	private recorded: Exchange[] = [];

	/** Forgets what was recorded before. */
	start(): void {
		this.isOn = true;
		this.recorded = [];
	}

	stop(): void {
		this.isOn = false;
	}

	/** Not a part of what describes the sandbox. */
	toJSON(): undefined {
		return undefined;
	}

	get exchanges(): readonly Exchange[] {
		return this.recorded;
	}

	middleware(): RequestHandler {
		return (request, response, next) => {
			if (!this.isOn) return next();
			const { method, originalUrl: url } = request;
			let answer: unknown;
			const send = response.json.bind(response);
			response.json = (body) => {
				answer = JSON.parse(JSON.stringify(body));
				return send(body);
			};
			response.once('finish', () => {
				this.recorded.push({
					method,
					url,
					contentType: request.get('content-type'),
					headers: Object.fromEntries(told.map((name) => [name, request.get(name)])),
					body: request.is('json') ? (request.body as unknown) : undefined,
					isBodyUnread: response.statusCode >= 400 && request.body === undefined && Number(request.get('content-length') ?? 0) > 0,
					status: response.statusCode,
					answer,
				});
			});
			next();
		};
	}
}
