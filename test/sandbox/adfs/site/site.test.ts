// The played `_api` by the vendor's documentation: shapes, errors, paging, names.
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ContentWriter } from './data/content';
import { startSiteWorld, type SiteWorld } from './siteWorld';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- bodies of the wire, asserted field by field
type Json = any;

let world: SiteWorld;
beforeAll(async () => {
	world = await startSiteWorld();
});
afterAll(async () => world.close());

interface Init {
	user?: string;
	method?: string;
	headers?: Record<string, string>;
	body?: string | Uint8Array<ArrayBuffer>;
}

async function api(path: string, { user = 'alice', method = 'GET', headers = {}, body }: Init = {}): Promise<{ status: number; headers: Headers; body: Json }> {
	const response = await fetch(`${world.siteUrl}${path}`, { method, body, headers: { accept: 'application/json;odata=nometadata', authorization: `Bearer ${await world.tokenOf(user)}`, ...(body !== undefined && { 'content-type': 'application/json;odata=nometadata' }), ...headers } });
	const text = await response.text();
	return { status: response.status, headers: response.headers, body: /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text };
}
const codeOf = ({ status, body }: { status: number; body: Json }): [number, string] => [status, body['odata.error'].code];
const projects = "/sites/shared/_api/web/lists/getbytitle('Projects')";
const encoded = (path: string): string => encodeURIComponent(`'${path.replaceAll("'", "''")}'`);

describe('shapes', () => {
	test('are those of captured answers', async () => {
		const web = await api('/sites/shared/_api/web');
		const samples: Json = { web: ['Id', 'Title', 'Url', 'ServerRelativeUrl', 'WebTemplate', 'Language', 'UIVersion'], list: ['BaseTemplate', 'BaseType', 'EntityTypeName', 'Hidden', 'Id', 'ItemCount', 'Title'], item: ['Attachments', 'AuthorId', 'ContentTypeId', 'Created', 'EditorId', 'GUID', 'Id', 'ID', 'Modified', 'Title'], file: ['ContentTag', 'ETag', 'Exists', 'Length', 'Name', 'ServerRelativeUrl', 'TimeCreated', 'TimeLastModified', 'UIVersionLabel', 'UniqueId'] };
		expect(Object.keys(web.body)).toEqual(expect.arrayContaining(samples.web));
		expect(Object.keys((await api('/sites/shared/_api/web/lists')).body.value[0])).toEqual(expect.arrayContaining(samples.list));
		expect(Object.keys((await api(`${projects}/items`)).body.value[0])).toEqual(expect.arrayContaining(samples.item));
		const { body } = await api(`/sites/shared/_api/web/getfilebyserverrelativepath(decodedurl=@p)?@p=${encoded('/sites/shared/Shared Documents/large.bin')}`);
		expect(Object.keys(body)).toEqual(expect.arrayContaining(samples.file));
		expect([body.Length, body.UIVersionLabel]).toEqual(['3000000', '1.0']);
	});

	test('with minimal metadata name their type and ETag', async () => {
		const { body, headers } = await api(`${projects}/items(1)`, { headers: { accept: 'application/json' } });
		expect([body['odata.type'], body['odata.etag'], headers.get('etag')]).toEqual(['SP.Data.ProjectsListItem', '"1"', '"1"']);
	});
});

