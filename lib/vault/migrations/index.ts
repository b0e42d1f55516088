import type { Db } from '../database';
import { initial } from './001-initial';
import { traitsTermsAndTokens } from './002-traits-terms-and-tokens';

/** Step n makes schema version n + 1 of version n. Never edited once released, only added to. */
export const MIGRATIONS: readonly ((db: Db) => Promise<void>)[] = [initial, traitsTermsAndTokens];

export const SCHEMA_VERSION = MIGRATIONS.length;
