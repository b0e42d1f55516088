import type { MakePlace } from '../../vault/contract/setup';
import { describeRegistering } from './registering';
import { describeSigningIn } from './signingIn';

/** What the room promises, whatever the database. */
export function describeConnections(makePlace: MakePlace): void {
	describeRegistering(makePlace);
	describeSigningIn(makePlace);
}
