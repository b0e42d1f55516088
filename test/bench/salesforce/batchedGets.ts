import type { RunOptions } from './engine';
import type { Bench } from './bench';
import { medianOf, show } from './medians';
import { own } from './nodes';

const ITEMS = 10_000;
/** One call each: a tenth of the items tells as much. */
const SINGLE_ITEMS = 1_000;
const ROUNDS = 5;

/** Many items, each of which asks for one record. */
export async function measureBatchedGets({ engine, played, credential, print }: Bench): Promise<void> {
	const rows = await engine.run(own(credential, { resource: 'query', operation: 'soql', soql: `SELECT Id FROM Reading__c LIMIT ${ITEMS}`, returnAll: true, options: { readWith: 'rest' } }));
	const items = rows.map(({ json }) => ({ json: { id: json.Id } }));
	const get = (count: number, batchGets: boolean): RunOptions => ({
		...own(credential, { resource: 'record', operation: 'get', objectType: 'Reading__c', recordId: '={{ $json.id }}', fieldNames: ['Name', 'Value__c'], fields: '', options: { batchGets } }),
		items: items.slice(0, count),
	});
	print(`\n${ITEMS.toLocaleString('en')} items, one record each`);
	for (const [name, count, batchGets] of [['batched', ITEMS, true], ['one call each', SINGLE_ITEMS, false]] as const) {
		const taken: number[] = [];
		let calls = 0;
		for (let round = 0; round < ROUNDS; round += 1) {
			await played.countCalls();
			const begun = performance.now();
			const made = await engine.run(get(count, batchGets));
			taken.push((performance.now() - begun) / count);
			if (made.length !== count) throw new Error(`${made.length} instead of ${count} items`);
			calls = await played.countCalls();
		}
		print(`  ${name.padEnd(32)} ${show(medianOf(taken), 3, ' ms per item')}, ${calls} calls for ${count.toLocaleString('en')} items`);
	}
}
