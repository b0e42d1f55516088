/**
 * `npm run bench`: all measurements, each set in a process of its own. `npm run bench -- salesforce` is one of them, and names behind it
 * are parts of it: `npm run bench -- salesforce wall memory`. Ratios within one run count; nothing here is a test.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { projectDirectory } from '../host/system/paths';

const SETS = ['salesforce', 'sharePoint', 'tokens', 'portal'];

const [asked, ...parts] = process.argv.slice(2);
const wanted = asked === undefined ? undefined : (SETS.find((set) => set.toLowerCase() === asked.toLowerCase()) ?? asked);
if (wanted !== undefined && !SETS.includes(wanted)) throw new Error(`There is no "${wanted}" to measure, but ${SETS.join(', ')}`);
for (const set of wanted === undefined ? SETS : [wanted]) {
	const { status } = spawnSync(process.execPath, ['--import', 'tsx', join(__dirname, set, 'main.ts'), ...parts], { cwd: projectDirectory, stdio: 'inherit' });
	if (status !== 0) process.exitCode = 1;
}
