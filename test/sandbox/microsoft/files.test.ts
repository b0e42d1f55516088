import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startGraphWorld, type GraphAnswer, type GraphWorld } from './graphWorld';
import { QuickXorHash } from './graph/drives/quickXorHash';

let graph: GraphWorld;
let drive: string;
let root: string;
beforeAll(async () => {
	graph = await startGraphWorld();
	drive = (await graph.call('alice', '/sites/127.0.0.1:/sites/everyone:/drive')).body.id;
	root = `/drives/${drive}/root`;
});
afterAll(async () => graph.close());
beforeEach(() => {
	graph.set();
	graph.faults.clear();
});

const unit = 327_680;
const errorOf = ({ status, body }: GraphAnswer) => ({ status, code: body.error.code, inner: body.error.innerError.code });
const put = (path: string, body: string | Buffer, query = '') => graph.call('alice', `${root}:/${path}:/content${query}`, { method: 'PUT', body: body as BodyInit });
const open = async (path: string, item: Record<string, unknown> = {}): Promise<string> => (await graph.call('alice', `${root}:/${path}:/createUploadSession`, { method: 'POST', json: { item } })).body.uploadUrl;
const piece = (url: string, bytes: Buffer, start: number, total: number, headers: Record<string, string> = {}) => graph.call(null, url, { method: 'PUT', body: bytes as unknown as BodyInit, headers: { 'content-range': `bytes ${start}-${start + bytes.length - 1}/${total}`, ...headers } });
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

