import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { VaultOptions } from '../../../../lib/vault';
import { nodeBinary, projectDirectory } from '../../../host/system/paths';

/** Makes a Node run TypeScript. */
export const tsx = join(projectDirectory, 'node_modules', 'tsx', 'dist', 'loader.mjs');

interface Answer {
	won: boolean;
	useCount?: number;
	/** What a vault calls the same thing in every process. */
	name?: string;
	error?: string;
}

export interface Racers {
	/** Tells all of them the same at once. */
	all(act: string): Promise<Answer[]>;
	one(index: number, act: string): Promise<Answer>;
	stop(): Promise<void>;
	/** As a crash would. */
	kill(): Promise<void>;
}

export async function startRacers(backend: VaultOptions['backend'], count: number): Promise<Racers> {
	const racers = await Promise.all(Array.from({ length: count }, async () => await startRacer(backend)));
	const one = async (index: number, act: string): Promise<Answer> => await racers[index]!.tell(act);
	return {
		one,
		all: async (act) => await Promise.all(racers.map(async (_, index) => await one(index, act))),
		stop: async () => {
			await Promise.all(racers.map(async ({ child }) => await end(child, 'SIGTERM')));
		},
		kill: async () => {
			await Promise.all(racers.map(async ({ child }) => await end(child, 'SIGKILL')));
		},
	};
}

async function startRacer(backend: VaultOptions['backend']) {
	// One process, not a command that starts one: a kill must reach it.
	const child = spawn(nodeBinary(), ['--import', tsx, join(__dirname, 'racer.ts'), JSON.stringify(backend)], { stdio: ['pipe', 'pipe', 'inherit'] });
	const waiting: ((answer: Answer) => void)[] = [];
	const next = async (): Promise<Answer> => await new Promise((resolve) => waiting.push(resolve));
	createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(JSON.parse(line) as Answer));
	await next();
	return {
		child,
		async tell(act: string): Promise<Answer> {
			const answer = next();
			child.stdin.write(`${act}\n`);
			const told = await answer;
			if (told.error !== undefined) throw new Error(told.error);
			return told;
		},
	};
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const gone = once(child, 'exit');
	child.kill(signal);
	await gone;
}
