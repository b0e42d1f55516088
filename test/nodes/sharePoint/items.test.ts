import { useSharePoint } from './sharePointNode';

const mapped = (value: Record<string, unknown>, matchingColumns: string[] = []) => ({ mappingMode: 'defineBelow', value, matchingColumns });

describe('sites and lists', () => {
	const { rows, failure } = useSharePoint({ resource: 'site' });

	it('are those that the person may see', async () => {
		const titles = async (user: string) => (await rows({ operation: 'search', searchText: '', returnAll: true, user })).map(({ title }) => title);
		const [alice, bob] = [await titles('alice@example.com'), await titles('bob@example.com')];
		expect(alice).toContain('Alice Projects');
		expect(alice).not.toContain('Bob Finance');
		expect(bob).toContain('Bob Finance');
		expect(bob).not.toContain('Alice Projects');
	});

	it('are found by address and by path; what is another’s is told so', async () => {
		const [byPath] = await rows({ operation: 'get', site: '/sites/alice-projects' });
		expect(byPath).toMatchObject({ title: 'Alice Projects', webUrl: expect.stringMatching(/\/sites\/alice-projects$/) });
		expect(await rows({ operation: 'get', site: String(byPath!.id) })).toEqual([byPath]);
		expect((await failure({ operation: 'get', site: '/sites/bob-finance' })).message).toMatch(/^accessDenied: alice@example\.com may not do this \(site \/sites\/bob-finance\)/);
	});

	it('have lists, and tell who calls', async () => {
		const lists = (await rows({ operation: 'getLists', site: '/sites/everyone', returnAll: true })).map(({ title }) => title);
		expect(lists).toEqual(expect.arrayContaining(['Customers', 'Projects']));
		expect(lists).not.toContain('Workflow Tasks');
		expect(await rows({ operation: 'getCurrentUser' })).toEqual([expect.objectContaining({ email: 'alice@example.com' })]);
	});
});

