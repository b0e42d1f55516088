// Every operation of the Server backend against the played SharePoint Server, by bearer token and by password.
import { buffer, text } from 'node:stream/consumers';

import type { Backend, Column, EntryAt, Written, WrittenValue } from '../../../nodes/SharePoint/transport/backend';
import { siteFaults } from '../../sandbox/adfs/site/siteFaults';
import { startSiteWorld, type SiteWorld } from '../../sandbox/adfs/site/siteWorld';
import { backendOf, largeSource, sourceOf } from './serverWorld';

let world: SiteWorld;
beforeAll(async () => {
	world = await startSiteWorld({ siteReadingRows: 5_500 });
});
afterAll(async () => world.close());
beforeEach(() => {
	world.faults.clear();
	world.calls.clear();
});

const site = '/sites/shared';
const projects = { site, list: 'Projects' };
const at = (entry: string): EntryAt => ({ site, library: '', entry });

async function written(backend: Backend, values: Record<string, WrittenValue>): Promise<Written[]> {
	const columns = await backend.getColumns(projects);
	return Object.entries(values).map(([name, value]) => ({ column: columns.find((column) => column.name === name)!, value }));
}

async function column(backend: Backend, name: string, list = 'Projects'): Promise<Column> {
	return (await backend.getColumns({ site, list })).find((candidate) => candidate.name === name)!;
}

