import fc from 'fast-check';

import { ConnectedAppsError } from '../../../lib/errors';
import { readTold, signTold, toldOfError, type Told } from '../../../lib/portal/told';
import { useVault } from '../vault/contract/setup';
import { sqlitePlace } from '../vault/places/sqlite';

describe('what a page tells after a redirect', () => {
	const under = useVault(sqlitePlace);
	const told = (message: string): Told => ({ kind: 'error', code: 'internal', message });

	it('comes back as it was signed, whatever it says', () => {
		fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (message) => expect(readTold(under.vault, new URLSearchParams({ told: signTold(under.vault, told(message)) }).get('told'))).toEqual(told(message))));
	});

	it('S9 is nothing once a single character of it is changed', () => {
		const signed = signTold(under.vault, told('true words'));
		fc.assert(
			fc.property(fc.nat(signed.length - 1), fc.constantFrom(...'AZaz09-_~.'), (at, character) => {
				fc.pre(signed[at] !== character);
				expect(readTold(under.vault, signed.slice(0, at) + character + signed.slice(at + 1))).toBeUndefined();
			}),
		);
	});

	it.each([null, '', '~', 'a', 'a~', '~b', 'e30~', 'e30~x'])('%p tells nothing', (value) => {
		expect(readTold(under.vault, value)).toBeUndefined();
	});

	it('a form token is no told message, and the other way round', () => {
		const text = Buffer.from(JSON.stringify(told('x'))).toString('base64url');
		expect(readTold(under.vault, `${text}~${under.vault.proofOf(`form ${text}`)}`)).toBeUndefined();
		expect(readTold(under.vault, `${text}~${under.vault.proofOf(text)}`)).toBeUndefined();
	});

	it('keeps our words and way out, and nothing of other errors', () => {
		expect(toldOfError(new ConnectedAppsError('wrongAccount', 'words', { advice: 'way out' }), 'r')).toEqual({ kind: 'error', code: 'wrongAccount', message: 'words', advice: 'way out', requestId: 'r' });
		expect(JSON.stringify(toldOfError(new Error('canary'), 'r'))).not.toContain('canary');
	});
});
