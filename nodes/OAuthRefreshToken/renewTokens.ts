import type { IExecuteFunctions } from 'n8n-workflow';

import { isReference, missingScopes, openConnection, readConnectionSettings, type Connection } from '../../lib/connections';
import { ConnectedAppsError } from '../../lib/errors';
import { fetchThroughN8n, type Runtime } from '../../lib/n8n';
import { isRawOutput, resultOfGrant, toError, type LoginOutcome, type LoginResult, type Obtained } from '../../lib/n8n/oauthOutput';
import { readNodeCredential, readScopes, userLoginTypeOf } from '../../lib/n8n/oauthCredential';
import { isSignInMissing, useContextOf, withLink } from '../../lib/n8n/preFlight';
import { readSubject } from '../../lib/n8n/subject';
import { sha256 } from '../../lib/vault';
import { refreshUnkept } from './transport/refreshUnkept';

/** What an item wants renewed: a person's sign-in in the vault, or a token that nobody here keeps. */
function readWish(context: IExecuteFunctions, itemIndex: number): { kept: unknown } | { unkept: string } {
	if (context.getNodeParameter('refresh', 0, 'signedInUser') !== 'token') return { kept: context.getNodeParameter('user', itemIndex, '') };
	const value = context.getNodeParameter('refreshToken', itemIndex, '');
	const token = typeof value === 'string' ? value.trim() : '';
	// The token stands for the person here.
	if (token === '') throw new ConnectedAppsError('userMissing', 'The parameter "Refresh Token" is empty', { field: 'refreshToken', advice: 'Map the field "refreshToken" of an OAuth User Login node, or a refresh token' });
	return isReference(token) ? { kept: token } : { unkept: token };
}

/** Renews every item's tokens; those of the same sign-in, or of the same refresh token, once. */
export async function renewTokens(context: IExecuteFunctions, runtime: Runtime): Promise<Obtained> {
	const credentialType = userLoginTypeOf(context);
	const settings = readConnectionSettings(credentialType, await readNodeCredential(context, credentialType, 0));
	const fetch = fetchThroughN8n(context.helpers);
	const use = useContextOf(context);
	const renewed = new Map<string, Promise<LoginResult>>();
	const once = async (id: string, renew: () => Promise<LoginResult>): Promise<LoginResult> => {
		if (!renewed.has(id)) renewed.set(id, renew());
		return await renewed.get(id)!;
	};
	let opened: Connection | undefined;

	const outcomes: LoginOutcome[] = [];
	for (const itemIndex of context.getInputData().keys()) {
		try {
			const wish = readWish(context, itemIndex);
			const scopes = readScopes(context, itemIndex);
			if ('unkept' in wish) {
				if (!isRawOutput(context)) throw new ConnectedAppsError('referenceInvalid', 'A refresh token that is no reference gives tokens that no reference leads to', { field: 'tokenOutput', advice: 'Set Token Output to "Raw Token", or use what an OAuth User Login node gave as "refreshToken"' });
				const tools = { fetch, resolveEndpoints: runtime.resolveEndpoints, nowMs: await runtime.vault.nowMs() };
				outcomes.push(await once(`unkept ${sha256(wish.unkept)} ${scopes.join(' ')}`, async () => await refreshUnkept(tools, settings, wish.unkept, scopes)));
			} else {
				opened ??= await openConnection(runtime.vault, settings);
				outcomes.push(await renewKept(opened, wish.kept, scopes));
			}
		} catch (error) {
			outcomes.push(toError(error));
		}
	}
	return { outcomes };

	async function renewKept(connection: Connection, user: unknown, scopes: string[]): Promise<LoginResult> {
		const subject = await readSubject(runtime, connection, user, { workflowId: context.getWorkflow().id ?? '', executionId: context.getExecutionId(), fetch });
		if (subject.caller !== undefined) throw new ConnectedAppsError('userInvalid', 'The caller’s own token is exchanged, and nothing is kept that could be renewed', { field: 'user', advice: 'Call the flow with a new token' });
		// Whatever the connection asks for by now: a sign-in with fewer scopes is renewed as well.
		const renewal = once(`kept ${subject.id}`, async () => await resultOfGrant(runtime, connection, subject.userKey, { fetch, use, scopes: [], exactScopes: true, renew: true }));
		const result = await renewal.catch((error: unknown) => {
			throw isSignInMissing(error) ? withLink(error, connection) : error;
		});
		const lacking = missingScopes(scopes, result.tokens.scopes, connection.provider);
		if (lacking.length > 0) throw new ConnectedAppsError('consentNeeded', `${subject.userKey} has not consented to ${lacking.join(', ')}`, { app: connection.registration.appName, user: subject.userKey, missingScopes: lacking, advice: 'Renewing adds no scopes: have the person sign in with OAuth User Login' });
		// Where a sign-in serves several APIs, the scopes say which one's token is wanted.
		return scopes.length === 0 ? result : await once(`kept ${subject.id} ${scopes.join(' ')}`, async () => await resultOfGrant(runtime, connection, subject.userKey, { fetch, use, scopes, exactScopes: true }));
	}
}