describe.each(['bearer', 'ntlm'] as const)('by %s', (login) => {
	let backend: Backend;
	beforeAll(async () => {
		backend = await backendOf(world, login);
	});

	test('sites, lists and columns', async () => {
		const { entries } = await backend.searchSites('');
		expect(entries.map(({ title }) => title)).toEqual(['Contoso Intranet', 'Aerospace', 'Shared Projects', 'Apollo Project']);
		expect((await backend.searchSites('aero')).entries.map(({ webUrl }) => webUrl)).toEqual([`${world.siteUrl}/sites/aerospace`]);
		const shared = entries.find(({ name }) => name === 'shared')!;
		for (const reference of [shared.id, shared.webUrl, '/sites/shared/']) expect((await backend.getSite(reference)).title).toBe('Shared Projects');
		expect((await backend.getSite('')).title).toBe('Contoso Intranet');
		await expect(backend.getSite('https://elsewhere.example/sites/x')).rejects.toThrow('is not on');
		expect(await backend.getCurrentUser(site)).toMatchObject({ name: 'Alice Archer', email: 'alice@example.com' });
		expect((await backend.getLists(site, { hidden: false })).entries.map(({ title, template }) => `${title} ${template}`)).toEqual(['Documents documentLibrary', 'Tags genericList', 'Projects genericList', 'Readings genericList']);
		const { id } = await backend.getList(projects);
		expect((await backend.getList({ site, list: id })).webUrl).toBe(`${world.siteUrl}/sites/shared/Lists/Projects`);
		expect(await column(backend, 'Reviewers')).toMatchObject({ type: 'person', multiple: true });
		expect(await column(backend, 'Tags')).toMatchObject({ type: 'lookup', multiple: true, lookup: { column: 'Title' } });
		expect(await column(backend, 'Status')).toMatchObject({ type: 'choice', multiple: false, choices: ['Planned', 'Active', 'Done'] });
	});

	test('items are written and read by value', async () => {
		const made = await backend.createItem(projects, await written(backend, { Title: "It's new", Status: 'Active', Categories: ['Sales', 'Support'], Owner: { people: [{ email: 'bob@example.com' }] }, Reviewers: { people: [{ email: 'CONTOSO\\carol' }, { id: 10 }] }, Tags: { lookups: [{ value: 'urgent' }, { id: 3 }] }, Customer: { lookups: [{ value: 'customer' }] }, Budget: 1.5, Billable: true, Due_x0020_Date: '2026-06-01T10:00:00Z', Website: { link: { url: 'https://example.com', description: 'Site' } } }));
		expect(made).toMatchObject({ etag: '"1"', createdBy: { name: 'Alice Archer', email: 'alice@example.com' }, fields: { Title: "It's new", Status: 'Active', Categories: ['Sales', 'Support'], Owner: { id: 11, name: 'Bob Baker', email: 'bob@example.com' }, Reviewers: [{ id: 12, name: 'Carol Clark' }, { id: 10, name: 'Alice Archer' }], Tags: [{ id: 2, value: 'urgent' }, { id: 3, value: 'customer' }], Customer: { id: 3, value: 'customer' }, Budget: 1.5, Billable: true, Due_x0020_Date: '2026-06-01T10:00:00Z', Website: { url: 'https://example.com', description: 'Site' } } });
		const item = { ...projects, itemId: made.id };
		const changed = await backend.updateItem(item, await written(backend, { Title: 'Changed', Owner: null, Tags: { lookups: [] } }), { ifMatch: made.etag });
		expect([changed.etag, changed.fields.Title, changed.fields.Owner, changed.fields.Tags]).toEqual(['"2"', 'Changed', undefined, undefined]);
		await expect(backend.updateItem(item, await written(backend, { Title: 'Lost' }), { ifMatch: made.etag })).rejects.toMatchObject({ message: expect.stringContaining('has been changed since'), httpCode: '412' });
		await expect(backend.deleteItem(item, { ifMatch: made.etag })).rejects.toMatchObject({ httpCode: '412' });
		await backend.deleteItem(item, {});
		await expect(backend.getItem(item, {})).rejects.toMatchObject({ message: expect.stringContaining('or it does not exist'), httpCode: '404' });
		await expect(backend.createItem(projects, await written(backend, { Owner: { people: [{ email: 'nobody@example.com' }] } }))).rejects.toThrow('knows nobody called nobody@example.com');
		await expect(backend.createItem(projects, await written(backend, { Customer: { lookups: [{ value: 'no such tag' }] } }))).rejects.toThrow('no item "no such tag"');
	});

	test('items are filtered, sorted and paged', async () => {
		const titles = async (query: Parameters<Backend['getItems']>[1]): Promise<unknown[]> => (await backend.getItems(projects, query)).entries.map(({ fields }) => fields.Title);
		expect(await titles({ conditions: [{ column: await column(backend, 'Owner'), operator: 'equals', value: 'bob@example.com' }] })).toEqual(["Baker's Dozen"]);
		expect(await titles({ conditions: [{ column: await column(backend, 'Title'), operator: 'equals', value: "Baker's Dozen" }] })).toEqual(["Baker's Dozen"]);
		expect(await titles({ conditions: [{ column: await column(backend, 'Tags'), operator: 'equals', value: 'customer' }, { column: await column(backend, 'Billable'), operator: 'equals', value: true }], combine: 'or' })).toEqual(["Baker's Dozen", 'Café 100% #1']);
		expect(await titles({ conditions: [{ column: await column(backend, 'Due_x0020_Date'), operator: 'less', value: '2026-04-01T00:00:00Z' }] })).toEqual(['Apollo']);
		expect(await titles({ conditions: [{ column: await column(backend, 'Website'), operator: 'isEmpty' }] })).toEqual(['Café 100% #1']);
		expect(await titles({ rawFilter: "substringof('100% #1',Title)" })).toEqual(['Café 100% #1']);
		expect(await titles({ sort: [{ column: await column(backend, 'Budget'), descending: true }], limit: 2, columns: [await column(backend, 'Title')] })).toEqual(['Café 100% #1', "Baker's Dozen"]);
		const readings = { site, list: 'Readings' };
		let count = 0;
		let page: string | undefined;
		do {
			const read = await backend.getItems(readings, { columns: [await column(backend, 'Reading', 'Readings')] }, page);
			count += read.entries.length;
			page = read.next;
		} while (page !== undefined);
		expect(count).toBe(5_500);
		await expect(backend.getItems(readings, { conditions: [{ column: await column(backend, 'Reading', 'Readings'), operator: 'greater', value: 5 }] })).rejects.toMatchObject({ message: expect.stringContaining('list view threshold'), description: expect.stringContaining('has an index') });
	});

	test('files and folders by difficult names: made, listed, moved, copied, renamed, recycled', async () => {
		const name = `It's ${login} 100% #1 & + 🚀`;
		const folder = await backend.createFolder(at('/'), name, { conflict: 'fail' });
		await expect(backend.createFolder(at('/'), name, { conflict: 'fail' })).rejects.toThrow('The name is taken');
		expect((await backend.createFolder(at('/'), name, { conflict: 'rename' })).name).toBe(`${name} 1`);
		const long = `${'n'.repeat(120)}.txt`;
		const file = await backend.upload(at(folder.path), long, sourceOf(Buffer.from('hello')), { conflict: 'fail' });
		expect(file).toMatchObject({ type: 'file', name: long, path: `/${name}/${long}`, size: 5 });
		await expect(backend.upload(at(folder.path), long, sourceOf(Buffer.from('again')), { conflict: 'fail' })).rejects.toThrow('The name is taken');
		expect((await backend.upload(at(folder.path), long, sourceOf(Buffer.from('again')), { conflict: 'rename' })).name).toBe(`${'n'.repeat(120)} 1.txt`);
		expect((await backend.copy(at(file.path), at(folder.path), { name: 'copy.txt', conflict: 'fail' })).name).toBe('copy.txt');
		expect((await backend.rename(at(`/${name}/copy.txt`), 'renamed.txt', {})).path).toBe(`/${name}/renamed.txt`);
		expect((await backend.move(at(file.id), at('/Reports'), { conflict: 'replace' })).path).toBe(`/Reports/${long}`);
		expect((await backend.getChildren(at(folder.path), 'files:0')).entries.map((entry) => entry.name)).toEqual([`${'n'.repeat(120)} 1.txt`, 'renamed.txt']);
		expect((await backend.getChildren(at('/'))).entries.map((entry) => entry.name)).toEqual(expect.arrayContaining([name, 'Reports']));
		await expect(backend.deleteEntry(at(`/Reports/${long}`), { ifMatch: '"old"' })).rejects.toMatchObject({ httpCode: '412' });
		for (const entry of [`/Reports/${long}`, `/${name}`, `/${name} 1`]) await backend.deleteEntry(at(entry), {});
		await expect(backend.getEntry(at(`/${name}`))).rejects.toMatchObject({ httpCode: '404' });
		expect((await backend.searchEntries({ site, library: 'Documents' }, 'summ')).entries.map((entry) => entry.path)).toEqual(['/Reports/summary.txt']);
		expect((await backend.getLibraries(site)).entries.map(({ title }) => title)).toEqual(['Documents']);
	});

	test('downloads, versions and their restore', async () => {
		const name = `versions ${login}.txt`;
		await backend.upload(at('/'), name, sourceOf(Buffer.from('first')), { conflict: 'fail' });
		const second = await backend.updateContent(at(`/${name}`), sourceOf(Buffer.from('second')), {});
		expect([second.size, second.version]).toEqual([6, '2.0']);
		expect((await backend.getVersions(at(`/${name}`))).entries.map(({ id, size }) => [id, size])).toEqual([['2.0', 6], ['1.0', 5]]);
		expect(await text((await backend.download(at(`/${name}`), { versionId: '1.0' })).body)).toBe('first');
		await expect(backend.download(at(`/${name}`), { versionId: '7.0' })).rejects.toThrow('has no version 7.0');
		await backend.restoreVersion(at(`/${name}`), '1.0');
		expect(await text((await backend.download(at(`/${name}`), {})).body)).toBe('first');
		const large = await buffer((await backend.download(at('/large.bin'), {})).body);
		expect([large.length, large[2_999_999]]).toEqual([3_000_000, 2_999_999 % 251]);
		await backend.deleteEntry(at(`/${name}`), {});
	});

	test('large uploads go in pieces, and on after faults', async () => {
		const size = 21 << 20;
		const source = largeSource(size);
		const name = `large ${login}.bin`;
		world.faults.add({ kind: 'dropAfterCommit', match: { pathIncludes: 'continueupload' } });
		world.faults.add({ ...siteFaults.throttled, headers: { 'Retry-After': '0' }, match: { pathIncludes: 'finishupload' } });
		expect(await backend.upload(at('/'), name, source, { conflict: 'fail' })).toMatchObject({ name, size });
		const back = await buffer((await backend.download(at(`/${name}`), {})).body);
		expect(back.equals(await buffer(await source.open(0)))).toBe(true);
		world.faults.add({ kind: 'dropAfterCommit', match: { pathIncludes: 'finishupload' } });
		expect(await backend.upload(at('/'), name, largeSource(size - 65_536), { conflict: 'replace' })).toMatchObject({ size: size - 65_536, version: '2.0' });
		world.faults.add({ ...siteFaults.checkedOut, match: { pathIncludes: 'continueupload' } });
		await expect(backend.upload(at('/'), `given up ${login}.bin`, source, { conflict: 'fail' })).rejects.toMatchObject({ httpCode: '423' });
		await expect(backend.getEntry(at(`/given up ${login}.bin`))).rejects.toMatchObject({ httpCode: '404' });
		await backend.deleteEntry(at(`/${name}`), {});
		// Some sixty megabytes on a busy machine.
	}, 120_000);

	test('waits when the server is busy, and says what it cannot do', async () => {
		world.faults.add({ ...siteFaults.tooManyRequests, headers: { 'Retry-After': '0' }, match: { pathIncludes: '/_api/web' }, times: 2 });
		expect((await backend.getSite(site)).title).toBe('Shared Projects');
		expect(['changes', 'search', 'sharingLink', 'clientCredentials', 'password'].map((capability) => backend.can(capability as never))).toEqual([false, false, false, false, true]);
		await expect(backend.getChanges(projects, { latest: true })).rejects.toThrow('does not tell what has changed');
		await expect(backend.createSharingLink(at('/large.bin'), { type: 'view', scope: 'users' })).rejects.toThrow('makes no sharing links');
		await expect(backend.search('file', 'x')).rejects.toThrow('not searched across sites');
	});
});

test('Alice and Bob see different sites', async () => {
	const titles = async (name: string) => (await (await backendOf(world, 'bearer', name)).searchSites('')).entries.map(({ title }) => title);
	expect(await titles('alice')).toContain('Aerospace');
	expect(await titles('bob')).toEqual(['Contoso Intranet', 'Bakery', 'Shared Projects']);
	await expect((await backendOf(world, 'ntlm', 'bob')).getSite('/sites/aerospace')).rejects.toMatchObject({ message: expect.stringContaining('may not do this'), httpCode: '403' });
});