// Without it, what is only waiting to be collected would count as held.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('files', () => {
	test('are found by path whatever signs their names have', async () => {
		const name = 'O\'Neill 100% #1 🚀.txt';
		const { body } = await graph.call('alice', `${root}:/Odd%20names/${encodeURIComponent(name)}`);
		expect(body).toMatchObject({ name, size: 3, file: { mimeType: 'text/plain' }, parentReference: { path: `/drives/${drive}/root:/Odd%20names` } });
		expect((await graph.call('alice', `/drives/${drive}/root/search(q='${encodeURIComponent('O\'\'Neill')}')`)).body.value.map((found: { name: string }) => found.name)).toEqual([name]);
	});

	test('have a path of 400 characters at most, and no forbidden signs', async () => {
		const room = 400 - 'sites/everyone'.length - 1;
		expect((await put(`${'n'.repeat(room - 4)}.txt`, 'x')).status).toBe(201);
		expect(errorOf(await put(`${'n'.repeat(room - 3)}.txt`, 'x'))).toMatchObject({ status: 400, code: 'invalidRequest', inner: 'pathIsTooLong' });
		for (const name of ['a%2Ab.txt', 'a%7Cb', 'CON', '~$lock.docx', 'end.']) expect(errorOf(await put(name, 'x'))).toMatchObject({ status: 400, inner: 'invalidPath' });
	});

	test.each([
		['replace', 200, 'conflict-replace.txt'],
		['rename', 201, 'conflict-rename 1.txt'],
		['fail', 409, undefined],
	])('whose name is taken: %s', async (behaviour, status, name) => {
		await put(`conflict-${behaviour}.txt`, 'one');
		const answer = await put(`conflict-${behaviour}.txt`, 'two', `?@microsoft.graph.conflictBehavior=${behaviour}`);
		expect({ status: answer.status, name: answer.body.name }).toEqual({ status, name });
		if (status === 409) expect(errorOf(answer)).toMatchObject({ code: 'nameAlreadyExists' });
	});

	test('are renamed, moved, copied and deleted', async () => {
		const { body: file } = await put('moves/a.txt', 'a');
		await graph.call('alice', `${root}:/moves:/children`, { method: 'POST', json: { name: 'sub', folder: {} } });
		const item = `/drives/${drive}/items/${file.id}`;
		expect((await graph.call('alice', item, { method: 'PATCH', json: { name: 'b.txt', parentReference: { path: `/drives/${drive}/root:/moves/sub` } } })).body).toMatchObject({ id: file.id, name: 'b.txt', parentReference: { path: `/drives/${drive}/root:/moves/sub` } });
		await put('moves/sub/c.txt', 'c');
		expect(errorOf(await graph.call('alice', item, { method: 'PATCH', json: { name: 'c.txt' } }))).toMatchObject({ status: 409, code: 'nameAlreadyExists' });
		const monitorOf = async (name: string) => (await graph.call('alice', `${item}/copy`, { method: 'POST', json: { name } })).headers.get('location')!;
		const endOf = async (monitor: string) => {
			for (;;) {
				const { body } = await graph.call(null, monitor);
				if (!['notStarted', 'inProgress'].includes(body.status)) return body;
			}
		};
		expect(await endOf(await monitorOf('copy.txt'))).toMatchObject({ status: 'completed', percentageComplete: 100, resourceId: (await graph.call('alice', `${root}:/moves/sub/copy.txt`)).body.id });
		expect(await endOf(await monitorOf('c.txt'))).toMatchObject({ status: 'failed', error: { code: 'nameAlreadyExists' } });
		expect((await graph.call('alice', `${root}:/moves`, { method: 'DELETE' })).status).toBe(204);
		expect((await graph.call('alice', item)).status).toBe(404);
	});

	test('keep their versions, which can be fetched and restored', async () => {
		const { body: file } = await put('versions.txt', 'first');
		await put('versions.txt', 'second');
		const versions = `/drives/${drive}/items/${file.id}/versions`;
		expect((await graph.call('alice', versions)).body.value.map(({ id, size }: { id: string; size: number }) => [id, size])).toEqual([['2.0', 6], ['1.0', 5]]);
		expect((await graph.call(null, (await graph.call('alice', `${versions}/1.0/content`)).headers.get('location')!)).body).toBe('first');
		expect((await graph.call('alice', `${versions}/1.0/restoreVersion`, { method: 'POST' })).status).toBe(204);
		expect(graph.contentOf(drive, file.id)?.sha256).toBe(sha256(Buffer.from('first')));
	});

	test('of somebody else are not there, and those of a reader cannot be changed', async () => {
		const { body } = await graph.call('alice', '/sites/127.0.0.1:/sites/marketing:/drive');
		expect((await graph.call('bob', `/drives/${body.id}/root/children`)).status).toBe(404);
		expect((await graph.call('carol', `/drives/${body.id}/root/children`)).status).toBe(200);
		expect(errorOf(await graph.call('carol', `/drives/${body.id}/root:/x.txt:/content`, { method: 'PUT', body: 'x' }))).toMatchObject({ status: 403, code: 'accessDenied' });
		expect((await graph.call('alice', `${root}:/x.txt:/content`, { method: 'PUT', body: 'x', scope: 'Files.Read.All' })).status).toBe(403);
	});

	test('tell what changed since a token, with the folders above', async () => {
		const { body: start } = await graph.call('alice', `${root}/delta?token=latest`);
		const { body: file } = await put('delta/new.txt', 'new');
		const { body: changes } = await graph.call('alice', start['@odata.deltaLink']);
		expect(changes.value.map(({ name }: { name: string }) => name)).toEqual(['root', 'delta', 'new.txt']);
		await graph.call('alice', `/drives/${drive}/items/${file.id}`, { method: 'DELETE' });
		expect((await graph.call('alice', changes['@odata.deltaLink'])).body.value.at(-1)).toMatchObject({ id: file.id, deleted: { state: 'deleted' } });
	});

	test('find the library full', async () => {
		graph.set({ graphQuotaBytes: 10 });
		expect(errorOf(await put('full.txt', 'x'.repeat(11)))).toMatchObject({ status: 507, code: 'quotaLimitReached' });
	});
});

