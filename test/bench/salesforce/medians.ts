/** A median with the interval that holds it in 19 of 20 cases, whatever the figures' distribution. */
export interface Median {
	median: number;
	interval: [number, number];
	count: number;
}

export function medianOf(values: readonly number[]): Median {
	const sorted = [...values].sort((a, b) => a - b);
	const count = sorted.length;
	const middle = (count - 1) / 2;
	// Ranks of the sign test, by the normal approximation of the binomial distribution.
	const spread = 1.96 * Math.sqrt(count) * 0.5;
	const at = (rank: number) => sorted[Math.min(count - 1, Math.max(0, rank))] ?? Number.NaN;
	return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, interval: [at(Math.floor(middle - spread)), at(Math.ceil(middle + spread))], count };
}

export function show({ median, interval, count }: Median, digits = 0, unit = ''): string {
	return `${median.toFixed(digits)}${unit} [${interval[0].toFixed(digits)} to ${interval[1].toFixed(digits)}], n=${count}`;
}

/** Of measurements that were made side by side: what disturbs the machine disturbs both. */
export function ratioOf(own: readonly number[], peer: readonly number[]): Median {
	return medianOf(own.map((value, index) => value / (peer[index] ?? Number.NaN)));
}
