/**
 * `npm run check`: everything that can be said about this package without a running n8n, in the order in which CI runs it.
 * Stops at the first step that fails; says at the end how far it came.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Read by `.ci/run`, which adds them up. */
const RESULTS = '.cache/results/unit.json';

const STEPS = [
	['types', 'npm', ['run', '--silent', 'typecheck']],
	['lint', 'npm', ['run', '--silent', 'lint']],
	// Tests wait for servers as much as they compute: where there are two processors, one worker would leave half of them idle.
	['tests', 'jest', ['--json', `--outputFile=${RESULTS}`, `--maxWorkers=${Math.max(2, availableParallelism() - 1)}`]],
	['build', 'npm', ['run', '--silent', 'build']],
	['package', 'npm', ['run', '--silent', 'check:pack']],
];

mkdirSync('.cache/results', { recursive: true });
rmSync(RESULTS, { force: true });
const lines = [];
let failed = false;
for (const [name, command, args] of STEPS) {
	process.stdout.write(`\n── ${name}\n`);
	const begun = Date.now();
	// Jest's JSON goes to a file; its report for people comes on standard error.
	const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
	failed = status !== 0;
	lines.push(`${failed ? 'FAILED' : 'ok    '}  ${name.padEnd(8)} ${((Date.now() - begun) / 1_000).toFixed(0).padStart(4)} s${name === 'tests' ? counts() : ''}`);
	if (failed) break;
}
for (const [name] of STEPS.slice(lines.length)) lines.push(`–       ${name.padEnd(8)} not reached`);
process.stdout.write(`\n${lines.join('\n')}\n${failed ? 'The check failed.' : 'All checks passed.'}\n`);
process.exit(failed ? 1 : 0);

function counts() {
	if (!existsSync(RESULTS)) return '';
	const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(RESULTS, 'utf8'));
	return `   ${numPassedTests} passed, ${numFailedTests} failed`;
}
