import { NodeApiError } from 'n8n-workflow';

import { salesforceFaults } from '../../sandbox/salesforce/faultBodies';
import { accountIds, useSalesforce } from './salesforceNode';

const get = { operation: 'get', objectType: 'Account' };
const picked = (value: string, mode = 'list') => ({ __rl: true, mode, value });

describe('Salesforce Retrieve Data: Record', () => {
	const under = useSalesforce({ resource: 'record' });
	const { world, rows, run, failure, api, paths } = under;
	const idsOf = async (soql: string) => (await rows({ resource: 'query', operation: 'soql', soql, returnAll: true })).map(({ Id }) => String(Id));
	const posts = async () => (await api()).filter(({ method }) => method === 'POST');

	describe('Get', () => {
		it('takes object and record as text, by a picker, or by the address of a page', async () => {
			const [id] = await accountIds(under);
			const expected = [expect.objectContaining({ Id: id, Name: 'Alice Aerospace' })];
			const page = `https://example.lightning.force.com/lightning/r/Account/${id}/view`;
			expect(await rows({ ...get, recordId: id })).toEqual(expected);
			expect(await rows({ ...get, objectType: picked('Account', 'name'), recordId: picked(id!, 'id') })).toEqual(expected);
			expect(await rows({ ...get, objectType: picked('Account'), recordId: picked(page, 'url') })).toEqual(expected);
			expect(await rows({ ...get, recordId: `https://example.my.salesforce.com/${id!.slice(0, 15)}` })).toEqual(expected);
		});

		it('takes fields of the list and by name, each once', async () => {
			const [id] = await accountIds(under);
			expect(await rows({ ...get, recordId: id, fieldNames: ['Name', 'Industry'], fields: 'name, BillingCity' })).toEqual([{ Id: id, name: 'Alice Aerospace', Name: 'Alice Aerospace', Industry: 'Aerospace', BillingCity: 'Lyon' }].map(({ name: _name, ...row }) => row));
		});

		it('names what this user cannot see', async () => {
			const [id] = await accountIds(under, 'bob@example.com');
			expect(await failure({ ...get, recordId: id })).toMatchObject({ httpCode: '404', message: `NOT_FOUND: alice@example.com cannot see the record ${id} of Account, or it does not exist` });
			expect((await failure({ ...get, objectType: 'Nonsense__c', recordId: id })).message).toMatch(/cannot see the record \w+ of Nonsense__c/);
		});

		describe('for many items', () => {
			it('asks for their records together, gives each item its own, and names the missing one', async () => {
				const ids = await idsOf('SELECT Id FROM Contact');
				ids[7] = '003000000000000AAA';
				await world.control('DELETE', 'calls');
				const found = await run({ ...get, objectType: 'Contact', recordId: (index: number) => ids[index], fields: 'Name' }, { items: ids.map(() => ({ json: {} })), continueOnFail: true });
				expect(found.map(({ json, pairedItem }) => [json.Id, (pairedItem as { item: number }).item]).filter(([id]) => id !== undefined)).toEqual(ids.map((id, index) => [id, index]).filter(([, index]) => index !== 7));
				expect(found[7]!.json.error).toBe(`NOT_FOUND: alice@example.com cannot see the record ${ids[7]} of Contact, or it does not exist`);
				expect((await paths()).filter((path) => !path.startsWith('/oauth'))).toEqual(Array.from({ length: 3 }, () => '/composite/sobjects/Contact'));
			});

			it('asks as each item’s own user', async () => {
				const alices = await accountIds(under);
				const bobs = await accountIds(under, 'bob@example.com');
				const ids = [alices[0], bobs[0], alices[1], bobs[1]];
				await world.control('DELETE', 'calls');
				const found = await rows({ ...get, recordId: (index: number) => ids[index], user: (index: number) => (index % 2 === 0 ? 'alice@example.com' : 'bob@example.com'), fields: 'Name' }, { items: ids.map(() => ({ json: {} })) });
				expect(found.map(({ Name }) => String(Name).split(' ')[0])).toEqual(['Alice', 'Bob', 'Alice', 'Bob']);
				expect((await posts()).map(({ user }) => user)).toEqual(['alice', 'bob']);
			});

			it('gives the same as one by one, with all fields', async () => {
				const ids = await accountIds(under);
				const parameters = { ...get, recordId: (index: number) => ids[index] };
				const items = ids.map(() => ({ json: {} }));
				const together = await rows(parameters, { items });
				expect(together).toEqual(await rows({ ...parameters, options: { batchGets: false } }, { items }));
				expect(await posts()).toHaveLength(1);
			});

			it('an id that spoils the call for all spoils only its own item', async () => {
				const ids = await accountIds(under);
				await world.fault({ match: { server: 'api', pathIncludes: '/composite/' }, kind: 'status', status: 400, body: [{ message: 'malformed id 003', errorCode: 'MALFORMED_ID' }] });
				expect(await rows({ ...get, recordId: (index: number) => ids[index], fields: 'Name' }, { items: ids.map(() => ({ json: {} })) })).toHaveLength(3);
			});

			it('an item whose parameters are wrong fails alone', async () => {
				const ids = await accountIds(under);
				const found = await run({ ...get, recordId: (index: number) => (index === 1 ? 'nonsense' : ids[index]), fields: 'Name' }, { items: ids.map(() => ({ json: {} })), continueOnFail: true });
				expect(found.map(({ json }) => json.error ?? json.Name)).toEqual(['Alice Aerospace', expect.stringContaining('"Record ID"'), 'Alice Automotive']);
			});
		});
	});

	describe('Get Many by IDs', () => {
		const many = { operation: 'getManyByIds', objectType: 'Contact', fields: 'Name' };

		it('gets 4,500 in three calls, in their order', async () => {
			const ids = (await idsOf('SELECT Id FROM Contact')).reverse();
			await world.control('DELETE', 'calls');
			expect((await rows({ ...many, recordIds: ids })).map(({ Id }) => Id)).toEqual(ids);
			expect(await posts()).toHaveLength(3);
		});

		it('gives each record as often as it is named, by short ids too, and asks for it once', async () => {
			const [first, second] = await idsOf('SELECT Id FROM Contact LIMIT 2') as [string, string];
			const asked = [second, first.slice(0, 15), second, first];
			expect((await rows({ ...many, recordIds: asked.join(', ') })).map(({ Id }) => Id)).toEqual([second, first, second, first]);
		});

		it.each([
			['report', [{ Id: '003000000000000AAA', found: false }, expect.objectContaining({ Name: expect.any(String) })]],
			['skip', [expect.objectContaining({ Name: expect.any(String) })]],
		])('missing ones: %s', async (missing, expected) => {
			const [id] = await idsOf('SELECT Id FROM Contact LIMIT 1');
			expect(await rows({ ...many, missing, recordIds: JSON.stringify(['003000000000000AAA', id]) })).toEqual(expected);
		});

		it('missing ones: an error that names them', async () => {
			const [id] = await idsOf('SELECT Id FROM Contact LIMIT 1');
			expect((await failure({ ...many, missing: 'error', recordIds: [id, '003000000000000AAA'] })).message).toBe('alice@example.com cannot see 1 of 2 records of Contact, or they do not exist: 003000000000000AAA');
		});

		it.each([
			['', /"Record IDs" is empty/],
			['001xx000003DGb1AAG, nonsense', /holds what is no Salesforce id: "nonsense"/],
		])('%p is refused before any call', async (recordIds, message) => {
			expect((await failure({ ...many, recordIds })).message).toMatch(message);
			expect(await api()).toEqual([]);
		});
	});

	describe('Get by External ID', () => {
		const external = { operation: 'getByExternalId', objectType: 'Account', externalIdField: 'ExternalKey__c' };
		it('finds the record', async () => {
			expect(await rows({ ...external, externalId: 'alice-2', fields: 'Name' })).toEqual([expect.objectContaining({ Name: "Alice Analytics & O'Neill" })]);
		});

		it.each([
			['no record', { externalId: 'nobody/1?x' }, 'NOT_FOUND: alice@example.com cannot see the record of Account whose ExternalKey__c is "nobody/1?x", or it does not exist'],
			['several records', { objectType: 'Invoice__c', externalIdField: picked('LegacyKey__c'), externalId: 'DUP-1' }, 'There is more than one record of Invoice__c whose LegacyKey__c is "DUP-1"'],
			['a field that is no external id', { externalIdField: 'Industry', externalId: 'x' }, /^NOT_FOUND: /],
		])('tells of %s', async (_name, changes, message) => {
			const error = await failure({ ...external, ...changes });
			expect(error).toBeInstanceOf(NodeApiError);
			if (typeof message === 'string') expect(error.message).toBe(message);
			else expect(error.message).toMatch(message);
		});

		it.each(['', '..', '.'])('%p is refused', async (externalId) => {
			expect((await failure({ ...external, externalId })).message).toMatch(/"External ID"/);
			expect(await api()).toEqual([]);
		});
	});

	describe('Get Related', () => {
		const related = { operation: 'getRelated', objectType: 'Account', relationship: 'Contacts' };
		it.each([
			[{ limit: 3 }, 3, 2],
			[{ returnAll: true, fields: 'Name' }, 1_500, 4],
		])('follows to children: %p', async (changes, count, calls) => {
			await under.settings({ queryPageSize: 500 });
			const [recordId] = await accountIds(under);
			const found = await rows({ ...related, recordId, ...changes });
			expect(found).toHaveLength(count);
			expect(found[0]).not.toHaveProperty('attributes');
			expect(await api()).toHaveLength(calls);
		});

		it('follows to a parent, and says nothing where there is none', async () => {
			const [first, second] = await accountIds(under);
			const parent = { ...related, relationship: 'Parent', fields: 'Name' };
			expect(await rows({ ...parent, recordId: second })).toEqual([{ Id: first, Name: 'Alice Aerospace' }]);
			expect(await rows({ ...parent, recordId: first })).toEqual([]);
		});

		it('names the relationship that this user cannot follow', async () => {
			const [recordId] = await accountIds(under);
			expect((await failure({ ...related, recordId, relationship: 'Nonsense' })).message).toBe(`NOT_FOUND: alice@example.com cannot see the relationship Nonsense of record ${recordId} of Account, or it does not exist`);
			expect((await failure({ ...related, recordId, relationship: 'Contacts/..' })).message).toMatch(/"Relationship" is not an API name/);
		});

		it('names a record that is not there, for a parent too', async () => {
			const [foreign] = await accountIds(under, 'bob@example.com');
			expect((await failure({ ...related, recordId: foreign, relationship: 'Parent' })).message).toMatch(new RegExp(`cannot see the record ${foreign} of Account`));
		});
	});

	describe('what was deleted and changed', () => {
		const since = { objectType: 'Invoice__c', start: new Date(Date.now() - 3 * 86_400_000).toISOString() };

		it('Get Deleted lists it, an item each', async () => {
			expect(await rows({ ...since, operation: 'getDeleted' })).toEqual([{ id: expect.stringMatching(/^a00/), deletedDate: expect.any(String) }]);
		});

		it('Get Updated lists it, an item each, or the records themselves', async () => {
			const ids = await rows({ ...since, operation: 'getUpdated' });
			expect(ids.length).toBeGreaterThan(5);
			const found = await rows({ ...since, operation: 'getUpdated', retrieve: true, fields: 'Number__c' });
			expect(found.map(({ Id }) => Id)).toEqual(ids.map(({ id }) => id));
			expect(found[0]).toHaveProperty('Number__c');
		});

		it.each([
			['getDeleted', { deletedRecords: expect.any(Array), earliestDateAvailable: expect.any(String), latestDateCovered: expect.any(String) }],
			['getUpdated', { ids: expect.any(Array), latestDateCovered: expect.any(String) }],
		])('%s tells in one item up to when it knows', async (operation, expected) => {
			expect(await rows({ ...since, operation, replicationOutput: 'summary' })).toEqual([expected]);
		});

		it.each([
			[{ start: '' }, /"Start" is empty/],
			[{ start: '2026-01-31T08:00:00' }, /"Start" is no date-time with its time zone/],
			[{ end: '2001-01-31T08:00:00Z' }, /"End" is before "Start"/],
			[{ start: '2001-01-31T08:00:00Z' }, /^INVALID_REPLICATION_DATE/],
		])('%p is told', async (changes, message) => {
			expect((await failure({ ...since, operation: 'getDeleted', ...changes })).message).toMatch(message);
		});
	});

	it('an object without collections is read one by one', async () => {
		await world.fault({ match: { server: 'api', pathIncludes: '/composite/' }, ...salesforceFaults.invalidQueryLocator, times: 9 });
		const ids = await accountIds(under);
		expect(await rows({ ...get, recordId: (index: number) => ids[index] }, { items: ids.map(() => ({ json: {} })) })).toHaveLength(3);
	});
});
