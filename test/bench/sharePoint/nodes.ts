// The two nodes that are compared, each as somebody would set it, asking for the same items with the same token.
import { randomBytes } from 'node:crypto';

import type { INodeExecutionData, INodeParameters, IVersionedNodeType } from 'n8n-workflow';

import { openConnection, readConnectionSettings, registerConnection } from '../../../lib/connections';
import { userKey } from '../../../lib/identity';
import { deriveVaultKey, openVault } from '../../../lib/vault';
import { SharePoint } from '../../../nodes/SharePoint/SharePoint.node.js';
import { knownEndpoints } from '../../lib/connections/support/endpoints';
import type { MicrosoftSandbox } from '../../sandbox/microsoft/start';
import type { Engine, RunOptions } from '../salesforce/engine';

const ENCRYPTION_KEY = 'bench';
const USER = 'alice@example.com';
const CREDENTIAL = 'sharePointOnlineUserLoginOAuth2Api';
export const SITE = '/sites/everyone';
export const COLUMNS = ['Title', 'Sensor', 'Value', 'Taken', 'Comment'];

/** A token without a sign-in: the app's own. Graph answers it as it would a person. */
export async function tokenOf({ loginUrl, graphUrl, tenants, clients }: MicrosoftSandbox): Promise<string> {
	const { clientId, clientSecret } = clients.confidential;
	const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: `${graphUrl}/.default` });
	const answer = await fetch(`${loginUrl}/${tenants.home.id}/oauth2/v2.0/token`, { method: 'POST', body });
	if (!answer.ok) throw new Error(`no token: ${answer.status} ${await answer.text()}`);
	return ((await answer.json()) as { access_token: string }).access_token;
}

/** Points this process's vault at a file and puts a sign-in of alice into it. @returns the credential */
export async function signIn(path: string, { loginUrl, graphUrl, tenants, clients, objectIds }: MicrosoftSandbox, accessToken: string): Promise<Record<string, unknown>> {
	process.env.CONNECTED_APPS_DATABASE_URL = `sqlite:${path}`;
	process.env.CONNECTED_APPS_ENCRYPTION_KEY = ENCRYPTION_KEY;
	const { clientId, clientSecret } = clients.confidential;
	const credential = { connectionName: 'bench', cloud: 'custom', authorityUrl: loginUrl, graphUrl, tenant: tenants.home.id, clientId, clientSecret, userIdentity: 'workflow', scopeMode: 'custom', scopes: ['User.Read', 'Sites.ReadWrite.All'] };
	const settings = readConnectionSettings(CREDENTIAL, credential);
	const vault = await openVault({ backend: { kind: 'sqlite', path }, keys: { current: deriveVaultKey(ENCRYPTION_KEY), previous: [] } });
	await registerConnection(vault, { owner: { workflowId: 'bench', workflowName: 'bench', nodeId: 'bench', nodeName: 'bench' }, credentialId: 'bench', settings, portalUrl: 'http://127.0.0.1/webhook/bench', resolveEndpoints: knownEndpoints });
	const connection = await openConnection(vault, settings);
	await vault.grants.save(
		{ connectionId: connection.id, userKey: userKey(USER) },
		{ accessToken, refreshToken: randomBytes(32).toString('hex'), tokenType: 'Bearer', expiresAtMs: Date.now() + 7_000_000, scopes: connection.registration.scopes, apiBaseUrl: graphUrl },
		{ subject: `${tenants.home.id}/${objectIds.alice}`, tenant: tenants.home.id, username: USER, email: USER, emailVerified: true },
		{ revokeReplaced: true },
	);
	await vault.close();
	return credential;
}

export function own(credential: Record<string, unknown>, parameters: INodeParameters, items?: INodeExecutionData[]): RunOptions {
	return { node: new SharePoint(), credentials: { [CREDENTIAL]: credential }, parameters: { service: 'online', authentication: 'individualUser', user: USER, ifNotSignedIn: 'stopWithError', options: {}, site: SITE, ...parameters }, ...(items !== undefined && { items }) };
}

export function ownItems(credential: Record<string, unknown>): RunOptions {
	return own(credential, { resource: 'item', operation: 'getMany', list: 'Readings', returnAll: true, columnNames: COLUMNS, filterMode: 'none' });
}

export const ownDownload = (credential: Record<string, unknown>): RunOptions => own(credential, { resource: 'file', operation: 'download', library: '', file: '/large.bin', binaryPropertyName: 'data' });
export const ownUpload = (credential: Record<string, unknown>, items: INodeExecutionData[]): RunOptions => own(credential, { resource: 'file', operation: 'upload', library: '', folder: '/', binaryPropertyName: 'data', fileName: 'bench.bin', conflict: 'replace' }, items);

/** n8n's own node in its newest version, by its ids, with its OAuth2 credential as it is after a sign-in. */
export function builtInItems(engine: Engine, { loginUrl, graphUrl, tenants, clients }: MicrosoftSandbox, accessToken: string, { siteId, listId }: { siteId: string; listId: string }): RunOptions {
	const { clientId, clientSecret } = clients.confidential;
	const oauth = `${loginUrl}/${tenants.home.id}/oauth2/v2.0`;
	const credential = { grantType: 'authorizationCode', clientId, clientSecret, authUrl: `${oauth}/authorize`, accessTokenUrl: `${oauth}/token`, authentication: 'body', scope: 'openid offline_access Sites.Read.All', graphApiBaseUrl: graphUrl, oauthTokenData: { access_token: accessToken, token_type: 'Bearer', refresh_token: 'none' } };
	const node = (engine.builtIn('Microsoft/SharePoint/MicrosoftSharePoint') as unknown as IVersionedNodeType).getNodeType(2);
	const byId = (value: string) => ({ __rl: true, mode: 'id', value });
	return { node, credentials: { microsoftOAuth2Api: credential }, parameters: { authentication: 'microsoftOAuth2Api', resource: 'item', operation: 'getAll', site: byId(siteId), list: byId(listId), filter: '', returnAll: true, simplify: false, options: { fields: ['id', 'createdDateTime', 'lastModifiedDateTime', 'webUrl', 'fields'] } } };
}
