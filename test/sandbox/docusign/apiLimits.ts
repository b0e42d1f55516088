// How often an account may call, told on every answer; and how often anybody may ask for one envelope.
// @see https://developers.docusign.com/platform/resource-limits/
// @see https://www.docusign.com/blog/developers/service-protection-new-api-errors-excessive-polling-and-envelope-updates
import type { RequestHandler } from 'express';
import { ApiError, badRequest } from './apiErrors';
import type { DocuSignSettings } from './settings';

const hourMs = 3_600_000;
const burstMs = 30_000;

export class ApiLimits {
	private readonly calls = new Map<string, number[]>();
	private readonly reads = new Map<string, number[]>();
	private readonly updates = new Map<string, number[]>();

	constructor(private readonly settings: DocuSignSettings) {}

	/** Counts the call for the account in its path, says so in the headers, and refuses the one too many. */
	readonly countCall: RequestHandler = (request, response, next) => {
		const { docuSignRequestsPerHour: perHour, docuSignRequestsPerBurst: perBurst, docuSignRequestsUsed: used, docuSignLimitStatus: status } = this.settings;
		const calls = recent(this.calls, String(request.params['accountId']), hourMs);
		const now = Date.now();
		const hourStart = now - (now % hourMs);
		calls.push(now);
		const inHour = used + calls.filter((at) => at >= hourStart).length;
		const inBurst = calls.filter((at) => at > now - burstMs).length;
		response.set({
			'X-RateLimit-Limit': String(perHour),
			'X-RateLimit-Remaining': String(Math.max(0, perHour - inHour)),
			'X-RateLimit-Reset': String((hourStart + hourMs) / 1_000),
			'X-BurstLimit-Limit': String(perBurst),
			'X-BurstLimit-Remaining': String(Math.max(0, perBurst - inBurst)),
		});
		if (inHour > perHour) throw new ApiError(status, 'HOURLY_APIINVOCATION_LIMIT_EXCEEDED', `The maximum number of hourly API invocations has been exceeded. The hourly limit is ${perHour}.`);
		if (inBurst > perBurst) throw new ApiError(status, 'BURST_APIINVOCATION_LIMIT_EXCEEDED', `The maximum number of burst API invocations has been exceeded. The burst limit is ${perBurst}.`);
		next();
	};

	/** For a path with an `envelopeId`. DocuSign keeps the numbers and the words to itself; the codes are public. */
	readonly countEnvelope: RequestHandler = (request, _response, next) => {
		const id = String(request.params['envelopeId']).toLowerCase();
		if (id === 'status') return next();
		if (request.method === 'GET') this.countOne(this.reads, id, this.settings.docuSignEnvelopeReadsPerHour, 'Hourly_Envelope_Polling_Limit_Exceeded', 'The maximum number of hourly polling requests for this envelope has been exceeded.');
		if (request.method === 'PUT') this.countOne(this.updates, id, this.settings.docuSignEnvelopeUpdatesPerHour, 'Hourly_APIInvocation_Envelope_Limit_Exceeded', 'The maximum number of hourly updates of this envelope has been exceeded.');
		next();
	};

	private countOne(counted: Map<string, number[]>, envelopeId: string, limit: number | null, errorCode: string, message: string): void {
		const calls = recent(counted, envelopeId, hourMs);
		calls.push(Date.now());
		if (limit !== null && calls.length > limit) throw badRequest(errorCode, message);
	}
}

/** The moments within the last `spanMs`; older ones are forgotten. */
function recent(moments: Map<string, number[]>, key: string, spanMs: number): number[] {
	const since = Date.now() - spanMs;
	const kept = (moments.get(key) ?? []).filter((at) => at > since);
	moments.set(key, kept);
	return kept;
}
