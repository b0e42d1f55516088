/** Figures of one measurement, in milliseconds. */
export interface Figures {
	p50: number;
	p99: number;
	/** Spread of the p50 over the blocks of the run: the machine's noise. */
	noise: [number, number];
	count: number;
}

export function percentile(sorted: readonly number[], share: number): number {
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function figuresOf(blocks: readonly (readonly number[])[]): Figures {
	const all = blocks.flat().sort((a, b) => a - b);
	const medians = blocks.map((block) => percentile([...block].sort((a, b) => a - b), 0.5)).sort((a, b) => a - b);
	return { p50: percentile(all, 0.5), p99: percentile(all, 0.99), noise: [medians[0] ?? Number.NaN, medians.at(-1) ?? Number.NaN], count: all.length };
}

/** Runs the candidates in alternating blocks, so that a slow moment of the machine meets all of them. */
export async function measureAlternating(candidates: Record<string, () => Promise<unknown>>, { blocks = 15, perBlock = 200 } = {}): Promise<Record<string, Figures>> {
	const taken: Record<string, number[][]> = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
	for (let block = 0; block < blocks; block++) {
		for (const [name, run] of Object.entries(candidates)) {
			const times: number[] = [];
			for (let index = 0; index < perBlock; index++) {
				const begun = performance.now();
				await run();
				times.push(performance.now() - begun);
			}
			taken[name]?.push(times);
		}
	}
	return Object.fromEntries(Object.entries(taken).map(([name, times]) => [name, figuresOf(times)]));
}

export function row(name: string, { p50, p99, noise }: Figures): string {
	return `${name.padEnd(44)} p50 ${p50.toFixed(3)} ms   p99 ${p99.toFixed(3)} ms   (p50 of blocks ${noise[0].toFixed(3)}–${noise[1].toFixed(3)})`;
}
