import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { VaultOptions } from '../../../../lib/vault';
import { projectDirectory } from '../../../host/system/paths';

export interface RefresherTask {
	backend: VaultOptions['backend'];
	raw: Record<string, unknown>;
	user: string;
	calls: number;
}

export interface RefresherAnswer {
	hashes: string[];
	errors: string[];
}

export interface Refreshers {
	/** Tells all of them at once, and waits for all. */
	all(line: string): Promise<RefresherAnswer[]>;
	stop(): Promise<void>;
}

export async function startRefreshers(task: RefresherTask, count: number): Promise<Refreshers> {
	const started = await Promise.all(Array.from({ length: count }, async () => await startOne(task)));
	return {
		all: async (line) => await Promise.all(started.map(async ({ tell }) => await tell(line))),
		stop: async () => {
			await Promise.all(
				started.map(async ({ child }) => {
					if (child.exitCode !== null) return;
					const gone = once(child, 'exit');
					child.stdin.end();
					child.kill();
					await gone;
				}),
			);
		},
	};
}

async function startOne(task: RefresherTask) {
	const tsx = join(projectDirectory, 'node_modules', '.bin', 'tsx');
	const child = spawn(tsx, [join(__dirname, 'refresher.ts'), JSON.stringify(task)], { stdio: ['pipe', 'pipe', 'inherit'] });
	const waiting: ((answer: RefresherAnswer) => void)[] = [];
	const next = async (): Promise<RefresherAnswer> => await new Promise((resolve) => waiting.push(resolve));
	createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(JSON.parse(line) as RefresherAnswer));
	await next();
	return {
		child,
		async tell(line: string): Promise<RefresherAnswer> {
			const answer = next();
			child.stdin.write(`${line}\n`);
			return await answer;
		},
	};
}
