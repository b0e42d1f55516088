import { spawn, type SpawnOptions } from 'node:child_process';

import { pathWithNode } from './paths';

/** A command that did not end with 0. The message holds the end of what it printed. */
export class CommandError extends Error {
	override readonly name = 'CommandError';

	constructor(
		readonly command: string,
		readonly code: number | string,
		readonly output: string,
		options?: ErrorOptions,
	) {
		super(`"${command}" ended with ${code}\n${output.slice(-4000)}`, options);
	}
}

/**
 * Runs a command to its end and returns its standard output.
 * @throws CommandError when it cannot be started or does not end with 0
 */
export async function runCommand(
	command: string,
	args: readonly string[],
	options: Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'> = {},
): Promise<string> {
	const line = [command, ...args].join(' ');
	return await new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			...options,
			env: options.env ?? process.env,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let stdout = '';
		let everything = '';
		child.stdout?.setEncoding('utf8').on('data', (text: string) => {
			stdout += text;
			everything += text;
		});
		child.stderr?.setEncoding('utf8').on('data', (text: string) => {
			everything += text;
		});
		child.once('error', (cause) =>
			reject(new CommandError(line, cause.message, everything, { cause })),
		);
		child.once('close', (code, signal) => {
			if (code === 0) resolve(stdout);
			else reject(new CommandError(line, code ?? signal ?? 'no code', everything));
		});
	});
}

/**
 * The environment for an npm that this process starts. Inside `npm run` npm exports its own
 * settings of *this* project, which must not reach an install in another folder.
 */
export function npmEnvironment(): NodeJS.ProcessEnv {
	const env: NodeJS.ProcessEnv = {};
	for (const [name, value] of Object.entries(process.env)) {
		if (/^npm_(package|lifecycle|node|command|execpath|config_(local_prefix|prefix))/.test(name)) continue;
		if (name === 'NODE_ENV' || name === 'NODE_OPTIONS' || name === 'INIT_CWD') continue;
		env[name] = value;
	}
	env['PATH'] = pathWithNode();
	return env;
}
