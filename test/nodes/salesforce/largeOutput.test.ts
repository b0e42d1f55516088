import type { IDataObject } from 'n8n-workflow';

import { OutputItem } from '../../../lib/n8n';
import { largeResultOptions, outputFields, retrieveAsSet } from '../../../nodes/SalesforceRetrieveData/actions/largeResultFields';
import { completerOf } from '../../../nodes/SalesforceRetrieveData/actions/completeRows';
import { retrieveRows, type Retrieval } from '../../../nodes/SalesforceRetrieveData/transport/large/retrieveRows';
import { CsvReader } from '../../../nodes/SalesforceRetrieveData/transport/large/csvReader';
import { asked, play, QUERY, useApiWorld, type PlayOptions } from './largeWorld';

const world = useApiWorld();
const INVOICES = 'SELECT Id, Account__r.Name, Account__r.Parent.Industry, Owner.Name, Amount__c, DueDate__c, CreatedDate, PaidAt__c, IsDisputed__c, Notes__c FROM Invoice__c';
const READINGS = 'SELECT Name, Value__c, TakenAt__c, IsAlarm__c, Comment__c, Account__r.Name FROM Reading__c';

async function retrieve({ shape = {}, output, ...query }: Partial<Omit<Retrieval, 'output'>> & { soql: string; output?: Partial<Retrieval['output']> }, options?: PlayOptions) {
	const played = await play(world(), options);
	const made = await retrieveRows(played.api, { ...QUERY, shape, completerOf: (asShaped) => completerOf(query.soql, asShaped), output: { as: 'items', binaryField: 'data', fileName: 'rows.txt', ...output }, ...query });
	return { ...played, made, rows: made as IDataObject[], text: played.files[0]?.content.toString() ?? '' };
}

function readCsv(text: string): Record<string, string>[] {
	const reader = new CsvReader();
	const [names = [], ...records] = [...reader.push(text), ...reader.end()];
	return records.map((cells) => Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])));
}

describe('rows as items', () => {
	it.each<Retrieval['shape']>([{}, { keepAttributes: true }, { dropNulls: true }, { flatten: 'dot' }, { flatten: 'underscore', dropNulls: true }, { typedValues: true }, { typedValues: true, keepAttributes: true, flatten: 'dot' }])('in the shape %j are the same through REST and Bulk', async (shape) => {
		const [rest, bulk] = [await retrieve({ soql: INVOICES, shape, readWith: 'rest' }), await retrieve({ soql: INVOICES, shape, readWith: 'bulk' })];
		expect(bulk.rows).toEqual(rest.rows);
		expect(rest.rows.length).toBeGreaterThan(10);
		expect(JSON.stringify(rest.rows).includes('attributes')).toBe(shape.keepAttributes === true);
		expect(JSON.stringify(rest.rows).includes('null')).toBe(shape.dropNulls !== true);
		expect(/\.\d{3}Z"/.test(JSON.stringify(rest.rows))).toBe(shape.typedValues === true);
	});

	it('have the rows of sub-queries, and an empty list where there are none', async () => {
		const { rows } = await retrieve({ soql: 'SELECT Name, (SELECT Name FROM Contacts) FROM Account' });
		expect(rows.map(({ Contacts }) => Array.isArray(Contacts))).toEqual(rows.map(() => true));
		expect(rows.map(({ Contacts }) => (Contacts as unknown[]).length > 0)).toContain(true);
	});
});

describe('rows as a file', () => {
	it('are one item that tells name, kind and number, and the file is stored', async () => {
		const { made, files } = await retrieve({ soql: READINGS, output: { as: 'csv', binaryField: 'readings', fileName: 'readings.csv' } });
		expect(made).toEqual([new OutputItem({ rows: 1_000, fileName: 'readings.csv', mimeType: 'text/csv' }, { readings: expect.objectContaining({ id: 'filesystem-v2:1' }) })]);
		expect(files).toEqual([expect.objectContaining({ name: 'readings.csv', mimeType: 'text/csv' })]);
	});

	it.each([[READINGS], [INVOICES]])('of CSV is the same through REST and Bulk, and has what the items have: %s', async (soql) => {
		const items = await retrieve({ soql, shape: { flatten: 'dot' }, readWith: 'rest' });
		const [rest, bulk] = [await retrieve({ soql, readWith: 'rest', output: { as: 'csv' } }), await retrieve({ soql, readWith: 'bulk', output: { as: 'csv' } })];
		expect(bulk.text).toBe(rest.text);
		const expected = items.rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? '' : String(value)])));
		expect(readCsv(rest.text)).toEqual(expected);
		expect(rest.text.split('\n')[0]).toBe(/SELECT (.*) FROM/.exec(soql)?.[1]?.replaceAll(', ', ','));
	});

	it('of JSON lines has a row on each line, the same as the items', async () => {
		for (const readWith of ['rest', 'bulk'] as const) {
			const items = await retrieve({ soql: INVOICES, readWith });
			const file = await retrieve({ soql: INVOICES, readWith, output: { as: 'jsonLines' } });
			expect(file.text.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual(items.made);
			expect(file.files[0]).toMatchObject({ mimeType: 'application/jsonl' });
		}
	});

	it.each([['rest'], ['bulk']] as const)('without rows has the names of the columns: %s', async (readWith) => {
		const { made, text } = await retrieve({ soql: "SELECT Id, Account.Name FROM Contact WHERE Name = 'nobody'", readWith, output: { as: 'csv' } });
		expect(text).toBe('Id,Account.Name\n');
		expect((made[0] as OutputItem).json).toMatchObject({ rows: 0 });
	});

	it('joins with underscores where the node is set so, and drops no columns with empty fields', async () => {
		const { text } = await retrieve({ soql: 'SELECT Id, Account.Name, Birthdate FROM Contact LIMIT 2', shape: { flatten: 'underscore', dropNulls: true }, output: { as: 'csv' } });
		expect(text.split('\n')[0]).toBe('Id,Account_Name,Birthdate');
	});

	it('of CSV cannot be had of rows with different columns, and says what can', async () => {
		const page = { totalSize: 2, done: true, records: [{ What: { Name: 'A' } }, { What: { Phone: '1' } }] };
		const next = { totalSize: 3, done: true, records: [{ What: { Amount: 1 } }] };
		const answers = [{ ...page, done: false, nextRecordsUrl: '/services/data/v62.0/query/01g-2' }, next];
		const failed = retrieve({ soql: 'SELECT TYPEOF What WHEN Account THEN Name END FROM Event', output: { as: 'csv' } }, { onRequest: () => ({ statusCode: 200, headers: {}, body: JSON.stringify(answers.shift()) }) });
		await expect(failed).rejects.toMatchObject({ message: expect.stringMatching(/same columns: "What\.Amount"/), description: expect.stringContaining('JSON Lines') });
	});

	it('fails with Salesforce’s words if the reading does', async () => {
		await expect(retrieve({ soql: 'SELEC', output: { as: 'csv' } })).rejects.toMatchObject({ message: expect.stringMatching(/^MALFORMED_QUERY/) });
		world().set({ bulkFailure: 'whileProcessing' });
		await expect(retrieve({ soql: READINGS, readWith: 'bulk', output: { as: 'jsonLines' } })).rejects.toMatchObject({ message: expect.stringMatching(/QUERY_TIMEOUT/) });
		expect(asked(world()).at(-1)).toBe('DELETE /jobs/query/…');
	});
});

