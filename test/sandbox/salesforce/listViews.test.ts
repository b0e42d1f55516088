import { startApiWorld, type ApiWorld, type Json } from './support';

let world: ApiWorld;
beforeAll(async () => {
	world = await startApiWorld();
});
afterAll(async () => world.close());

const viewOf = async (object: string, developerName: string): Promise<Json> => (await world.call('alice', `/sobjects/${object}/listviews`)).body.listviews.find((view: Json) => view.developerName === developerName);
const at = (url: string) => url.replace('/services/data/v62.0', '');

test('list views of an object are listed as documented', async () => {
	const { body } = await world.call('alice', '/sobjects/Account/listviews');
	const id = body.listviews[0].id as string;
	const url = `/services/data/v62.0/sobjects/Account/listviews/${id}`;
	expect(body).toEqual({ done: true, listviews: expect.any(Array), nextRecordsUrl: null, size: 3, sobjectType: 'Account' });
	expect(body.listviews[0]).toEqual({ describeUrl: `${url}/describe`, developerName: 'AllAccounts', id, label: 'All Accounts', resultsUrl: `${url}/results`, soqlCompatible: true, url });
	expect((await world.call('alice', at(url))).body).toEqual(body.listviews[0]);
	expect((await world.call('alice', '/sobjects/Account/listviews/recent')).body.size).toBe(2);
});

test('describe tells columns, order and query', async () => {
	const view = await viewOf('Account', 'NewThisWeek');
	const { body } = await world.call('alice', at(view.describeUrl));
	expect(body).toMatchObject({
		id: view.id.slice(0, 15),
		orderBy: [
			{ fieldNameOrPath: 'Name', nullsPosition: 'first', sortDirection: 'ascending' },
			{ fieldNameOrPath: 'Id', nullsPosition: 'first', sortDirection: 'ascending' },
		],
		query: 'SELECT name, billingcity, phone, type, owner.alias, id, createddate, lastmodifieddate, systemmodstamp FROM Account WHERE CreatedDate = THIS_WEEK ORDER BY Name ASC NULLS FIRST, Id ASC NULLS FIRST',
		scope: null,
		sobjectType: 'Account',
		whereCondition: { field: 'CreatedDate', operator: 'equals', values: ['THIS_WEEK'] },
	});
	expect(body.columns[0]).toEqual({ ascendingLabel: 'Z-A', descendingLabel: 'A-Z', fieldNameOrPath: 'Name', hidden: false, label: 'Account Name', selectListItem: 'Name', sortDirection: 'ascending', sortIndex: 0, sortable: true, type: 'string' });
	expect(body.columns[2]).toMatchObject({ ascendingLabel: '9-0', descendingLabel: '0-9', fieldNameOrPath: 'Phone', type: 'phone' });
	expect(body.columns[3]).toMatchObject({ selectListItem: 'toLabel(Type)', ascendingLabel: 'Low to High' });
	expect(body.columns[5]).toMatchObject({ ascendingLabel: null, fieldNameOrPath: 'Id', hidden: true, sortable: false, type: 'id' });
});

test('results are texts in columns, 25 rows if nobody says more', async () => {
	const view = await viewOf('Contact', 'AllContacts');
	const { body } = await world.call('alice', at(view.resultsUrl));
	expect(body).toMatchObject({ developerName: 'AllContacts', done: false, id: view.id.slice(0, 15), label: 'All Contacts', size: 25 });
	expect(body.records).toHaveLength(25);
	expect(body.records[0].columns.map(({ fieldNameOrPath }: Json) => fieldNameOrPath)).toEqual(['Name', 'Account.Name', 'Email', 'Title', 'Owner.Alias', 'Id', 'CreatedDate', 'LastModifiedDate', 'SystemModstamp']);
	const value = (name: string) => body.records[0].columns.find(({ fieldNameOrPath }: Json) => fieldNameOrPath === name).value;
	expect([value('Owner.Alias'), value('CreatedDate')]).toEqual(['alice', expect.stringMatching(/^[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d GMT 2025$/)]);
});

test('results are paged by limit and offset, up to the documented bounds', async () => {
	const view = await viewOf('Contact', 'AllContacts');
	const results = (more: string) => world.call('alice', `${at(view.resultsUrl)}?${more}`);
	const name = ({ columns }: Json) => columns[0].value;
	const [first, second] = [(await results('limit=2000')).body, (await results('limit=2000&offset=1999')).body];
	expect([first.size, name(first.records[1_999])]).toEqual([2_000, name(second.records[0])]);
	expect((await results('limit=2001')).status).toBe(400);
	expect(await results('limit=1&offset=2001')).toMatchObject({ status: 400, body: [{ errorCode: 'NUMBER_OUTSIDE_VALID_RANGE', message: 'Maximum SOQL offset allowed is 2000' }] });
});

test('“my” views show what one owns, others what one sees', async () => {
	const [mine, all] = [await viewOf('Account', 'MyAccounts'), await viewOf('Account', 'AllAccounts')];
	expect((await world.call('integration', at(mine.resultsUrl))).body).toMatchObject({ size: 0, done: true });
	expect((await world.call('integration', at(all.resultsUrl))).body).toMatchObject({ size: 9, done: true });
	expect((await world.call('alice', at(mine.resultsUrl))).body.size).toBe(3);
	expect((await world.call('alice', `/sobjects/Contact/listviews/${mine.id}/results`)).status).toBe(404);
});