describe('items', () => {
	test('come by the hundred, at most 5,000, on and on by $skiptoken', async () => {
		const readings = "/sites/shared/_api/web/lists/getbytitle('Readings')/items";
		const first = await api(readings);
		expect([first.body.value.length, decodeURIComponent(first.body['odata.nextLink'])]).toEqual([100, expect.stringContaining('$skiptoken=Paged=TRUE&p_ID=100')]);
		const big = await api(`${readings}?$top=9000&$select=Id`);
		expect(big.body.value.length).toBe(5_000);
		const rest = await api(new URL(big.body['odata.nextLink']).pathname + new URL(big.body['odata.nextLink']).search);
		expect([rest.body.value.length, rest.body.value[0].Id, rest.body['odata.nextLink']]).toEqual([1_000, 5_001, undefined]);
	});

	test('of a large list are not searched without an index', async () => {
		const readings = "/sites/shared/_api/web/lists/getbytitle('Readings')/items";
		expect(codeOf(await api(`${readings}?$filter=Reading gt 5`))).toEqual([500, '-2147024860, Microsoft.SharePoint.SPQueryThrottledException']);
		expect(codeOf(await api(`${readings}?$orderby=Reading`))[0]).toBe(500);
		expect((await api(`${readings}?$filter=Sensor eq 'S-3' and Reading gt 5900&$orderby=Reading desc`)).body.value.map((row: Json) => row.Reading)).toEqual([5_993, 5_983, 5_973, 5_963, 5_953, 5_943, 5_933, 5_923, 5_913, 5_903]);
	});

	test('are filtered by people, lookups, choices, dates and texts with quotes', async () => {
		const titles = async (filter: string): Promise<string[]> => (await api(`${projects}/items?$filter=${encodeURIComponent(filter)}&$select=Title`)).body.value.map((row: Json) => row.Title);
		expect(await titles("Title eq 'Baker''s Dozen'")).toEqual(["Baker's Dozen"]);
		expect((await api(`${projects}/items?$filter=${encodeURIComponent("Owner/EMail eq 'bob@example.com'")}&$select=Title&$expand=Owner`)).body.value.map((row: Json) => row.Title)).toEqual(["Baker's Dozen"]);
		expect((await api(`${projects}/items?$filter=${encodeURIComponent("Owner/EMail eq 'bob@example.com'")}&$select=Title`)).status).toBe(400);
		expect(codeOf(await api(`${projects}/items?$filter=${encodeURIComponent("Nothing eq 'x'")}`))[0]).toBe(400);
		expect(codeOf(await api(`${projects}/items?$filter=${encodeURIComponent("contains(Title,'x')")}`))).toEqual([400, '-1, Microsoft.SharePoint.Client.InvalidClientQueryException']);
		expect(await titles("substringof('100% #1',Title)")).toEqual(['Café 100% #1']);
		expect(await titles("Due_x0020_Date gt datetime'2026-03-15T00:00:00Z' and Status ne 'Done'")).toEqual(["Baker's Dozen"]);
		expect(await titles('OwnerId eq 11 or Website eq null')).toEqual(["Baker's Dozen", 'Café 100% #1']);
	});

	test('are written by value of the column, or refused', async () => {
		const post = (body: Json, type?: string) => api(`${projects}/items`, { method: 'POST', body: JSON.stringify(body), ...(type !== undefined && { headers: { 'content-type': type } }) });
		const made = await post({ Title: 'New', TagsId: [2, 3], OwnerId: 10, Categories: ['Sales'], Website: { Url: 'https://example.com', Description: 'x' }, Due_x0020_Date: '2026-05-01T10:00:00.5+02:00' });
		expect([made.status, made.headers.get('etag'), made.body]).toEqual([201, '"1"', expect.objectContaining({ TagsId: [2, 3], OwnerId: 10, Categories: ['Sales'], Due_x0020_Date: '2026-05-01T08:00:00Z' })]);
		expect((await post({ Title: 'x', TagsId: { results: [1] } })).body['odata.error'].message.value).toContain("A 'StartArray' node was expected");
		expect((await post({ Title: 'x', Tags: [1] })).body['odata.error'].message.value).toContain("The property 'Tags' does not exist on type 'SP.Data.ProjectsListItem'");
		expect((await post({ Title: 'x', Budget: 'much' })).status).toBe(400);
		expect((await post({ __metadata: { type: 'SP.Data.ProjectsListItem' }, Title: 'v', TagsId: { results: [1] } }, 'application/json;odata=verbose')).body.TagsId).toEqual([1]);
		const item = `${projects}/items(${made.body.Id})`;
		const merge = (etag: string) => api(item, { method: 'POST', headers: { 'x-http-method': 'MERGE', 'if-match': etag }, body: '{"Title":"Changed"}' });
		expect([(await merge('"1"')).status, codeOf(await merge('"1"'))]).toEqual([204, [412, '-1, Microsoft.SharePoint.Client.ClientServiceException']]);
		expect((await api(item, { method: 'POST', headers: { 'x-http-method': 'DELETE', 'if-match': '*' } })).status).toBe(200);
		expect(codeOf(await api(item))).toEqual([404, '-2130575338, Microsoft.SharePoint.SPException']);
	});

	test('are read-only to whoever may not write', async () => {
		expect((await api(`${projects}/items(1)`, { user: 'carol' })).status).toBe(200);
		expect(codeOf(await api(`${projects}/items`, { user: 'carol', method: 'POST', body: '{"Title":"x"}' }))).toEqual([403, '-2147024891, System.UnauthorizedAccessException']);
	});
});

