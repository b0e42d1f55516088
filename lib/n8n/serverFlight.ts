import type { IExecuteFunctions } from 'n8n-workflow';

import { fetchThroughN8n, streamThroughN8n } from './fetch';
import type { KeepError, PreFlight } from './preFlight';
import { getRuntime } from './runtime';
import { obtainServerTokens, type ServerToken } from './serverTokens';
import { createUserSession, type Activity, type TokenRejected, type UserSession } from './userSession';

export interface ServerFlightOptions {
	credentialType: string;
	isTokenRejected: TokenRejected;
	keep: KeepError;
}

/**
 * The pre-flight of a connector that acts as the app itself or as the subject of an assertion: every item's token comes before the
 * first API call, and people who must approve the app first are waited for as for a sign-in.
 * @throws NodeOperationError | NodeApiError
 */
export async function serverFlight(context: IExecuteFunctions, { credentialType, isTokenRejected, keep }: ServerFlightOptions): Promise<PreFlight> {
	const runtime = await getRuntime();
	const fetch = fetchThroughN8n(context.helpers);
	const obtained = await obtainServerTokens(context, runtime, {
		credentialType,
		waitsForApproval: context.getNodeParameter('ifNotApproved', 0, 'wait') === 'wait',
		approverOf: (itemIndex) => context.getNodeParameter('approver', itemIndex, ''),
	});
	if ('waiting' in obtained) return { kind: 'waiting', items: obtained.waiting };
	const activity: Activity = { accepted: false };
	const sessions = new Map<ServerToken, UserSession>();
	const sessionOf = (login: ServerToken): UserSession => {
		const { settings, token, renew } = login;
		return createUserSession({ activity, appName: settings.login.appName, actsAs: settings.assertion?.subject ?? 'the app', fetch, openStream: streamThroughN8n(context.helpers), isTokenRejected, token, renew });
	};
	const perItem = obtained.items.map((item, itemIndex) => {
		if (item instanceof Error) return keep(item, itemIndex);
		// Items with the same login share what a renewal brings.
		const session = sessions.get(item) ?? sessionOf(item);
		sessions.set(item, session);
		return session;
	});
	return { kind: 'ready', sessions: perItem, activity, explain: (error) => error };
}
