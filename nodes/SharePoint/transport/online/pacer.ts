import type { UserSession } from '../../../../lib/n8n';

/** Waits of this length at most: a longer one is left to the throttling itself. */
const MAX_PAUSE_MS = 10_000;

/** Slows down before Graph has to refuse. */
export interface Pacer {
	note(headers: Headers): void;
	/** How long the next call should wait, milliseconds. */
	pauseMs(): number;
}

/** Until when nothing should be asked. The headers come with application permissions only, and there all items share one session. */
const pausedUntilMs = new WeakMap<UserSession, number>();

/** @see https://learn.microsoft.com/en-us/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online#ratelimit-headers---preview */
export function createPacer(session: UserSession): Pacer {
	return {
		note(headers) {
			const remaining = Number(headers.get('ratelimit-remaining') ?? Number.NaN);
			const resetSeconds = Number(headers.get('ratelimit-reset') ?? Number.NaN);
			if (remaining <= 0 && resetSeconds > 0) pausedUntilMs.set(session, Date.now() + Math.min(MAX_PAUSE_MS, resetSeconds * 1_000));
		},
		pauseMs: () => Math.max(0, (pausedUntilMs.get(session) ?? 0) - Date.now()),
	};
}
