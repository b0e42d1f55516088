import { json, shapeOf, startApiWorld, type ApiWorld, type Json, type Person } from './support';

let world: ApiWorld;
beforeAll(async () => {
	world = await startApiWorld();
});
afterAll(async () => world.close());
afterEach(() => world.set());

const idOf = async (object: string, name: string, person: Person = 'alice'): Promise<string> => (await world.query(person, `SELECT Id FROM ${object} WHERE Name = '${name}'`)).body.records[0].Id;
const refused = (status: number, errorCode: string, message = '') => ({ status, body: [{ errorCode, message: expect.stringContaining(message) }] });

describe('a record', () => {
	test('comes with the fields that were asked for, or with all that the person may see', async () => {
		const id = await idOf('Invoice__c', 'INV-00061', 'bob');
		const { body } = await world.call('bob', `/sobjects/Invoice__c/${id.slice(0, 15)}?fields=Name,Amount__c`);
		expect(body).toEqual({ attributes: { type: 'Invoice__c', url: `/services/data/v62.0/sobjects/Invoice__c/${id}` }, Name: 'INV-00061', Amount__c: 100.25, Id: id });
		expect((await world.call('bob', `/sobjects/Invoice__c/${id}`)).body).not.toHaveProperty('Margin__c');
		expect((await world.call('integration', `/sobjects/Invoice__c/${id}`)).body).toHaveProperty('Margin__c', 10);
		expect(await world.call('bob', `/sobjects/Invoice__c/${id}?fields=Margin__c`)).toMatchObject(refused(400, 'INVALID_FIELD', "No such column 'Margin__c' on entity 'Invoice__c'"));
	});

	test('has the documented answer to an external id', async () => {
		const { body } = await world.call('alice', '/sobjects/Account/ExternalKey__c/alice-1');
		expect(body).toMatchObject({ attributes: { type: 'Account' }, Name: 'Alice Aerospace', OwnerId: expect.any(String), IsDeleted: false, CreatedById: expect.any(String), LastModifiedById: expect.any(String), SystemModstamp: expect.any(String) });
		expect(Object.keys((await world.call('alice', '/sobjects/Account/externalkey__c/ALICE-1?fields=Name')).body)).toEqual(['attributes', 'Name', 'Id']);
	});

	test('behind an external id that two share is a choice, and nobody learns of others’', async () => {
		const { status, body } = await world.call('alice', '/sobjects/Invoice__c/LegacyKey__c/DUP-1');
		expect([status, body]).toEqual([300, [expect.stringMatching(/^\/services\/data\/v62\.0\/sobjects\/Invoice__c\/a00\w{15}$/), expect.any(String)]]);
		expect((await world.call('integration', '/sobjects/Invoice__c/LegacyKey__c/DUP-1')).body).toHaveLength(6);
		expect(await world.call('alice', '/sobjects/Invoice__c/LegacyKey__c/L-bob-3')).toMatchObject(refused(404, 'NOT_FOUND', 'The requested resource does not exist'));
		expect(await world.call('alice', '/sobjects/Invoice__c/Amount__c/100')).toMatchObject(refused(404, 'NOT_FOUND', 'Provided external ID field does not exist or is not accessible: Amount__c'));
		expect(await world.call('alice', '/sobjects/Invoice__c/Nothing__c/100')).toMatchObject(refused(404, 'NOT_FOUND', 'Provided external ID field does not exist'));
	});

	test('in the recycle bin is told as such', async () => {
		const { Id } = (await world.call('alice', `/queryAll?q=${encodeURIComponent("SELECT Id FROM Account WHERE Name = 'Alice Abandoned'")}`)).body.records[0];
		expect(await world.call('alice', `/sobjects/Account/${Id}`)).toMatchObject(refused(404, 'ENTITY_IS_DELETED', 'entity is deleted'));
	});
});

