import type { IHookFunctions } from 'n8n-workflow';

import { nameInWords, openConnection, readConnectionSettings, readServerLoginSettings, serverTokenFor, type AccessToken } from '../connections';
import { ConnectedAppsError } from '../errors';
import { SERVICE_ACCOUNT } from '../types';
import { fetchThroughN8n, streamThroughN8n } from './fetch';
import type { PreFlightOptions } from './preFlight';
import { getRuntime } from './runtime';
import { createUserSession, type UserSession } from './userSession';

export type TriggerSessionOptions = Pick<PreFlightOptions, 'credentialType' | 'isTokenRejected' | 'serverLogins' | 'scopes'>;

/**
 * The session with which a trigger sets itself up at the provider: the service account, or the login that *Authentication* names.
 * Never a person: nobody starts a trigger.
 * @throws ConnectedAppsError `credentialMissing` and those of `openConnection`, `accessTokenFor`, `serverTokenFor`
 */
export async function triggerSession(context: IHookFunctions, { credentialType, serverLogins, isTokenRejected, scopes }: TriggerSessionOptions): Promise<UserSession> {
	const runtime = await getRuntime();
	const fetch = fetchThroughN8n(context.helpers);
	const serverLogin = serverLogins?.[String(context.getNodeParameter('authentication', 'serviceAccount')) as 'jwtBearer'];
	if (context.getNode().credentials?.[serverLogin ?? credentialType] === undefined) {
		throw new ConnectedAppsError('credentialMissing', 'No credential is selected', { field: 'credential', advice: 'Select the credential that the trigger sets itself up with' });
	}
	let appName: string;
	let actsAs: string;
	let tokenFor: (rejectedTokenHash?: string) => Promise<AccessToken>;
	if (serverLogin !== undefined) {
		const settings = readServerLoginSettings(serverLogin, await context.getCredentials(serverLogin));
		const tools = { vault: runtime.vault, fetch, resolveEndpoints: runtime.resolveEndpoints };
		[appName, actsAs] = [settings.login.appName, settings.assertion?.subject ?? 'the app'];
		tokenFor = async (rejectedTokenHash) => await serverTokenFor(tools, settings, { scopes: [], rejectedTokenHash });
	} else {
		const connection = await openConnection(runtime.vault, readConnectionSettings(credentialType, await context.getCredentials(credentialType)));
		const request = { fetch, use: { workflowId: context.getWorkflow().id, nodeName: context.getNode().name }, scopes };
		[appName, actsAs] = [connection.registration.appName, nameInWords(SERVICE_ACCOUNT)];
		tokenFor = async (rejectedTokenHash) => await runtime.engine.accessTokenFor(connection, SERVICE_ACCOUNT, { ...request, rejectedTokenHash });
	}
	return createUserSession({ activity: { accepted: false }, appName, actsAs, fetch, openStream: streamThroughN8n(context.helpers), isTokenRejected, token: await tokenFor(), renew: tokenFor });
}
