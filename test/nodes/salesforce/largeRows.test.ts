import { pipeline, Transform } from 'node:stream';

import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { readRows, type RowQuery } from '../../../nodes/SalesforceRetrieveData/transport/large/rowSource';
import { all, asked, play, QUERY, useApiWorld, type PlayOptions } from './largeWorld';

const world = useApiWorld();

async function rows(query: Partial<RowQuery> & { soql: string }, options?: PlayOptions) {
	const played = await play(world(), options);
	return await all(readRows(played.api, { ...QUERY, ...query }));
}

async function failure(query: Partial<RowQuery> & { soql: string }, options?: PlayOptions): Promise<NodeApiError> {
	return await rows(query, options).then(() => {
		throw new Error('it did not fail');
	}, (error: NodeApiError) => error);
}

const CONTACTS = 'SELECT Id, Name FROM Contact';
const INVOICES = 'SELECT Id, Name, Account__r.Name, Account__r.Parent.Industry, Account__r.AnnualRevenue, Account__r.NumberOfEmployees, Owner.IsActive, Number__c, Status__c, Amount__c, Quantity__c, Discount__c, DueDate__c, PaidAt__c, IsDisputed__c, Tags__c, Notes__c, CreatedDate FROM Invoice__c';
const READINGS = 'SELECT Name, Sensor__c, Value__c, Day__c, TakenAt__c, IsAlarm__c, Comment__c, Account__r.Name FROM Reading__c';

describe('rows through Bulk', () => {
	it.each([
		['every kind of field, parents and their parents', INVOICES],
		['parents that are missing', 'SELECT Name, ReportsTo.Name, ReportsTo.ReportsTo.Name, Account.Parent.Name, Account.Parent.Phone, Birthdate, HasOptedOutOfEmail FROM Contact'],
		['texts with quotes and line breaks', READINGS],
		['a query in another case, with an alias', "select c.name, C.account.name, contact.email from contact c where c.Name != 'FROM, \\'x\\'' order by c.name limit 300"],
		['one field', 'SELECT Name FROM Account'],
		['no rows', "SELECT Id, Name, Account.Name FROM Contact WHERE Name = 'nobody'"],
	])('are the same as through REST: %s', async (_what, soql) => {
		for (const withAttributes of [false, true]) {
			const [rest, bulk] = [await rows({ soql, readWith: 'rest', withAttributes }), await rows({ soql, readWith: 'bulk', withAttributes })];
			expect(bulk).toEqual(rest);
			expect(bulk.map((row) => Object.keys(row))).toEqual(rest.map((row) => Object.keys(row)));
		}
	});

	it('are worth the comparison: there are numbers, booleans, nulls and parents among them', async () => {
		const found = await rows({ soql: INVOICES, readWith: 'bulk' });
		const kinds = new Set(found.flatMap((row) => Object.values(row).map((value) => (value === null ? 'null' : typeof value))));
		expect(kinds).toEqual(new Set(['string', 'number', 'boolean', 'null', 'object']));
		const contacts = await rows({ soql: 'SELECT Account.Parent.Name FROM Contact', readWith: 'bulk' });
		expect(new Set(contacts.map(({ Account }) => (Account as { Parent?: unknown } | null)?.Parent === null))).toEqual(new Set([true, false]));
	});

	it.each([[true], [false]])('are complete over all pages, names of columns on every page: %s', async (bulkHeaderOnEveryPage) => {
		world().set({ bulkPageSize: 999, bulkHeaderOnEveryPage });
		const found = await rows({ soql: CONTACTS, readWith: 'bulk' });
		expect(new Set(found.map(({ Id }) => Id)).size).toBe(4_500);
		expect(found).toHaveLength(4_500);
		expect(found.filter(({ Name }) => Name === 'Name')).toEqual([]);
		expect(asked(world()).filter((call) => call.endsWith('/results'))).toHaveLength(5);
	});

	it('may be deleted ones, by option only', async () => {
		const soql = 'SELECT Name FROM Account';
		const names = async (includeDeleted: boolean) => (await rows({ soql, readWith: 'bulk', includeDeleted })).map(({ Name }) => Name);
		expect(await names(true)).toContain('Alice Abandoned');
		expect(await names(false)).not.toContain('Alice Abandoned');
	});

	it('are no more than are wanted, and Salesforce is not made to find more', async () => {
		expect(await rows({ soql: CONTACTS, readWith: 'bulk', limit: 1_234 })).toHaveLength(1_234);
		expect(await rows({ soql: `${CONTACTS} LIMIT 700`, readWith: 'bulk', limit: 650 })).toHaveLength(650);
		expect(world().calls.list().filter(({ method, path }) => method === 'POST' && path.endsWith('/jobs/query')).map(({ soql }) => soql)).toEqual([`${CONTACTS} LIMIT 1234`, `${CONTACTS} LIMIT 700`]);
	});

	it.each([
		['SELECT COUNT() FROM Contact', /has a function in SELECT \(COUNT\(\)\)/, {}],
		['SELECT StageName, SUM(Amount) FROM Opportunity GROUP BY StageName', /GROUP BY/, {}],
		['SELECT Id, VersionData FROM ContentVersion', /has the field VersionData \(base64\)/, {}],
		[CONTACTS, /has the API version 46\.0 \(Bulk needs 47\.0\)/, { version: '46.0' }],
	])('are refused where Bulk cannot give them, before any job: %s', async (soql, message, options) => {
		const error = await failure({ soql, readWith: 'bulk' }, options);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({ message: expect.stringMatching(message), description: expect.stringContaining('"Read With"') });
		expect(asked(world()).filter((call) => call.startsWith('POST'))).toEqual([]);
	});
});

