import { json, startApiWorld, type Answer, type ApiWorld, type Json, type Person } from './support';

let world: ApiWorld;
beforeAll(async () => {
	world = await startApiWorld();
});
afterAll(async () => world.close());

const search = (sosl: string, name: Person = 'alice'): Promise<Answer> => world.call(name, `/search?q=${encodeURIComponent(sosl)}`);
const found = async (sosl: string, name?: Person): Promise<string[]> => {
	const { status, body } = await search(sosl, name);
	expect([status, status === 200 ? '' : body]).toEqual([200, '']);
	return body.searchRecords.map(({ attributes, Name }: Json) => Name ?? attributes.type);
};

describe('SOSL', () => {
	test('without RETURNING answers the ids of every searchable object', async () => {
		const { body } = await search('FIND {Bakeries}', 'bob');
		expect(body).toEqual({ searchRecords: expect.arrayContaining([{ attributes: { type: 'Account', url: expect.stringContaining('/sobjects/Account/001') }, Id: expect.any(String) }]) });
		expect(body.searchRecords.map(({ attributes }: Json) => attributes.type)).toEqual(['Account', 'Opportunity']);
	});

	test.each<[sosl: string, names: string[]]>([
		['FIND {aero*} IN NAME FIELDS RETURNING Account(Name)', ['Alice Aerospace']],
		['FIND {a?rospace AND NOT renewal} RETURNING Opportunity(Name), Account(Name)', ['Alice Aerospace']],
		['FIND {"alice aerospace"} RETURNING Account(Id, Name)', ['Alice Aerospace']],
		["FIND {O\\'Neill} RETURNING Account(Name, Owner.Name)", ["Alice Analytics & O'Neill"]],
		['FIND {automotive OR aerospace} RETURNING Account(Name ORDER BY Name DESC)', ['Alice Automotive', 'Alice Aerospace']],
		["find {alice} returning Account(Name WHERE Industry IN ('Energy', 'Banking') ORDER BY Name LIMIT 1 OFFSET 1)", ['Alice Automotive']],
		['FIND {contact7@alice.example} IN EMAIL FIELDS RETURNING Contact(Name)', ['Ada Aliceson 0007']],
		['FIND {bakeries} RETURNING Account(Name)', []],
		['FIND {abandoned} RETURNING Account(Name)', []],
	])('%s', async (sosl, names) => {
		expect(await found(sosl)).toEqual(names);
	});

	test('is limited as documented', async () => {
		expect(await found('FIND {aliceson} RETURNING Contact(Name)')).toHaveLength(250);
		expect(await found('FIND {aliceson} RETURNING Contact(Name ORDER BY Name)')).toHaveLength(2_000);
		expect(await found('FIND {aliceson OR alice*} RETURNING Contact(Name), Account(Name) LIMIT 4')).toEqual([expect.stringContaining('Aliceson'), expect.stringContaining('Aliceson'), 'Alice Aerospace', expect.stringContaining('Analytics')]);
	});

	test.each([
		['Acme', 'MALFORMED_SEARCH', 'No search term found. The search term must be enclosed in braces.'],
		['FIND {a}', 'INVALID_SEARCH', 'search term must be longer than one character: a'],
		['FIND {"John Smith}', 'MALFORMED_SEARCH', 'phrase'],
		['FIND {a-b} RETURNING Account', 'MALFORMED_SEARCH', "unexpected char: '-'"],
		['FIND {acme} RETURNING Account(LIMIT 10)', 'MALFORMED_SEARCH', 'LIMIT 10'],
		['FIND {acme} IN SOME FIELDS', 'MALFORMED_SEARCH', 'unexpected token'],
		['FIND {acme} RETURNING FooBar', 'INVALID_TYPE', "sObject type 'FooBar' is not supported"],
		['FIND {acme} RETURNING Contact(fooBar)', 'INVALID_FIELD', "No such column 'fooBar' on entity 'Contact'"],
	])('refuses %s', async (sosl, errorCode, message) => {
		expect(await search(sosl)).toMatchObject({ status: 400, body: [{ errorCode, message: expect.stringContaining(message) }] });
	});
});

describe('parameterized search', () => {
	test('by the address', async () => {
		const { body } = await world.call('alice', '/parameterizedSearch/?q=Alice&sobject=Account&sobject=Opportunity&fields=id&Account.fields=id,name&Account.orderBy=Name%20DESC%20NULLS_LAST&Account.limit=1&in=NAME');
		expect(body.searchRecords.map(({ Name }: Json) => Name)).toEqual(['Alice Automotive', undefined, undefined, undefined]);
		expect(Object.keys(body.searchRecords[1])).toEqual(['attributes', 'Id']);
	});

	test('by a body, with limits and an offset', async () => {
		const ask = async (body: Json) => (await world.call('alice', '/parameterizedSearch', json('POST', body))).body;
		expect((await ask({ q: "O'Neill", fields: ['Id', 'Name'], sobjects: [{ name: 'Account' }] })).searchRecords).toEqual([expect.objectContaining({ Name: "Alice Analytics & O'Neill" })]);
		expect((await ask({ q: 'Aliceson', sobjects: [{ name: 'Contact', where: "Title = 'Buyer'" }], defaultLimit: 7 })).searchRecords).toHaveLength(7);
		expect((await ask({ q: 'Aliceson', sobjects: [{ name: 'Contact' }], overallLimit: 3, offset: 2 })).searchRecords).toHaveLength(3);
		expect(await ask({ q: 'x' })).toEqual([{ errorCode: 'INVALID_SEARCH', message: 'search term must be longer than one character: x' }]);
		expect(await ask({})).toMatchObject([{ errorCode: 'MISSING_ARGUMENT' }]);
	});
});
