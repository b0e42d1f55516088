// A large file down and up: by the node in a fresh process, and by curl, in turn.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { CHUNK_BYTES } from '../../../nodes/SharePoint/transport/online/upload';
import { medianOf, ratioOf, show } from '../salesforce/medians';
import type { Bench } from './bench';
import { inFreshProcess } from './freshProcess';
import { SITE } from './nodes';
import type { TransferService, WorkerResult } from './worker';

const run = promisify(execFile);
const MEGABYTE = 1024 * 1024;

interface Seconds {
	download: number;
	upload: number;
}

export async function measureTransfers({ played, folder, token, counts: { megabytes, transfers }, print }: Bench): Promise<void> {
	const { microsoft, adfs } = played.description;
	const bytes = megabytes * MEGABYTE;
	// What goes up to Online is hashed and not kept, for both alike: the disk is measured by nobody. The farm keeps it.
	await played.set({ graphLargeFileBytes: bytes, graphKeepsContent: false, siteLargeFileBytes: bytes });
	const services: [string, TransferService, (place: string) => Promise<Seconds>][] = [
		['SharePoint Online', { name: 'online', microsoft }, async (place) => await byCurl(place, microsoft.graphUrl, token, bytes)],
		['SharePoint Server (Basic)', { name: 'server', siteUrl: adfs.siteUrl, authentication: 'basic' }, async (place) => await byCurlOfFarm(place, adfs.siteUrl, bytes)],
	];
	for (const [name, service, curlOnce] of services) {
		const ours: WorkerResult[] = [];
		const curl: Seconds[] = [];
		for (let round = 0; round < transfers; round += 1) {
			ours.push(await inPlace(folder, async (place) => await inFreshProcess({ folder: place, service, bytes })));
			curl.push(await inPlace(folder, curlOnce));
		}
		print(`\n${name}: a file of ${megabytes.toLocaleString('en')} MB, n8n's binary data on disk; memory: peak minus idle of a fresh process`);
		for (const way of ['download', 'upload'] as const) {
			const [own, peer] = [ours.map((result) => megabytes / result[way].seconds), curl.map((seconds) => megabytes / seconds[way])];
			print(`  ${way.padEnd(10)} ${show(medianOf(own), 0, ' MB/s')}; curl ${show(medianOf(peer), 0, ' MB/s')}; ratio ${show(ratioOf(own, peer), 2)}; memory ${show(medianOf(ours.map((result) => result[way].aboveIdleMb)), 0, ' MB')}`);
		}
	}
}

/** In an empty folder that is gone afterwards. */
async function inPlace<T>(folder: string, work: (place: string) => Promise<T>): Promise<T> {
	const place = join(folder, 'transfer');
	mkdirSync(place);
	try {
		return await work(place);
	} finally {
		rmSync(place, { recursive: true });
	}
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

/** Of the site of the farm: one answer, and an upload in pieces of the same size over one connection, each with the digest of the first. */
async function byCurlOfFarm(place: string, siteUrl: string, bytes: number): Promise<Seconds> {
	const account = 'CONTOSO\\alice:alice-password';
	const file = join(place, 'large.bin');
	const web = `${siteUrl}/sites/shared/_api/web`;
	const at = (name: string): string => `getfilebyserverrelativepath(decodedurl='/sites/shared/Shared%20Documents/${name}')`;
	let begun = performance.now();
	await run('curl', ['-sSf', '-u', account, '-o', file, `${web}/${at('large.bin')}/$value`]);
	const download = (performance.now() - begun) / 1_000;

	await run('split', ['-b', String(CHUNK_BYTES), '-a', '4', '-d', file, join(place, 'piece-')]);
	const authorization = `Basic ${Buffer.from(account).toString('base64')}`;
	const post = async (url: string, headers: Record<string, string> = {}): Promise<Record<string, unknown>> => {
		const answer = await fetch(url, { method: 'POST', headers: { authorization, accept: 'application/json;odata=nometadata', ...headers }, body: '' });
		if (!answer.ok) throw new Error(`no upload to the farm for curl: ${answer.status} ${await answer.text()}`);
		return (await answer.json()) as Record<string, unknown>;
	};
	const digest = String((await post(`${siteUrl}/sites/shared/_api/contextinfo`)).FormDigestValue);
	await post(`${web}/getfolderbyserverrelativepath(decodedurl='/sites/shared/Shared%20Documents')/files/addusingpath(decodedurl='curl.bin',overwrite=true)`, { 'x-requestdigest': digest });
	const pieces = readdirSync(place).filter((name) => name.startsWith('piece-')).sort();
	const upload = randomUUID();
	const stepOf = (index: number): string => {
		if (index === 0) return `startupload(uploadid=guid'${upload}')`;
		return `${index === pieces.length - 1 ? 'finishupload' : 'continueupload'}(uploadid=guid'${upload}',fileoffset=${index * CHUNK_BYTES})`;
	};
	const config = pieces.map((name, index) => [`url = "${web}/${at('curl.bin')}/${stepOf(index)}"`, 'request = "POST"', `user = "${account.replaceAll('\\', '\\\\')}"`, `data-binary = "@${join(place, name)}"`, 'header = "Content-Type: application/octet-stream"', `header = "X-RequestDigest: ${digest}"`, 'header = "Expect:"', 'output = "/dev/null"', 'silent', 'show-error', 'fail'].join('\n'));
	writeFileSync(join(place, 'upload.curl'), config.join('\nnext\n'));
	begun = performance.now();
	await run('curl', ['-K', join(place, 'upload.curl')]);
	if (bytes <= CHUNK_BYTES) throw new Error('the farm takes what fits into one piece in another way');
	return { download, upload: (performance.now() - begun) / 1_000 };
}
