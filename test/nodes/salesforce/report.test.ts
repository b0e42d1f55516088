import { NodeApiError, NodeOperationError, type IDataObject } from 'n8n-workflow';

import { useSalesforce } from './salesforceNode';

type Row = Record<string, string | number | boolean | null>;

/** The day that it begins with. */
const quarterOf = (date: string) => `${date.slice(0, 4)}-${String(Math.floor((Number(date.slice(5, 7)) - 1) / 3) * 3 + 1).padStart(2, '0')}-01`;

describe('a report', () => {
	const salesforce = useSalesforce({ resource: 'report', operation: 'run' });
	const { rows, failure, settings } = salesforce;
	const ids = new Map<string, string>();
	const idOf = async (name: string) => ids.get(name) ?? (ids.set(name, String((await rows({ operation: 'list', listFilters: { name } }))[0]!.Id)), ids.get(name)!);
	const calls = async () => (await salesforce.api()).map(({ method, path }) => `${method} ${path.replace(/^.*\/analytics\/reports\/\w+/, '').replace(/0LG\w+/, '…')}`);
	const invoices = async (soql: string) => await rows({ resource: 'query', operation: 'soql', soql, returnAll: true });
	const runOf = async (name: string, parameters: Record<string, unknown> = {}) => {
		const reportId = await idOf(name);
		await salesforce.world.control('DELETE', 'calls');
		return (await rows({ reportId, ...parameters })) as Row[];
	};

	it('that is tabular gives its rows, typed, and only the user’s own', async () => {
		const found = await runOf('Open Invoices');
		const expected = await invoices("SELECT Name, Amount__c, DueDate__c, IsDisputed__c FROM Invoice__c WHERE Status__c NOT IN ('Paid', 'Draft')");
		expect(new Set(found.map((row) => row['Invoice: Invoice Name']))).toEqual(new Set(expected.map(({ Name }) => Name)));
		expect(await calls()).toEqual(['GET ', 'GET /services/data/v63.0/query/']);
		const one = expected[3]!;
		expect(found.find((row) => row['Invoice: Invoice Name'] === one.Name)).toMatchObject({ Amount: one.Amount__c, 'Due Date': one.DueDate__c, 'Is Disputed': one.IsDisputed__c });
	});

	it('that is a summary gives its rows with their groups, and its totals agree with them', async () => {
		const found = await runOf('Invoices by Account and Status');
		const totals = await runOf('Invoices by Account and Status', { reportOutput: 'summaries' });
		expect(found).toHaveLength(60);
		for (const total of totals) {
			const members = found.filter((row) => row.Account === total.Account && row.Status === total.Status);
			expect([total['Record Count'], total['Sum of Amount']]).toEqual([members.length, expect.closeTo(members.reduce((sum, { Amount }) => sum + Number(Amount), 0), 2)]);
		}
		expect(totals.reduce((sum, row) => sum + Number(row['Record Count']), 0)).toBe(60);
		expect(found.some(({ Account }) => Account === null)).toBe(true);
	});

	it('that is a matrix gives its cells with the groups of both sides', async () => {
		const name = 'Invoices by Status and Quarter';
		const cells = await runOf(name);
		const withRows = await runOf(name, { reportOutput: 'details' });
		const groups = ['Status', 'Due Date (Quarter)', 'Is Disputed'];
		const groupOf = (row: Row) => groups.map((group) => row[group]);
		expect(Object.keys(cells[0]!)).toEqual([...groups, 'Sum of Amount', 'Record Count']);
		expect(withRows).toHaveLength(60);
		for (const cell of cells) {
			const members = withRows.filter((row) => JSON.stringify(groupOf(row)) === JSON.stringify(groupOf(cell)));
			expect([cell['Record Count'], cell['Sum of Amount']]).toEqual([members.length, expect.closeTo(members.reduce((sum, { Amount }) => sum + Number(Amount), 0), 2)]);
			for (const row of members) expect(quarterOf(String(row['Due Date']))).toBe(cell['Due Date (Quarter)']);
		}
		const all = await runOf(name, { reportOptions: { subtotals: true } });
		expect(all.filter(({ rowType }) => rowType === 'group')).toHaveLength(cells.length);
		expect(all.filter(({ rowType }) => rowType === 'grandTotal')).toEqual([expect.objectContaining({ Status: null, 'Is Disputed': null, 'Record Count': 60 })]);
	});

	it('has API names and labels of values by option', async () => {
		const found = await runOf('Open Invoices', { reportOptions: { columnKeys: 'name', cells: 'both' } });
		expect(found[0]).toMatchObject({ CUST_NAME: { value: expect.stringMatching(/^a\w{17}$/), label: expect.stringMatching(/^INV-/) }, 'Invoice__c.Amount__c': { value: expect.any(Number), label: expect.stringMatching(/^\$/) } });
	});

	it('comes raw, with what was found in its fact map', async () => {
		const [raw] = (await runOf('Open Invoices', { reportOutput: 'raw' })) as unknown as [IDataObject];
		expect(raw).toMatchObject({ allData: true, factMap: { 'T!T': { rows: expect.any(Array) } }, reportMetadata: { reportFormat: 'TABULAR' } });
	});

	it('is found by the address of its page', async () => {
		const id = await idOf('Open Invoices');
		expect((await rows({ reportId: { __rl: true, mode: 'url', value: `https://example.lightning.force.com/lightning/r/Report/${id}/view?queryScope=userFolders` } })).length).toBeGreaterThan(0);
	});

	describe('with filters', () => {
		const filters = (...filter: { column: string; operator?: string; value: unknown }[]) => ({ reportFilters: { filter } });

		it('keeps its own and adds those, by label or API name', async () => {
			const open = await runOf('Open Invoices');
			const found = await runOf('Open Invoices', filters({ column: 'amount', operator: 'greaterThan', value: 2_000 }));
			expect(found).toEqual(open.filter(({ Amount }) => Number(Amount) > 2_000));
			expect(found.length).toBeGreaterThan(0);
			expect(found.length).toBeLessThan(open.length);
			expect(await calls()).toEqual(['GET /describe', 'POST ']);
		});

		it('has them in place of its own', async () => {
			const found = await runOf('Open Invoices', { ...filters({ column: 'Status', operator: 'equals', value: ['Paid', 'Draft'] }), reportOptions: { ownFilters: 'replace' } });
			expect(found).toHaveLength((await invoices("SELECT Id FROM Invoice__c WHERE Status__c IN ('Paid', 'Draft')")).length);
			expect(await runOf('Open Invoices', { reportOptions: { ownFilters: 'replace' } })).toHaveLength(60);
		});

		it('combines them as the logic says', async () => {
			const either = filters({ column: 'Amount', operator: 'lessThan', value: '300' }, { column: 'Invoice__c.Amount__c', operator: 'greaterThan', value: '5800' });
			const found = await runOf('Open Invoices', { ...either, reportOptions: { filterLogic: '1 OR 2' } });
			expect(found).toEqual((await runOf('Open Invoices')).filter(({ Amount }) => Number(Amount) < 300 || Number(Amount) > 5_800));
			expect(found.length).toBeGreaterThan(1);
			expect(await runOf('Open Invoices', either)).toEqual([]);
		});

		it('runs with them asynchronously as well', async () => {
			const found = await runOf('Open Invoices', { ...filters({ column: 'Amount', operator: 'greaterThan', value: 2_000 }), reportRun: 'asynchronous' });
			expect(found.length).toBeGreaterThan(0);
			expect(found.every(({ Amount }) => Number(Amount) > 2_000)).toBe(true);
		});

		it('names a column that this user may not see, before the report runs', async () => {
			const margin = filters({ column: 'Margin', operator: 'greaterThan', value: 10 });
			const reportId = await idOf('Open Invoices');
			expect((await rows({ reportId, ...margin })).length).toBeGreaterThan(0);
			await salesforce.world.control('DELETE', 'calls');
			const error = await failure({ reportId, ...margin, user: 'bob@example.com' });
			expect(error).toBeInstanceOf(NodeOperationError);
			expect(error).toMatchObject({ message: expect.stringContaining('no column "Margin"'), description: expect.stringContaining('Amount (Invoice__c.Amount__c)') });
			expect(await calls()).toEqual(['GET /describe']);
		});

		it('says in Salesforce’s words what it will not take', async () => {
			expect((await failure({ reportId: await idOf('Open Invoices'), ...filters({ column: 'Due Date', operator: 'equals', value: 'soon' }) })).message).toMatch(/^BAD_REQUEST: Filter the date in the correct format/);
		});

		it('sends a date filter and a scope with the report’s metadata', async () => {
			const bodies: Record<string, Record<string, unknown>>[] = [];
			const onRequest = ({ body }: { body?: unknown }) => void (typeof body === 'string' && bodies.push(JSON.parse(body)));
			const reportId = await idOf('All Contacts');
			const reportOptions = { dateFilter: { filter: { column: 'Created Date', startDate: '2026-01-01T00:00:00.000+01:00', endDate: '' } }, scope: 'user' };
			await rows({ reportId, reportOutput: 'summaries', reportOptions }, { onRequest });
			expect(bodies).toEqual([{ reportMetadata: expect.objectContaining({ name: 'All Contacts', hasDetailRows: false, scope: 'user', standardDateFilter: { column: 'CREATED_DATE', durationValue: 'CUSTOM', startDate: '2026-01-01', endDate: null } }) }]);
		});

		it.each([
			[{ reportFilters: { filter: [{ column: ' ', operator: 'equals', value: 'x' }] } }, /Filter 1 has no column/],
			[{ reportOptions: { dateFilter: { filter: { startDate: '1.2.2026' } } } }, /"Start Date" .* is no date: "1\.2\.2026"/],
			[{ reportOptions: { dateFilter: { filter: { durationValue: 'CUSTOM' } } } }, /neither a period nor a date/],
			[{ reportOptions: { timeLimitMinutes: 0 } }, /"Time Limit of the Run"/],
			[{ reportId: '001xx000003DGb1AAG' }, /"Report" is not the id of a report/],
			[{ reportId: '' }, /"Report"/],
		])('refuses %j before any call', async (changes, message) => {
			expect((await failure({ reportId: '00OR0000000K2UeMAK', ...changes })).message).toMatch(message);
			expect(await salesforce.api()).toEqual([]);
		});
	});

	describe('that runs asynchronously', () => {
		it('gives the same rows', async () => {
			const name = 'Invoices by Account and Status';
			expect(await runOf(name, { reportRun: 'asynchronous' })).toEqual(await runOf(name, { reportRun: 'synchronous' }));
		});

		it('is asked for until it is done', async () => {
			await settings({ reportRunMs: 900 });
			expect(await runOf('Open Invoices', { reportRun: 'asynchronous' })).not.toEqual([]);
			const [started, ...polls] = await calls();
			expect(started).toBe('POST /instances');
			expect(polls.length).toBeGreaterThanOrEqual(2);
			expect(new Set(polls)).toEqual(new Set(['GET /instances/…']));
		});

		it('and fails says so', async () => {
			await settings({ asyncReportsFail: true });
			const error = await failure({ reportId: await idOf('Open Invoices'), reportRun: 'asynchronous' });
			expect(error).toBeInstanceOf(NodeOperationError);
			expect(error).toMatchObject({ message: expect.stringContaining('could not run the report'), description: expect.stringContaining('in Salesforce') });
		});

		it('ends at the time limit', async () => {
			await settings({ reportRunMs: 60_000 });
			const error = await failure({ reportId: await idOf('Open Invoices'), reportRun: 'asynchronous', reportOptions: { timeLimitMinutes: 0.005 } });
			expect(error).toMatchObject({ message: expect.stringMatching(/was not done within 0\.005 minutes \(New\)/), description: expect.stringContaining('Time Limit') });
		});

		it('ends when the execution is cancelled', async () => {
			await settings({ reportRunMs: 60_000 });
			const reportId = await idOf('Open Invoices');
			const cancelled = new AbortController();
			const error = await failure({ reportId, reportRun: 'asynchronous' }, { signal: cancelled.signal, onAnswer: (body) => void (body.includes('"status":"New"') && cancelled.abort()) });
			expect(error.message).toMatch(/cancelled/);
		});
	});

	describe('when no synchronous run is left', () => {
		beforeEach(async () => await settings({ syncReportRunsPerHour: 0 }));

		it('runs asynchronously by itself', async () => {
			expect(await runOf('Open Invoices')).not.toEqual([]);
			expect((await calls()).slice(0, 2)).toEqual(['GET ', 'POST /instances']);
		});

		it('says in words what the limit is and what to choose', async () => {
			const error = await failure({ reportId: await idOf('Open Invoices'), reportRun: 'synchronous' });
			expect(error).toBeInstanceOf(NodeApiError);
			expect(error).toMatchObject({ httpCode: '403', message: expect.stringMatching(/reports synchronously every 60 minutes/), description: expect.stringMatching(/500 an hour.*"Asynchronous"/) });
		});
	});

	describe('that Salesforce cannot run at once', () => {
		const unable = async (code: string, times: number) => await salesforce.world.fault({ match: { server: 'api', pathIncludes: '/analytics/', method: 'GET' }, kind: 'status', status: 500, times, headers: { 'retry-after': '0' }, body: [{ message: 'No', errorCode: code }] });

		it('for it takes too long runs asynchronously', async () => {
			const reportId = await idOf('Open Invoices');
			await unable('QUERY_TIMEOUT', 5);
			expect(await rows({ reportId })).not.toEqual([]);
			expect(await calls()).toContain('POST /instances');
		});

		it('for another reason says it', async () => {
			const reportId = await idOf('Open Invoices');
			await unable('UNKNOWN_EXCEPTION', 1);
			expect((await failure({ reportId })).message).toMatch(/^UNKNOWN_EXCEPTION/);
			expect(await calls()).not.toContain('POST /instances');
		});
	});

	describe('with more rows than Salesforce gives', () => {
		it('is tried asynchronously, and then says in a hint that it is only a part', async () => {
			expect(await runOf('All Contacts')).toHaveLength(2_000);
			expect((await calls()).slice(0, 2)).toEqual(['GET ', 'POST /instances']);
			expect(salesforce.traces.hints).toEqual([expect.objectContaining({ type: 'warning', message: expect.stringMatching(/only a part of the report "All Contacts".*2,000 rows/) })]);
		});

		it('is an error, where that is wanted', async () => {
			const error = await failure({ reportId: await idOf('All Contacts'), reportRun: 'synchronous', reportOptions: { ifIncomplete: 'error' } });
			expect(error).toMatchObject({ message: expect.stringContaining('only a part of the report "All Contacts"'), description: expect.stringContaining('filters') });
		});

		it('has whole totals without a hint', async () => {
			const totals = await runOf('Contacts by Title', { reportOutput: 'summaries' });
			expect(totals).toEqual([{ Title: 'Buyer', 'Record Count': 1_500 }, { Title: 'Engineer', 'Record Count': 3_000 }]);
			expect(salesforce.traces.hints).toEqual([]);
		});
	});

	it('that is not there or not for this user is said in words', async () => {
		const error = await failure({ reportId: '00OR0000000K2UeMAK' });
		expect(error).toMatchObject({ httpCode: '404', message: expect.stringContaining('report 00OR0000000K2UeMAK') });
	});

	describe('in the list', () => {
		const list = { operation: 'list', returnAll: true };

		it('comes with all that there are', async () => {
			const found = await rows(list);
			expect(found.map(({ Name }) => Name)).toEqual(['All Contacts', 'Contacts by Title', 'Invoices by Account and Status', 'Invoices by Status and Quarter', 'Open Invoices']);
			expect(found[0]).toEqual({ Id: expect.stringMatching(/^00O/), Name: 'All Contacts', DeveloperName: 'All_Contacts', FolderName: 'Public Reports', Format: 'Tabular', Description: null, LastRunDate: expect.any(String) });
		});

		it.each([
			[{ name: 'invoices' }, 3],
			[{ name: '%' }, 0],
			[{ name: "O'Neill" }, 0],
			[{ format: 'Summary' }, 2],
			[{ format: 'Summary', name: 'Contacts' }, 1],
			[{ folder: 'Public Reports' }, 5],
			[{ folder: 'Elsewhere' }, 0],
		])('is found by %j', async (listFilters, expected) => {
			expect(await rows({ ...list, listFilters })).toHaveLength(expected);
		});

		it('is no longer than wanted', async () => {
			expect(await rows({ ...list, returnAll: false, limit: 2 })).toHaveLength(2);
		});
	});
});
