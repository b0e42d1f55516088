import { DAY_MS } from '../../clock';
import { ConnectedAppsError } from '../../errors';
import type { ConnectionId, ConnectionPolicy, OAuthClientSettings, OAuthEndpoints, OwnerTrigger, Traits, UserKey } from '../../types';
import { place, type Place } from '../cipher';
import type { Database, Tx } from '../database';
import { sha256 } from '../keys';
import type { PortalMembership, Registration, RegistrationStore, StoredRegistration } from '../port';
import type { RegistrationRow } from '../schema';

/** An owner that was not seen for so long has lost its claim, though nobody unpublished it (a host that is gone). */
const CLAIM_LASTS_MS = DAY_MS;
const ID_CHARS = 22;
const NO_TRAITS = '{}';

/** The id follows from what makes a connection one, so that registering twice cannot make two of it. */
function connectionId(owner: Pick<OwnerTrigger, 'workflowId' | 'nodeId'>, claimKey: string): ConnectionId {
	return sha256(JSON.stringify([owner.workflowId, owner.nodeId, claimKey])).slice(0, ID_CHARS) as ConnectionId;
}

/** What decides where the client's secret is sent to is part of its seal: changed in the database alone, nothing opens. */
function settingsHash({ clientId, endpoints, apiHosts, policy, redirectUri, traits }: Registration): string {
	// Without traits it is the hash of version 1, which knew none: its seals must go on opening.
	const more = JSON.stringify(traits) === NO_TRAITS ? [] : [traits];
	return sha256(JSON.stringify([clientId, endpoints, apiHosts, policy, redirectUri, ...more]));
}

const placeOf = (registration: Registration & { id: ConnectionId }): Place => place.client(registration.id, settingsHash(registration));

/** For a row as it comes from the database. */
export function placeOfClient(row: RegistrationRow): Place {
	return placeOf(toRegistration({ ...row, nowMs: 0 }));
}

export function registrationStore({ db, clock, cipher, backend, transaction, prepare }: Database): RegistrationStore {
	const registrations = () => db.selectFrom('registrations').selectAll().select(clock.nowMs().as('nowMs'));
	const readByClaim = prepare((claimKey: string) => registrations().where('claimKey', '=', claimKey));

	/** What an administrator has deleted stays so, whoever offers it, until one allows it again. @returns true if it is this very one */
	async function isDeleted(tx: Tx, { claimKey, connectionName }: Registration, id: ConnectionId): Promise<boolean> {
		const deleted = await tx.selectFrom('registrations').select('id').where('claimKey', '=', claimKey).where('deletedAtMs', 'is not', null).execute();
		if (deleted.length === 0) return false;
		if (deleted.some((row) => row.id === id)) return true;
		throw new ConnectedAppsError('connectionInactive', `The connection "${connectionName}" was deleted by an administrator`, { field: 'connectionName', advice: 'Ask an administrator to allow it again on the administration pages of its portal, or give the credential another connection name' });
	}

	/** One claim, one owner. */
	async function settleClaim(tx: Tx, registration: Registration, id: ConnectionId): Promise<void> {
		const other = await tx
			.selectFrom('registrations')
			.select(['id', 'seenAtMs', 'ownerWorkflowName', 'ownerNodeName'])
			.select(clock.nowMs().as('nowMs'))
			.where('claimKey', '=', registration.claimKey)
			.where('active', '=', 1)
			.where('id', '!=', id)
			.executeTakeFirst();
		if (!other) return;
		if (other.seenAtMs > other.nowMs - CLAIM_LASTS_MS) throw taken(registration.connectionName, other);
		await tx.updateTable('registrations').set({ active: 0, inactiveSinceMs: other.seenAtMs }).where('id', '=', other.id).execute();
	}

	return {
		async register(registration, proof, client) {
			const id = connectionId(registration.owner, registration.claimKey);
			const columns = {
				...toColumns(registration),
				active: 1,
				proof,
				sealedClient: await cipher.seal(placeOf({ ...registration, id }), JSON.stringify(client)),
				keyId: cipher.kid,
				inactiveSinceMs: null,
			};
			const row = await transaction(async (tx) => {
				await backend.lock(tx, `claim:${registration.claimKey}`);
				const deleted = await isDeleted(tx, registration, id);
				await settleClaim(tx, registration, id);
				return await tx
					.insertInto('registrations')
					.values({ id, ...columns, registeredAtMs: clock.nowMs(), seenAtMs: clock.nowMs() })
					.onConflict((conflict) => conflict.column('id').doUpdateSet({ ...columns, ...(deleted && { active: 0, inactiveSinceMs: clock.nowMs() }), seenAtMs: clock.nowMs() }))
					.returningAll()
					.returning(clock.nowMs().as('nowMs'))
					.executeTakeFirstOrThrow();
			});
			return toRegistration(row);
		},

		async findByClaim(claimKey) {
			// Sorted here: there are one or two, and SQLite takes longer to sort rows so wide than to read them.
			const [row] = (await readByClaim(claimKey)).sort((a, b) => b.active - a.active || (b.inactiveSinceMs ?? 0) - (a.inactiveSinceMs ?? 0));
			return row && toRegistration(row);
		},

		async find(id) {
			const row = await registrations().where('id', '=', id).executeTakeFirst();
			return row && toRegistration(row);
		},

		async listByOwner({ workflowId, nodeId }) {
			const rows = await registrations()
				.where('ownerWorkflowId', '=', workflowId)
				.where('ownerNodeId', '=', nodeId)
				.orderBy('connectionName')
				.orderBy('id')
				.execute();
			return rows.map(toRegistration);
		},

		async listByPortal(portalId) {
			const rows = await registrations().where('portalId', '=', portalId).orderBy('connectionName').orderBy('id').execute();
			return rows.map(toRegistration);
		},

		async listActiveByClient(clientId) {
			const rows = await registrations().where('clientId', '=', clientId).where('active', '=', 1).orderBy('connectionName').orderBy('id').execute();
			return rows.map(toRegistration);
		},

		async deactivate({ workflowId, nodeId }, keep = []) {
			let update = db
				.updateTable('registrations')
				.set({ active: 0, inactiveSinceMs: clock.nowMs() })
				.where('ownerWorkflowId', '=', workflowId)
				.where('ownerNodeId', '=', nodeId)
				.where('active', '=', 1);
			if (keep.length > 0) update = update.where('id', 'not in', keep);
			await update.execute();
		},

		async rename(id, { appName, appDescription }) {
			await db.updateTable('registrations').set({ shownName: appName ?? null, shownDescription: appDescription ?? null }).where('id', '=', id).execute();
		},

		async markDeleted(id, by) {
			const { numUpdatedRows } = await db
				.updateTable('registrations')
				.set({ active: 0, inactiveSinceMs: clock.nowMs(), deletedAtMs: clock.nowMs(), deletedBy: by })
				.where('id', '=', id)
				.where('deletedAtMs', 'is', null)
				.executeTakeFirst();
			return numUpdatedRows > 0n;
		},

		async allowAgain(id) {
			const { numUpdatedRows } = await db.updateTable('registrations').set({ deletedAtMs: null, deletedBy: null }).where('id', '=', id).where('deletedAtMs', 'is not', null).executeTakeFirst();
			return numUpdatedRows > 0n;
		},

		async openClient(registration) {
			return JSON.parse(await cipher.open(placeOf(registration), registration.sealedClient)) as OAuthClientSettings;
		},
	};
}

