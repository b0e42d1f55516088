// Real processes that ask for tokens, and die when they are killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { VaultOptions } from '../../../../../lib/vault';
import { nodeBinary } from '../../../../host/system/paths';
import { tsx } from '../../../vault/processes/racers';

/** Where a refresh can be stopped: lease taken; journal marked, nothing sent; answer here, not stored; stored. */
export type StopPoint = 'leased' | 'beforePost' | 'answered' | 'committed';

export interface ActorTask {
	backend: VaultOptions['backend'];
	raw: Record<string, unknown>;
	clockOffsetMs?: number;
}

export interface Command {
	id?: number;
	users?: string[];
	times?: number;
	/** Call the API with the token, and tell whom the API took us for. */
	useIt?: boolean;
	stopAt?: StopPoint;
	goOn?: true;
	measure?: { bystander: string; forMs: number };
}

export interface Answer {
	user: string;
	tokenHash?: string;
	actedAs?: string;
	/** Our error's code, else the text. */
	error?: string;
}

export interface Asked {
	answers: Answer[];
	loopDelayP99Ms?: number;
	slowestMs?: number;
}

export interface Told {
	id?: number;
	asked?: Asked;
	stopped?: StopPoint;
	/** Hashes of the access and the refresh token that came last from the server. */
	pair?: string;
}

export interface Actor {
	run(command: Command): Promise<Asked>;
	/** Starts one user's call, and resolves when the process stands at `point`. */
	stopAt(point: StopPoint, user: string): Promise<Told & { finished: Promise<Asked> }>;
	goOn(): void;
	/** As a crash would. */
	kill(): Promise<void>;
}

/** One process, ready to be told. */
export async function startActor(task: ActorTask): Promise<Actor> {
	// One process, not a command that starts one: a kill must reach it.
	const child = spawn(nodeBinary(), ['--import', tsx, join(__dirname, 'actor.ts'), JSON.stringify(task)], { stdio: ['pipe', 'pipe', 'inherit'] });
	const waiting = new Map<number | 'ready' | 'stopped', (told: Told) => void>();
	const next = async (name: number | 'ready' | 'stopped'): Promise<Told> => await new Promise((resolve) => waiting.set(name, resolve));
	let commands = 0;
	createInterface({ input: child.stdout }).on('line', (line) => {
		const told = JSON.parse(line) as Told;
		waiting.get(told.id ?? (told.stopped === undefined ? 'ready' : 'stopped'))?.(told);
	});
	// Writing to a process that was just killed is no error.
	child.stdin.on('error', () => undefined);
	const send = (command: Command) => child.stdin.write(`${JSON.stringify(command)}\n`);
	const run = async (command: Command): Promise<Asked> => {
		const id = ++commands;
		const told = next(id);
		send({ ...command, id });
		return (await told).asked!;
	};
	await next('ready');
	return {
		run,
		async stopAt(point, user) {
			const stopped = next('stopped');
			const finished = run({ users: [user], stopAt: point });
			return { ...(await stopped), finished };
		},
		goOn: () => void send({ goOn: true }),
		async kill() {
			if (child.exitCode !== null || child.signalCode !== null) return;
			const gone = once(child, 'exit');
			child.kill('SIGKILL');
			await gone;
		},
	};
}

/** Registers the hook of the surrounding `describe` that kills whatever is left. */
export function useActors(): (task: ActorTask) => Promise<Actor> {
	const started: Promise<Actor>[] = [];
	afterEach(async () => {
		for (const actor of started.splice(0)) await (await actor).kill();
	});
	return async (task) => {
		const starting = startActor(task);
		started.push(starting);
		return await starting;
	};
}