describe('related records', () => {
	test('a parent, or 404 without one', async () => {
		const id = await idOf('Account', 'Alice Automotive');
		expect((await world.call('alice', `/sobjects/Account/${id}/Parent?fields=Name`)).body).toMatchObject({ attributes: { type: 'Account' }, Name: "Alice Analytics & O'Neill" });
		const first = await idOf('Account', 'Alice Aerospace');
		expect(await world.call('alice', `/sobjects/Account/${first}/Parent`)).toMatchObject(refused(404, 'NOT_FOUND'));
		expect(await world.call('alice', `/sobjects/Account/${first}/Nothing`)).toMatchObject(refused(404, 'NOT_FOUND'));
	});

	test('children, page by page, or none', async () => {
		world.set({ queryPageSize: 1_000 });
		const id = await idOf('Account', 'Alice Aerospace');
		const { body } = await world.call('alice', `/sobjects/Account/${id}/Contacts?fields=Name`);
		expect(body).toMatchObject({ totalSize: 1_500, done: false, nextRecordsUrl: expect.stringContaining('-1000') });
		expect(Object.keys(body.records[0])).toEqual(['attributes', 'Name', 'Id']);
		expect((await world.call('alice', body.nextRecordsUrl.replace('/services/data/v62.0', ''))).body.records).toHaveLength(500);
		const other = await idOf('Account', 'Alice Automotive');
		expect((await world.call('alice', `/sobjects/Account/${other}/ChildAccounts`)).body).toEqual({ totalSize: 0, done: true, records: [] });
		expect(await world.call('alice', `/sobjects/Account/${id}/Contacts?fields=Nope`)).toMatchObject(refused(400, 'INVALID_FIELD'));
	});
});

describe('collections', () => {
	test('come in the order of the ids, with null for what is not there', async () => {
		const [mine, yours] = [await idOf('Account', 'Alice Aerospace'), await idOf('Account', 'Bob Biotech', 'bob')];
		const ids = [mine, yours, mine.slice(0, 15), 'nonsense'];
		const { body } = await world.call('alice', '/composite/sobjects/Account', json('POST', { ids, fields: ['id', 'name'] }));
		const record = { attributes: { type: 'Account', url: `/services/data/v62.0/sobjects/Account/${mine}` }, Id: mine, Name: 'Alice Aerospace' };
		expect(body).toEqual([record, null, record, null]);
	});

	test('hold 2,000 ids and fields that one may see', async () => {
		const { body } = await world.query('alice', 'SELECT Id FROM Contact');
		const ids = body.records.map(({ Id }: Json) => Id);
		expect((await world.call('alice', '/composite/sobjects/Contact', json('POST', { ids, fields: ['Name'] }))).body).toHaveLength(2_000);
		expect(await world.call('alice', '/composite/sobjects/Contact', json('POST', { ids: [...ids, ids[0]], fields: ['Name'] }))).toMatchObject(refused(400, 'EXCEEDED_ID_LIMIT'));
		expect(await world.call('bob', '/composite/sobjects/Invoice__c', json('POST', { ids: [], fields: ['Margin__c'] }))).toMatchObject(refused(400, 'INVALID_FIELD'));
		expect(await world.call('alice', '/composite/sobjects/Contact', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } })).toMatchObject(refused(400, 'JSON_PARSER_ERROR'));
	});
});

