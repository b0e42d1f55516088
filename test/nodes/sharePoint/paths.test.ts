// Paths as deep and names as odd as SharePoint takes them, on both services; and what a move may cross.
import type { IDataObject, INodeExecutionData, NodeApiError } from 'n8n-workflow';

import type { EntryAt } from '../../../nodes/SharePoint/transport/backend';
import { startSiteWorld, type SiteWorld } from '../../sandbox/adfs/site/siteWorld';
import { startGraphWorld, type GraphWorld } from '../../sandbox/microsoft/graphWorld';
import { backendOf, onlineBackendOf, sourceOf } from './serverWorld';
import { useSharePoint, type Run } from './sharePointNode';
import { useSharePointServer } from './sharePointServerNode';

const inItem = (text: string): INodeExecutionData => ({ json: {}, binary: { data: { data: Buffer.from(text).toString('base64'), mimeType: 'text/plain', fileName: 'a.txt' } } });
const LEVELS = 20;
const ODD = "%20 #'&🚀";

interface Node {
	run(parameters: Record<string, unknown>, more?: Run): Promise<INodeExecutionData[]>;
	rows(parameters: Record<string, unknown>, more?: Run): Promise<IDataObject[]>;
	failure(parameters: Record<string, unknown>, more?: Run): Promise<NodeApiError>;
}

function pathTests({ run, rows, failure }: Node): void {
	const folder = { resource: 'folder' };
	const file = { resource: 'file' };
	/** Folders in folders; the path of the deepest. */
	const dig = async (name: string): Promise<string> => {
		let path = '/';
		for (let level = 0; level < LEVELS; level += 1) path = String((await rows({ ...folder, operation: 'create', folder: path, folderName: `${name}${level}` }))[0]!.path);
		return path;
	};

	it('twenty folders deep, with % # quotes and emoji, a file is put, found, read, renamed, moved, copied and deleted', async () => {
		const deep = await dig(ODD);
		expect(deep.split('/')).toHaveLength(LEVELS + 1);
		const [made] = await rows({ ...file, operation: 'upload', folder: deep, fileName: `${ODD}.txt` }, { items: [inItem('deep')] });
		expect(made!.path).toBe(`${deep}/${ODD}.txt`);
		expect((await rows({ ...folder, operation: 'list', folder: deep, returnAll: true })).map(({ name }) => name)).toEqual([`${ODD}.txt`]);
		for (const wanted of [made!.path, made!.id]) {
			const [read] = await run({ ...file, operation: 'download', file: wanted });
			expect(Buffer.from(read!.binary!.data!.data, 'base64').toString()).toBe('deep');
		}
		expect(await rows({ ...file, operation: 'rename', file: made!.path, newName: `renamed ${ODD}` })).toEqual([expect.objectContaining({ path: `${deep}/renamed ${ODD}` })]);
		expect(await rows({ ...file, operation: 'copy', file: `${deep}/renamed ${ODD}`, targetFolder: '/Reports', newName: `copy ${ODD}` })).toEqual([expect.objectContaining({ path: `/Reports/copy ${ODD}` })]);
		expect(await rows({ ...file, operation: 'move', file: `/Reports/copy ${ODD}`, targetFolder: deep })).toEqual([expect.objectContaining({ path: `${deep}/copy ${ODD}` })]);
		await rows({ ...file, operation: 'delete', file: `${deep}/copy ${ODD}` });
		await rows({ ...folder, operation: 'delete', folder: `/${ODD}0` });
		expect((await failure({ ...file, operation: 'get', file: deep })).httpCode).toBe('404');
	});

	it('the longest path that there may be is taken, and one character more is told as too long', async () => {
		const upload = async (length: number) => await rows({ ...file, operation: 'upload', folder: '/', fileName: `${'n'.repeat(length)}.txt`, conflict: 'replace' }, { items: [inItem('long')] });
		const tooLong = async (length: number) => await upload(length).then(() => undefined, (error: NodeApiError) => error);
		let length = 395;
		while (length > 300 && (await tooLong(length)) !== undefined) length -= 1;
		const [made] = await upload(length);
		const [read] = await run({ ...file, operation: 'download', file: made!.path });
		expect(Buffer.from(read!.binary!.data!.data, 'base64').toString()).toBe('long');
		const error = await tooLong(length + 1);
		expect([error?.name, error?.message]).toEqual(['NodeApiError', expect.stringMatching(/too long: SharePoint takes 400 characters in all/)]);
	});
}

describe('on SharePoint Online', () => pathTests(useSharePoint({ site: '/sites/alice-projects' })));
describe('on SharePoint Server', () => pathTests(useSharePointServer({ site: '/sites/shared' })));

describe('a move to another library', () => {
	let graph: GraphWorld;
	let farm: SiteWorld;
	beforeAll(async () => {
		graph = await startGraphWorld();
		farm = await startSiteWorld();
	});
	afterAll(async () => {
		await graph?.close();
		await farm?.close();
	});
	const at = (site: string, library: string, entry: string): EntryAt => ({ site, library, entry });

	it('is refused by Online in words that say what to do; nothing is changed', async () => {
		const backend = await onlineBackendOf(graph);
		const from = at('/sites/everyone', '', '/readme.txt');
		await expect(backend.move(from, at('/sites/everyone', 'Archive & more', '/'), { conflict: 'fail' })).rejects.toMatchObject({ message: 'Microsoft Graph cannot move from one library to another', description: 'Copy it and delete the original' });
		expect((await backend.getEntry(from)).name).toBe('readme.txt');
		// The way that it names.
		expect((await backend.copy(from, at('/sites/everyone', 'Archive & more', '/'), { conflict: 'fail' })).path).toBe('/readme.txt');
		await backend.deleteEntry(from, {});
		await expect(backend.getEntry(from)).rejects.toMatchObject({ httpCode: '404' });
	});

	it('is done by Server, also to another site', async () => {
		const backend = await backendOf(farm, 'bearer');
		await backend.upload(at('/sites/shared', '', '/'), 'moving.txt', sourceOf(Buffer.from('moved')), { conflict: 'fail' });
		const moved = await backend.move(at('/sites/shared', '', '/moving.txt'), at('/sites/aerospace', '', '/'), { conflict: 'fail' });
		expect([moved.path, moved.size, moved.webUrl]).toEqual(['/moving.txt', 5, expect.stringContaining('/sites/aerospace/')]);
		await expect(backend.getEntry(at('/sites/shared', '', '/moving.txt'))).rejects.toMatchObject({ httpCode: '404' });
	});
});
