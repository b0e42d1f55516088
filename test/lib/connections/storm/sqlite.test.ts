import { sqlitePlace } from '../../vault/places/sqlite';
import { describeStorm } from './storm';

jest.mock('../../../sandbox/people', () => jest.requireActual('./crowd'));

describeStorm(sqlitePlace);
