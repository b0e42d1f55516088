// One run in a fresh process: how much memory it takes beyond what the process has when it is idle.
import { readFileSync, writeFileSync } from 'node:fs';

import { startEngine, type RunOptions } from './engine';
import { builtInQuery, ownQuery, signIn } from './nodes';
import type { SalesforceSandbox } from '../../sandbox/salesforce/start';

export interface WorkerOrder {
	folder: string;
	databaseUrl: string;
	salesforce: SalesforceSandbox;
	token: string;
	soql: string;
	candidate: 'builtIn' | 'rest' | 'bulk' | 'csv' | 'jsonLines';
	limit?: number;
}

export interface WorkerResult {
	rows: number;
	ms: number;
	idleMb: number;
	/** The most that the process held in real memory, above idle. */
	aboveIdleMb: number;
	stored?: string;
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

async function main(): Promise<void> {
	const order = JSON.parse(readFileSync(0, 'utf8')) as WorkerOrder;
	const { folder, databaseUrl, salesforce, token, soql, candidate, limit } = order;
	const engine = await startEngine(folder);
	const credential = await signIn(databaseUrl, salesforce, token);
	const optionsOf = (text: string): RunOptions => {
		if (candidate === 'builtIn') return builtInQuery(engine, salesforce, token, text);
		const output = candidate === 'csv' || candidate === 'jsonLines' ? { output: candidate, binaryPropertyName: 'data', fileName: '' } : {};
		return ownQuery(credential, text, { readWith: candidate === 'rest' ? 'rest' : 'bulk' }, { ...output, ...(limit !== undefined && { returnAll: false, limit }) });
	};
	await engine.run(optionsOf(`${soql} LIMIT 500`));
	await settle();
	const idleMb = memory('VmRSS');
	// From here on the kernel counts the highest value anew.
	writeFileSync('/proc/self/clear_refs', '5');
	const begun = performance.now();
	const items = await engine.run(optionsOf(soql));
	const ms = performance.now() - begun;
	const aboveIdleMb = memory('VmHWM') - idleMb;
	const stored = items[0]?.binary?.data;
	const result: WorkerResult = { rows: stored === undefined ? items.length : Number(items[0]?.json.rows), ms, idleMb, aboveIdleMb, ...(stored !== undefined && { stored: `${stored.fileSize} in ${stored.data}` }) };
	process.stdout.write(`${JSON.stringify(result)}\n`);
	process.exit(0);
}

void main();
