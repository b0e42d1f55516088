import { DAY_MS } from '../clock';
import type { ConnectionStatus, UserKey } from '../types';
import type { RevocationOutcome, StoredGrant, StoredSignInRequest, Vault, WorkflowUse } from '../vault';
import type { Connection } from './connection';
import { missingScopes, needsUser, statusOf, wantedScopes } from './status';

/** Flows and workflows that one person's page lists at most. */
const MOST = 100;

/** One app as a person has connected it, or not. */
export interface ConnectedApp {
	connection: Connection;
	grant?: StoredGrant;
	status: ConnectionStatus;
	/** Node runs that wait for this person, the one that waits longest first. */
	waiting: StoredSignInRequest[];
	/** Only the person can let them go on. */
	waitsForUser: boolean;
	/** Workflows that used it for this person, the last one first. */
	uses: WorkflowUse[];
	/** Of a grant that has ended. */
	revocation?: RevocationOutcome | 'pending';
}

/** What a person has of these connections: three reads whatever their number, and one more for each that has ended. */
export async function connectedAppsOf(vault: Vault, connections: Connection[], userKey: UserKey): Promise<ConnectedApp[]> {
	const ids = connections.map(({ id }) => id);
	const [grants, waiting, uses] = await Promise.all([vault.grants.listByUser(userKey, ids), vault.requests.listOpen({ connectionIds: ids, userKey }, MOST), vault.usage.listByUser(userKey, ids, MOST)]);
	return await Promise.all(
		connections.map(async (connection) => {
			const { registration, provider, id } = connection;
			const grant = grants.find(({ connectionId }) => connectionId === id);
			const flows = waiting.filter(({ connectionId }) => connectionId === id);
			const lacks = (wanted: readonly string[]) => grant?.state === 'active' && missingScopes(wanted, grant.grantedScopes, provider).length > 0;
			const asked = flows.some((request) => lacks(wantedScopes(connection, { scopes: request.scopes, exactScopes: request.terms.exactScopes })));
			const status = statusOf(registration.policy, grant, lacks(registration.scopes) || asked);
			return {
				connection,
				grant,
				status,
				waiting: flows,
				// A sign-in of its own is asked for, however well the app is connected.
				waitsForUser: flows.length > 0 && (needsUser(status) || flows.some(({ terms }) => terms.prompt === 'consent')),
				uses: uses.filter(({ connectionId }) => connectionId === id),
				revocation: grant?.state === 'ended' ? await vault.revocations.outcomeFor(grant) : undefined,
			};
		}),
	);
}

/** Both of the admin's clocks, in milliseconds since the epoch; absent = that clock does not end it. */
export function endsOf({ registration: { policy } }: Connection, grant: StoredGrant): { idleMs?: number; absoluteMs?: number } {
	return {
		idleMs: policy.idleLifetimeDays > 0 ? grant.lastUsedAtMs + policy.idleLifetimeDays * DAY_MS : undefined,
		absoluteMs: policy.absoluteLifetimeDays > 0 ? grant.connectedAtMs + policy.absoluteLifetimeDays * DAY_MS : undefined,
	};
}