describe('downloads', () => {
	test('come from a host that takes no token, whole and in part', async () => {
		graph.set({ graphLargeFileBytes: 3_000_000 });
		const location = (await graph.call('alice', `${root}:/large.bin:/content`)).headers.get('location')!;
		expect(location.startsWith(graph.microsoft.filesUrl)).toBe(true);
		const whole = Buffer.from(await (await fetch(location)).arrayBuffer());
		const { body: file } = await graph.call('alice', `${root}:/large.bin`);
		expect({ length: whole.length, sha256: sha256(whole) }).toEqual({ length: 3_000_000, sha256: graph.contentOf(drive, file.id)!.sha256 });
		const part = await fetch(location, { headers: { range: 'bytes=1500000-' } });
		expect({ status: part.status, range: part.headers.get('content-range'), isThat: Buffer.from(await part.arrayBuffer()).equals(whole.subarray(1_500_000)) }).toEqual({ status: 206, range: 'bytes 1500000-2999999/3000000', isThat: true });
		expect((await fetch(location, { headers: { range: 'bytes=3000000-' } })).status).toBe(416);
		expect(errorOf(await graph.call('alice', location))).toMatchObject({ status: 401 });
	});

	test('end with the address, which cannot be forged', async () => {
		graph.set({ graphDownloadUrlSeconds: 0 });
		const expired = (await graph.call('alice', `${root}:/readme.txt:/content`)).headers.get('location')!;
		expect((await graph.call(null, expired)).status).toBe(401);
		graph.set();
		const address = new URL((await graph.call('alice', `${root}:/readme.txt:/content`)).headers.get('location')!);
		address.searchParams.set('tempauth', `${address.searchParams.get('tempauth')}x`);
		expect((await graph.call(null, address.href)).status).toBe(401);
	});

	test('break off where a test wants it', async () => {
		const location = (await graph.call('alice', `${root}:/large.bin:/content`)).headers.get('location')!;
		graph.faults.add({ match: { pathIncludes: 'download.aspx' }, kind: 'breakAnswer', bytes: 100_000 });
		const response = await fetch(location);
		let came = 0;
		await expect((async () => {
			for await (const chunk of Readable.fromWeb(response.body as WebStream)) came += (chunk as Uint8Array).length;
		})()).rejects.toThrow();
		expect(came).toBeLessThanOrEqual(100_000);
	});
});

describe('upload sessions', () => {
	test('take the pieces in order and tell what is missing', async () => {
		const bytes = randomBytes(2 * unit + 5);
		const url = await open('session/a.bin');
		expect((await graph.call(null, url)).body.nextExpectedRanges).toEqual(['0-']);
		expect((await piece(url, bytes.subarray(0, unit), 0, bytes.length)).body.nextExpectedRanges).toEqual([`${unit}-${bytes.length - 1}`]);
		expect(errorOf(await piece(url, bytes.subarray(0, unit), 0, bytes.length))).toEqual({ status: 416, code: 'invalidRange', inner: 'fragmentOverlap' });
		expect(errorOf(await piece(url, bytes.subarray(2 * unit), 2 * unit, bytes.length))).toEqual({ status: 416, code: 'invalidRange', inner: 'fragmentOutOfOrder' });
		expect(errorOf(await piece(url, bytes.subarray(unit, unit + 1000), unit, bytes.length))).toMatchObject({ status: 400, code: 'invalidRequest' });
		expect(errorOf(await piece(url, bytes.subarray(unit), unit, bytes.length, { authorization: 'Bearer x' }))).toMatchObject({ status: 401 });
		const done = await piece(url, bytes.subarray(unit), unit, bytes.length);
		expect(done).toMatchObject({ status: 201, body: { name: 'a.bin', size: bytes.length } });
		expect(graph.contentOf(drive, done.body.id)?.sha256).toBe(sha256(bytes));
		expect(errorOf(await graph.call(null, url))).toMatchObject({ status: 404, inner: 'uploadSessionNotFound' });
	});

	test('take a piece back that broke off, and keep one whose answer was lost', async () => {
		const bytes = randomBytes(20 * unit);
		const url = await open('session/broken.bin');
		await piece(url, bytes.subarray(0, 15 * unit), 0, bytes.length);
		graph.faults.add({ match: { method: 'PUT' }, kind: 'breakRequest', bytes: 200_000 });
		await expect(piece(url, bytes.subarray(15 * unit, 18 * unit), 15 * unit, bytes.length)).rejects.toThrow();
		expect((await graph.call(null, url)).body.nextExpectedRanges).toEqual([`${15 * unit}-${bytes.length - 1}`]);
		graph.faults.add({ match: { method: 'PUT' }, kind: 'dropAfterCommit' });
		await expect(piece(url, bytes.subarray(15 * unit, 18 * unit), 15 * unit, bytes.length)).rejects.toThrow();
		expect((await graph.call(null, url)).body.nextExpectedRanges).toEqual([`${18 * unit}-${bytes.length - 1}`]);
		const { body } = await piece(url, bytes.subarray(18 * unit), 18 * unit, bytes.length);
		expect(graph.contentOf(drive, body.id)?.sha256).toBe(sha256(bytes));
		expect(Buffer.from(await (await fetch(body['@microsoft.graph.downloadUrl'])).arrayBuffer()).equals(bytes)).toBe(true);
	});

	test('end, by their time or by DELETE', async () => {
		const url = await open('session/ended.bin');
		expect((await graph.call(null, url, { method: 'DELETE' })).status).toBe(204);
		expect((await graph.call(null, url)).status).toBe(404);
		graph.set({ graphUploadSessionSeconds: 0 });
		expect((await graph.call(null, await open('session/late.bin'))).status).toBe(404);
	});

	test('find the name taken at their beginning and at their end', async () => {
		await put('session/taken.bin', 'x');
		expect(errorOf(await graph.call('alice', `${root}:/session/taken.bin:/createUploadSession`, { method: 'POST', json: { item: { '@microsoft.graph.conflictBehavior': 'fail' } } }))).toMatchObject({ status: 409, code: 'nameAlreadyExists' });
		const url = await open('session/soon.bin', { '@microsoft.graph.conflictBehavior': 'fail' });
		await put('session/soon.bin', 'x');
		expect(errorOf(await piece(url, Buffer.from('abc'), 0, 3))).toMatchObject({ status: 409, inner: 'upload_name_conflict' });
		expect((await piece(await open('session/taken.bin', { '@microsoft.graph.conflictBehavior': 'rename' }), Buffer.from('abc'), 0, 3)).body.name).toBe('taken 1.bin');
		expect((await piece(await open('session/taken.bin', { '@microsoft.graph.conflictBehavior': 'replace' }), Buffer.from('abc'), 0, 3)).status).toBe(200);
	});

	test('hold 200 MB without holding them in memory', async () => {
		const chunk = randomBytes(32 * unit);
		const total = 20 * chunk.length;
		const url = await open('session/huge.bin');
		const hash = createHash('sha256');
		let peak = 0;
		for (let start = 0; start < total; start += chunk.length) {
			hash.update(chunk);
			await stream(url, chunk, start, total);
			collectGarbage();
			peak = Math.max(peak, process.memoryUsage().arrayBuffers);
		}
		const { body } = await graph.call('alice', `${root}:/session/huge.bin`);
		expect(body.size).toBe(total);
		expect(graph.contentOf(drive, body.id)?.sha256).toBe(hash.digest('hex'));
		expect(peak).toBeLessThan(100 * 1024 * 1024);
	});
});

