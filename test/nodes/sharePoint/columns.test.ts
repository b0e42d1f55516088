// Columns of every kind, empty and filled, on both services alike; and what is ambiguous.
import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { dayFilter, dayOf, momentOn } from '../../../nodes/SharePoint/transport/days';
import { httpRequest } from '../support/executing';
import { useSharePoint, type Run } from './sharePointNode';
import { useSharePointServer } from './sharePointServerNode';

const mapped = (value: Record<string, unknown>, matchingColumns: string[] = []) => ({ mappingMode: 'defineBelow', value, matchingColumns });
const fromInput = { mappingMode: 'autoMapInputData', value: null, matchingColumns: [] };
type Rows = (parameters: Record<string, unknown>, more?: Run) => Promise<IDataObject[]>;

/** Of each kind one column that may be empty: what is entered, and what is read then. */
const ONLINE: Record<string, [entered: unknown, read: unknown]> = {
	Project_x0020_Region: ['North', 'North'],
	Notes: ['one\ntwo "three"', 'one\ntwo "three"'],
	Hours: [0, 0],
	Budget: ['-7.25', -7.25],
	Due: ['2026-03-29', '2026-03-29'],
	Kickoff: ['2026-03-29T03:30', '2026-03-29T01:30:00Z'],
	Active: ['no', false],
	Tags: [['Red', 'Blue'], ['Red', 'Blue']],
	Owner: ['bob@example.com', expect.objectContaining({ email: 'bob@example.com' })],
	Team: ['alice@example.com; bob@example.com', [expect.objectContaining({ email: 'alice@example.com' }), expect.objectContaining({ email: 'bob@example.com' })]],
	Customer: ['Datum', { id: 4, value: 'Datum' }],
	Partners: ['Datum; 1', [{ id: 4, value: 'Datum' }, { id: 1, value: 'Adventure Works' }]],
};
const SERVER: Record<string, [entered: unknown, read: unknown]> = {
	Notes: ['one\ntwo "three"', 'one\ntwo "three"'],
	Progress: [0, 0],
	Budget: ['-7.25', -7.25],
	Delivery: ['2026-03-29', '2026-03-29'],
	Due_x0020_Date: ['2026-03-29T03:30', '2026-03-29T01:30:00Z'],
	Billable: ['no', false],
	Status: ['Done', 'Done'],
	Categories: ['Research; Support', ['Research', 'Support']],
	Owner: ['bob@example.com', expect.objectContaining({ email: 'bob@example.com' })],
	Reviewers: [['alice@example.com', 12], [expect.objectContaining({ email: 'alice@example.com' }), expect.objectContaining({ name: 'Carol Clark' })]],
	Customer: ['urgent', { id: 2, value: 'urgent' }],
	Tags: ['urgent; 3', [{ id: 2, value: 'urgent' }, { id: 3, value: 'customer' }]],
	Website: [{ url: 'https://example.com/a?b=1', description: 'A page' }, { url: 'https://example.com/a?b=1', description: 'A page' }],
	ExternalKey: ["O'Hara 100% #1 🚀", "O'Hara 100% #1 🚀"],
};

