import { mkdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { withLock } from './lock';
import { removeTemporary, temporaryDirectory } from './temporary';

describe('withLock', () => {
	const directory = temporaryDirectory('lock');
	afterAll(async () => await removeTemporary(directory));

	it('lets one in at a time', async () => {
		let inside = 0;
		let most = 0;
		const work = async (): Promise<void> => {
			inside += 1;
			most = Math.max(most, inside);
			await Promise.resolve();
			inside -= 1;
		};
		const lock = join(directory, 'one');
		await Promise.all([withLock(lock, work), withLock(lock, work), withLock(lock, work)]);
		expect(most).toBe(1);
	});

	it('is free again after work that fails', async () => {
		const lock = join(directory, 'failing');
		await expect(withLock(lock, async () => await Promise.reject(new Error('no')))).rejects.toThrow('no');
		await expect(withLock(lock, async () => await Promise.resolve('yes'))).resolves.toBe('yes');
	});

	it('takes over a lock whose holder is gone', async () => {
		const lock = join(directory, 'stale');
		await mkdir(lock);
		const longAgo = new Date(Date.now() - 3_600_000);
		await utimes(lock, longAgo, longAgo);
		await expect(withLock(lock, async () => await Promise.resolve('mine'))).resolves.toBe('mine');
	});

	it('gives up after its time while another holds it', async () => {
		const lock = join(directory, 'held');
		await mkdir(lock);
		await expect(withLock(lock, async () => await Promise.resolve(), { timeoutMs: 50 })).rejects.toThrow('the lock');
	});
});