describe('how far it is', () => {
	it('stands in the log while it runs, and on the node afterwards', async () => {
		world().set({ readingRows: 60_000 });
		const { logged, hints, made } = await retrieve({ soql: 'SELECT Name FROM Reading__c', output: { as: 'jsonLines' } });
		expect((made[0] as OutputItem).json.rows).toBe(60_000);
		expect(logged.length).toBeGreaterThanOrEqual(2);
		expect(logged[0]).toMatch(/^Salesforce: 2\d,\d{3} rows so far, through Bulk$/);
		expect(hints).toEqual([{ type: 'info', location: 'outputPane', message: expect.stringMatching(/^60,000 rows were read through Bulk; [\d.]+ % of the organization’s daily API calls are used up$/) }]);
	});

	it('is not told of few rows', async () => {
		const { logged, hints } = await retrieve({ soql: 'SELECT Id FROM Contact' });
		expect([logged, hints]).toEqual([[], []]);
	});
});

describe('the node’s parameters', () => {
	const soql = 'SELECT Id, Name FROM Contact';
	const run = async (parameters: Record<string, unknown>, limit = Number.POSITIVE_INFINITY) => {
		const played = await play(world(), { parameters });
		const made = await retrieveAsSet(played.api, soql, limit, (shape) => completerOf(soql, shape));
		return { ...played, made };
	};

	it('left alone give items through REST', async () => {
		expect((await run({})).made).toHaveLength(4_500);
		expect(asked(world())).toHaveLength(3);
	});

	it('say how to read, how many, and what to make of it', async () => {
		const { made, files } = await run({ output: 'jsonLines', binaryPropertyName: 'contacts', options: { readWith: 'bulk', includeDeleted: true, bulkTimeLimit: 1 } }, 10);
		expect(made).toEqual([new OutputItem({ rows: 10, fileName: 'rows.jsonl', mimeType: 'application/jsonl' }, { contacts: expect.anything() })]);
		expect(files[0]?.content.toString().split('\n')).toHaveLength(11);
	}, 10_000);

	it.each([
		[{ output: 'xml' }, /"Output" is unknown: "xml"/],
		[{ output: 'csv', binaryPropertyName: ' ' }, /"Put Output File in Field" is empty/],
		[{ options: { readWith: 'fastest' } }, /"Read With" is unknown: "fastest"/],
		[{ options: { bulkFrom: 0 } }, /"Bulk From \(Rows\)" must be more than 0/],
		[{ options: { bulkTimeLimit: 'soon' } }, /"Bulk Time Limit \(Minutes\)" must be more than 0, not soon/],
	])('%j are refused before any call', async (parameters, message) => {
		await expect(run(parameters)).rejects.toMatchObject({ message: expect.stringMatching(message), context: { itemIndex: 0 } });
		expect(asked(world())).toEqual([]);
	});

	it('have the same defaults in the editor as without it', () => {
		const defaults = Object.fromEntries([...largeResultOptions, ...outputFields({ resource: ['query'] })].map(({ name, default: value }) => [name, value]));
		expect(defaults).toEqual({ bulkFrom: 10_000, bulkTimeLimit: 60, readWith: 'automatic', output: 'items', binaryPropertyName: 'data', fileName: '' });
	});
});
