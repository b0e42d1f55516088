// One download and one upload in a fresh process: how long each takes, and how much memory beyond what the process has when it is idle.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { INodeExecutionData } from 'n8n-workflow';

import type { MicrosoftSandbox } from '../../sandbox/microsoft/start';
import { startEngine, type RunOptions } from '../salesforce/engine';
import { own, ownDownload, ownUpload, signIn, tokenOf } from './nodes';

export type TransferService = { name: 'online'; microsoft: MicrosoftSandbox } | { name: 'server'; siteUrl: string; authentication: 'basic' | 'ntlm' };

export interface WorkerOrder {
	folder: string;
	service: TransferService;
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

/** The same run, as somebody on that service. */
async function loginOf({ folder, service }: WorkerOrder): Promise<(run: RunOptions) => RunOptions> {
	if (service.name === 'online') {
		const credential = await signIn(join(folder, 'vault.sqlite'), service.microsoft, await tokenOf(service.microsoft));
		return (run) => ({ ...run, credentials: own(credential, {}).credentials });
	}
	const { siteUrl, authentication } = service;
	const credentials = { sharePointServerPasswordApi: { siteUrl, authentication, username: 'CONTOSO\\alice', password: 'alice-password' } };
	return ({ parameters, ...run }) => ({ ...run, credentials, parameters: { ...parameters, service: 'server', authentication: 'password', user: '', site: '/sites/shared' } });
}

async function main(): Promise<void> {
	const order = JSON.parse(readFileSync(0, 'utf8')) as WorkerOrder;
	const { folder, bytes, service } = order;
	const engine = await startEngine(folder);
	const as = await loginOf(order);
	// What the first use of anything leaves behind is not counted.
	await engine.run(as(own({}, { resource: 'file', operation: 'download', library: '', file: service.name === 'online' ? '/readme.txt' : '/Reports/summary.txt', binaryPropertyName: 'data' })));
	const { items, ...download } = await measured(async () => await engine.run(as(ownDownload({}))));
	const { items: uploaded, ...upload } = await measured(async () => await engine.run(as(ownUpload({}, items))));
	for (const size of [items, uploaded].map(([item]) => item?.json.size)) if (size !== bytes) throw new Error(`${String(size)} instead of ${bytes} bytes`);
	process.stdout.write(`${JSON.stringify({ download, upload } satisfies WorkerResult)}\n`);
	process.exit(0);
}

main().catch((error: unknown) => {
	process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
	process.exit(1);
});
