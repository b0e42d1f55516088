// An independent client, made for the real SharePoint, against the played one: with tokens, and by Basic with request digests.
import { DefaultParse } from '@pnp/queryable';
import { DefaultHeaders, DefaultInit, RequestDigest, spfi } from '@pnp/sp';
import '@pnp/sp/presets/all.js';
import { startSiteWorld, type SiteWorld } from './siteWorld';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- its declarations join modules by paths without an ending, which TypeScript does not find in ES modules
type Client = any;

let world: SiteWorld;
beforeAll(async () => {
	world = await startSiteWorld({ siteReadingRows: 250 });
});
afterAll(async () => world.close());
beforeEach(() => world.calls.clear());

/** The Authorization joins at the last moment: this client takes whatever has one for a call that needs no digest. */
function client(site: string, authorization: string): Client {
	return spfi(`${world.siteUrl}${site}`).using(DefaultHeaders(), DefaultInit(), RequestDigest(), DefaultParse(), (instance) => {
		instance.on.send.replace((url: URL, init: RequestInit) => fetch(url, { ...init, headers: { ...init.headers, authorization } }));
		return instance;
	});
}

const byToken = async (site: string, name = 'alice'): Promise<Client> => client(site, `Bearer ${await world.tokenOf(name)}`);
const byPassword = async (site: string, name = 'alice'): Promise<Client> => client(site, `Basic ${Buffer.from(`CONTOSO\\${name}:${name}-password`).toString('base64')}`);

describe.each([
	['with a token', byToken],
	['by password', byPassword],
])('@pnp/sp %s', (_how, connect) => {
	test('reads the web, its lists and who is signed in', async () => {
		const sp = await connect('/sites/shared');
		expect((await sp.web()).Title).toBe('Shared Projects');
		expect((await sp.web.lists.select('Title').filter('Hidden eq false').orderBy('Title')()).map(({ Title }: { Title: string }) => Title)).toEqual(['Documents', 'Projects', 'Readings', 'Tags']);
		expect((await sp.web.currentUser()).Email).toBe('alice@example.com');
	});

	test('adds, reads, changes and deletes an item; a change on top of another one is refused', async () => {
		const { items } = (await connect('/sites/shared')).web.lists.getByTitle('Projects');
		const added = await items.add({ Title: 'By pnp', Status: 'Active', Categories: ['Research', 'Support'], OwnerId: 11, ReviewersId: [10, 11], TagsId: [1, 3], Budget: 12.5 });
		const item = items.getById(added.Id);
		expect(await item.select('Title', 'Categories', 'Owner/Title', 'Owner/EMail', 'Reviewers/Title', 'Tags/Title').expand('Owner', 'Reviewers', 'Tags')()).toMatchObject({ Title: 'By pnp', Categories: ['Research', 'Support'], Owner: { Title: 'Bob Baker', EMail: 'bob@example.com' }, Reviewers: [{ Title: 'Alice Archer' }, { Title: 'Bob Baker' }], Tags: [{ Title: 'internal' }, { Title: 'customer' }] });
		await item.update({ Title: 'Renamed' }, '"1"');
		await expect(item.update({ Title: 'Again' }, '"1"')).rejects.toThrow('412');
		expect((await item()).Title).toBe('Renamed');
		await item.delete();
		await expect(item()).rejects.toThrow('404');
	});

	test('goes through all pages of a list', async () => {
		const titles: string[] = [];
		for await (const page of (await connect('/sites/shared')).web.lists.getByTitle('Readings').items.top(100)) titles.push(...page.map(({ Title }: { Title: string }) => Title));
		expect([titles.length, titles[0], titles.at(-1)]).toEqual([250, 'Reading 1', 'Reading 250']);
	});

	test('adds, reads, moves, copies and recycles files, and makes folders', async () => {
		const { web } = await connect('/sites/shared');
		const library = web.getFolderByServerRelativePath('/sites/shared/Shared Documents');
		await library.folders.addUsingPath("Pnp's #1 folder");
		const folder = web.getFolderByServerRelativePath("/sites/shared/Shared Documents/Pnp's #1 folder");
		const path = (name: string): string => `/sites/shared/Shared Documents/Pnp's #1 folder/${name}`;
		await folder.files.addUsingPath('100% 🚀.txt', 'hello', { Overwrite: true });
		await web.getFileByServerRelativePath(path('100% 🚀.txt')).copyByPath(path('copy.txt'), true);
		await web.getFileByServerRelativePath(path('copy.txt')).moveByPath(path('moved.txt'), false);
		expect(await web.getFileByServerRelativePath(path('moved.txt')).getText()).toBe('hello');
		expect((await folder.files.select('Name')()).map(({ Name }: { Name: string }) => Name)).toEqual(['100% 🚀.txt', 'moved.txt']);
		await web.getFileByServerRelativePath(path('moved.txt')).recycle();
		await folder.delete();
		await expect(folder()).rejects.toThrow('404');
	});

	test('uploads in chunks, keeps versions and restores one', async () => {
		const { web } = await connect('/sites/shared');
		const bytes = Buffer.alloc(2_500_000, 'abc');
		const { files } = web.getFolderByServerRelativePath('/sites/shared/Shared Documents');
		await files.addChunked('chunks.bin', new Blob([bytes]), { chunkSize: 1_000_000, Overwrite: true });
		const file = web.getFileByServerRelativePath('/sites/shared/Shared Documents/chunks.bin');
		expect(Buffer.from(await file.getBuffer()).equals(bytes)).toBe(true);
		expect(world.calls.list().filter(({ path }) => /(?:start|continue|finish)Upload/i.test(path))).toHaveLength(3);
		await file.setContent('second');
		await file.versions.restoreByLabel('1.0');
		expect((await file()).UIVersionLabel).toBe('3.0');
		expect(Buffer.from(await file.getBuffer()).length).toBe(bytes.length);
		await file.delete();
	});

	test('finds sites and people', async () => {
		const sp = await connect('');
		const { PrimarySearchResults, TotalRows } = await sp.search({ Querytext: 'contentclass:STS_Site', SelectProperties: ['Title', 'SPWebUrl'], RowLimit: 50 });
		expect(TotalRows).toBe(3);
		expect(PrimarySearchResults.map(({ Title }: { Title: string }) => Title)).toEqual(['Contoso Intranet', 'Aerospace', 'Shared Projects']);
		const shared = await connect('/sites/shared');
		expect((await shared.web.ensureUser('bob@example.com')).Id).toBe(11);
		expect((await shared.web.siteUsers.getByEmail('carol@example.com')()).Title).toBe('Carol Clark');
	});
});

test('Alice does not see the site of Bob, nor he hers', async () => {
	await expect((await byToken('/sites/bakery')).web()).rejects.toThrow('403');
	await expect((await byToken('/sites/aerospace', 'bob')).web()).rejects.toThrow('403');
	expect((await (await byToken('/sites/bakery', 'bob')).web()).Title).toBe('Bakery');
});
