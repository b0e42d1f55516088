import { usePostgres } from '../vault/places/postgres';
import { describeConnections } from './contract';

describeConnections(usePostgres().makePlace);