describe('files', () => {
	const file = (path: string, tail = ''): string => `/sites/shared/_api/web/getfilebyserverrelativepath(decodedurl=@p)${tail}?@p=${encoded(`/sites/shared/Shared Documents/${path}`)}`;
	const folder = (path: string, tail: string): string => `/sites/shared/_api/web/getfolderbyserverrelativepath(decodedurl=@p)${tail}${tail.includes('?') ? '&' : '?'}@p=${encoded(`/sites/shared/Shared Documents${path}`)}`;
	const add = (name: string, body: string, overwrite = false) => api(folder('', `/files/addusingpath(decodedurl=@n,overwrite=${overwrite})?@n=${encoded(name)}`), { method: 'POST', body });

	test.each(["It's 100% #1 & more + ö 🚀.txt", `${'n'.repeat(366)}.txt`])('are found by the name "%.20s…"', async (name) => {
		expect((await add(name, 'content')).body.Name).toBe(name);
		expect((await api(file(name, '/$value'))).body).toBe('content');
		expect(codeOf(await add(name, 'again'))).toEqual([400, '-2130575257, Microsoft.SharePoint.SPException']);
		expect((await add(name, 'again', true)).body.UIVersionLabel).toBe('2.0');
		expect((await api(file(name, '/recycle'), { method: 'POST' })).body.value).toMatch(/^[0-9a-f-]{36}$/);
		expect(codeOf(await api(file(name)))).toEqual([404, '-2130575338, Microsoft.SharePoint.SPException']);
	});

	test('grow chunk by chunk; a chunk in the wrong place is refused, and giving up leaves nothing', async () => {
		await add('grown.bin', '');
		const id = "guid'11111111-2222-4333-8444-555555555555'";
		const step = (method: string, body: string) => api(file('grown.bin', `/${method}`), { method: 'POST', body });
		expect((await step(`startupload(uploadid=${id})`, 'abc')).body.value).toBe('3');
		expect((await step(`continueupload(uploadid=${id},fileoffset=1)`, 'x')).status).toBe(400);
		expect((await step(`continueupload(uploadid=${id},fileoffset=3)`, 'def')).body.value).toBe('6');
		expect((await step(`finishupload(uploadid=${id},fileoffset=6)`, 'ghi')).body.Length).toBe('9');
		expect((await api(file('grown.bin', '/$value'))).body).toBe('abcdefghi');
		await add('given up.bin', '');
		await api(file('given up.bin', `/startupload(uploadid=${id})`), { method: 'POST', body: 'abc' });
		expect((await api(file('given up.bin', `/cancelupload(uploadid=${id})`), { method: 'POST' })).status).toBe(200);
		expect((await api(file('given up.bin'))).status).toBe(404);
	});

	test('of any size come and go, and are not kept in memory', async () => {
		const bytes = Buffer.alloc(5 << 20, 'x');
		expect((await api(folder('', "/files/addusingpath(decodedurl='big.bin',overwrite=true)"), { method: 'POST', body: bytes })).body.Length).toBe(String(bytes.length));
		expect((await api(file('big.bin', '/$value'))).body.length).toBe(bytes.length);
		const before = process.memoryUsage().arrayBuffers;
		const writer = new ContentWriter(1_000_000);
		for (let n = 0; n < 60; n++) writer.write(bytes);
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 << 20);
		const { size, sha256, open } = writer.finish();
		expect([size, sha256]).toEqual([300 << 20, createHash('sha256').update(Buffer.alloc(300 << 20, 'x')).digest('hex')]);
		expect(await buffer(open({ start: (300 << 20) - 3, end: (300 << 20) - 1 }))).toEqual(Buffer.from('xxx'));
		writer.discard();
	});

	test('move between libraries of two sites that the person sees, and not elsewhere', async () => {
		await add('mover.txt', 'moving');
		const move = (to: string) => api('/sites/shared/_api/SP.MoveCopyUtil.MoveFileByPath(overwrite=@a1)?@a1=false', { method: 'POST', body: JSON.stringify({ srcPath: { DecodedUrl: `${world.siteUrl}/sites/shared/Shared Documents/mover.txt` }, destPath: { DecodedUrl: `${world.siteUrl}${to}` }, options: { KeepBoth: false } }) });
		expect((await move('/sites/bakery/Shared Documents/mover.txt')).status).toBe(404);
		expect((await move('/sites/aerospace/Shared Documents/moved.txt')).body).toEqual({ 'odata.null': true });
		expect((await api(`/sites/aerospace/_api/web/getfilebyserverrelativepath(decodedurl='/sites/aerospace/Shared Documents/moved.txt')/$value`)).body).toBe('moving');
		expect((await api(file('mover.txt'))).status).toBe(404);
	});
});

