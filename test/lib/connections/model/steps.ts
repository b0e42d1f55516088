// What happens in a run: steps one after the other; the acts within one step happen at the same time.
import fc from 'fast-check';

import type { Fault } from './authorizationServer';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export interface Act {
	kind: 'use' | 'disconnect' | 'signIn' | 'signInAsAnother' | 'endAccessTokens' | 'withdraw' | 'keepUp' | 'revoke';
	person: number;
	connection: number;
	instance: number;
}

export interface Step {
	/** Whoever cannot get a token signs in first, so that runs do not peter out. */
	reconnect: boolean;
	advanceMs: number;
	faults: Fault[];
	revocationFaults: number;
	acts: Act[];
}

const rarely = (max: number) => fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(max) });

const act: fc.Arbitrary<Act> = fc.record({
	kind: fc.oneof(
		{ weight: 12, arbitrary: fc.constant('use' as const) },
		{ weight: 3, arbitrary: fc.constantFrom('disconnect' as const, 'endAccessTokens' as const) },
		{ weight: 4, arbitrary: fc.constant('signIn' as const) },
		{ weight: 3, arbitrary: fc.constantFrom('withdraw' as const, 'keepUp' as const, 'revoke' as const, 'signInAsAnother' as const) },
	),
	person: rarely(2),
	connection: rarely(1),
	instance: fc.nat(1),
});

/** One person is wanted by both processes at once, with or without something that crosses it. */
const rush: fc.Arbitrary<Act[]> = fc
	.record({ first: act, more: fc.array(fc.nat(1), { minLength: 1, maxLength: 3 }), person: rarely(2) })
	.map(({ first, more, person }) => [{ ...first, person }, ...[0, 1, ...more].map((instance): Act => ({ kind: 'use', person, connection: first.connection, instance }))]);

const fault = fc.constantFrom<Fault>('unavailable', 'tooMany', 'alreadyProcessing', 'clientRefused', 'neverSent', 'answerDropped');

const step: fc.Arbitrary<Step> = fc.record({
	reconnect: fc.oneof({ weight: 2, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
	// No time, a moment, to the margin or past the end of an access token, past the admin's clocks.
	advanceMs: fc.oneof(
		{ weight: 3, arbitrary: fc.constant(0) },
		{ weight: 2, arbitrary: fc.constantFrom(31_000, 6 * MINUTE_MS) },
		{ weight: 6, arbitrary: fc.constantFrom(29 * MINUTE_MS + 15_000, 3 * HOUR_MS) },
		{ weight: 1, arbitrary: fc.constantFrom(25 * HOUR_MS, 49 * HOUR_MS) },
	),
	faults: fc.oneof({ weight: 4, arbitrary: fc.constant<Fault[]>([]) }, { weight: 1, arbitrary: fc.array(fault, { minLength: 1, maxLength: 3 }) }),
	revocationFaults: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
	acts: fc.oneof(fc.array(act, { minLength: 1, maxLength: 5 }), rush),
});

/** Everybody has signed in once; then come up to `maxSteps` steps. */
export const steps = (maxSteps: number): fc.Arbitrary<Step[]> => fc.array(step, { minLength: 1, maxLength: maxSteps, size: 'max' });
