/** Builds a package when its `dist` is missing or older than what it is built from. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { npmEnvironment, runCommand } from './system/command';
import { withLock } from './system/lock';
import { cacheDirectory } from './system/paths';

const sources = [
	'nodes', 'credentials', 'lib', 'index.js', 'package.json',
	'tsconfig.json', 'tsconfig.build.json', 'gulpfile.js',
];

/** The times of the files below `path` that match, or of the file itself; none if it is not there. */
async function fileTimes(path: string, match = /./): Promise<number[]> {
	const found = await stat(path).catch(() => undefined);
	if (!found) return [];
	if (!found.isDirectory()) return [found.mtimeMs];
	const entries = await readdir(path, { recursive: true, withFileTypes: true });
	const files = entries.filter((entry) => entry.isFile() && match.test(entry.name));
	// A file may go away while we look: then the next look decides.
	return (
		await Promise.all(
			files.map(async (file) => await stat(join(file.parentPath, file.name)).then(({ mtimeMs }) => [mtimeMs], () => [])),
		)
	).flat();
}

async function isStale(directory: string): Promise<boolean> {
	// Icons keep the time of their source when they are copied: only what the compiler wrote counts.
	const built = await fileTimes(join(directory, 'dist'), /\.js$/);
	if (built.length === 0) return true;
	const changed = (await Promise.all(sources.map(async (name) => await fileTimes(join(directory, name))))).flat();
	// The build empties `dist` first: the oldest file tells when it began to write.
	return Math.max(...changed) > Math.min(...built);
}

async function hasBuildScript(directory: string): Promise<boolean> {
	const manifest: unknown = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
	const scripts = typeof manifest === 'object' && manifest && 'scripts' in manifest ? manifest.scripts : undefined;
	return typeof scripts === 'object' && scripts !== null && 'build' in scripts;
}

/**
 * Runs `npm run build` in `directory` if need be (a package without that script is taken as it
 * is), then `use` while no other process of ours can build there.
 * @throws CommandError with the compiler's output when the build fails
 */
export async function buildIfStale<T>(directory: string, use: () => Promise<T>): Promise<T> {
	const name = createHash('sha256').update(directory).digest('hex').slice(0, 16);
	return await withLock(join(cacheDirectory(), 'locks', `build-${name}`), async () => {
		if ((await hasBuildScript(directory)) && (await isStale(directory))) {
			process.stderr.write('[n8n host] building the package …\n');
			await runCommand('npm', ['run', 'build'], { cwd: directory, env: npmEnvironment() });
			if (!existsSync(join(directory, 'dist'))) throw new Error(`The build of ${directory} left no dist`);
		}
		return await use();
	});
}
