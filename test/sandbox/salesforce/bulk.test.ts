import { json, startApiWorld, type Answer, type ApiWorld, type Json, type Person } from './support';

let world: ApiWorld;
beforeAll(async () => {
	world = await startApiWorld();
});
afterAll(async () => world.close());
afterEach(() => world.set());
const at = '/jobs/query';
const start = (query: string, more: Json = {}, person: Person = 'alice', version?: string): Promise<Answer> => world.call(person, at, { ...json('POST', { operation: 'query', query, ...more }), version });
const finished = async (query: string, more: Json = {}, version?: string): Promise<string> => {
	world.set({ ...world.settings, bulkQueuedMs: 0, bulkProcessingMs: 0 });
	return (await start(query, more, 'alice', version)).body.id;
};
const results = (id: string, more = '', init?: Parameters<ApiWorld['call']>[2]) => world.call('alice', `${at}/${id}/results${more}`, init);

describe('a job', () => {
	test('is created with the documented answer', async () => {
		const { status, body } = await start('SELECT Id FROM Account');
		expect([status, body]).toEqual([
			200,
			{
				id: expect.stringMatching(/^750\w{15}$/),
				operation: 'query',
				object: 'Account',
				createdById: expect.stringMatching(/^005/),
				createdDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
				systemModstamp: expect.any(String),
				state: 'UploadComplete',
				concurrencyMode: 'Parallel',
				contentType: 'CSV',
				apiVersion: 62,
				lineEnding: 'LF',
				columnDelimiter: 'COMMA',
			},
		]);
	});

	test('is queued, then in progress, then complete, and counts rows on the way', async () => {
		const standing = async (bulkQueuedMs: number, bulkProcessingMs: number): Promise<Json> => {
			world.set({ bulkQueuedMs, bulkProcessingMs });
			const { id } = (await start('SELECT Id FROM Contact')).body;
			return (await world.call('alice', `${at}/${id}`)).body;
		};
		expect(await standing(60_000, 0)).toMatchObject({ state: 'UploadComplete', numberRecordsProcessed: 0 });
		const half = await standing(0, 60_000);
		expect([half.state, half.numberRecordsProcessed < 4_500]).toEqual(['InProgress', true]);
		const whole = await standing(0, 0);
		expect(whole).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 4_500, jobType: 'V2Query', retries: 0, isPkChunkingSupported: true });
		expect(whole).not.toHaveProperty('errorMessage');
	});

	test('comes to its end by itself', async () => {
		const { id } = (await start('SELECT Id FROM Contact')).body;
		const seen = new Set<string>();
		while (!seen.has('JobComplete')) seen.add((await world.call('alice', `${at}/${id}`)).body.state);
		expect(['UploadComplete', 'InProgress', 'JobComplete']).toEqual(expect.arrayContaining([...seen]));
	});

	test('can be aborted while it runs and deleted when it is over', async () => {
		world.set({ bulkProcessingMs: 60_000 });
		const { id } = (await start('SELECT Id FROM Contact')).body;
		expect(await world.call('alice', `${at}/${id}`, { method: 'DELETE' })).toMatchObject({ status: 400, body: [{ errorCode: 'API_ERROR', message: 'Error encountered when deleting the job because the job is not terminated' }] });
		expect((await results(id)).status).toBe(400);
		expect((await world.call('alice', `${at}/${id}`, json('PATCH', { state: 'Aborted' }))).body).toMatchObject({ id, state: 'Aborted', operation: 'query', object: 'Contact' });
		expect(await world.call('alice', `${at}/${id}`, json('PATCH', { state: 'Aborted' }))).toMatchObject({ status: 400, body: [{ errorCode: 'INVALIDJOBSTATE', message: 'Aborting already Completed Job not allowed' }] });
		expect((await world.call('alice', `${at}/${id}`, { method: 'DELETE' })).status).toBe(204);
		expect(await world.call('alice', `${at}/${id}`)).toMatchObject({ status: 404, body: [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }] });
	});

	test('may fail, and tells why', async () => {
		world.set({ bulkQueuedMs: 0, bulkProcessingMs: 0, bulkFailure: 'whileProcessing' });
		const { id } = (await start('SELECT Id FROM Contact')).body;
		expect((await world.call('alice', `${at}/${id}`)).body).toMatchObject({ state: 'Failed', errorMessage: 'QUERY_TIMEOUT: Your query request was running for too long.' });
	});

	test('belongs to who made it; the administrator sees all', async () => {
		const id = await finished('SELECT Id FROM Account');
		expect((await world.call('bob', `${at}/${id}`)).status).toBe(404);
		expect((await world.call('integration', `${at}/${id}/results`)).status).toBe(200);
		expect((await world.call('bob', at)).body).toEqual({ done: true, records: [], nextRecordsUrl: null });
		expect((await world.call('alice', at)).body.records).toContainEqual(expect.objectContaining({ id, jobType: 'V2Query', state: 'JobComplete' }));
	});
});

