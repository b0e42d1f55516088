import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, type DatabaseIntrospector, type Dialect, type Kysely } from 'kysely';

import type { SqliteDriverOptions } from './connection';
import { SqliteDriver } from './driver';

/** Kysely would keep everybody out while one statement waits for a lock; the driver itself knows better who may go on. */
class SharedConnectionAdapter extends SqliteAdapter {
	override get supportsMultipleConnections(): boolean {
		return true;
	}
}

export class NodeSqliteDialect implements Dialect {
	constructor(private readonly options: SqliteDriverOptions) {}

	createAdapter(): SqliteAdapter {
		return new SharedConnectionAdapter();
	}

	createDriver(): SqliteDriver {
		return new SqliteDriver(this.options);
	}

	createQueryCompiler(): SqliteQueryCompiler {
		return new SqliteQueryCompiler();
	}

	createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
		return new SqliteIntrospector(db);
	}
}
