/**
 * One process at a time, by a lock directory: `mkdir` is atomic on every file system that a cache
 * may lie on. The holder touches it; a lock that nobody touches is taken over.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { waitUntil } from './polling';

const heartbeatMs = 5_000;
const staleMs = 30_000;

function hasCode(error: unknown, code: string): boolean {
	// Not "instanceof Error": in Jest the errors of Node itself are of another realm.
	return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

async function ownerOf(lock: string): Promise<string | undefined> {
	return await readFile(join(lock, 'owner'), 'utf8').catch(() => undefined);
}

async function removeIfStale(lock: string): Promise<void> {
	const touched = await stat(lock).catch(() => undefined);
	if (!touched || Date.now() - touched.mtimeMs < staleMs) return;
	const owner = await ownerOf(lock);
	const aside = `${lock}.stale-${randomUUID()}`;
	try {
		await rename(lock, aside);
	} catch (error) {
		if (hasCode(error, 'ENOENT')) return;
		throw error;
	}
	// Another waiter may have replaced the stale lock by its own between the two steps.
	if ((await ownerOf(aside)) !== owner) await rename(aside, lock).catch(() => undefined);
	else await rm(aside, { recursive: true, force: true });
}

/**
 * Runs `work` while holding the lock directory `lock`; waits for another holder up to
 * `timeoutMs` (default 15 minutes: an n8n installation fits in). Not re-entrant.
 */
export async function withLock<T>(
	lock: string,
	work: () => Promise<T>,
	{ timeoutMs = 900_000, onWait }: { timeoutMs?: number; onWait?: () => void } = {},
): Promise<T> {
	await mkdir(dirname(lock), { recursive: true });
	const owner = `${process.pid} ${randomUUID()}`;
	let told = false;
	await waitUntil(
		async () => {
			try {
				await mkdir(lock);
				return true;
			} catch (error) {
				if (!hasCode(error, 'EEXIST')) throw error;
			}
			if (!told) onWait?.();
			told = true;
			await removeIfStale(lock);
			return false;
		},
		{ for: `the lock ${lock}`, timeoutMs, intervalMs: 200 },
	);
	await writeFile(join(lock, 'owner'), owner);
	const heartbeat = setInterval(() => {
		const now = new Date();
		utimes(lock, now, now).catch(() => undefined);
	}, heartbeatMs);
	heartbeat.unref();
	try {
		return await work();
	} finally {
		clearInterval(heartbeat);
		if ((await ownerOf(lock)) === owner) await rm(lock, { recursive: true, force: true });
	}
}