describe('results', () => {
	test('are text in quotes, typed as the vendor writes it', async () => {
		const id = await finished("SELECT Name, Amount__c, Quantity__c, IsDisputed__c, PaidAt__c, Notes__c, Account__r.Name FROM Invoice__c WHERE Name IN ('INV-00002', 'INV-00005') ORDER BY Name");
		const { body, headers } = await results(id);
		expect(body.split('"\n"')).toEqual([
			'"Name","Amount__c","Quantity__c","IsDisputed__c","PaidAt__c","Notes__c","Account__r.Name',
			expect.stringMatching(/^INV-00002","200\.5","0\.5","false","\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","Two\nlines","Alice Automotive$/),
			'INV-00005","501.25","1.25","false","","Paid ""promptly"", says accounting","Alice Automotive"\n',
		]);
		expect([headers.get('content-type'), headers.get('sforce-numberofrecords'), headers.get('sforce-locator')]).toEqual([expect.stringMatching(/^text\/csv/), '2', 'null']);
	});

	test('show a double as one, and other delimiters and line ends if asked', async () => {
		const id = await finished('SELECT Name, Amount FROM Opportunity LIMIT 1', { columnDelimiter: 'PIPE', lineEnding: 'CRLF' });
		expect((await results(id)).body).toBe('"Name"|"Amount"\r\n"Alice Aerospace renewal"|"10000.0"\r\n');
	});

	test.each([
		[true, '"Id"\n'],
		[false, ''],
	])('come in pages by locator; with the header on every page: %s', async (bulkHeaderOnEveryPage, header) => {
		world.set({ bulkPageSize: 2_000, bulkHeaderOnEveryPage });
		const id = await finished('SELECT Id FROM Contact');
		const pages: Answer[] = [];
		for (let locator: string | null = ''; locator !== 'null'; locator = pages.at(-1)!.headers.get('sforce-locator')) pages.push(await results(id, locator ? `?locator=${locator}` : ''));
		expect(pages.map(({ headers }) => headers.get('sforce-numberofrecords'))).toEqual(['2000', '2000', '500']);
		expect(pages[1]!.body.startsWith('"Id"\n')).toBe(bulkHeaderOnEveryPage);
		const lines = pages.flatMap(({ body }, index) => body.slice(index === 0 ? 5 : header.length).trim().split('\n'));
		expect(new Set(lines).size).toBe(4_500);
		expect((await results(id, '?locator=bm9wZQ')).status).toBe(400);
	});

	test('are never more than maxRecords, and locators are those of the documentation', async () => {
		world.set({ readingRows: 100_000 });
		const id = await finished('SELECT Id FROM Reading__c');
		const { headers } = await results(id, '?maxRecords=10000');
		expect([headers.get('sforce-numberofrecords'), headers.get('sforce-locator')]).toEqual(['10000', 'MTAwMDA']);
		expect((await results(id, '?maxRecords=none')).status).toBe(400);
		expect((await world.call('alice', `${at}/${id}/resultPages`)).body).toEqual({ done: true, resultPages: ['MA', 'NTAwMDA'].map((locator) => ({ resultUrl: `/services/data/v62.0/jobs/query/${id}/results?locator=${locator}` })) });
	});

	test('want the version of the job; before v50 columns came in the order of the alphabet', async () => {
		const id = await finished('SELECT Name, Id FROM Account', {}, 'v49.0');
		expect((await results(id)).status).toBe(409);
		expect((await results(id, '', { version: 'v49.0' })).body.split('\n')[0]).toBe('"Id","Name"');
	});

	test('of queryAll include the recycle bin', async () => {
		expect((await results(await finished('SELECT Name FROM Account', { operation: 'queryAll' }))).body).toContain('Alice Abandoned');
		expect((await results(await finished('SELECT Name FROM Account'))).body).not.toContain('Alice Abandoned');
	});

	test('of a million rows are streamed', async () => {
		world.set({ readingRows: 1_000_000, bulkPageSize: 1_000_000 });
		const id = await finished('SELECT Id, Name, Sensor__c, Value__c FROM Reading__c');
		const response = await fetch(`${world.salesforce.instanceUrl}/services/data/v62.0/jobs/query/${id}/results`, { headers: { authorization: `Bearer ${await world.tokenOf('alice')}`, 'accept-encoding': 'identity' } });
		let [chunks, lines, most] = [0, 0, 0];
		// What other tests in this process have left behind is not this one's.
		const before = process.memoryUsage().arrayBuffers;
		const reader = response.body!.getReader();
		for (let { value } = await reader.read(); value; { value } = await reader.read()) {
			lines += Buffer.from(value).toString('latin1').split('\n').length - 1;
			if (chunks++ % 50 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers - before);
		}
		expect(lines).toBe(1_000_001);
		// The whole text has 54 MB, and server and client are in this process: kept whole, it would be there twice.
		expect(most).toBeLessThan(80 * 1024 * 1024);
	}, 30_000);
});

