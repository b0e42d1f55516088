import { describeVault } from './contract';
import { sqlitePlace } from './places/sqlite';

describe('the vault on SQLite', () => describeVault(sqlitePlace));
