/**
 * `node scripts/withSetup.mjs <command> [arguments]`: brings the development dependencies onto this machine where they
 * are missing or the lock has changed, then runs the command under this project's Node 24. So one command works
 * straight after `git clone`, with nothing but Node 20 and npm.
 *
 * Plain JavaScript without dependencies: it runs before there are any.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const programs = join(project, 'node_modules', '.bin');
const marker = join(project, 'node_modules', '.set-up');
const NODE_MAJOR = 24;

function fail(message) {
	process.stderr.write(`${message}\n`);
	process.exit(1);
}

/** Changes whenever an install would. */
function wanted() {
	const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
	for (const name of ['package-lock.json', '.npmrc']) hash.update(readFileSync(join(project, name)));
	return hash.digest('hex');
}

/** Runs npm; what it prints is shown only if it fails, and then without the address of the registry in use. */
function npm(...args) {
	// Under `npm run` npm names itself; started by hand it is whatever is on the PATH.
	const own = process.env['npm_execpath'];
	const [command, first] = own && /\.c?js$/.test(own) ? [process.execPath, [own]] : ['npm', []];
	const { status, stdout, stderr, error } = spawnSync(command, [...first, ...args], { cwd: project, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
	if (status === 0) return;
	const told = `${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`.replace(/\b(https?:\/\/)[^\s/'"]+/g, '$1<registry>');
	fail(`"npm ${args.join(' ')}" failed:\n${told.slice(-4_000)}`);
}

function majorOf(node) {
	const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
	return Number(/^v(\d+)\./.exec(stdout ?? '')?.[1] ?? 0);
}

function install() {
	const hash = wanted();
	if (existsSync(marker) && readFileSync(marker, 'utf8') === hash) return;
	process.stderr.write('Installing the development dependencies (about a minute) …\n');
	// No scripts: of some 20 packages that have one, only `node` needs it. --no-save: the lock stays as it was committed.
	npm('install', '--ignore-scripts', '--no-save', '--no-audit', '--no-fund');
	const ownNode = join(programs, 'node');
	if (majorOf(ownNode) < NODE_MAJOR) npm('rebuild', 'node');
	if (majorOf(ownNode) < NODE_MAJOR && majorOf(process.execPath) < NODE_MAJOR) fail(`Node ${NODE_MAJOR} could not be installed into node_modules: run this with Node ${NODE_MAJOR} or newer`);
	writeFileSync(marker, hash);
}

const [command, ...args] = process.argv.slice(2);
if (command === undefined) fail('Usage: node scripts/withSetup.mjs <command> [arguments]');
if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node 20 or newer is needed to begin; this is ${process.version}`);
install();

const child = spawn(command, args, {
	cwd: project,
	stdio: 'inherit',
	env: { ...process.env, PATH: `${programs}${delimiter}${process.env['PATH'] ?? ''}` },
	shell: process.platform === 'win32',
});
// Ctrl-C reaches the command by itself; what is sent to us alone is passed on. It decides when to end.
process.on('SIGINT', () => undefined);
for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
child.on('error', (error) => fail(`${command}: ${error.message}`));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
