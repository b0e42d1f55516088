import { describeAdministration } from './administration';
import { describeConcurrency } from './concurrency';
import { describeEndedSignIns } from './endedSignIns';
import { describeGrants } from './grants';
import { describeIssued } from './issued';
import { describeMigration } from './migration';
import { describeNewPeople } from './newPeople';
import { describeOpening } from './opening';
import { describeQueues } from './queues';
import { describeRegistrations } from './registrations';
import { describeRequestRuns } from './requestRuns';
import { describeRequests } from './requests';
import { describeSecrecy } from './secrecy';
import type { MakePlace } from './setup';
import { describeVisits } from './visits';
import { describeWaits } from './waits';

/** What every backend has to do alike. */
export function describeVault(makePlace: MakePlace): void {
	describeOpening(makePlace);
	describeMigration(makePlace);
	describeRegistrations(makePlace);
	describeGrants(makePlace);
	describeRequests(makePlace);
	describeNewPeople(makePlace);
	describeRequestRuns(makePlace);
	describeVisits(makePlace);
	describeEndedSignIns(makePlace);
	describeWaits(makePlace);
	describeIssued(makePlace);
	describeQueues(makePlace);
	describeAdministration(makePlace);
	describeSecrecy(makePlace);
	describeConcurrency(makePlace);
}
