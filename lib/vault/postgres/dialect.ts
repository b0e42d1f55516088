import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, type DatabaseIntrospector, type Dialect, type Kysely } from 'kysely';

import { PostgresDriver, type PostgresDriverOptions } from './driver';

export class PgDialect implements Dialect {
	constructor(private readonly options: PostgresDriverOptions) {}

	createAdapter(): PostgresAdapter {
		return new PostgresAdapter();
	}

	createDriver(): PostgresDriver {
		return new PostgresDriver(this.options);
	}

	createQueryCompiler(): PostgresQueryCompiler {
		return new PostgresQueryCompiler();
	}

	createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
		return new PostgresIntrospector(db);
	}
}
