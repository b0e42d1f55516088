// Large files through the node, by n8n's own engine and binary data on disk: what they take of memory does not grow with them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { inFreshProcess } from '../bench/sharePoint/freshProcess';
import type { TransferService } from '../bench/sharePoint/worker';
import { startPlayed, type Played } from '../bench/salesforce/played';

const MEGABYTE = 1024 * 1024;
const FILE_MB = 250;
/** Some pieces of 10 MB and what the network has on its way; a file that is held as a whole is two and a half times as much. */
const MOST_MB = 100;

let played: Played;
let folder: string;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'connected-apps-memory-'));
	played = await startPlayed();
	await played.set({ graphLargeFileBytes: FILE_MB * MEGABYTE, siteLargeFileBytes: FILE_MB * MEGABYTE, graphKeepsContent: false });
}, 120_000);

afterAll(async () => {
	await played?.stop();
	rmSync(folder, { recursive: true, force: true });
});

test.each<[string, () => TransferService]>([
	['SharePoint Online', () => ({ name: 'online', microsoft: played.description.microsoft })],
	['SharePoint Server by Basic', () => ({ name: 'server', siteUrl: played.description.adfs.siteUrl, authentication: 'basic' })],
	['SharePoint Server by NTLM', () => ({ name: 'server', siteUrl: played.description.adfs.siteUrl, authentication: 'ntlm' })],
])('a file of 250 MB goes down and up flat in memory: %s', async (_name, service) => {
	const { download, upload } = await inFreshProcess({ folder: mkdtempSync(join(folder, 'run-')), service: service(), bytes: FILE_MB * MEGABYTE });
	expect(download.aboveIdleMb).toBeLessThan(MOST_MB);
	expect(upload.aboveIdleMb).toBeLessThan(MOST_MB);
});
