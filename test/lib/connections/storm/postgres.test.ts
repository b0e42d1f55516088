import { usePostgres } from '../../vault/places/postgres';
import { describeStorm } from './storm';

jest.mock('../../../sandbox/people', () => jest.requireActual('./crowd'));

describeStorm(usePostgres().makePlace);