describe('deleted and updated', () => {
	const at = (daysAgo: number) => encodeURIComponent(new Date(Date.now() - daysAgo * 86_400_000).toISOString());

	test('list what happened within the span, to rows that one may see', async () => {
		const { body } = await world.call('alice', `/sobjects/Invoice__c/deleted/?start=${at(3)}&end=${at(0)}`);
		expect(body).toEqual({ deletedRecords: [{ deletedDate: expect.stringMatching(/\+0000$/), id: expect.stringMatching(/^a00/) }], earliestDateAvailable: expect.any(String), latestDateCovered: expect.stringMatching(/:00\.000\+0000$/) });
		expect((await world.call('alice', `/sobjects/Invoice__c/deleted?start=${at(14)}&end=${at(0)}`)).body.deletedRecords).toHaveLength(2);
		expect((await world.call('bob', `/sobjects/Invoice__c/deleted?start=${at(14)}&end=${at(0)}`)).body.deletedRecords).toEqual([]);
		const updated = await world.call('alice', `/sobjects/Invoice__c/updated/?start=${at(1.01)}&end=${at(0)}`);
		expect(updated.body).toEqual({ ids: [expect.any(String), expect.any(String), expect.any(String), expect.any(String)], latestDateCovered: expect.any(String) });
	});

	test('refuse spans that are too long ago, too short or not given', async () => {
		expect(await world.call('alice', `/sobjects/Account/updated?start=${at(40)}&end=${at(0)}`)).toMatchObject(refused(400, 'INVALID_REPLICATION_DATE', '30 days'));
		expect(await world.call('alice', `/sobjects/Account/deleted?start=${at(20)}&end=${at(0)}`)).toMatchObject(refused(400, 'INVALID_REPLICATION_DATE', '15 days'));
		expect(await world.call('alice', `/sobjects/Account/deleted?start=${at(1)}&end=${at(1)}`)).toMatchObject(refused(400, 'INVALID_REPLICATION_DATE', 'endDate must be at least one minute greater than startDate'));
		expect((await world.call('alice', '/sobjects/Account/updated')).status).toBe(400);
	});
});

describe('files', () => {
	const bytes = async (path: string): Promise<{ headers: Headers; content: Buffer; status: number }> => {
		const response = await fetch(`${world.salesforce.instanceUrl}${path}`, { headers: { authorization: `Bearer ${await world.tokenOf('alice')}` } });
		return { status: response.status, headers: response.headers, content: Buffer.from(await response.arrayBuffer()) };
	};

	test('of a record are found over their links; the bytes are at the address in the field', async () => {
		const id = await idOf('Account', 'Alice Aerospace');
		const { body } = await world.query('alice', `SELECT ContentDocument.Title, ContentDocument.LatestPublishedVersionId, ContentDocument.LatestPublishedVersion.VersionData FROM ContentDocumentLink WHERE LinkedEntityId = '${id}'`);
		expect(body.records.map(({ ContentDocument }: Json) => ContentDocument.Title)).toEqual(['offer', 'logo', 'large']);
		const { LatestPublishedVersionId, LatestPublishedVersion } = body.records[0].ContentDocument;
		expect(LatestPublishedVersion.VersionData).toBe(`/services/data/v62.0/sobjects/ContentVersion/${LatestPublishedVersionId}/VersionData`);
		const file = await bytes(LatestPublishedVersion.VersionData);
		expect(file.content.toString()).toBe('An offer: 100 € for naïve 日本 text.\n');
		expect(file.headers.get('content-type')).toBe('application/octet-stream');
		expect(file.headers.get('content-encoding')).toBeNull();
	});

	test('are attachments and documents, too', async () => {
		const { body: attachments } = await world.query('alice', 'SELECT Name, ContentType, BodyLength, Body FROM Attachment ORDER BY Name');
		expect((await bytes(attachments.records[0].Body)).content.subarray(1, 4).toString()).toBe('PNG');
		const { body: documents } = await world.query('alice', 'SELECT Id, BodyLength FROM Document');
		expect((await bytes(`/services/data/v62.0/sobjects/Document/${documents.records[0].Id}/body`)).content).toHaveLength(documents.records[0].BodyLength);
	});

	test('of any size are streamed', async () => {
		world.set({ largeFileBytes: 3_000_001 });
		const { body } = await world.query('alice', "SELECT ContentSize, VersionData FROM ContentVersion WHERE PathOnClient = 'large.bin'");
		expect(body.records[0].ContentSize).toBe(3_000_001);
		const { content, headers } = await bytes(body.records[0].VersionData);
		expect([content.length, headers.get('content-length')]).toEqual([3_000_001, '3000001']);
		expect(content[2_999_999]).toBe(2_999_999 % 251);
	});

	test('of somebody else are not there', async () => {
		const { body } = await world.query('bob', "SELECT VersionData FROM ContentVersion WHERE Title = 'secret'");
		expect((await bytes(body.records[0].VersionData)).status).toBe(404);
	});
});

