// The model: what must hold for each (person, connection), as far as it can be known from what was done and answered.
import type { ConnectionStatus, UserKey } from '../../../../lib/types';
import { ABSOLUTE_DAYS, IDLE_DAYS } from './modelWorld';

const DAY_MS = 86_400_000;
/** Nearer to the end of a clock than this nothing is claimed. */
const EDGE_MS = 120_000;
/** The longest cool-down. */
const COOL_DOWN_MS = 300_000;

export const STATUSES: readonly ConnectionStatus[] = ['connected', 'expiringSoon', 'refreshPending', 'needsConsent', 'needsSignIn', 'misconfigured', 'providerUnavailable', 'expired', 'disconnected'];

/** `unsure`: an answer was dropped or things overlapped; any outcome that breaks no rule is right. */
type State = 'never' | 'signedIn' | 'disconnected' | 'withdrawn' | 'unsure';

export interface Span {
	startedAt: number;
	/** Infinity while it runs. */
	endedAt: number;
	ok: boolean;
}

export class KeyModel {
	state: State = 'never';

	connectedAtMs = 0;

	lastUsedAtMs = 0;

	/** A fault may have left a cool-down until then. */
	troubledUntilMs = 0;

	version = 0;

	readonly disconnects: Span[] = [];

	readonly signIns: Span[] = [];

	constructor(
		readonly user: UserKey,
		readonly connection: number,
	) {}

	signedIn(nowMs: number): void {
		this.state = 'signedIn';
		this.connectedAtMs = this.lastUsedAtMs = nowMs;
		this.troubledUntilMs = 0;
	}

	troubled(nowMs: number): void {
		this.troubledUntilMs = nowMs + COOL_DOWN_MS + 1_000;
	}

	/** What a use must come to now, if nothing else happens to this key and the provider has no fault. */
	expected(nowMs: number): 'token' | 'signIn' | 'anything' {
		switch (this.state) {
			case 'never':
			case 'disconnected':
				return 'signIn';
			case 'withdrawn':
				// While it cools down nobody asks, so nobody learns it.
				return this.troubledUntilMs > nowMs ? 'anything' : 'signIn';
			case 'unsure':
				return 'anything';
			case 'signedIn': {
				const leftMs = Math.min(this.lastUsedAtMs + IDLE_DAYS * DAY_MS, this.connectedAtMs + ABSOLUTE_DAYS * DAY_MS) - nowMs;
				if (Math.abs(leftMs) < EDGE_MS) return 'anything';
				if (leftMs < 0) return 'signIn';
				return this.troubledUntilMs > nowMs ? 'anything' : 'token';
			}
		}
	}

	/** A use that began after a disconnect had returned, and no sign-in ended since that disconnect began. */
	isForbidden(useStartedAt: number): boolean {
		const last = this.disconnects.filter(({ endedAt }) => endedAt < useStartedAt).at(-1);
		return last !== undefined && !this.signIns.some(({ endedAt }) => endedAt > last.startedAt);
	}
}
