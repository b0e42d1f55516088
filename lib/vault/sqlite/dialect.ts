import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, type DatabaseIntrospector, type Dialect, type Kysely } from 'kysely';

import { SqliteDriver, type SqliteDriverOptions } from './driver';

export class NodeSqliteDialect implements Dialect {
	constructor(private readonly options: SqliteDriverOptions) {}

	createAdapter(): SqliteAdapter {
		return new SqliteAdapter();
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
