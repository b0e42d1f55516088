import { includesPerson, isNobody, readPeople, userKey } from '../../../lib/identity';

const person = (name: string, claims: Record<string, string[]> = {}) => ({ userKey: userKey(name), claims });

describe('a list of people', () => {
	const people = readPeople('Alice@Example.com, emp-7\n@Example.org, claim:groups=IT Admins', 'Administrators');

	it.each([
		['a named address, however it is written', person('alice@EXAMPLE.com'), true],
		['a named id', person('emp-7'), true],
		['an id in other letters', person('EMP-7'), false],
		['anybody of a domain', person('someone@example.org'), true],
		['a sub-domain', person('someone@sub.example.org'), false],
		['a domain that ends alike', person('someone@evil-example.org'), false],
		['a value of the claim', person('bob@example.com', { groups: ['Staff', 'IT Admins'] }), true],
		['another value', person('bob@example.com', { groups: ['IT'] }), false],
		['another claim of that value', person('bob@example.com', { roles: ['IT Admins'] }), false],
		['somebody else', person('bob@example.com'), false],
	])('%s', (_what, who, expected) => expect(includesPerson(people, who)).toBe(expected));

	it('may be empty, and then names nobody', () => {
		expect(isNobody(readPeople(' , \n', 'Administrators'))).toBe(true);
		expect(includesPerson(readPeople('', 'Administrators'), person('alice@example.com'))).toBe(false);
	});

	it.each(['@', '@example', 'claim:groups', 'claim:=x', 'service:account', 'a\u200Bb'])('refuses "%s", naming the parameter', (entry) => {
		expect(() => readPeople(entry, 'Administrators')).toThrow(expect.objectContaining({ code: 'settingInvalid', message: expect.stringContaining('Administrators') }));
	});
});
