import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { useSalesforce } from './salesforceNode';

describe('a search', () => {
	const salesforce = useSalesforce({ resource: 'search', operation: 'sosl' });
	const { rows, failure, api, paths } = salesforce;
	const term = (value: unknown) => ({ queryParameters: { parameter: [{ name: 'term', type: 'text', isList: false, value }] } });
	const bodies: Record<string, unknown>[] = [];
	const onRequest = ({ body }: { body?: unknown }) => void (typeof body === 'string' && body.startsWith('{') && bodies.push(JSON.parse(body) as Record<string, unknown>));
	beforeEach(() => bodies.splice(0));

	describe('in SOSL', () => {
		const sosl = 'FIND {:term} IN NAME FIELDS RETURNING Account(Id, Name ORDER BY Name), Contact(Name, Account.Name LIMIT 3), Opportunity(Name)';

		it('finds what this user may see, each row with its object', async () => {
			const found = await rows({ sosl, ...term('Alice') });
			expect(found.filter(({ type }) => type === 'Account')).toEqual([
				{ type: 'Account', Id: expect.stringMatching(/^001/), Name: 'Alice Aerospace' },
				{ type: 'Account', Id: expect.any(String), Name: "Alice Analytics & O'Neill" },
				{ type: 'Account', Id: expect.any(String), Name: 'Alice Automotive' },
			]);
			expect(found.map(({ type }) => type)).toContain('Opportunity');
			expect(JSON.stringify(found)).not.toContain('attributes');
			expect(await paths()).toEqual(['/search/']);
			expect(await rows({ sosl, ...term('Alice'), user: 'bob@example.com' })).toEqual([]);
		});

		it.each([["Analytics & O'Neill"], ['O\'Neill (Analytics)'], ['"Analytics & O']])('takes %p as words, whatever they hold', async (words) => {
			expect(await rows({ sosl: 'FIND {:term} RETURNING Account(Name)', ...term(words) })).toEqual([{ type: 'Account', Name: "Alice Analytics & O'Neill" }]);
		});

		it.each(['x} RETURNING User(Email', 'Aero*', 'Aer?space', 'Nobody OR Alice', 'Alice AND NOT Bob'])('reads %p never as a part of the search', async (words) => {
			expect(await rows({ sosl: 'FIND {:term} RETURNING Account(Name)', ...term(words) })).toEqual([]);
		});

		it('leaves wildcards, operators and phrases to whoever writes the SOSL', async () => {
			const found = async (text: string, value: string) => (await rows({ sosl: `FIND {${text}} IN NAME FIELDS RETURNING Account(Name)`, ...term(value) })).map(({ Name }) => Name);
			expect(await found(':term*', 'Aero')).toEqual(['Alice Aerospace']);
			expect(await found(':term OR Automotive', 'Aerospace')).toEqual(['Alice Aerospace', 'Alice Automotive']);
			expect(await found('":term"', 'Alice Automotive')).toEqual(['Alice Automotive']);
			expect(await found('":term"', 'Automotive Alice')).toEqual([]);
		});

		it('keeps attributes and flattens parents, as rows of a query', async () => {
			const contacts = { sosl: 'FIND {Buyer} RETURNING Contact(Name, Account.Name LIMIT 1)' };
			expect((await rows({ ...contacts, options: { keepAttributes: true } }))[0]).toMatchObject({ type: 'Contact', attributes: { type: 'Contact' }, Account: { attributes: { type: 'Account' } } });
			expect((await rows({ ...contacts, options: { flattenRelationships: 'dot' } }))[0]).toMatchObject({ type: 'Contact', 'Account.Name': expect.stringMatching(/^Alice/) });
		});

		it('reads the bare list of old versions', async () => {
			await salesforce.world.fault({ match: { server: 'api', pathIncludes: '/search' }, kind: 'status', status: 200, body: [{ attributes: { type: 'Account', url: '/services/data/v35.0/sobjects/Account/001D000000IqhSLIAZ' }, Id: '001D000000IqhSLIAZ' }] });
			expect(await rows({ sosl: 'FIND {Acme}', options: { apiVersion: '35.0' } })).toEqual([{ type: 'Account', Id: '001D000000IqhSLIAZ' }]);
		});

		it('says what is wrong with it in Salesforce’s words', async () => {
			const error = await failure({ sosl: 'FIND Acme' });
			expect(error).toBeInstanceOf(NodeApiError);
			expect(error).toMatchObject({ httpCode: '400', message: expect.stringMatching(/^MALFORMED_SEARCH: .*braces/) });
			expect((await failure({ sosl: 'FIND {Acme} RETURNING Account(Nmae)' })).message).toMatch(/alice@example\.com cannot see the field Nmae of Account/);
		});

		it.each([
			[{ sosl: ' ' }, /"SOSL" is empty/],
			[{ sosl: 'FIND {:term}' }, /:term/],
			[{ sosl: 'FIND {Acme}', ...term('x') }, /:term/],
			[{ sosl: 'FIND {:term}', ...term('') }, /"term" must be a text/],
		])('%j is refused before any call', async (parameters, message) => {
			const error = await failure(parameters);
			expect(error).toBeInstanceOf(NodeOperationError);
			expect(error.message).toMatch(message);
			expect(await api()).toEqual([]);
		});
	});

	describe('by parameters', () => {
		const objects = (...object: Record<string, unknown>[]) => ({ operation: 'parameterized', searchObjects: { object } });

		it('finds words in the objects, with the fields, condition, order and number of each', async () => {
			const found = await rows({ ...objects({ name: 'Account', fields: 'Id, Name', where: 'Industry = :industry', orderBy: 'Name DESC NULLS_LAST' }, { name: 'Opportunity', fields: 'Name', maxResults: 2 }), searchTerm: 'Alice', searchIn: 'NAME', queryParameters: { parameter: [{ name: 'industry', type: 'text', value: "Aerospace' OR Name != '" }] } }, { onRequest });
			expect(bodies).toEqual([{ q: 'Alice', in: 'NAME', sobjects: [{ name: 'Account', fields: ['Id', 'Name'], where: "Industry = 'Aerospace\\' OR Name != \\''", orderBy: 'Name DESC NULLS_LAST' }, { name: 'Opportunity', fields: ['Name'], limit: 2 }] }]);
			expect(found.map(({ type }) => type)).toEqual(['Opportunity', 'Opportunity']);
			const accounts = await rows({ ...objects({ name: 'Account', fields: 'Name', orderBy: 'Name DESC' }), searchTerm: 'Alice' });
			expect(accounts).toEqual([{ type: 'Account', Name: 'Alice Automotive' }, { type: 'Account', Name: "Alice Analytics & O'Neill" }, { type: 'Account', Name: 'Alice Aerospace' }]);
		});

		it('is limited as a whole and for each object', async () => {
			const wide = { ...objects({ name: 'Account' }, { name: 'Contact' }, { name: 'Opportunity', maxResults: 3 }), searchTerm: 'alice' };
			const count = async (searchOptions: Record<string, number>) => {
				const types = (await rows({ ...wide, searchOptions })).map(({ type }) => type);
				return Object.fromEntries([...new Set(types)].map((type) => [type, types.filter((other) => other === type).length]));
			};
			expect(await count({ defaultLimit: 2 })).toMatchObject({ Account: 2, Opportunity: 3 });
			expect((await rows({ ...wide, searchOptions: { overallLimit: 4 } })).length).toBe(4);
		});

		it('looks through everything, where no object is named', async () => {
			const found = await rows({ operation: 'parameterized', searchTerm: "O'Neill", searchOptions: { defaultLimit: 5 } }, { onRequest });
			expect(new Set(found.map(({ type }) => type))).toEqual(new Set(['Account', 'Opportunity']));
			expect(bodies).toEqual([{ q: "O'Neill", in: 'ALL' }]);
		});

		it.each([
			[{ searchTerm: '' }, /"Search For" is empty/],
			[objects({ name: 'Account; DROP' }), /"Object Type" is not the API name/],
			[objects({ name: 'Account', maxResults: 2_001 }), /Max Results of Account/],
			[{ searchOptions: { overallLimit: -1 } }, /"Max Results" must be from 1 to 2,000/],
			[objects({ name: 'Account', where: 'Name = :missing' }), /:missing/],
		])('%j is refused before any call', async (changes, message) => {
			expect((await failure({ operation: 'parameterized', searchTerm: 'Alice', ...changes })).message).toMatch(message);
			expect(await api()).toEqual([]);
		});

		it('that is too short is told in Salesforce’s words', async () => {
			expect((await failure({ operation: 'parameterized', searchTerm: 'a' })).message).toMatch(/^INVALID_SEARCH: /);
		});
	});
});
