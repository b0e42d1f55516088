import { usePostgres } from '../../vault/places/postgres';
import { describeFaults } from '.';
import { describePostgresFaults } from './postgresFaults';

jest.mock('../../../sandbox/people', () => jest.requireActual('../storm/crowd'));

const postgres = usePostgres();

describeFaults(postgres.makePlace, describePostgresFaults(postgres.server));
