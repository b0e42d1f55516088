import { sqlitePlace } from '../../vault/places/sqlite';
import { describePolicies } from './contract';

describePolicies(sqlitePlace);
