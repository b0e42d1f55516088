import { createHash } from 'node:crypto';

import type { INodeExecutionData } from 'n8n-workflow';

import { madeBytes, useSharePoint } from './sharePointNode';

const MEGABYTE = 1024 * 1024;
const inItem = (text: string, fileName = 'note.txt'): INodeExecutionData => ({ json: {}, binary: { data: { data: Buffer.from(text).toString('base64'), mimeType: 'text/plain', fileName } } });
const keptOutside: INodeExecutionData = { json: {}, binary: { data: { data: 'filesystem', id: 'filesystem:1', mimeType: 'application/octet-stream', fileName: 'big.bin' } } };
const shaOf = (bytes: Iterable<Buffer>): string => {
	const hash = createHash('sha256');
	for (const piece of bytes) hash.update(piece);
	return hash.digest('hex');
};

describe('files', () => {
	const sharePoint = useSharePoint({ resource: 'file', site: '/sites/alice-projects' });
	const { run, rows, failure } = sharePoint;
	const textOf = ([item]: INodeExecutionData[]) => Buffer.from(item!.binary!.data!.data, 'base64').toString();
	const upload = async (text: string, more: Record<string, unknown> = {}) => (await rows({ operation: 'upload', ...more }, { items: [inItem(text)] }))[0]!;

	it('are downloaded by path and by id, odd names too', async () => {
		const file = "/Odd names/O'Neill 100% #1 🚀.txt";
		const [item] = await run({ operation: 'download', file });
		expect([textOf([item!]), item!.json, item!.binary!.data!.fileName]).toEqual(['odd', expect.objectContaining({ path: file, type: 'file', size: 3 }), "O'Neill 100% #1 🚀.txt"]);
		expect(textOf(await run({ operation: 'download', file: item!.json.id }))).toBe('odd');
	});

	it('go on where the download broke off', async () => {
		await sharePoint.settings({ graphLargeFileBytes: 3 * MEGABYTE });
		const large = { operation: 'download', site: '/sites/everyone', file: '/large.bin' };
		const whole = Buffer.from((await run(large))[0]!.binary!.data!.data, 'base64');
		await sharePoint.fault({ match: { pathIncludes: 'download.aspx' }, kind: 'breakAnswer', bytes: MEGABYTE });
		const again = Buffer.from((await run(large))[0]!.binary!.data!.data, 'base64');
		expect([again.length, again.equals(whole)]).toEqual([3 * MEGABYTE, true]);
	});

	it('are uploaded; what becomes of a taken name is chosen', async () => {
		const first = await upload('one', { folder: '/Reports' });
		expect(first).toMatchObject({ path: '/Reports/note.txt', size: 3 });
		expect((await failure({ operation: 'upload', folder: '/Reports' }, { items: [inItem('two')] })).message).toMatch(/^nameAlreadyExists: The name is taken \(file "note\.txt"\)/);
		expect((await upload('two', { folder: '/Reports', conflict: 'rename' })).name).not.toBe('note.txt');
		expect(await upload('three', { folder: '/Reports', conflict: 'replace' })).toMatchObject({ id: first.id, size: 5 });
		const versions = await rows({ operation: 'getVersions', file: first.id, returnAll: true });
		expect(textOf(await run({ operation: 'download', file: first.id, fileOptions: { versionId: versions.at(-1)!.id } }))).toBe('one');
		await rows({ operation: 'restoreVersion', file: first.id, versionId: versions.at(-1)!.id });
		expect(textOf(await run({ operation: 'download', file: first.id }))).toBe('one');
	});

	it('of many megabytes go in pieces, and on after a fault', async () => {
		const size = 25 * MEGABYTE + 17;
		await sharePoint.fault({ match: { pathIncludes: 'uploadSession', method: 'PUT' }, kind: 'breakRequest', bytes: MEGABYTE });
		const [file] = await rows({ operation: 'upload', fileName: 'big 100%.bin' }, { items: [keptOutside], kept: { size } });
		expect(file).toMatchObject({ name: 'big 100%.bin', size });
		const kept = sharePoint.world.sandbox.graphContentOf(String(file!.driveId), String(file!.id)) as { size: number; sha256: string };
		expect([kept.size, kept.sha256]).toEqual([size, shaOf(madeBytes(size))]);
		const puts = (await sharePoint.api()).filter(({ method, path }) => method === 'PUT' && path.includes('uploadSession'));
		expect(puts).toHaveLength(4);
	});

	it('get new content, another name, another folder, copies, links', async () => {
		const { id, etag } = await upload('one');
		const [changed] = await rows({ operation: 'updateContent', file: id, writeOptions: { ifMatch: etag } }, { items: [inItem('changed')] });
		expect(changed).toMatchObject({ id, size: 7 });
		expect((await failure({ operation: 'updateContent', file: id, writeOptions: { ifMatch: etag } }, { items: [inItem('late')] })).httpCode).toBe('412');
		expect(await rows({ operation: 'rename', file: id, newName: 'renamed.txt' })).toEqual([expect.objectContaining({ path: '/renamed.txt' })]);
		expect(await rows({ operation: 'move', file: id, targetFolder: '/Reports/2026' })).toEqual([expect.objectContaining({ id, path: '/Reports/2026/renamed.txt' })]);
		expect(await rows({ operation: 'copy', file: id, targetSite: '/sites/everyone', newName: 'copied.txt' })).toEqual([expect.objectContaining({ path: '/copied.txt', size: 7 })]);
		expect(await rows({ operation: 'createSharingLink', file: id, linkType: 'view', linkScope: 'organization' })).toEqual([expect.objectContaining({ url: expect.stringMatching(/^http/), type: 'view' })]);
		expect(await rows({ operation: 'delete', file: id })).toEqual([{ file: id, deleted: true }]);
		expect((await failure({ operation: 'get', file: id })).message).toMatch(/alice@example\.com cannot see the file or folder/);
	});

	it('lie in folders that are made, listed and deleted', async () => {
		const folder = { resource: 'folder' };
		expect(await rows({ ...folder, operation: 'create', folder: '/Reports', folderName: "New 100% #1 'x'" })).toEqual([expect.objectContaining({ type: 'folder', path: "/Reports/New 100% #1 'x'" })]);
		expect((await rows({ ...folder, operation: 'list', folder: '/Reports', returnAll: true })).map(({ name }) => name)).toEqual(expect.arrayContaining(['2026', 'summary.txt', "New 100% #1 'x'"]));
		await rows({ ...folder, operation: 'delete', folder: "/Reports/New 100% #1 'x'" });
		expect((await failure({ ...folder, operation: 'delete', folder: '/' })).message).toMatch(/root of a library cannot be deleted/);
	});

	it('are found by words, in a library and across sites; bob finds others than alice', async () => {
		expect((await rows({ operation: 'search', searchText: "O'Neill", returnAll: true })).map(({ name }) => name)).toEqual(["O'Neill 100% #1 🚀.txt"]);
		const query = { resource: 'search', operation: 'query', searchFor: 'file', query: 'report', returnAll: true };
		const names = async (user: string) => (await rows({ ...query, user })).map(({ name }) => name);
		expect(await names('alice@example.com')).not.toContain('bob report.csv');
		expect(await names('bob@example.com')).toContain('bob report.csv');
	});

	it('take no token along to pre-signed addresses', async () => {
		const seen: [string, boolean][] = [];
		await run({ operation: 'download', file: '/readme.txt' }, { onRequest: ({ url, headers = {} }) => void seen.push([new URL(url).origin, Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')]) });
		const { graphUrl, filesUrl } = sharePoint.world.sandbox.microsoft;
		expect(seen.filter(([, hasToken]) => hasToken).map(([origin]) => origin)).not.toContain(filesUrl);
		expect(seen).toContainEqual([filesUrl, false]);
		expect(seen).toContainEqual([graphUrl, true]);
	});
});
