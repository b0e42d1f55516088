// The two nodes that are compared, each as somebody would set it, asking for the same rows.
import { randomBytes } from 'node:crypto';

import type { INodeParameters } from 'n8n-workflow';

import { openConnection, readConnectionSettings, registerConnection } from '../../../lib/connections';
import { userKey } from '../../../lib/identity';
import { deriveVaultKey, openVault } from '../../../lib/vault';
import { SalesforceRetrieveData } from '../../../nodes/SalesforceRetrieveData/SalesforceRetrieveData.node.js';
import { knownEndpoints } from '../../lib/connections/support/endpoints';
import type { SalesforceSandbox } from '../../sandbox/salesforce/start';
import type { Engine, RunOptions } from './engine';

const ENCRYPTION_KEY = 'bench';
export const USER = 'alice@example.com';
export const CREDENTIAL = 'salesforceUserLoginOAuth2Api';

/** Points this process's vault at `databaseUrl` and puts a sign-in of alice into it. @returns the credential */
export async function signIn(databaseUrl: string, { loginUrl, instanceUrl, clients, organizationId }: SalesforceSandbox, accessToken: string): Promise<Record<string, unknown>> {
	process.env.CONNECTED_APPS_DATABASE_URL = databaseUrl;
	process.env.CONNECTED_APPS_ENCRYPTION_KEY = ENCRYPTION_KEY;
	const credential = { connectionName: 'bench', environment: 'custom', loginUrl, clientId: clients.confidential.clientId, clientSecret: clients.confidential.clientSecret, userIdentity: 'workflow' };
	const settings = readConnectionSettings(CREDENTIAL, credential);
	const backend = databaseUrl.startsWith('sqlite:')
		? ({ kind: 'sqlite', path: databaseUrl.slice('sqlite:'.length) } as const)
		: ({ kind: 'postgres', connectionString: databaseUrl, connectionTimeoutMs: 20_000, idleTimeoutMs: 30_000, statementTimeoutMs: 60_000, poolSize: 4, schema: 'public', tablePrefix: '' } as const);
	const vault = await openVault({ backend, keys: { current: deriveVaultKey(ENCRYPTION_KEY), previous: [] } });
	await registerConnection(vault, { owner: { workflowId: 'bench', workflowName: 'bench', nodeId: 'bench', nodeName: 'bench' }, credentialId: 'bench', settings, portalUrl: 'http://127.0.0.1/webhook/bench', resolveEndpoints: knownEndpoints });
	const connection = await openConnection(vault, settings);
	await vault.grants.save(
		{ connectionId: connection.id, userKey: userKey(USER) },
		{ accessToken, refreshToken: randomBytes(32).toString('hex'), tokenType: 'Bearer', expiresAtMs: Date.now() + 7_000_000, scopes: connection.registration.scopes, apiBaseUrl: instanceUrl },
		{ subject: USER, tenant: organizationId, username: USER, email: USER, emailVerified: true },
		{ revokeReplaced: true },
	);
	await vault.close();
	return credential;
}

export function own(credential: Record<string, unknown>, parameters: INodeParameters): RunOptions {
	return { node: new SalesforceRetrieveData(), credentials: { [CREDENTIAL]: credential }, parameters: { authentication: 'individualUser', user: USER, ifNotSignedIn: 'stopWithError', ...parameters } };
}

export function ownQuery(credential: Record<string, unknown>, soql: string, options: INodeParameters = {}, more: INodeParameters = {}): RunOptions {
	return own(credential, { resource: 'query', operation: 'soql', soql, returnAll: true, options, ...more });
}

/** n8n's own node with its OAuth2 credential, as it is after a sign-in. */
export function builtInQuery(engine: Engine, { instanceUrl, loginUrl, clients }: SalesforceSandbox, accessToken: string, soql: string): RunOptions {
	const oauthTokenData = { access_token: accessToken, token_type: 'Bearer', instance_url: instanceUrl, refresh_token: 'none' };
	const credential = { grantType: 'authorizationCode', environment: 'production', clientId: clients.confidential.clientId, clientSecret: clients.confidential.clientSecret, authUrl: `${loginUrl}/services/oauth2/authorize`, accessTokenUrl: `${loginUrl}/services/oauth2/token`, authentication: 'header', scope: 'full refresh_token', oauthTokenData };
	return { node: engine.builtIn('Salesforce/Salesforce'), credentials: { salesforceOAuth2Api: credential }, parameters: { authentication: 'oAuth2', resource: 'search', operation: 'query', query: soql } };
}
