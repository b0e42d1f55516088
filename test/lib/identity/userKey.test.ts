import fc from 'fast-check';

import { isEmailForm, userKey } from '../../../lib/identity';
import { SERVICE_ACCOUNT } from '../../../lib/types';

describe('S37 the user key', () => {
	it.each([
		['alice@example.com', 'alice@example.com'],
		['  Alice@Example.COM \n', 'alice@example.com'],
		['005gL00000001ovQAA', '005gL00000001ovQAA'],
		['005GL00000001OVQAA', '005GL00000001OVQAA'],
		['CORP\\alice', 'CORP\\alice'],
		['jose\u0301@example.com', 'jos\u00e9@example.com'],
		['Jose\u0301', 'Jos\u00e9'],
		['alice@localhost', 'alice@localhost'],
		['Alice@localhost', 'Alice@localhost'],
		['a'.repeat(256), 'a'.repeat(256)],
		['用户@例え.jp', '用户@例え.jp'],
		['auth0|5f7c8ec7c33c6c004bbafe82', 'auth0|5f7c8ec7c33c6c004bbafe82'],
		['0', '0'],
		['serviceaccount', 'serviceaccount'],
	])('%p is %p', (value, expected) => {
		expect(userKey(value)).toBe(expected);
	});

	it.each([[undefined], [null], [''], ['   '], ['\t\n']])('%p names nobody', (value) => {
		expect(() => userKey(value)).toThrow(expect.objectContaining({ code: 'userMissing', details: expect.objectContaining({ field: 'user' }) }));
	});

	it.each<[string, unknown]>([
		['an object', { email: 'alice@example.com' }],
		['a list', ['alice@example.com']],
		['an empty list', []],
		['a number', 5],
		['zero', 0],
		['true', true],
		['false', false],
		['a function', () => 'alice'],
		['a String object', new String('alice')],
		['what an object becomes as text', '[object Object]'],
		['[object Undefined]', '[Object undefined]'],
		['"undefined"', 'undefined'],
		['"Undefined "', 'Undefined '],
		['"null"', 'NULL'],
		['the service account', SERVICE_ACCOUNT],
		['the service account in capitals', 'SERVICE:account'],
		['the service account in mixed case', 'Service:Account'],
		['any service: name', ' service:other'],
		['a zero width space', 'alice\u200b@example.com'],
		['a zero width joiner', 'ali\u200dce@example.com'],
		['a byte order mark inside', 'ali\ufeffce@example.com'],
		['a soft hyphen', 'ali\u00adce@example.com'],
		['a right-to-left override', 'alice\u202e@example.com'],
		['a NUL', 'alice\u0000@example.com'],
		['a line break inside', 'alice\n@example.com'],
		['a line separator', 'alice\u2028@example.com'],
		['half a surrogate pair', 'alice\ud800'],
		['a private use character', 'alice\ue000'],
		['257 characters', 'a'.repeat(257)],
	])('%s cannot name a person', (_what, value) => {
		expect(() => userKey(value)).toThrow(expect.objectContaining({ code: 'userInvalid' }));
	});

	it('says how a number becomes a name', () => {
		expect(() => userKey(4711)).toThrow(expect.objectContaining({ message: expect.stringContaining('type number'), details: { field: 'user', advice: expect.stringContaining('={{ String(') } }));
		expect(userKey(String(4711))).toBe('4711');
	});

	it('characters that look alike make different keys, never the same', () => {
		const latin = userKey('alice@example.com');
		for (const other of ['\u0430lice@example.com', 'al\u0456ce@example.com', 'alice@ex\u0430mple.com', 'alice\uff20example.com']) expect(userKey(other)).not.toBe(latin);
	});

	it('S37 making a key of a key changes nothing', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.emailAddress(), fc.emailAddress().map((email) => ` ${email.toUpperCase()}`)), (value) => {
				let key: string;
				try {
					key = userKey(value);
				} catch {
					return true;
				}
				expect(userKey(key)).toBe(key);
				expect(key).toBe(key.trim().normalize('NFC'));
				expect(key.length).toBeLessThanOrEqual(256);
				expect(key.toLowerCase().startsWith('service:')).toBe(false);
				if (isEmailForm(key)) expect(key).toBe(key.toLowerCase());
				return true;
			}),
			{ numRuns: 1_000 },
		);
	});

	it('S37 an e-mail address is the same key however it is written', () => {
		fc.assert(
			fc.property(fc.emailAddress(), (email) => {
				expect(userKey(email.toUpperCase())).toBe(userKey(email));
			}),
		);
	});
});
