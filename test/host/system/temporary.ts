import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ours = new Set<string>();

// Jest gives each test file a `process` of its own whose "exit" never comes: there the directories
// go with the `stop()` of whoever asked for them.
process.once('exit', () => {
	for (const directory of ours) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
});

/** A fresh directory of this process alone; removed when the process ends, if not before. */
export function temporaryDirectory(purpose: string): string {
	const directory = mkdtempSync(join(tmpdir(), `connected-apps-${purpose}-`));
	ours.add(directory);
	return directory;
}

/** Removes a directory of {@link temporaryDirectory} now. */
export async function removeTemporary(directory: string): Promise<void> {
	await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
	ours.delete(directory);
}
