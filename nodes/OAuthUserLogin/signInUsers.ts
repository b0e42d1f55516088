import type { IExecuteFunctions } from 'n8n-workflow';

import type { TokenRequest } from '../../lib/connections';
import { ConnectedAppsError } from '../../lib/errors';
import { fetchThroughN8n } from '../../lib/n8n';
import { readScopes, userLoginTypeOf } from '../../lib/n8n/oauthCredential';
import { resultOfGrant, toError, type LoginOutcome, type LoginResult, type Obtained } from '../../lib/n8n/oauthOutput';
import { useContextOf, userPreFlight, type ReadyUserFlight } from '../../lib/n8n/preFlight';
import { canSignIn, tokenOfSubject, type Subject } from '../../lib/n8n/subject';
import type { SignInTerms } from '../../lib/types';

/** @throws ConnectedAppsError `settingInvalid`: one page of the provider asks for the scopes of all */
function scopesOfAll(context: IExecuteFunctions): string[] {
	const [first = [], ...others] = context.getInputData().map((_, itemIndex) => readScopes(context, itemIndex));
	if (others.some((scopes) => JSON.stringify([...scopes].sort()) !== JSON.stringify([...first].sort()))) {
		throw new ConnectedAppsError('settingInvalid', 'The parameter "Scope" differs between the items', { field: 'scope', advice: 'Use one value for all items, or loop over them one by one' });
	}
	return first;
}

/** Whether the provider's pages are always shown, never, or to whoever needs them. */
function promptOf(context: IExecuteFunctions): SignInTerms['prompt'] {
	if (context.getNodeParameter('usePrompt', 0, true) !== false) return 'consent';
	return context.getNodeParameter('askIfNeeded', 0, false) === true ? undefined : 'none';
}

/** Has every item's person sign in where needed, then reads their tokens from the vault. @throws as `preFlight` with `keepsErrors` */
export async function signInUsers(context: IExecuteFunctions): Promise<Obtained> {
	const scopes = scopesOfAll(context);
	const exactScopes = scopes.length > 0;
	const prompt = promptOf(context);
	const flight = await userPreFlight(context, {
		credentialType: userLoginTypeOf(context),
		// This node calls no API.
		isTokenRejected: async () => false,
		scopes,
		terms: { exactScopes, prompt, endsOnFailure: true },
		ifNotSignedIn: 'wait',
		keepsErrors: true,
	});
	if (flight.kind === 'waiting') return { waiting: flight.items };

	const request = { fetch: fetchThroughN8n(context.helpers), use: useContextOf(context), scopes, exactScopes };
	const found = new Map<string, LoginOutcome>();
	for (const [itemIndex, subject] of flight.subjects.entries()) {
		if (subject instanceof Error || found.has(subject.id)) continue;
		const session = flight.sessions[itemIndex];
		found.set(subject.id, session instanceof Error ? session : await resultOf(flight, subject, request, context.getExecutionId()));
	}
	return { outcomes: flight.subjects.map((subject) => (subject instanceof Error ? subject : found.get(subject.id)!)) };
}

async function resultOf({ runtime, connection, explain }: ReadyUserFlight, subject: Subject, request: TokenRequest, executionId: string): Promise<LoginResult | Error> {
	try {
		const { userKey } = subject;
		if (canSignIn(subject)) return await resultOfGrant(runtime, connection, userKey, request);
		const { tokenHash: _named, ...tokens } = await tokenOfSubject(runtime, connection, subject, request);
		return { tokens, reference: () => ({ kind: 'exchanged', executionId, connectionId: connection.id, userKey, tokens }) };
	} catch (error) {
		return toError(explain(error));
	}
}