describe('the job behind them', () => {
	it('is asked for, waited for, read and deleted', async () => {
		await rows({ soql: CONTACTS, readWith: 'bulk' });
		const calls = asked(world());
		expect(new Set(calls)).toEqual(new Set(['GET /sobjects/Contact/describe', 'POST /jobs/query', 'GET /jobs/query/…', 'GET /jobs/query/…/results', 'DELETE /jobs/query/…']));
		expect(calls.at(-1)).toBe('DELETE /jobs/query/…');
		expect(calls.filter((call) => call.startsWith('DELETE'))).toHaveLength(1);
	});

	it('that fails is told in its own words, and deleted', async () => {
		world().set({ bulkFailure: 'whileProcessing' });
		const error = await failure({ soql: CONTACTS, readWith: 'bulk' });
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({ message: 'Salesforce could not run the query through Bulk: QUERY_TIMEOUT: Your query request was running for too long.', description: expect.stringContaining('"Read With"') });
		expect(asked(world()).at(-1)).toBe('DELETE /jobs/query/…');
	});

	it('that takes too long is aborted and deleted', async () => {
		world().set({ bulkProcessingMs: 60_000 });
		const error = await failure({ soql: CONTACTS, readWith: 'bulk', timeLimitMs: 50 });
		expect(error).toMatchObject({ message: expect.stringMatching(/not done within 0 seconds \(InProgress\)/), description: expect.stringContaining('"Bulk Time Limit"') });
		expect(asked(world()).slice(-2)).toEqual(['PATCH /jobs/query/…', 'DELETE /jobs/query/…']);
	});

	it('is aborted and deleted when the execution is cancelled while it runs', async () => {
		world().set({ bulkProcessingMs: 60_000 });
		const cancel = new AbortController();
		let looks = 0;
		const error = await failure(
			{ soql: CONTACTS, readWith: 'bulk' },
			{
				signal: cancel.signal,
				onRequest: ({ method, url }) => {
					if (method === 'GET' && /query\/750\w+$/.test(url) && (looks += 1) === 3) cancel.abort();
					return undefined;
				},
			},
		);
		expect(error.message).toMatch(/cancelled/);
		expect(asked(world()).slice(-2)).toEqual(['PATCH /jobs/query/…', 'DELETE /jobs/query/…']);
	});

	it('is deleted when nobody wants the rest of the rows', async () => {
		world().set({ bulkPageSize: 100 });
		const { api } = await play(world());
		for await (const { records } of readRows(api, { ...QUERY, soql: CONTACTS, readWith: 'bulk' })) {
			expect(records.length).toBeGreaterThan(0);
			break;
		}
		const calls = asked(world());
		expect(calls.at(-1)).toBe('DELETE /jobs/query/…');
		expect(calls.filter((call) => call.endsWith('/results'))).toHaveLength(1);
		expect(calls.some((call) => call.startsWith('PATCH'))).toBe(false);
	});

	it('that cannot be deleted is told in the log, and the rows are there', async () => {
		world().faults.add({ match: { method: 'DELETE' }, kind: 'status', status: 500 });
		const played = await play(world());
		expect(await all(readRows(played.api, { ...QUERY, soql: CONTACTS, readWith: 'bulk' }))).toHaveLength(4_500);
		expect(played.logged).toEqual([expect.stringMatching(/could not be deleted \(500\)/)]);
	});

	it('that somebody aborts is an error that says so', async () => {
		const error = await failure(
			{ soql: CONTACTS, readWith: 'bulk' },
			{ onRequest: ({ method, url }) => (method === 'GET' && /query\/750\w+$/.test(url) ? { statusCode: 200, headers: {}, body: JSON.stringify({ id: '750', state: 'Aborted' }) } : undefined) },
		);
		expect(error.message).toMatch(/was aborted in Salesforce/);
	});
});

