import type { Db } from '../database';
import { initial } from './001-initial';

/** Step n makes schema version n + 1 of version n. Never edited once released, only added to. */
export const MIGRATIONS: readonly ((db: Db) => Promise<void>)[] = [initial];

export const SCHEMA_VERSION = MIGRATIONS.length;
