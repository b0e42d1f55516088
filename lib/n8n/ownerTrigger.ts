import { LoggerProxy, type FunctionsBase } from 'n8n-workflow';

import { personalLinkFor, ownerKeyOf, readConnectionSettings, registerConnection, toConnection, type ConnectionSettings } from '../connections';
import { ConnectedAppsError, isConnectedAppsError } from '../errors';
import { providerByCredentialType, PROVIDERS } from '../providers';
import { SERVICE_ACCOUNT, type ConnectionId, type EndpointSource, type Fetch, type OwnerTrigger } from '../types';
import type { PortalMembership } from '../vault';
import type { Config } from './config';
import type { Runtime } from './runtime';

export const CREDENTIAL_TYPES = PROVIDERS.map((provider) => provider.credentialType);

const PATH = /^[A-Za-z0-9][A-Za-z0-9_-]*(?:\/[A-Za-z0-9][A-Za-z0-9_-]*)*$/;

export function ownerOf(context: FunctionsBase): OwnerTrigger {
	const workflow = context.getWorkflow();
	const node = context.getNode();
	return { workflowId: workflow.id ?? '', workflowName: workflow.name ?? '', nodeId: node.id, nodeName: node.name };
}

/** @throws ConnectedAppsError `settingInvalid` */
export function readPortalPath(value: unknown): string {
	const path = String(value ?? '').trim().replace(/^\/+|\/+$/g, '');
	if (!PATH.test(path) || path.length > 100) {
		throw new ConnectedAppsError('settingInvalid', `The parameter "Path" is not usable: "${path}"`, { field: 'path', advice: 'Use letters, digits, hyphens and slashes, e.g. connected-apps' });
	}
	return path;
}

/**
 * The public address of a trigger's pages. n8n tells webhook contexts their address; a trigger context only holds the base.
 * @throws ConnectedAppsError `configurationInvalid`
 */
export function portalUrlOf(context: FunctionsBase, config: Config, path: string): string {
	if (config.publicUrl !== undefined) return `${config.publicUrl}/${path}`;
	const base = (context as unknown as { additionalData?: { webhookBaseUrl?: string } }).additionalData?.webhookBaseUrl;
	if (base === undefined) {
		throw new ConnectedAppsError('configurationInvalid', 'n8n does not tell the public address of its webhooks', { field: 'CONNECTED_APPS_PUBLIC_URL', advice: 'Set CONNECTED_APPS_PUBLIC_URL, e.g. https://n8n.example.com/webhook' });
	}
	return `${base.replace(/\/+$/, '')}/${path}`;
}

interface SelectedCredential {
	credentialType: string;
	id: string;
	name: string;
}

interface ReadCredential extends SelectedCredential {
	raw: Record<string, unknown>;
}

/** @throws ConnectedAppsError `credentialMissing` if none is selected */
function selectedOf(context: FunctionsBase): SelectedCredential[] {
	const selected = context.getNode().credentials ?? {};
	const found = CREDENTIAL_TYPES.flatMap((credentialType) => {
		const credential = selected[credentialType];
		return credential === undefined ? [] : [{ credentialType, id: credential.id ?? '', name: credential.name }];
	});
	if (found.length === 0) {
		throw new ConnectedAppsError('credentialMissing', 'The Connected Apps Trigger offers no app', { field: 'credential', advice: 'Select at least one User Login credential in it' });
	}
	return found;
}

