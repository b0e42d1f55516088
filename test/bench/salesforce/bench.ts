/**
 * `npm run bench -- salesforce`: large results against n8n's own Salesforce node, in one process, on one played Salesforce, and what it
 * costs to act as an individual user. Ratios within one run count; absolute figures are this machine's.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { deepStrictEqual } from 'node:assert';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import type { INodeExecutionData } from 'n8n-workflow';

import { projectDirectory } from '../../host/system/paths';
import { startEngine, type Engine, type RunOptions } from './engine';
import { measureBatchedGets } from './batchedGets';
import { medianOf, ratioOf, show } from './medians';
import { builtInQuery, ownQuery, signIn } from './nodes';
import { startPlayed, type Played } from './played';
import { measureSelection } from './selection';
import type { WorkerOrder, WorkerResult } from './worker';

const SOQL = 'SELECT Id, Name, Sensor__c, Value__c, Day__c, TakenAt__c, IsAlarm__c, Comment__c FROM Reading__c';
const ROWS = 50_000;
const ROUNDS = 15;
const ROUNDS_WITH_LATENCY = 5;
const MEMORY_ROUNDS = 5;

export interface Bench {
	engine: Engine;
	played: Played;
	folder: string;
	token: string;
	credential: Record<string, unknown>;
	print(line?: string): void;
}

const PARTS: Record<string, (bench: Bench) => Promise<void>> = { wall: measureWall, memory: measureMemory, million: measureMillion, gets: measureBatchedGets, selection: measureSelection };

const loadOfMachine = () => loadavg().map((load) => load.toFixed(1)).join(', ');

/** @param wanted names of parts; none is all */
export async function benchSalesforce(print: Bench['print'], wanted: readonly string[]): Promise<void> {
	const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name));
	if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}, but ${Object.keys(PARTS).join(', ')}`);
	const folder = mkdtempSync(join(tmpdir(), 'connected-apps-bench-salesforce-'));
	const played = await startPlayed();
	try {
		const engine = await startEngine(folder);
		await played.set({ readingRows: ROWS });
		const token = await played.tokenOf('alice');
		const credential = await signIn(`sqlite:${join(folder, 'vault.sqlite')}`, played.description.salesforce, token);
		const bench: Bench = { engine, played, folder, token, credential, print };
		print(`\nSalesforce Retrieve Data, on ${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.version}; load before: ${loadOfMachine()}`);
		await assertSame(bench);
		for (const [name, measure] of Object.entries(PARTS)) if (wanted.length === 0 || wanted.includes(name)) await measure(bench);
		print(`load of the machine after: ${loadOfMachine()}`);
	} finally {
		await played.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Of the API version that n8n's node is built for, with attributes: the items are the same then, to the last address. */
async function assertSame({ engine, played, token, credential, print }: Bench): Promise<void> {
	const theirs = await engine.run(builtInQuery(engine, played.description.salesforce, token, SOQL));
	for (const readWith of ['rest', 'bulk']) {
		const ours = await engine.run(ownQuery(credential, SOQL, { readWith, keepAttributes: true, apiVersion: '59.0' }));
		deepStrictEqual(ours, theirs);
	}
	const plain = theirs.map(({ json: { attributes: _attributes, ...json }, ...item }): INodeExecutionData => ({ ...item, json }));
	deepStrictEqual(await engine.run(ownQuery(credential, SOQL)), plain);
	print(`  ${theirs.length.toLocaleString('en')} items through REST and Bulk are deeply equal to those of n8n's own node (without "attributes" where they are not kept)`);
}

