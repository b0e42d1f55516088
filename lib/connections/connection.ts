import type * as openid from 'openid-client';

import { DAY_MS } from '../clock';
import { ConnectedAppsError } from '../errors';
import { buildClient } from '../oauth';
import { providerById, type Provider } from '../providers';
import { SERVICE_ACCOUNT, type ConnectionId, type Fetch, type OwnerTrigger, type UserKey } from '../types';
import type { StoredRegistration, Vault } from '../vault';
import { claimKeyOf, proofMaterialOf, type ConnectionSettings } from './settings';

/** How long grants of an unpublished trigger keep working. */
export const INACTIVE_GRACE_MS = DAY_MS;

/** A registered connection that its holder may use. Everything in it comes from the registration. */
export interface Connection {
	id: ConnectionId;
	registration: StoredRegistration;
	provider: Provider;
}

export function ownerKeyOf(owner: Pick<OwnerTrigger, 'workflowId' | 'nodeId'>): string {
	return `${owner.workflowId}:${owner.nodeId}`;
}

export function toConnection(registration: StoredRegistration): Connection {
	const provider = providerById(registration.providerId);
	if (provider === undefined) {
		throw new ConnectedAppsError('connectionUnknown', `The connection "${registration.connectionName}" was registered by a newer version of this package`, { advice: 'Install the same version everywhere' });
	}
	return { id: registration.id, registration, provider };
}

/**
 * Opens the connection that a presented credential claims, if it proves it (S26).
 * @throws ConnectedAppsError `connectionUnknown`, `connectionProofWrong`, `connectionInactive`
 */
export async function openConnection(vault: Vault, settings: ConnectionSettings): Promise<Connection> {
	const registration = await vault.registrations.findByClaim(claimKeyOf(settings));
	if (registration === undefined) {
		throw new ConnectedAppsError('connectionUnknown', `No published Connected Apps Trigger offers the connection "${settings.connectionName}" of ${settings.appName}`, {
			field: 'credential',
			advice: 'Select this credential in a Connected Apps Trigger and publish its workflow',
		});
	}
	if (!vault.verifyProof(proofMaterialOf(settings), registration.proof)) {
		throw new ConnectedAppsError('connectionProofWrong', `This credential does not open the connection "${settings.connectionName}": its client secret or connection key is another than the one the Connected Apps Trigger registered`, {
			field: 'credential',
			advice: `Use the credential that "${registration.owner.nodeName}" in the workflow "${registration.owner.workflowName}" uses`,
		});
	}
	if (registration.deletedAtMs !== undefined) {
		throw new ConnectedAppsError('connectionInactive', `The connection "${settings.connectionName}" was deleted by an administrator`, {
			advice: 'Ask an administrator to allow it again on the administration pages of its portal',
		});
	}
	if (!registration.active && registration.nowMs - (registration.inactiveSinceMs ?? 0) > INACTIVE_GRACE_MS) {
		throw new ConnectedAppsError('connectionInactive', `The connection "${settings.connectionName}" has not been offered for more than a day`, {
			advice: `Publish the workflow "${registration.owner.workflowName}" with its Connected Apps Trigger again`,
		});
	}
	return toConnection(registration);
}

/**
 * What the admin allows: checked before a token is handed out, and before somebody signs in for nothing.
 * @throws ConnectedAppsError `individualUsersOff`, `serviceAccountOff`
 */
export function assertAllowed(connection: Connection, userKey: UserKey): void {
	const { policy, appName } = connection.registration;
	if (userKey === SERVICE_ACCOUNT) {
		if (policy.serviceAccountUse === 'never') throw new ConnectedAppsError('serviceAccountOff', `The credential does not allow the service account of ${appName}`, { app: appName, field: 'serviceAccountUse', advice: 'An administrator can allow it in the credential' });
	} else if (policy.individualUsers === 'off') {
		throw new ConnectedAppsError('individualUsersOff', `The credential does not allow individual users of ${appName}`, { app: appName, field: 'individualUsers', advice: 'An administrator can allow them in the credential' });
	}
}

/** A person's name in a sentence. */
export function nameInWords(userKey: string): string {
	return userKey === SERVICE_ACCOUNT ? 'the service account' : userKey;
}

/** The provider can be told that an access has ended; elsewhere the person is told where to do it. */
export function canRevoke({ provider, registration }: Connection): boolean {
	return provider.revocation !== 'none' && registration.endpoints.revocationUrl !== undefined;
}

/** The OAuth client of a connection, with the registered (never a presented) secret. */
export async function clientOf(vault: Vault, connection: Connection, fetch: Fetch): Promise<openid.Configuration> {
	const client = await vault.registrations.openClient(connection.registration);
	return await buildClient(connection.registration.endpoints, client, { fetch });
}
