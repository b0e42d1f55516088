// What the rest of the vault may know about a database. Everything else is Kysely, written once; a driver is
// imported only behind this port, in `sqlite/` and `postgres/`.
import type { Dialect, Kysely, RawBuilder, Transaction } from 'kysely';

import type { Tables } from './schema';

export interface Backend {
	readonly kind: 'sqlite' | 'postgres';
	/** Where the vault is, for people: a file's path, or database and host. Never a password. */
	readonly place: string;
	/** Real table names are `<schema>.<prefix><name>`. */
	readonly tables: { readonly schema?: string; readonly prefix: string };
	/** `select … for update` exists; where it does not, a transaction already excludes all other writers. */
	readonly supportsForUpdate: boolean;
	createDialect(): Dialect;
	/** The database's clock in milliseconds, evaluated wherever it stands. */
	nowMs(): RawBuilder<number>;
	/** Inside a transaction: nobody else is past the same name until this transaction ends. */
	lock(tx: Transaction<Tables>, name: string): Promise<void>;
	hasTable(db: Kysely<Tables>, table: keyof Tables): Promise<boolean>;
	/** The transaction lost against another one (deadlock, serialization); running it again is right. */
	isConflict(error: unknown): boolean;
	/** After the vault was found to be ours: settings that live in the database itself. */
	settle(db: Kysely<Tables>): Promise<void>;
}
