import type { MakePlace } from '../../vault/contract/setup';
import { describeConcurrency } from './concurrency';
import { describeDisconnecting } from './disconnecting';
import { describeLearning } from './learning';
import { describeRegistering } from './registering';
import { describeSigningIn } from './signingIn';
import { describeTokens } from './tokens';

/** What the room promises, whatever the database. */
export function describeConnections(makePlace: MakePlace): void {
	describeRegistering(makePlace);
	describeSigningIn(makePlace);
	describeTokens(makePlace);
	describeLearning(makePlace);
	describeConcurrency(makePlace);
	describeDisconnecting(makePlace);
}