async function measureWall(bench: Bench): Promise<void> {
	const { engine, played, token, credential, print } = bench;
	const peer = "n8n's own node";
	const candidates: Record<string, RunOptions> = {
		[peer]: builtInQuery(engine, played.description.salesforce, token, SOQL),
		'through REST': ownQuery(credential, SOQL, { readWith: 'rest' }),
		'through REST, attributes kept': ownQuery(credential, SOQL, { readWith: 'rest', keepAttributes: true }),
		'automatic (Bulk)': ownQuery(credential, SOQL),
	};
	for (const [latencyMs, rounds] of [[0, ROUNDS], [100, ROUNDS_WITH_LATENCY]] as const) {
		await played.set({ apiLatencyMs: latencyMs });
		const taken: Record<string, { wall: number; cpu: number }[]> = {};
		for (let round = -1; round < rounds; round += 1) {
			for (const [name, options] of Object.entries(candidates)) {
				// A run of its own before it: what was left lying by another candidate is nobody's cost.
				await engine.run(options);
				const cpu = process.cpuUsage();
				const begun = performance.now();
				await engine.run(options);
				const wall = performance.now() - begun;
				const { user, system } = process.cpuUsage(cpu);
				if (round >= 0) (taken[name] ??= []).push({ wall, cpu: (user + system) / 1_000 });
			}
		}
		print(`\n${ROWS.toLocaleString('en')} rows, ${latencyMs} ms latency of each call`);
		const of = (name: string, what: 'wall' | 'cpu') => (taken[name] ?? []).map((one) => one[what]);
		for (const name of Object.keys(candidates)) {
			const ratio = name === peer ? '' : `   ratio ${show(ratioOf(of(name, 'wall'), of(peer, 'wall')), 2)}; CPU ${show(ratioOf(of(name, 'cpu'), of(peer, 'cpu')), 2)}`;
			print(`  ${name.padEnd(32)} ${show(medianOf(of(name, 'wall')), 0, ' ms')}${ratio}`);
		}
	}
	await played.set({ apiLatencyMs: 0 });
}

async function inFreshProcess(order: WorkerOrder): Promise<WorkerResult> {
	const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', join(__dirname, 'worker.ts')], { cwd: projectDirectory, stdio: ['pipe', 'pipe', 'inherit'] });
	child.stdin.end(JSON.stringify(order));
	const [answer] = await Promise.all([text(child.stdout), once(child, 'exit')]);
	return JSON.parse(answer) as WorkerResult;
}

function orderOf({ folder, played, token }: Bench, candidate: WorkerOrder['candidate'], limit?: number): WorkerOrder {
	return { folder, databaseUrl: `sqlite:${join(folder, 'vault.sqlite')}`, salesforce: played.description.salesforce, token, soql: SOQL, candidate, limit };
}

async function measureMemory(bench: Bench): Promise<void> {
	const taken: Record<'builtIn' | 'rest' | 'bulk', number[]> = { builtIn: [], rest: [], bulk: [] };
	for (let round = 0; round < MEMORY_ROUNDS; round += 1) {
		for (const candidate of ['builtIn', 'rest', 'bulk'] as const) taken[candidate].push((await inFreshProcess(orderOf(bench, candidate))).aboveIdleMb);
	}
	bench.print(`\n${ROWS.toLocaleString('en')} rows as items, memory: peak minus idle of a fresh process`);
	for (const [name, values] of Object.entries(taken)) bench.print(`  ${name.padEnd(32)} ${show(medianOf(values), 0, ' MB')}${name === 'builtIn' ? '' : `   ratio ${show(ratioOf(values, taken.builtIn), 2)}`}`);
}

/** Whether a file of ten times the rows takes more memory. */
async function measureMillion(bench: Bench): Promise<void> {
	await bench.played.set({ readingRows: 1_000_000 });
	bench.print('\nrows through Bulk into one file, memory: peak minus idle of a fresh process');
	for (const candidate of ['csv', 'jsonLines'] as const) {
		const taken: Record<number, WorkerResult[]> = {};
		for (let round = 0; round < 3; round += 1) {
			for (const limit of [100_000, 1_000_000]) (taken[limit] ??= []).push(await inFreshProcess(orderOf(bench, candidate, limit)));
		}
		const above = (limit: number) => medianOf((taken[limit] ?? []).map(({ aboveIdleMb }) => aboveIdleMb));
		for (const limit of [100_000, 1_000_000]) {
			const results = taken[limit] ?? [];
			bench.print(`  ${candidate.padEnd(10)} ${limit.toLocaleString('en').padStart(10)} rows  ${show(above(limit), 0, ' MB')}   ${show(medianOf(results.map(({ ms }) => ms / 1_000)), 1, ' s')}   ${results[0]?.stored ?? ''}`);
		}
		bench.print(`  ${candidate.padEnd(10)} a million over a tenth of it: ${(above(1_000_000).median - above(100_000).median).toFixed(0)} MB more`);
	}
	await bench.played.set({ readingRows: ROWS });
}
