import { usePostgres } from '../../vault/places/postgres';
import { describePolicies } from './contract';

describePolicies(usePostgres().makePlace);