/** @throws ConnectedAppsError `credentialMissing` if n8n does not give it out, e.g. because it was deleted */
async function readRaw(context: FunctionsBase, credential: SelectedCredential): Promise<ReadCredential> {
	try {
		return { ...credential, raw: await context.getCredentials<Record<string, unknown>>(credential.credentialType) };
	} catch (cause) {
		throw new ConnectedAppsError('credentialMissing', `Credential "${credential.name}" cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { field: 'credential', advice: 'Select another one in the Connected Apps Trigger, or none, and publish it again' }, { cause });
	}
}

function readSettings({ credentialType, name, raw }: ReadCredential): ConnectionSettings {
	try {
		return readConnectionSettings(credentialType, raw);
	} catch (error) {
		if (!(error instanceof ConnectedAppsError)) throw error;
		throw new ConnectedAppsError(error.code, `Credential "${name}": ${error.message}`, error.details, { cause: error });
	}
}

/** Registers everything that the trigger offers; what it no longer offers becomes inactive. */
export async function registerOffered(context: FunctionsBase, runtime: Runtime, portalUrl: string, portal: PortalMembership, fetch: Fetch): Promise<ConnectionId[]> {
	const owner = ownerOf(context);
	const resolveEndpoints = async (source: EndpointSource) => await runtime.resolveEndpoints(source, fetch);
	const ids: ConnectionId[] = [];
	const failed: unknown[] = [];
	for (const credential of selectedOf(context)) {
		try {
			ids.push((await registerConnection(runtime.vault, { owner, credentialId: credential.id, settings: readSettings(await readRaw(context, credential)), portalUrl, portal, resolveEndpoints })).id);
		} catch (error) {
			failed.push(error);
		}
	}
	// What is wrong with one app neither keeps the others from being registered anew, nor withdraws it.
	if (failed.length > 0) throw failed[0];
	await runtime.vault.registrations.deactivate(owner, ids);
	return ids;
}

/** What *Execute step* in the editor shows: one item per app, with everything an admin has to copy. */
export async function describeSetUp(context: FunctionsBase, runtime: Runtime, portalUrl: string, signIn: Record<string, string> = {}): Promise<Record<string, unknown>[]> {
	const owner = ownerOf(context);
	const registered = await runtime.vault.registrations.listByOwner(owner);
	return await Promise.all(
		selectedOf(context).map(async (selected) => {
			const credential = await readRaw(context, selected);
			const provider = providerByCredentialType(credential.credentialType);
			const addresses = { portalAddress: portalUrl, ...signIn, credential: credential.name, redirectUri: `${portalUrl}/${provider?.callbackSegment ?? ''}/callback` };
			let settings: ConnectionSettings;
			try {
				settings = readSettings(credential);
			} catch (error) {
				// The redirect URI is needed at the provider before there is a client id to enter.
				if (!isConnectedAppsError(error, 'settingInvalid')) throw error;
				return { ...addresses, state: `not complete yet: ${error.message}` };
			}
			const { policy } = settings;
			const registration = registered.find((candidate) => candidate.connectionName === settings.connectionName && candidate.credentialType === settings.credentialType && candidate.clientId === settings.client.clientId);
			const { grants } = runtime.vault;
			const serviceGrant = registration === undefined ? undefined : await grants.find({ connectionId: registration.id, userKey: SERVICE_ACCOUNT });
			const serviceSignedIn = serviceGrant?.state === 'active';
			const connected = registration === undefined ? 0 : await grants.countActive(registration.id);
			const service = policy.serviceAccountUse !== 'never';
			const canSignIn = service && registration?.active === true && policy.serviceAccountLogin !== undefined;
			return {
				...addresses,
				app: settings.appName,
				connectionName: settings.connectionName,
				scopes: settings.scopes,
				state: registration === undefined ? 'not published yet' : registration.active ? 'published' : 'not published any more',
				connectedUsers: connected - (serviceSignedIn ? 1 : 0),
				...(service && {
					serviceAccount: serviceSignedIn ? 'signed in' : 'not signed in',
					serviceAccountLogin: policy.serviceAccountLogin,
					serviceAccountSignInLink: canSignIn && registration !== undefined ? await personalLinkFor(runtime.vault, toConnection(registration), { purpose: 'serviceAccount', userKey: SERVICE_ACCOUNT, ownerKey: ownerKeyOf(owner) }) : 'publish the workflow first',
				}),
			};
		}),
	);
}

export function logError(message: string, error: unknown): void {
	LoggerProxy.error(`Connected Apps: ${message}`, { error: error instanceof Error ? error.message : String(error) });
}
