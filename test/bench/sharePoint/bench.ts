/**
 * `npm run bench -- sharepoint`: long lists against n8n's own SharePoint node, in one process on one played Graph, and large files, whose
 * memory is measured in a fresh process and whose speed is compared with curl's. Ratios within one run count; absolute figures are this
 * machine's. `rows=500 rounds=2 megabytes=20 transfers=1` behind it make it small.
 */
import { deepStrictEqual } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEngine } from '../salesforce/engine';
import { medianOf, ratioOf, show } from '../salesforce/medians';
import { startPlayed, type Played } from '../salesforce/played';
import { builtInItems, COLUMNS, ownItems, signIn, SITE, tokenOf } from './nodes';
import { measureTransfers } from './transfers';

const COUNTS = { rows: 20_000, rounds: 15, megabytes: 1_024, transfers: 3 };
type Counts = typeof COUNTS;

export interface Bench {
	played: Played;
	folder: string;
	token: string;
	counts: Counts;
	print(line?: string): void;
}

const PARTS: Record<string, (bench: Bench) => Promise<void>> = { items: measureItems, transfers: measureTransfers };

const loadOfMachine = () => loadavg().map((load) => load.toFixed(1)).join(', ');

/** @param words names of parts (none is all), and counts such as `rows=500` */
export async function benchSharePoint(print: Bench['print'], words: readonly string[]): Promise<void> {
	const counts = { ...COUNTS };
	for (const [name = '', value] of words.filter((word) => word.includes('=')).map((word) => word.split('='))) {
		if (!Object.hasOwn(COUNTS, name) || !(Number(value) >= 1)) throw new Error(`"${name}=${value}" is no count; there are ${Object.keys(COUNTS).join(', ')}`);
		counts[name as keyof Counts] = Number(value);
	}
	const wanted = words.filter((word) => !word.includes('='));
	const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name));
	if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}, but ${Object.keys(PARTS).join(', ')}`);
	const folder = mkdtempSync(join(tmpdir(), 'connected-apps-bench-sharepoint-'));
	const played = await startPlayed();
	try {
		const token = await tokenOf(played.description.microsoft);
		print(`\nSharePoint, on ${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.version}; load before: ${loadOfMachine()}`);
		for (const [name, measure] of Object.entries(PARTS)) if (wanted.length === 0 || wanted.includes(name)) await measure({ played, folder, token, counts, print });
		print(`load of the machine after: ${loadOfMachine()}`);
	} finally {
		await played.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}

async function measureItems({ played, folder, token, counts: { rows, rounds }, print }: Bench): Promise<void> {
	const { microsoft } = played.description;
	await played.set({ graphReadings: rows });
	const idAt = async (path: string): Promise<string> => ((await (await fetch(`${microsoft.graphUrl}/v1.0/${path}`, { headers: { authorization: `Bearer ${token}` } })).json()) as { id: string }).id;
	const siteId = await idAt(`sites/127.0.0.1:${SITE}`);
	const listId = await idAt(`sites/${siteId}/lists/Readings`);
	const engine = await startEngine(folder);
	const candidates = { theirs: builtInItems(engine, microsoft, token, { siteId, listId }), ours: ownItems(await signIn(join(folder, 'vault.sqlite'), microsoft, token)) };
	// The same values of every column, by the same ids.
	const valuesOf = async (name: keyof typeof candidates) => (await engine.run(candidates[name])).map(({ json: { id, fields } }) => [id, COLUMNS.map((column) => (fields as Record<string, unknown>)[column])]);
	const [theirs, ours] = [await valuesOf('theirs'), await valuesOf('ours')];
	if (theirs.length !== rows) throw new Error(`${theirs.length} instead of ${rows} items`);
	deepStrictEqual(ours, theirs);

	const taken: Record<keyof typeof candidates, { wall: number; cpu: number }[]> = { theirs: [], ours: [] };
	let calls = { theirs: 0, ours: 0 };
	for (let round = -1; round < rounds; round += 1) {
		// Each comes first as often as second: what the first leaves behind meets both.
		for (const name of round % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const)) {
			await played.countCalls();
			const cpu = process.cpuUsage();
			const begun = performance.now();
			await engine.run(candidates[name]);
			const wall = performance.now() - begun;
			const { user, system } = process.cpuUsage(cpu);
			calls = { ...calls, [name]: await played.countCalls() };
			if (round >= 0) taken[name].push({ wall, cpu: (user + system) / 1_000 });
		}
	}
	const of = (name: keyof typeof candidates, what: 'wall' | 'cpu') => taken[name].map((one) => one[what]);
	print(`\n${rows.toLocaleString('en')} items of a list, all columns, deeply equal; calls of any played provider's API: n8n's own node ${calls.theirs}, ours ${calls.ours}`);
	print(`  n8n's own node   ${show(medianOf(of('theirs', 'wall')), 0, ' ms')}`);
	print(`  ours             ${show(medianOf(of('ours', 'wall')), 0, ' ms')}   ratio ${show(ratioOf(of('ours', 'wall'), of('theirs', 'wall')), 2)}; CPU ${show(ratioOf(of('ours', 'cpu'), of('theirs', 'cpu')), 2)}`);
}
