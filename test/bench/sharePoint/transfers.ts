// A large file down and up: by the node in a fresh process, and by curl, in turn.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { CHUNK_BYTES } from '../../../nodes/SharePoint/transport/online/upload';
import { projectDirectory } from '../../host/system/paths';
import { medianOf, ratioOf, show } from '../salesforce/medians';
import type { Bench } from './bench';
import { SITE } from './nodes';
import type { WorkerOrder, WorkerResult } from './worker';

const run = promisify(execFile);
const MEGABYTE = 1024 * 1024;

interface Seconds {
	download: number;
	upload: number;
}

export async function measureTransfers({ played, folder, token, counts: { megabytes, transfers }, print }: Bench): Promise<void> {
	const { microsoft } = played.description;
	// What goes up is hashed and not kept, for both alike: the disk is measured by nobody.
	await played.set({ graphLargeFileBytes: megabytes * MEGABYTE, graphKeepsContent: false });
	const ours: WorkerResult[] = [];
	const curl: Seconds[] = [];
	for (let round = 0; round < transfers; round += 1) {
		const place = join(folder, `transfer-${round}`);
		mkdirSync(place);
		ours.push(await inFreshProcess({ folder: place, microsoft, token, bytes: megabytes * MEGABYTE }));
		rmSync(place, { recursive: true });
		mkdirSync(place);
		curl.push(await byCurl(place, microsoft.graphUrl, token, megabytes * MEGABYTE));
		rmSync(place, { recursive: true });
	}
	print(`\na file of ${megabytes.toLocaleString('en')} MB, n8n's binary data on disk; memory: peak minus idle of a fresh process`);
	for (const way of ['download', 'upload'] as const) {
		const [own, peer] = [ours.map((result) => megabytes / result[way].seconds), curl.map((seconds) => megabytes / seconds[way])];
		print(`  ${way.padEnd(10)} ${show(medianOf(own), 0, ' MB/s')}; curl ${show(medianOf(peer), 0, ' MB/s')}; ratio ${show(ratioOf(own, peer), 2)}; memory ${show(medianOf(ours.map((result) => result[way].aboveIdleMb)), 0, ' MB')}`);
	}
}

async function inFreshProcess(order: WorkerOrder): Promise<WorkerResult> {
	const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', join(__dirname, 'worker.ts')], { cwd: projectDirectory, stdio: ['pipe', 'pipe', 'inherit'] });
	child.stdin.end(JSON.stringify(order));
	const [answer] = await Promise.all([text(child.stdout), once(child, 'exit')]);
	return JSON.parse(answer) as WorkerResult;
}

/** The same requests as the node's: a redirect to the bytes, and an upload session in pieces of the same size over one connection. */
async function byCurl(place: string, graphUrl: string, token: string, bytes: number): Promise<Seconds> {
	const authorization = `Authorization: Bearer ${token}`;
	const file = join(place, 'large.bin');
	const drive = `${graphUrl}/v1.0/sites/127.0.0.1:${SITE}:/drive/root:`;
	let begun = performance.now();
	await run('curl', ['-sSfL', '-H', authorization, '-o', file, `${drive}/large.bin:/content`]);
	const download = (performance.now() - begun) / 1_000;

	await run('split', ['-b', String(CHUNK_BYTES), '-a', '4', '-d', file, join(place, 'piece-')]);
	const session = await fetch(`${drive}/curl.bin:/createUploadSession`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ item: { '@microsoft.graph.conflictBehavior': 'replace' } }) });
	if (!session.ok) throw new Error(`no upload session for curl: ${session.status} ${await session.text()}`);
	const { uploadUrl } = (await session.json()) as { uploadUrl: string };
	const pieces = readdirSync(place).filter((name) => name.startsWith('piece-')).sort();
	const config = pieces.map((name, index) => {
		const start = index * CHUNK_BYTES;
		const range = `bytes ${start}-${Math.min(start + CHUNK_BYTES, bytes) - 1}/${bytes}`;
		return [`url = "${uploadUrl}"`, `upload-file = "${join(place, name)}"`, `header = "Content-Range: ${range}"`, 'header = "Expect:"', 'output = "/dev/null"', 'silent', 'show-error', 'fail'].join('\n');
	});
	writeFileSync(join(place, 'upload.curl'), config.join('\nnext\n'));
	begun = performance.now();
	await run('curl', ['-K', join(place, 'upload.curl')]);
	return { download, upload: (performance.now() - begun) / 1_000 };
}
