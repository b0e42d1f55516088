import type { IExecuteFunctions } from 'n8n-workflow';

import { fetchThroughN8n } from './fetch';
import type { IfNotSignedIn, KeepError, PreFlight } from './preFlight';
import { getRuntime } from './runtime';
import { obtainServerTokens } from './serverTokens';
import { createUserSession, type Activity, type TokenRejected } from './userSession';

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
		waitsForApproval: (context.getNodeParameter('ifNotSignedIn', 0, 'wait') as IfNotSignedIn) === 'wait',
		approverOf: (itemIndex) => context.getNodeParameter('approver', itemIndex, ''),
	});
	if ('waiting' in obtained) return { kind: 'waiting', items: obtained.waiting };
	const activity: Activity = { accepted: false };
	const sessions = obtained.items.map((item, itemIndex) => {
		if (item instanceof Error) return keep(item, itemIndex);
		const { settings, token, renew } = item;
		return createUserSession({ activity, appName: settings.login.appName, actsAs: settings.assertion?.subject ?? 'the app', fetch, isTokenRejected, token, renew });
	});
	return { kind: 'ready', sessions, activity, explain: (error) => error };
}