describe('describe', () => {
	test('tells everything about fields and children, and nothing that is hidden', async () => {
		const { body } = await world.call('alice', '/sobjects/Invoice__c/describe');
		const field = (name: string) => body.fields.find((candidate: Json) => candidate.name === name);
		expect(field('Status__c')).toMatchObject({ type: 'picklist', custom: true, filterable: true, groupable: true, picklistValues: expect.arrayContaining([{ active: true, defaultValue: false, label: 'Paid', validFor: null, value: 'Paid' }]) });
		expect(field('Number__c')).toMatchObject({ externalId: true, unique: true, idLookup: true });
		expect(field('Notes__c')).toMatchObject({ type: 'textarea', filterable: false, sortable: false, groupable: false });
		expect(field('Account__c')).toMatchObject({ type: 'reference', referenceTo: ['Account'], relationshipName: 'Account__r', soapType: 'tns:ID' });
		expect(field('Name')).toMatchObject({ autoNumber: true, nameField: true, createable: false });
		const account = (await world.call('alice', '/sobjects/Account/describe')).body;
		expect(account.childRelationships).toContainEqual({ cascadeDelete: false, childSObject: 'Invoice__c', deprecatedAndHidden: false, field: 'Account__c', junctionIdListNames: [], junctionReferenceTo: [], relationshipName: 'Invoices__r', restrictedDelete: false });
		expect((await world.call('bob', '/sobjects/Invoice__c/describe')).body.fields.map(({ name }: Json) => name)).not.toContain('Margin__c');
		// The keys that the documentation shows, with the types that it shows.
		expect(account).toMatchObject({ name: 'Account', updateable: true, createable: true, custom: false, customSetting: false, keyPrefix: '001', urls: { uiEditTemplate: `${world.salesforce.instanceUrl}/{ID}/e`, sobject: '/services/data/v62.0/sobjects/Account', uiDetailTemplate: `${world.salesforce.instanceUrl}/{ID}` } });
	});

	test('global lists what one may see', async () => {
		world.set({ objectsHiddenFrom: { bob: ['Reading__c'] } });
		const listed = async (person: Person) => (await world.call(person, '/sobjects')).body.sobjects.map(({ name }: Json) => name);
		expect(await listed('alice')).toEqual(expect.arrayContaining(['Account', 'Invoice__c', 'Reading__c', 'ContentVersion', 'Report']));
		expect(await listed('bob')).not.toContain('Reading__c');
		expect(await world.call('bob', '/sobjects/Reading__c/describe')).toMatchObject(refused(404, 'NOT_FOUND'));
	});

	test('has one shape for every field', async () => {
		const { body } = await world.call('alice', '/sobjects/Contact/describe');
		const keys = new Set(body.fields.map((field: Json) => Object.keys(shapeOf(field) as object).join()));
		expect(keys.size).toBe(1);
	});
});

describe('about the caller', () => {
	test('chatter and userinfo agree', async () => {
		const { body } = await world.call('bob', '/chatter/users/me');
		const userinfo = (await (await fetch(`${world.salesforce.instanceUrl}/services/oauth2/userinfo`, { headers: { authorization: `Bearer ${await world.tokenOf('bob')}` } })).json());
		expect(body).toMatchObject({ id: userinfo.user_id, username: 'bob@example.com', email: 'bob@example.com', displayName: 'Bob Baker', type: 'User', isActive: true, url: `/services/data/v62.0/chatter/users/${userinfo.user_id}` });
	});

	test('limits and counts of records', async () => {
		const { body } = await world.call('alice', '/limits');
		expect(body).toMatchObject({ DailyApiRequests: { Max: 100_000, Remaining: expect.any(Number) }, DailyBulkV2QueryJobs: { Max: 10_000, Remaining: 10_000 }, HourlySyncReportRuns: { Max: 500, Remaining: 500 }, DataStorageMB: { Max: 1_073, Remaining: 1_073 } });
		expect((await world.call('alice', '/limits/recordCount?sObjects=Account,Nothing')).body).toEqual({ sObjects: [{ count: 3, name: 'Account' }] });
	});
});
