import { sqlitePlace } from '../vault/places/sqlite';
import { describeConnections } from './contract';

describeConnections(sqlitePlace);
