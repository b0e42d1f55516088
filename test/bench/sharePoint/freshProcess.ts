import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { projectDirectory } from '../../host/system/paths';
import type { WorkerOrder, WorkerResult } from './worker';

/** One download and one upload, where nothing else has been done before. */
export async function inFreshProcess(order: WorkerOrder): Promise<WorkerResult> {
	const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', join(__dirname, 'worker.ts')], { cwd: projectDirectory, stdio: ['pipe', 'pipe', 'inherit'] });
	child.stdin.end(JSON.stringify(order));
	const [answer, [code]] = (await Promise.all([text(child.stdout), once(child, 'exit')])) as [string, [number | null]];
	if (code !== 0) throw new Error(`the process ended with ${code}`);
	return JSON.parse(answer) as WorkerResult;
}
