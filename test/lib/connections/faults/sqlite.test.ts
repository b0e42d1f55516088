import { sqlitePlace } from '../../vault/places/sqlite';
import { describeFaults } from '.';
import { describeSqliteFaults } from './sqliteFaults';

describeFaults(sqlitePlace, describeSqliteFaults);