describe('on the way of the results', () => {
	const isResults = ({ url }: { url: string }) => url.includes('/results?');

	it.each(['POST /jobs/query', 'GET the state', 'GET the results'])('a token that ends at %s is renewed once', async (moment) => {
		let done = false;
		const played = await play(world(), {
			onRequest(options) {
				const now = options.method === 'POST' ? 'POST /jobs/query' : isResults(options) ? 'GET the results' : options.url.includes('/jobs/query/') ? 'GET the state' : '';
				if (now === moment && !done) {
					done = true;
					Object.assign(options.headers!, { authorization: 'Bearer ended' });
				}
				return undefined;
			},
		});
		expect(await all(readRows(played.api, { ...QUERY, soql: CONTACTS, readWith: 'bulk' }))).toHaveLength(4_500);
		expect(played.renewals).toBe(1);
	});

	/** Lets so many bytes through, then breaks or just ends. */
	const cutAfter = (bytes: number, breaks: boolean) => {
		let left = bytes;
		return new Transform({
			transform(chunk: Buffer, _encoding, next) {
				const part = chunk.subarray(0, left);
				left -= part.length;
				if (left > 0) return next(null, part);
				this.push(part);
				if (breaks) return next(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
				this.push(null);
				next();
			},
		});
	};

	it.each([
		['breaks before the first row', 5, true],
		['breaks in a row', 100_003, true],
		['ends in a row as if it were complete', 100_003, false],
		['ends behind a row as if it were complete', 'row', false],
	])('a connection that %s loses and doubles nothing', async (_what, bytes, breaks) => {
		world().set({ bulkPageSize: 3_000 });
		const whole = await rows({ soql: READINGS, readWith: 'rest' });
		world().calls.clear();
		let cuts = 0;
		const found = await rows(
			{ soql: `${READINGS} ORDER BY Name`, readWith: 'bulk' },
			{
				onStream(body, options) {
					if (!isResults(options) || (cuts += 1) > 2) return body;
					const length = bytes === 'row' ? Buffer.byteLength('"Name","Sensor__c","Value__c","Day__c","TakenAt__c","IsAlarm__c","Comment__c","Account__r.Name","Account__r.Id"\n') : Number(bytes);
					return pipeline(body, cutAfter(length, breaks), () => undefined);
				},
			},
		);
		expect(found).toEqual(whole);
		expect(cuts).toBe(3);
	});

	it('a row with too few cells is never taken for one', async () => {
		const instead = { statusCode: 200, headers: { 'sforce-locator': 'null', 'sforce-numberofrecords': '1' }, body: Buffer.from('"Id","Name"\n"003"\n') };
		const error = await failure({ soql: CONTACTS, readWith: 'bulk' }, { onRequest: (options) => (isResults(options) ? instead : undefined) });
		expect(error).toMatchObject({ message: expect.stringMatching(/not send the results of the Bulk job completely: A row has 1 cells instead of 2/) });
		expect(asked(world()).at(-1)).toBe('DELETE /jobs/query/…');
	});
});

describe('automatic', () => {
	const ways = async (query: Partial<RowQuery> & { soql: string }, options?: PlayOptions) => {
		const played = await play(world(), options);
		const seen = new Set<string>();
		let count = 0;
		for await (const { way, records } of readRows(played.api, { ...QUERY, ...query })) {
			seen.add(way);
			count += records.length;
		}
		return { ways: [...seen], count, logged: played.logged };
	};

	it('asks nothing in vain for few rows', async () => {
		expect(await ways({ soql: 'SELECT Id, Account.Name FROM Contact', bulkFrom: 4_501 })).toMatchObject({ ways: ['rest'], count: 4_500 });
		expect(asked(world())).toEqual(['GET /query/', 'GET /query/…', 'GET /query/…']);
	});

	it('goes over to Bulk for many, after one page', async () => {
		expect(await ways({ soql: CONTACTS, bulkFrom: 4_500 })).toMatchObject({ ways: ['bulk'], count: 4_500 });
		expect(asked(world()).slice(0, 3)).toEqual(['GET /query/', 'GET /sobjects/Contact/describe', 'POST /jobs/query']);
	});

	it('does not for few wanted of many', async () => {
		expect(await ways({ soql: CONTACTS, bulkFrom: 4_000, limit: 3_999 })).toMatchObject({ ways: ['rest'], count: 3_999 });
		expect(await ways({ soql: CONTACTS, bulkFrom: 1, limit: 10 })).toMatchObject({ ways: ['rest'], count: 10 });
	});

	it.each([
		['SELECT Id, toLabel(Title) FROM Contact', 4_500],
		['SELECT Id, (SELECT Id FROM Contacts) FROM Account', 3],
		['SELECT StageName, COUNT(Id) FROM Opportunity GROUP BY StageName', undefined],
	])('stays with REST for what Bulk cannot answer: %s', async (soql, count) => {
		const found = await ways({ soql, bulkFrom: 1 });
		expect(found.ways).toEqual(['rest']);
		if (count !== undefined) expect(found.count).toBe(count);
		expect(asked(world()).filter((call) => call.includes('jobs'))).toEqual([]);
	});

	it.each([
		['a job that fails', { bulkFailure: 'whileProcessing' as const }, {}],
		['no job left for today', { bulkJobsPerDay: 0 }, {}],
		['a user who may not use Bulk', {}, { match: { method: 'POST', pathIncludes: '/jobs/query' }, kind: 'status', status: 403, body: [{ errorCode: 'FUNCTIONALITY_NOT_ENABLED', message: 'This session is not valid for use with the Bulk API' }] }],
		['an object that Bulk does not know', {}, { match: { method: 'POST', pathIncludes: '/jobs/query' }, kind: 'status', status: 400, body: [{ errorCode: 'INVALIDENTITY', message: "Entity 'Contact' is not supported by the Bulk API." }] }],
	])('goes on with REST after %s, and says why', async (_what, settings, fault) => {
		world().set(settings);
		if ('kind' in fault) world().faults.add(fault);
		const found = await ways({ soql: CONTACTS, bulkFrom: 1_000 });
		expect(found).toMatchObject({ ways: ['rest'], count: 4_500 });
		expect(found.logged).toEqual([expect.stringMatching(/through REST, because Bulk did not succeed: .{10}/)]);
	});

	it('does not begin anew with REST when rows have come', async () => {
		world().set({ bulkPageSize: 2_000 });
		let pages = 0;
		const error = await failure(
			{ soql: CONTACTS, bulkFrom: 1 },
			{ onRequest: ({ url }) => (url.includes('/results?') && (pages += 1) > 1 ? { statusCode: 400, headers: {}, body: JSON.stringify([{ errorCode: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' }]) } : undefined) },
		);
		expect(error.message).toMatch(/INVALID_QUERY_LOCATOR/);
		expect(asked(world()).filter((call) => call.startsWith('GET /query/'))).toHaveLength(1);
	});

	it('does not begin anew with REST when the time is over', async () => {
		world().set({ bulkProcessingMs: 60_000 });
		expect((await failure({ soql: CONTACTS, bulkFrom: 1, timeLimitMs: 20 })).message).toMatch(/not done within/);
	});

	it('counts as REST does', async () => {
		expect(await rows({ soql: 'SELECT COUNT() FROM Contact', bulkFrom: 1 })).toEqual([{ totalSize: 4_500 }]);
		expect(await rows({ soql: "SELECT COUNT() FROM Contact WHERE Name = 'nobody'" })).toEqual([{ totalSize: 0 }]);
	});
});

describe('rows through REST', () => {
	it('have no attributes at any depth, however Salesforce writes its JSON', async () => {
		const soql = 'SELECT Id, Account.Owner.Name FROM Contact LIMIT 3';
		const found = await rows({ soql, readWith: 'rest' });
		const indented = await rows({ soql, readWith: 'rest' }, { onRequest: ({ url }) => (url.includes('/query/') ? pretty(url, world()) : undefined) });
		expect(JSON.stringify(found)).not.toContain('attributes');
		expect(found[0]).toEqual({ Id: expect.any(String), Account: { Owner: { Name: expect.any(String) } } });
		expect(indented).toEqual(found);
	});

	it('keep texts that only look like attributes', async () => {
		const text = '{"attributes":{"type":"x","url":"y"},"a":1}';
		const page = { totalSize: 1, done: true, records: [{ attributes: { type: 'Contact', url: '/x' }, Name: text, attributesToo: text }] };
		const found = await rows({ soql: CONTACTS, readWith: 'rest' }, { onRequest: () => ({ statusCode: 200, headers: {}, body: JSON.stringify(page) }) });
		expect(found).toEqual([{ Name: text, attributesToo: text }]);
	});

	it('that are no JSON are an error', async () => {
		expect((await failure({ soql: CONTACTS, readWith: 'rest' }, { onRequest: () => ({ statusCode: 200, headers: {}, body: '<html>' }) })).message).toMatch(/JSON/);
	});

	it('the next page is on its way while one is worked on, and none is beyond the limit', async () => {
		let requests = 0;
		const { api } = await play(world(), { onRequest: () => void (requests += 1) });
		const pages = readRows(api, { ...QUERY, soql: CONTACTS, readWith: 'rest', limit: 4_000 });
		await pages.next();
		expect(requests).toBe(2);
		await pages.next();
		await pages.next();
		expect(requests).toBe(2);
	});
});

async function pretty(url: string, { tokenOf }: ReturnType<typeof world>): Promise<unknown> {
	const response = await fetch(url, { headers: { authorization: `Bearer ${await tokenOf('alice')}` } });
	return { statusCode: 200, headers: {}, body: JSON.stringify(await response.json(), undefined, 2) };
}
