import { sqlitePlace } from '../../vault/places/sqlite';
import { describeOAuth } from './contract';
import { describeIdentity } from './identity';
import { describeSigningIn } from './signingIn';

describeOAuth(sqlitePlace);
// The database is the same for every client and every account.
describeSigningIn(sqlitePlace);
describeIdentity(sqlitePlace);