describe('items', () => {
	const sharePoint = useSharePoint({ resource: 'item', site: '/sites/alice-projects', list: 'Projects' });
	const { rows, failure, run } = sharePoint;
	const fieldsOf = async (itemId: unknown) => (await rows({ operation: 'get', itemId }))[0]!.fields as Record<string, unknown>;

	it('are read by value: people, lookups, several of them, choices, days', async () => {
		expect(await fieldsOf('3')).toMatchObject({
			Title: 'alice project 3',
			Hours: 30,
			Active: true,
			Due: '2026-03-04',
			Kickoff: expect.stringMatching(/T09:30:00Z$/),
			Status: 'Open',
			Tags: ['Red', 'Green'],
			Owner: { id: 10, name: expect.any(String), email: 'alice@example.com' },
			Team: [expect.objectContaining({ email: 'alice@example.com' }), expect.objectContaining({ email: 'bob@example.com' })],
			Customer: { id: 4, value: 'Datum' },
			Partners: [{ id: 1, value: 'Adventure Works' }, { id: 2, value: 'Blue Yonder' }],
			Website: { url: 'https://project-3.example/', description: 'Project 3' },
		});
	});

	it('are written by value and read back the same', async () => {
		const [made] = await rows({
			operation: 'create',
			columns: mapped({ Title: "O'Hara 100% #1 🚀", Code: 'new-1', Hours: '12.5', Budget: 7, Due: '2026-12-24', Kickoff: '2026-12-24T09:00:00+01:00', Active: 'yes', Status: 'Done', Tags: 'Red; Blue', Owner: 'bob@example.com', Team: ['alice@example.com', { id: 12 }], Customer: "O'Neill GmbH", Partners: [1, 'Datum'], Notes: null }),
		});
		expect(await fieldsOf(made!.id)).toMatchObject({
			Title: "O'Hara 100% #1 🚀",
			Hours: 12.5,
			Due: '2026-12-24',
			Kickoff: '2026-12-24T08:00:00Z',
			Active: true,
			Tags: ['Red', 'Blue'],
			Owner: { email: 'bob@example.com' },
			Team: [{ email: 'alice@example.com' }, { email: 'carol@example.com' }],
			Customer: { value: "O'Neill GmbH" },
			Partners: [{ id: 1 }, { value: 'Datum' }],
		});
		expect((await failure({ operation: 'create', columns: mapped({ Title: 'x', Code: 'new-2', Owner: 'nobody@example.com' }) })).message).toMatch(/knows nobody with the e-mail address nobody@example\.com/);
		expect((await failure({ operation: 'create', columns: mapped({ Title: 'x', Code: 'new-2', Hours: 'many' }) })).message).toMatch(/column Hours must be a number, not "many"/);
	});

	it('are changed and deleted only with the ETag that is still right', async () => {
		const [before] = await rows({ operation: 'get', itemId: '1' });
		const [after] = await rows({ operation: 'update', itemId: '1', columns: mapped({ Status: 'Done' }), writeOptions: { ifMatch: before!.etag } });
		expect(after).toMatchObject({ id: '1', fields: { Status: 'Done' } });
		expect((await failure({ operation: 'update', itemId: '1', columns: mapped({ Status: 'Open' }), writeOptions: { ifMatch: before!.etag } })).httpCode).toBe('412');
		expect((await failure({ operation: 'delete', itemId: '1', writeOptions: { ifMatch: before!.etag } })).message).toMatch(/changed since it had that ETag/);
		expect(await rows({ operation: 'delete', itemId: '1', writeOptions: { ifMatch: after!.etag } })).toEqual([{ id: '1', deleted: true }]);
		expect((await failure({ operation: 'get', itemId: '1' })).message).toMatch(/alice@example\.com cannot see the item 1 of the list "Projects", or it does not exist/);
	});

	it('are made or changed by their key', async () => {
		const columns = (Hours: number, Code = 'upserted') => mapped({ Title: 'By key', Code, Hours }, ['Code']);
		const [made] = await rows({ operation: 'upsert', columns: columns(1) });
		const [changed] = await rows({ operation: 'upsert', columns: columns(2) });
		expect([made!.wasCreated, changed!.wasCreated, changed!.id === made!.id, (changed!.fields as Record<string, unknown>).Hours]).toEqual([true, false, true, 2]);
	});

	it('are filtered, sorted and limited', async () => {
		const titles = async (parameters: Record<string, unknown>) => (await rows({ operation: 'getMany', returnAll: true, columnNames: ['Title'], ...parameters })).map(({ fields }) => (fields as { Title: string }).Title);
		const by = (...condition: Record<string, unknown>[]) => ({ filterMode: 'conditions', conditions: { condition } });
		expect(await titles({ ...by({ column: 'Hours', operator: 'greater', value: '20' }, { column: 'Customer', operator: 'equals', value: 'Datum' }), sort: { rule: [{ column: 'Hours', descending: true }] } })).toEqual(['alice project 10', 'alice project 3']);
		expect(await titles(by({ column: 'Project Owner', operator: 'equals', value: 'carol@example.com' }))).toEqual(['alice project 2', 'alice project 5', 'alice project 8', 'alice project 11']);
		expect(await titles({ filterMode: 'raw', rawFilter: "fields/Code eq 'alice-4'" })).toEqual(['alice project 4']);
		expect(await titles({ returnAll: false, limit: 2 })).toHaveLength(2);
		expect((await failure({ operation: 'getMany', columnNames: ['Colour'] })).message).toMatch(/has no column "Colour"/);
	});

	it('of a long list come page by page, empty pages between them too; above the threshold the way out is told', async () => {
		await sharePoint.settings({ graphReadings: 6_000, graphEmptyPages: true });
		const long = { operation: 'getMany', site: '/sites/everyone', list: 'Readings', columnNames: ['Title'], returnAll: true };
		expect(await rows(long)).toHaveLength(6_000);
		const error = await failure({ ...long, filterMode: 'raw', rawFilter: 'fields/Value gt 0' });
		expect([error.message, error.description]).toEqual([expect.stringMatching(/5,000 items at most \(list view threshold\)/), expect.stringMatching(/column that has an index/)]);
	});

	it('tell what has changed; a token that is too old begins again', async () => {
		const [start] = await rows({ operation: 'getChanges', latest: true });
		await rows({ operation: 'update', itemId: '5', columns: mapped({ Hours: 1 }) });
		await rows({ operation: 'delete', itemId: '6' });
		const [then] = await rows({ operation: 'getChanges', since: start!.changeToken });
		expect(then).toMatchObject({ resynchronised: false, changes: expect.arrayContaining([expect.objectContaining({ id: '5', deleted: false }), { id: '6', deleted: true }]) });
		await sharePoint.settings({ graphDeltaTokensExpired: true });
		const [again] = await rows({ operation: 'getChanges', since: then!.changeToken });
		expect([again!.resynchronised, (again!.changes as unknown[]).length > 5]).toEqual([true, true]);
	});

	it('are waited for when Graph throttles, and the calls bear the name that Microsoft asks for', async () => {
		await sharePoint.fault({ match: { pathIncludes: '/items' }, kind: 'status', status: 429, headers: { 'retry-after': '0' }, times: 2 });
		await fieldsOf('2');
		const calls = (await sharePoint.api()) as unknown as { status: number; userAgent?: string }[];
		expect(calls.filter(({ status }) => status === 429)).toHaveLength(2);
		expect(new Set(calls.map(({ userAgent }) => userAgent))).toEqual(new Set(['NONISV|n8n|ConnectedApps/1.0']));
	});

	it('fail one by one where the flow goes on', async () => {
		const items = await run({ operation: 'get', itemId: (index: number) => ['2', '999'][index] }, { items: [{ json: {} }, { json: {} }], continueOnFail: true });
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(items[1]!.json.error).toMatch(/cannot see the item 999/);
	});
});
