import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { removeTemporary, temporaryDirectory } from '../../../host/system/temporary';
import type { Place } from '../contract/setup';

export async function sqlitePlace(): Promise<Place & { path: string; directory: string }> {
	const directory = temporaryDirectory('vault');
	const path = join(directory, 'connected-apps.sqlite');
	return await Promise.resolve({
		backend: { kind: 'sqlite' as const, path },
		path,
		directory,
		table: (name: string) => `"connected_apps_${name}"`,
		async query(sql: string) {
			const database = new DatabaseSync(path, { timeout: 2_000 });
			try {
				return await Promise.resolve(database.prepare(sql).all() as Record<string, unknown>[]);
			} finally {
				database.close();
			}
		},
		async dump() {
			const files = [path, `${path}-wal`].filter((file) => existsSync(file));
			return await Promise.resolve(files.map((file) => readFileSync(file, 'latin1')).join(''));
		},
		remove: async () => await removeTemporary(directory),
	});
}
