// One download and one upload in a fresh process: how long each takes, and how much memory beyond what the process has when it is idle.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { INodeExecutionData } from 'n8n-workflow';

import type { MicrosoftSandbox } from '../../sandbox/microsoft/start';
import { startEngine } from '../salesforce/engine';
import { own, ownDownload, ownUpload, signIn } from './nodes';

export interface WorkerOrder {
	folder: string;
	microsoft: MicrosoftSandbox;
	token: string;
	/** Of the file. */
	bytes: number;
}

interface Measured {
	seconds: number;
	/** The most that the process held in real memory, above idle. */
	aboveIdleMb: number;
}

export interface WorkerResult {
	download: Measured;
	upload: Measured;
}

/** Of the kernel, in MB. */
function memory(field: 'VmRSS' | 'VmHWM'): number {
	return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1_024;
}

async function settle(): Promise<void> {
	for (let round = 0; round < 5; round += 1) {
		globalThis.gc?.();
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

async function measured(work: () => Promise<INodeExecutionData[]>): Promise<Measured & { items: INodeExecutionData[] }> {
	await settle();
	const idleMb = memory('VmRSS');
	// From here on the kernel counts the highest value anew.
	writeFileSync('/proc/self/clear_refs', '5');
	const begun = performance.now();
	const items = await work();
	return { seconds: (performance.now() - begun) / 1_000, aboveIdleMb: memory('VmHWM') - idleMb, items };
}

async function main(): Promise<void> {
	const { folder, microsoft, token, bytes } = JSON.parse(readFileSync(0, 'utf8')) as WorkerOrder;
	const engine = await startEngine(folder);
	const credential = await signIn(join(folder, 'vault.sqlite'), microsoft, token);
	await engine.run(own(credential, { resource: 'file', operation: 'download', library: '', file: '/readme.txt', binaryPropertyName: 'data' }));
	const { items, ...download } = await measured(async () => await engine.run(ownDownload(credential)));
	const { items: uploaded, ...upload } = await measured(async () => await engine.run(ownUpload(credential, items)));
	for (const size of [items, uploaded].map(([item]) => item?.json.size)) if (size !== bytes) throw new Error(`${String(size)} instead of ${bytes} bytes`);
	process.stdout.write(`${JSON.stringify({ download, upload } satisfies WorkerResult)}\n`);
	process.exit(0);
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
	process.exit(1);
});