function columnTests(rows: Rows, columns: typeof ONLINE, keyOf: (name: string) => Record<string, unknown>) {
	const fieldsOf = async (itemId: unknown) => (await rows({ operation: 'get', itemId }))[0]!.fields as Record<string, unknown>;
	const entered = Object.fromEntries(Object.entries(columns).map(([name, [value]]) => [name, value]));
	const read = Object.fromEntries(Object.entries(columns).map(([name, [, value]]) => [name, value]));
	const names = Object.keys(columns);
	const emptyOf = (value: unknown) => Object.fromEntries(names.map((name) => [name, value]));
	const shown = (fields: Record<string, unknown>) => Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));

	it.each([
		['nothing given', () => ({})],
		['null, as the editor gives it for what is left alone', () => emptyOf(null)],
		['empty texts', () => emptyOf('')],
	])('a new item with %s has them empty: they are left out', async (name, values) => {
		const [made] = await rows({ operation: 'create', columns: mapped({ Title: name, ...keyOf(name), ...values() }) });
		expect(shown(made!.fields as Record<string, unknown>)).toEqual({});
		expect(shown(await fieldsOf(made!.id))).toEqual({});
	});

	it('are filled, are emptied by an empty text, and left alone where nothing is entered', async () => {
		const [made] = await rows({ operation: 'create', columns: mapped({ Title: 'all', ...keyOf('all'), ...entered }) });
		expect(shown(await fieldsOf(made!.id))).toEqual(read);
		await rows({ operation: 'update', itemId: made!.id, columns: mapped({ Title: 'renamed', ...emptyOf(null) }) });
		expect(shown(await fieldsOf(made!.id))).toEqual(read);
		const [emptied] = await rows({ operation: 'update', itemId: made!.id, columns: mapped(emptyOf('')) });
		expect([shown(emptied!.fields as Record<string, unknown>), (emptied!.fields as IDataObject).Title]).toEqual([{}, 'renamed']);
	});

	it('of incoming items are written and emptied by null as well, and what was read can be written again', async () => {
		const [made] = await rows({ operation: 'create', columns: fromInput }, { items: [{ json: { Title: 'incoming', ...keyOf('incoming'), ...(entered as IDataObject), unknown: 1, ID: 99, Modified: '2020-01-01' } }] });
		const fields = await fieldsOf(made!.id);
		expect(shown(fields)).toEqual(read);
		const [again] = await rows({ operation: 'create', columns: fromInput }, { items: [{ json: { ...(shown(fields) as IDataObject), Title: 'again', ...keyOf('again') } }] });
		expect(shown(again!.fields as Record<string, unknown>)).toEqual(read);
		await rows({ operation: 'update', itemId: made!.id, columns: fromInput }, { items: [{ json: emptyOf(null) as IDataObject }] });
		expect(shown(await fieldsOf(made!.id))).toEqual({});
	});

	it('are found empty and not empty', async () => {
		for (const name of names.filter((column) => columns[column]![1] !== undefined && !Array.isArray(columns[column]![1]))) {
			const count = async (operator: string) => (await rows({ operation: 'getMany', returnAll: true, columnNames: ['Title'], filterMode: 'conditions', conditions: { condition: [{ column: name, operator }] } })).length;
			const all = (await rows({ operation: 'getMany', returnAll: true, columnNames: ['Title'], filterMode: 'none' })).length;
			expect([name, (await count('isEmpty')) + (await count('isNotEmpty'))]).toEqual([name, all]);
		}
	});
}

const twoAnswers = (isAsked: (url: string) => boolean, body: object) => async (options: IHttpRequestOptions) => {
	if (!isAsked(decodeURIComponent(options.url))) return await httpRequest(options);
	return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: new Uint8Array(Buffer.from(JSON.stringify(body))).buffer };
};

