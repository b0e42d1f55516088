import { describeVault } from './contract';
import { usePostgres } from './places/postgres';

describe('the vault on Postgres', () => describeVault(usePostgres().makePlace));
