import type { IDataObject } from 'n8n-workflow';

import { signInStateOf } from '../../../lib/connections';
import type { Operation, OperationTools, Person } from './operation';

const toIso = (atMs: number | undefined): string | null => (atMs === undefined ? null : new Date(atMs).toISOString());

async function describe({ vault }: OperationTools['runtime'], { connection, userKey, named }: Person): Promise<IDataObject> {
	const { status, signedIn, account, connectedAtMs, lastUsedAtMs, expiresAtMs, scopes } = await signInStateOf(vault, connection, userKey);
	return {
		...named,
		status,
		signedIn,
		account: account ?? null,
		connectedSince: toIso(connectedAtMs),
		lastUsed: toIso(lastUsedAtMs),
		validUntil: toIso(expiresAtMs),
		scopes,
		waitingFlows: await vault.requests.countWaiting(userKey, connection.id),
		portalAddress: connection.registration.portalUrl,
	};
}

/** One item for each attached app, connected or not. */
export const list: Operation = async ({ runtime }, people) => await Promise.all(people.map(async (person) => await describe(runtime, person)));