describe('columns of SharePoint Online', () => {
	const { rows, failure } = useSharePoint({ resource: 'item', site: '/sites/alice-projects', list: 'Projects' });
	const refused = async (columns: unknown, more: Record<string, unknown> = {}, run?: Run) => await failure({ operation: 'create', columns, ...more }, run);
	let keys = 0;
	columnTests(rows, ONLINE, (name) => ({ Code: `${name.slice(0, 20)} ${(keys += 1)}` }));

	it('a required column cannot be emptied', async () => {
		expect((await failure({ operation: 'update', itemId: '3', columns: mapped({ Title: '' }) })).message).toMatch(/'Title' is required/);
	});

	it('a value that several items of the other list show is refused, and nothing is written', async () => {
		for (const Title of ['Twins', 'Twins']) await rows({ operation: 'create', list: 'Customers', columns: mapped({ Title }) });
		const before = (await rows({ operation: 'getMany', returnAll: true })).length;
		const error = await refused(mapped({ Title: 'x', Code: 'twins', Customer: 'Twins' }));
		expect([error.name, error.message, error.description]).toEqual(['NodeOperationError', 'The column Customer looks into a list with several items "Twins" (Title)', 'Give the id of the one that is meant']);
		expect((await refused(mapped({ Title: 'x', Code: 'twins', Partners: 'Datum; Twins' }))).message).toMatch(/Partners looks into a list with several items "Twins"/);
		expect((await refused(mapped({ Title: 'x', Code: 'twins', Customer: 'Nobody' }))).message).toMatch(/has no item "Nobody"/);
		expect(await rows({ operation: 'getMany', returnAll: true })).toHaveLength(before);
	});

	it('an address that the site knows several people by is refused', async () => {
		const twins = { value: [{ id: '10', fields: { Title: 'One', EMail: 'bob@example.com' } }, { id: '11', fields: { Title: 'Other', EMail: 'bob@example.com' } }] };
		const error = await refused(mapped({ Title: 'x', Code: 'people', Owner: 'bob@example.com' }), {}, { httpRequest: twoAnswers((url) => url.includes('User Information List'), twins) });
		expect([error.message, error.description]).toEqual(['The site knows several people with the e-mail address bob@example.com: One (10), Other (11)', 'Give the number of the one that is meant']);
	});

	it('several items with the value of the key are refused, and nothing is written', async () => {
		const columns = mapped({ Title: 'Overwritten', Status: 'Open' }, ['Status']);
		const error = await failure({ operation: 'upsert', columns });
		expect([error.message, error.description]).toEqual(['Several items of the list "Projects" have the value "Open" in the key column Status: nothing was written', 'Choose a column whose values are unique']);
		expect((await failure({ operation: 'upsert', columns: mapped({ Title: 'x', Owner: 'bob@example.com' }, ['Owner']) })).message).toBe('The column Owner cannot be the key');
		expect((await rows({ operation: 'getMany', returnAll: true })).map(({ fields }) => (fields as IDataObject).Title)).not.toContain('Overwritten');
	});

	it('a hyperlink is refused before any call that writes, and left alone where it is not named', async () => {
		for (const Website of ['https://example.com', { url: 'https://example.com', description: 'x' }]) {
			const error = await refused(mapped({ Title: 'x', Code: 'link', Website }));
			expect([error.message, error.description]).toEqual(['The column Website is a hyperlink, and Microsoft Graph cannot write those', expect.stringMatching(/Leave the column out/)]);
		}
		expect((await failure({ operation: 'update', itemId: '3', columns: mapped({ Website: '' }) })).message).toMatch(/Website is a hyperlink/);
		const [changed] = await rows({ operation: 'update', itemId: '3', columns: mapped({ Hours: 31 }) });
		expect((changed!.fields as IDataObject).Website).toEqual({ url: 'https://project-3.example/', description: 'Project 3' });
	});

	it('a day is a key and a condition: in whichever zone its midnight is', async () => {
		const upsert = async (Hours: number) => (await rows({ operation: 'upsert', columns: mapped({ Title: 'by day', Code: 'by-day', Due: '2031-07-01', Hours }, ['Due']) }))[0]!;
		expect([(await upsert(1)).wasCreated, (await upsert(2)).wasCreated]).toEqual([true, false]);
		const titles = async (operator: string, value: string) => (await rows({ operation: 'getMany', returnAll: true, filterMode: 'conditions', conditions: { condition: [{ column: 'Due', operator, value }, { column: 'Hours', operator: 'equals', value: '2' }] } })).map(({ fields }) => (fields as IDataObject).Title);
		expect([await titles('equals', '2031-07-01'), await titles('lessOrEqual', '2031-07-01'), await titles('greaterOrEqual', '2031-07-01')]).toEqual([['by day'], ['by day'], ['by day']]);
		expect([await titles('notEquals', '2031-07-01'), await titles('less', '2031-07-01'), await titles('greater', '2031-07-01')]).toEqual([[], [], []]);
	});
});

