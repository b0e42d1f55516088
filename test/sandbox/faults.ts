// Misbehaviour on demand: the next N matching requests fail in the way a test asks for.
import type { IncomingMessage } from 'node:http';
import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { CallLog, PlayedServer } from './calls';
import { peekForm } from './formBody';

const faultSchema = z.strictObject({
	match: z
		.strictObject({
			provider: z.string().optional(),
			server: z.enum(['oauth', 'api']).optional(),
			pathIncludes: z.string().optional(),
			grantType: z.string().optional(),
			method: z.string().optional(),
		})
		.default({}),
	kind: z.enum(['status', 'hang', 'htmlError', 'dropAfterCommit', 'delay', 'breakRequest', 'breakAnswer']),
	/** How many bytes of the body come through before the connection breaks (`breakRequest`, `breakAnswer`). */
	bytes: z.number().int().min(0).default(0),
	status: z.number().int().min(200).max(599).default(503),
	headers: z.record(z.string(), z.string()).default({}),
	/** A string goes out as it is; anything else as JSON. */
	body: z.unknown().optional(),
	delayMs: z.number().min(0).default(0),
	times: z.number().int().min(1).default(1),
});

export type Fault = z.infer<typeof faultSchema>;

export class Faults {
	constructor(
		private readonly calls: CallLog,
		private readonly queue: { pending: Fault[] } = { pending: [] },
	) {}

	/** The same faults, met by the requests to this provider. */
	of(provider: string): Faults {
		return new Faults(this.calls.of(provider), this.queue);
	}

	/** Throws a ZodError for anything that is no fault. */
	add(input: unknown): void {
		this.queue.pending.push(faultSchema.parse(input));
	}

	list(): readonly Fault[] {
		return this.queue.pending;
	}

	clear(): void {
		this.queue.pending = [];
	}

	middleware(server: PlayedServer): RequestHandler {
		return async (request, response, next) => {
			const fault = await this.take(server, request);
			if (!fault) return next();
			this.calls.annotate(request, { fault: fault.kind });
			if (fault.kind === 'breakRequest' || fault.kind === 'breakAnswer') {
				if (fault.kind === 'breakRequest') breakRequest(request, fault.bytes);
				else breakAnswer(response, fault.bytes);
				return next();
			}
			if (fault.kind === 'dropAfterCommit') {
				dropAnswer(response, (status) => this.calls.annotate(request, { status }));
				return next();
			}
			if (fault.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
			if (fault.kind === 'delay') return next();
			if (fault.kind !== 'hang') answer(response, fault);
			else if (fault.delayMs > 0) response.destroy();
		};
	}

	private async take(server: PlayedServer, request: IncomingMessage): Promise<Fault | undefined> {
		if (this.queue.pending.length === 0) return undefined;
		const path = request.url ?? '';
		const grantType = (await peekForm(request)).get('grant_type');
		const fault = this.queue.pending.find(
			({ match }) =>
				(match.provider ?? this.calls.provider) === this.calls.provider &&
				(match.server ?? server) === server &&
				path.includes(match.pathIncludes ?? '') &&
				(match.grantType === undefined || match.grantType === grantType) &&
				(match.method === undefined || match.method === request.method),
		);
		if (fault && --fault.times === 0) this.queue.pending = this.queue.pending.filter((other) => other !== fault);
		return fault;
	}
}

function answer(response: Response, fault: Fault): void {
	response.status(fault.status).set(fault.headers);
	if (fault.kind === 'htmlError') {
		response.type('html').send(typeof fault.body === 'string' ? fault.body : '<html><head><title>Error</title></head><body><h1>We are down for maintenance.</h1></body></html>');
	} else if (typeof fault.body === 'string') {
		response.send(fault.body);
	} else {
		response.json(fault.body ?? [{ message: 'maintenance', errorCode: 'SERVER_UNAVAILABLE' }]);
	}
}

/** The connection breaks when more than `bytes` of the body have come; the server meets a request that ends too early. */
function breakRequest(request: IncomingMessage, bytes: number): void {
	let came = request.readableLength;
	if (came > bytes) return void request.destroy();
	const push = request.push.bind(request);
	request.push = (chunk: Buffer | null) => {
		came += chunk?.length ?? 0;
		if (came <= bytes) return push(chunk);
		request.destroy();
		return false;
	};
}

/** The client gets the headers and `bytes` of the body, then its connection breaks. */
function breakAnswer(response: Response, bytes: number): void {
	let sent = 0;
	const write = response.write.bind(response) as (chunk: Buffer, done?: (error?: Error | null) => void) => boolean;
	const send = (chunk: unknown, done?: unknown): boolean => {
		const rest = bytes - sent;
		const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as string);
		sent += buffer.length;
		if (rest <= 0 && sent > buffer.length) return true;
		if (buffer.length <= rest) return write(buffer, done as () => void);
		return write(buffer.subarray(0, Math.max(0, rest)), () => response.destroy());
	};
	response.write = ((chunk: unknown, encodingOrDone?: unknown, done?: unknown) => send(chunk, typeof encodingOrDone === 'function' ? encodingOrDone : done)) as typeof response.write;
	const end = response.end.bind(response) as () => Response;
	response.end = ((chunk?: unknown) => {
		if (chunk !== undefined && typeof chunk !== 'function') send(chunk);
		return sent > bytes ? response : end();
	}) as typeof response.end;
}

/** The server does its work to the end; the client sees its connection break instead of the answer. */
function dropAnswer(response: Response, processed: (status: number) => void): void {
	response.write = () => true;
	response.end = () => {
		processed(response.statusCode);
		response.destroy();
		return response;
	};
}
