import { NodeOperationError, type ILoadOptionsFunctions } from 'n8n-workflow';

import { nameInWords, openConnection, readConnectionSettings, readServerLoginSettings, serverTokenFor, type AccessToken } from '../connections';
import { SERVICE_ACCOUNT } from '../types';
import { fetchThroughN8n, streamThroughN8n } from './fetch';
import { neededScopes } from './neededScopes';
import type { PreFlightOptions } from './preFlight';
import { getRuntime } from './runtime';
import { createUserSession, type UserSession } from './userSession';

export type PickerOptions = Pick<PreFlightOptions, 'credentialType' | 'isTokenRejected' | 'serverLogins' | 'ownLogins' | 'scopes' | 'scopesInstead'> & {
	/** What people can do without the list; ends the sentence. */
	byHand: string;
};

/**
 * The session that fills a node's lists in the editor: the service account, or the app itself. Never a named user: whoever edits a
 * flow would see what that person sees.
 * @throws NodeOperationError that says why there is no list, and what to enter by hand
 */
export async function pickerSession(context: ILoadOptionsFunctions, options: PickerOptions): Promise<UserSession> {
	const authentication = String(context.getCurrentNodeParameter('authentication') ?? 'individualUser');
	try {
		if (authentication === 'jwtBearer') throw new Error('With JWT Bearer the node acts as a named user, and lists are never loaded as one');
		const ownLogin = options.ownLogins?.[authentication];
		if (ownLogin !== undefined) return await ownLogin(context, { accepted: false });
		return await (authentication === 'clientCredentials' ? appSession(context, options) : serviceAccountSession(context, options));
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new NodeOperationError(context.getNode(), `${reason}. ${options.byHand}`, { description: 'Lists are loaded as the service account or by client credentials, never as a named user' });
	}
}

function assertSelected(context: ILoadOptionsFunctions, credentialType: string): void {
	if (context.getNode().credentials?.[credentialType] === undefined) throw new Error('No credential is selected');
}

async function appSession(context: ILoadOptionsFunctions, { serverLogins, isTokenRejected }: PickerOptions): Promise<UserSession> {
	const credentialType = serverLogins?.clientCredentials ?? '';
	assertSelected(context, credentialType);
	const runtime = await getRuntime();
	const fetch = fetchThroughN8n(context.helpers);
	const settings = readServerLoginSettings(credentialType, await context.getCredentials(credentialType));
	const tools = { vault: runtime.vault, fetch, resolveEndpoints: runtime.resolveEndpoints };
	return await sessionOf(context, settings.login.appName, 'the app', isTokenRejected, async (rejectedTokenHash) => await serverTokenFor(tools, settings, { rejectedTokenHash }));
}

async function serviceAccountSession(context: ILoadOptionsFunctions, { credentialType, isTokenRejected, ...needed }: PickerOptions): Promise<UserSession> {
	assertSelected(context, credentialType);
	const runtime = await getRuntime();
	const connection = await openConnection(runtime.vault, readConnectionSettings(credentialType, await context.getCredentials(credentialType)));
	const request = { fetch: fetchThroughN8n(context.helpers), use: { workflowId: context.getWorkflow().id, nodeName: context.getNode().name }, scopes: neededScopes(connection, needed) };
	return await sessionOf(context, connection.registration.appName, nameInWords(SERVICE_ACCOUNT), isTokenRejected, async (rejectedTokenHash) => await runtime.engine.accessTokenFor(connection, SERVICE_ACCOUNT, { ...request, rejectedTokenHash }));
}

async function sessionOf(context: ILoadOptionsFunctions, appName: string, actsAs: string, isTokenRejected: PickerOptions['isTokenRejected'], tokenFor: (rejectedTokenHash?: string) => Promise<AccessToken>): Promise<UserSession> {
	const { helpers } = context;
	return createUserSession({ activity: { accepted: false }, appName, actsAs, fetch: fetchThroughN8n(helpers), openStream: streamThroughN8n(helpers), isTokenRejected, token: await tokenFor(), renew: tokenFor });
}