describe('columns of SharePoint Server', () => {
	const { rows, failure } = useSharePointServer({ resource: 'item', site: '/sites/shared', list: 'Projects' });
	let keys = 0;
	columnTests(rows, SERVER, () => ({ Title: `row ${(keys += 1)}` }));

	it('a value that several items of the other list show is refused, and nothing is written', async () => {
		for (const Title of ['Twins', 'Twins']) await rows({ operation: 'create', list: 'Tags', columns: mapped({ Title }) });
		const before = (await rows({ operation: 'getMany', returnAll: true })).length;
		const error = await failure({ operation: 'create', columns: mapped({ Title: 'x', Customer: 'Twins' }) });
		expect([error.message, error.description]).toEqual(['The column Customer looks into a list that has several items "Twins" (Title)', expect.stringMatching(/give the id of the item/)]);
		expect(await rows({ operation: 'getMany', returnAll: true })).toHaveLength(before);
	});

	it('an address that the site knows several people by is refused', async () => {
		const twins = { value: [{ Id: 10, Title: 'One' }, { Id: 11, Title: 'Other' }] };
		const error = await failure({ operation: 'create', columns: mapped({ Title: 'x', Owner: 'bob@example.com' }) }, { httpRequest: twoAnswers((url) => url.includes('/siteusers'), twins) });
		expect([error.message, error.description]).toEqual(['The site knows several people with the e-mail address bob@example.com: One (10), Other (11)', 'Give the number of the one that is meant']);
	});

	it('several items with the value of the key are refused, and nothing is written', async () => {
		for (const Title of ['Same', 'Same']) await rows({ operation: 'create', columns: mapped({ Title, Status: 'Planned' }) });
		expect((await failure({ operation: 'upsert', columns: mapped({ Title: 'Same', Status: 'Done' }, ['Title']) })).message).toBe('Several items of the list "Projects" have the value "Same" in the key column Title: nothing was written');
		const found = await rows({ operation: 'getMany', returnAll: true, filterMode: 'raw', rawFilter: "Title eq 'Same'" });
		expect(found.map(({ fields }) => (fields as IDataObject).Status)).toEqual(['Planned', 'Planned']);
	});

	it('a choice that holds several takes one, several, none; one that holds one takes no list', async () => {
		const categories = async (Categories: unknown) => ((await rows({ operation: 'create', columns: mapped({ Title: 'x', Categories }) }))[0]!.fields as IDataObject).Categories;
		expect([await categories('Sales'), await categories('["Sales","Research"]'), await categories('Sales\nResearch'), await categories([])]).toEqual([['Sales'], ['Sales', 'Research'], ['Sales', 'Research'], undefined]);
		const byChoice = async (operator: string) => (await rows({ operation: 'getMany', returnAll: true, columnNames: ['Title', 'Categories'], filterMode: 'conditions', conditions: { condition: [{ column: 'Categories', operator, value: 'Research' }] } })).every(({ fields }) => ((fields as IDataObject).Categories as string[]).includes('Research'));
		expect(await byChoice('equals')).toBe(true);
		expect((await failure({ operation: 'create', columns: mapped({ Title: 'x', Status: ['Done', 'Active'] }) })).message).toMatch(/column Status must be a single one, not "\["Done","Active"\]"/);
		expect((await failure({ operation: 'create', columns: mapped({ Title: 'x', Categories: [{ value: 'Sales' }] }) })).message).toMatch(/column Categories must be a text/);
		expect(((await rows({ operation: 'create', columns: mapped({ Title: 'x', Status: ['Done'] }) }))[0]!.fields as IDataObject).Status).toBe('Done');
	});

	it('a day is a key and a condition', async () => {
		const upsert = async (Progress: number) => (await rows({ operation: 'upsert', columns: mapped({ Title: 'by day', Delivery: '2031-07-01', Progress }, ['Delivery']) }))[0]!;
		expect([(await upsert(1)).wasCreated, (await upsert(2)).wasCreated]).toEqual([true, false]);
		const found = async (operator: string, value: string) => (await rows({ operation: 'getMany', returnAll: true, filterMode: 'conditions', conditions: { condition: [{ column: 'Delivery', operator, value }] } })).map(({ fields }) => (fields as IDataObject).Title);
		expect([await found('equals', '2031-07-01'), await found('equals', '2031-06-30'), await found('equals', '2031-07-02'), await found('greater', '2031-06-30')]).toEqual([['by day'], [], [], ['by day']]);
	});
});

describe('a day without a time', () => {
	it.each([
		['Honolulu', '2026-03-01T10:00:00Z'],
		['New York', '2026-03-01T05:00:00Z'],
		['London', '2026-03-01T00:00:00Z'],
		['Berlin', '2026-02-28T23:00:00Z'],
		['Tokyo', '2026-02-28T15:00:00Z'],
		['Auckland, in summer', '2026-02-28T11:00:00Z'],
		['what we write', momentOn('2026-03-01')],
	])('is the same day, also in a filter, if its midnight is that of %s', (_name, moment) => {
		expect(dayOf(moment)).toBe('2026-03-01');
		const [, from, until] = /^\(Due ge (.*) and Due lt (.*)\)$/.exec(dayFilter('Due', 'equals', '2026-03-01', (literal) => literal)!)!;
		expect([moment >= from!, moment < until!]).toEqual([true, true]);
	});

	it('is written as a moment that is on it from Honolulu to Auckland', () => {
		const seen = ['Pacific/Honolulu', 'America/New_York', 'UTC', 'Asia/Tokyo', 'Pacific/Auckland'].map((timeZone) => new Intl.DateTimeFormat('sv-SE', { timeZone }).format(new Date(momentOn('2026-01-15'))));
		expect(new Set(seen)).toEqual(new Set(['2026-01-15']));
	});

	it('days that follow each other share no moment', () => {
		const at = (day: string) => dayFilter('D', 'equals', day, (literal) => literal)!;
		expect(at('2026-01-01').split(' lt ')[1]).toBe(at('2026-01-02').split(' and ')[0]!.replace('(D ge ', '').concat(')'));
		expect(dayFilter('D', 'isEmpty', '2026-01-01', String)).toBeUndefined();
	});
});