/** By Node's own client: fetch would keep a copy of each body. */
async function stream(url: string, chunk: Buffer, start: number, total: number): Promise<void> {
	const request = httpRequest(url, { method: 'PUT', headers: { 'content-length': chunk.length, 'content-range': `bytes ${start}-${start + chunk.length - 1}/${total}` } });
	request.end(chunk);
	const [response] = (await once(request, 'response')) as [IncomingMessage];
	response.resume();
	await once(response, 'end');
	expect([200, 201, 202]).toContain(response.statusCode);
}

// @see https://learn.microsoft.com/en-us/onedrive/developer/code-snippets/quickxorhash (its shifting, byte for byte)
test('QuickXorHash is that of the documentation', () => {
	const slow = (bytes: Buffer): string => {
		const bits = new Uint8Array(160);
		bytes.forEach((byte, index) => {
			for (let bit = 0; bit < 8; bit++) bits[(index * 11 + bit) % 160]! ^= (byte >> bit) & 1;
		});
		const result = Buffer.alloc(20);
		bits.forEach((bit, index) => (result[index >> 3]! |= bit << (index & 7)));
		const length = Buffer.alloc(8);
		length.writeBigUInt64LE(BigInt(bytes.length));
		length.forEach((byte, index) => (result[12 + index]! ^= byte));
		return result.toString('base64');
	};
	for (const size of [0, 1, 159, 160, 161, 1000, 5003]) {
		const bytes = randomBytes(size);
		const hash = new QuickXorHash();
		hash.update(bytes.subarray(0, size / 3));
		hash.update(bytes.subarray(size / 3));
		expect(hash.digest()).toBe(slow(bytes));
	}
});