describe('sites', () => {
	test('are found as far as the person sees them', async () => {
		const titles = async (user: string, query: string): Promise<string[]> => (await api(`/_api/search/query?querytext=${encodeURIComponent(`'${query}'`)}&selectproperties='Title,Path'`, { user })).body.PrimaryQueryResult.RelevantResults.Table.Rows.map((row: Json) => row.Cells.find((cell: Json) => cell.Key === 'Title').Value);
		expect(await titles('alice', 'contentclass:STS_Site')).toEqual(['Contoso Intranet', 'Aerospace', 'Shared Projects']);
		expect(await titles('bob', '(contentclass:STS_Site OR contentclass:STS_Web)')).toEqual(['Contoso Intranet', 'Bakery', 'Shared Projects']);
		expect(await titles('alice', 'proj* contentclass:STS_Web')).toEqual(['Apollo Project']);
		expect(await titles('bob', 'IsDocument:1 AND engines')).toEqual([]);
		expect((await api('/sites/shared/_api/web/webs')).body.value.map((web: Json) => web.Title)).toEqual(['Apollo Project']);
	});

	test('that are not there or not for this person say so', async () => {
		expect(await api('/sites/nowhere/_api/web')).toMatchObject({ status: 404, body: '404 FILE NOT FOUND' });
		expect(codeOf(await api('/sites/bakery/_api/web'))).toEqual([403, '-2147024891, System.UnauthorizedAccessException']);
		expect(codeOf(await api('/_api/web/nonsense'))).toEqual([404, '-1, Microsoft.SharePoint.Client.ResourceNotFoundException']);
		expect(codeOf(await api("/_api/web/lists/getbytitle('Nothing')"))).toEqual([404, '-1, System.ArgumentException']);
		expect(codeOf(await api('/_api/web/lists?$select=Nothing'))).toEqual([400, '-1, Microsoft.SharePoint.SPException']);
	});
});
