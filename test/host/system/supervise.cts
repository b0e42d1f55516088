/**
 * A small process between the test and a server it starts: `node supervise.cts <options as JSON>`.
 * It runs the server in a process group of its own and ends that group when the test process goes
 * away, however it goes (the end of standard input tells). Lines on standard input are signal
 * names: SIGKILL goes to the whole group, any other to the server only.
 *
 * Plain CommonJS with erasable types: Node runs it as it is.
 */
const { spawn }: typeof import('node:child_process') = require('node:child_process');
const { rmSync }: typeof import('node:fs') = require('node:fs');
const readline: typeof import('node:readline') = require('node:readline');

const options: import('./supervised').SuperviseOptions = JSON.parse(process.argv[2] ?? '{}');

const server = spawn(options.command, options.args, {
	cwd: options.cwd,
	env: options.env,
	uid: options.uid,
	gid: options.gid,
	detached: true,
	stdio: ['ignore', 'inherit', 'inherit'],
});

let orphaned = false;

function signal(name: NodeJS.Signals): void {
	if (server.pid === undefined) return;
	try {
		process.kill(name === 'SIGKILL' ? -server.pid : server.pid, name);
	} catch {
		// It is gone already: that is what was asked for.
	}
}

const commands = readline.createInterface({ input: process.stdin });
commands.on('line', (line) => signal(line.trim() as NodeJS.Signals));
commands.on('close', () => {
	orphaned = true;
	signal('SIGKILL');
});

// Ctrl-C and a terminal that closes reach the test process, and through it us.
for (const name of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(name, () => undefined);
// Nobody may be left to read our error output.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

server.once('error', (error) => {
	process.stderr.write(`${error.message}\n`);
	process.exit(127);
});
server.once('exit', (code, name) => {
	// What the server started itself goes with it.
	signal('SIGKILL');
	if (orphaned && options.removeWhenOrphaned) {
		rmSync(options.removeWhenOrphaned, { recursive: true, force: true, maxRetries: 5 });
	}
	process.exit(code ?? (name ? 128 : 1));
});