describe('is refused:', () => {
	test.each<[query: string, errorCode: string, message: string, more?: Json]>([
		['SELECT Id, (SELECT Id FROM Contacts) FROM Account', 'API_ERROR', 'Aggregate Relationships not supported in Bulk Query'],
		['SELECT Industry FROM Account GROUP BY Industry', 'API_ERROR', 'not supported in Bulk Query'],
		['SELECT COUNT() FROM Account', 'API_ERROR', 'not supported in Bulk Query'],
		['SELECT COUNT(Id) FROM Account', 'API_ERROR', 'not supported in Bulk Query'],
		['SELECT Id FROM Account LIMIT 10 OFFSET 5', 'API_ERROR', 'not supported in Bulk Query'],
		['SELECT FIELDS(ALL) FROM Account LIMIT 10', 'MALFORMED_QUERY', 'The SOQL FIELDS function is not supported with an unbounded set of fields in this API.'],
		['SELECT VersionData FROM ContentVersion', 'API_ERROR', 'Binary fields cannot be selected in bulk queries'],
		['SELECT Id FROM Report', 'INVALIDENTITY', "Entity 'Report' is not supported by the Bulk API."],
		['SELECT Nope FROM Account', 'INVALID_FIELD', "No such column 'Nope'"],
		['SELECT', 'MALFORMED_QUERY', 'unexpected token'],
		['SELECT Id FROM Account', 'INVALIDJOB', 'content type', { contentType: 'JSON' }],
		['SELECT Id FROM Account', 'INVALIDJOB', 'columnDelimiter', { columnDelimiter: 'HASH' }],
		['SELECT Id FROM Account', 'INVALIDJOB', 'operation', { operation: 'insert' }],
	])('%s', async (...[query, errorCode, message, more]) => {
		expect(await start(query, more)).toMatchObject({ status: 400, body: [{ errorCode, message: expect.stringContaining(message) }] });
	});

	test('a job beyond those of a day', async () => {
		world.set({ bulkJobsPerDay: 0 });
		expect(await start('SELECT Id FROM Account')).toMatchObject({ status: 400, body: [{ errorCode: 'LIMIT_EXCEEDED', message: 'Max bulk v2 query jobs (0) per 24 hrs has been reached' }] });
	});
});
