import type { ErrorCode } from '../../../lib/errors';
import type { KnownError } from '../../../lib/providers';

export const refusalOf = (field: string, reason: RegExp = /./) => expect.objectContaining({ code: 'settingInvalid', details: expect.objectContaining({ field }), message: expect.stringMatching(reason) });

/** `error`, `error_description` as the vendor sends them, a word of the advice, and what is special about it. */
export type ToldError = [error: string, description: string, advice: RegExp, special?: { code?: ErrorCode; kind?: KnownError['kind'] }];

/** As the protocol's reader does it: the first that matches. */
export function knownErrorOf(knownErrors: readonly KnownError[] | undefined, error: string, description: string): KnownError | undefined {
	return knownErrors?.find(({ match }) => `${error} ${description}`.search(match) !== -1);
}

export function describeKnownErrors(knownErrors: readonly KnownError[] | undefined, told: ToldError[]): void {
	it.each(told)('%s "%s" has its own advice', (error, description, advice, special = {}) => {
		const known = knownErrorOf(knownErrors, error, description);
		expect(known?.advice).toMatch(advice);
		expect({ code: known?.code, kind: known?.kind }).toEqual({ code: special.code, kind: special.kind });
	});

	it('and each entry is met by one of these', () => {
		const met = new Set(told.map(([error, description]) => knownErrorOf(knownErrors, error, description)));
		expect((knownErrors ?? []).filter((entry) => !met.has(entry)).map(({ match }) => String(match))).toEqual([]);
	});
}
