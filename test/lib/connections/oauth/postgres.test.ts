import { usePostgres } from '../../vault/places/postgres';
import { describeOAuth } from './contract';

describeOAuth(usePostgres().makePlace);
