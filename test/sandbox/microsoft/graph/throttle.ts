// How many requests of a minute are answered, and what the others hear.
// @see https://learn.microsoft.com/en-us/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online
import type { RequestHandler } from 'express';
import type { GraphSettings } from '../graphSettings';
import { GraphError } from './errors';

const windowMs = 60_000;
/** From here on the headers tell. */
const toldFrom = 0.8;

export function throttle(settings: GraphSettings): RequestHandler {
	let beganAtMs = 0;
	let count = 0;
	return (_request, response, next) => {
		const limit = settings.graphRequestsPerMinute;
		if (limit === 0) return next();
		if (Date.now() - beganAtMs >= windowMs) [beganAtMs, count] = [Date.now(), 0];
		count++;
		const reset = Math.max(1, Math.ceil((beganAtMs + windowMs - Date.now()) / 1000));
		const told = { 'RateLimit-Limit': String(limit), 'RateLimit-Remaining': String(Math.max(0, limit - count)), 'RateLimit-Reset': String(reset) };
		if (count / limit >= toldFrom) response.set(told);
		if (count <= limit) return next();
		// The next one after the pause begins a new minute: nobody waits a whole one on loopback.
		[beganAtMs, count] = [Date.now() - windowMs + settings.graphRetryAfterSeconds * 1000, limit];
		throw new GraphError(429, 'activityLimitReached', 'The app or user has been throttled.', 'throttledRequest', { ...told, 'RateLimit-Reset': String(settings.graphRetryAfterSeconds), 'Retry-After': String(settings.graphRetryAfterSeconds) });
	};
}