function toColumns({ owner, endpoints, apiHosts, traits, policy, scopes, ...rest }: Registration) {
	return {
		claimKey: rest.claimKey,
		connectionName: rest.connectionName,
		credentialType: rest.credentialType,
		credentialId: rest.credentialId,
		providerId: rest.providerId,
		ownerWorkflowId: owner.workflowId,
		ownerWorkflowName: owner.workflowName,
		ownerNodeId: owner.nodeId,
		ownerNodeName: owner.nodeName,
		appName: rest.appName,
		appDescription: rest.appDescription,
		endpoints: JSON.stringify(endpoints),
		clientId: rest.clientId,
		apiHosts: JSON.stringify(apiHosts),
		traits: JSON.stringify(traits),
		policy: JSON.stringify(policy),
		scopes: JSON.stringify(scopes),
		portalUrl: rest.portalUrl,
		redirectUri: rest.redirectUri,
		portalId: rest.portal?.id ?? null,
		portal: rest.portal === undefined ? null : JSON.stringify({ mode: rest.portal.mode, signInMethod: rest.portal.signInMethod, flows: rest.portal.flows }),
	} satisfies Partial<RegistrationRow>;
}

function toRegistration(row: RegistrationRow & { nowMs: number }): StoredRegistration {
	const { ownerWorkflowId, ownerWorkflowName, ownerNodeId, ownerNodeName, keyId, portalId, portal, shownName, shownDescription, ...rest } = row;
	// The credential is the source of truth; an administrator's words stand before its own wherever people read them.
	const isRenamed = (shownName ?? shownDescription ?? undefined) !== undefined;
	return {
		...rest,
		appName: shownName ?? rest.appName,
		appDescription: shownDescription ?? rest.appDescription,
		asRegistered: isRenamed ? { appName: rest.appName, appDescription: rest.appDescription } : undefined,
		deletedAtMs: rest.deletedAtMs ?? undefined,
		deletedBy: (rest.deletedBy ?? undefined) as UserKey | undefined,
		id: rest.id as ConnectionId,
		owner: { workflowId: ownerWorkflowId, workflowName: ownerWorkflowName, nodeId: ownerNodeId, nodeName: ownerNodeName },
		endpoints: JSON.parse(rest.endpoints) as OAuthEndpoints,
		apiHosts: JSON.parse(rest.apiHosts) as string[],
		traits: JSON.parse(rest.traits ?? NO_TRAITS) as Traits,
		policy: JSON.parse(rest.policy) as ConnectionPolicy,
		scopes: JSON.parse(rest.scopes) as string[],
		portal: portalId === null || portal === null || portal === undefined ? undefined : { id: portalId, ...(JSON.parse(portal) as Omit<PortalMembership, 'id'>) },
		active: rest.active === 1,
		inactiveSinceMs: rest.inactiveSinceMs ?? undefined,
	};
}

function taken(connectionName: string, owner: Pick<RegistrationRow, 'ownerWorkflowName' | 'ownerNodeName'>): ConnectedAppsError {
	return new ConnectedAppsError(
		'connectionTaken',
		`The connection "${connectionName}" is offered already by the node "${owner.ownerNodeName}" of the workflow "${owner.ownerWorkflowName}"`,
		{ advice: 'Unpublish that workflow or remove the credential from that node, or give this credential another connection name.', field: 'connectionName' },
	);
}
