import type { MakePlace } from '../../vault/contract/setup';
import { describeAdministering } from './administering';
import { describeAuditing } from './auditing';
import { describeClocks } from './clocks';
import { describeConsent } from './consent';
import { describeEndedByItself } from './endedByItself';
import { describeKeyRotation } from './keyRotation';
import { describeLearnedExpiry } from './learning';
import { describePinning } from './pinning';
import { describeRevoking } from './revoking';

/** What the admin's choices come to, whatever the database. */
export function describePolicies(makePlace: MakePlace): void {
	describeConsent(makePlace);
	describeClocks(makePlace);
	describeLearnedExpiry(makePlace);
	describePinning(makePlace);
	describeKeyRotation(makePlace);
	describeAuditing(makePlace);
	describeRevoking(makePlace);
	describeEndedByItself(makePlace);
	describeAdministering(makePlace);
}
