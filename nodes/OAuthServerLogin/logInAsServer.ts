import type { IExecuteFunctions } from 'n8n-workflow';

import { readServerLoginSettings, serverTokenFor, type ServerLoginSettings } from '../../lib/connections';
import { isConnectedAppsError, type ConnectedAppsError } from '../../lib/errors';
import { userKey } from '../../lib/identity';
import { fetchThroughN8n, type Runtime } from '../../lib/n8n';
import { waitForApprovals, type NeededApproval } from '../../lib/n8n/approval';
import { readNodeCredential, readScopes, serverLoginTypeOf } from '../../lib/n8n/oauthCredential';
import { toError, type LoginOutcome, type LoginResult, type Obtained } from '../../lib/n8n/oauthOutput';
import { nodeRunOf, takeUpRun } from '../../lib/n8n/preFlight';
import type { UserKey } from '../../lib/types';
import { sha256 } from '../../lib/vault';

interface ItemNeedsApproval extends NeededApproval {
	itemIndex: number;
}

/** Gets every item's token, as the subject that the item names; whoever has to approve the app first is waited for. */
export async function logInAsServer(context: IExecuteFunctions, runtime: Runtime): Promise<Obtained> {
	const fetch = fetchThroughN8n(context.helpers);
	const { existing } = await takeUpRun(runtime, nodeRunOf(context));
	const credentialType = serverLoginTypeOf(context);
	const waits = context.getNodeParameter('ifNotApproved', 0, 'wait') === 'wait';
	const found = new Map<string, Promise<LoginResult>>();
	const needed: ItemNeedsApproval[] = [];
	const outcomes: LoginOutcome[] = [];
	for (const itemIndex of context.getInputData().keys()) {
		let settings: ServerLoginSettings | undefined;
		try {
			const raw = await readNodeCredential(context, credentialType, itemIndex);
			const scopes = readScopes(context, itemIndex);
			// The same login is not asked for twice, also if it is refused.
			const login = sha256(JSON.stringify([raw, scopes]));
			settings = readServerLoginSettings(credentialType, raw);
			if (!found.has(login)) found.set(login, logIn(settings, scopes));
			outcomes.push(await found.get(login)!);
		} catch (error) {
			outcomes.push(toError(error));
			if (waits && settings !== undefined && isConnectedAppsError(error, 'approvalNeeded')) needed.push(...approvalOf(itemIndex, settings, error));
		}
	}
	if (needed.length === 0) return { outcomes };
	try {
		const answer = await waitForApprovals(context, runtime, fetch, existing, needed);
		if ('waiting' in answer) return answer;
		for (const { itemIndex, approver } of needed) outcomes[itemIndex] = answer.refused.get(approver) ?? outcomes[itemIndex]!;
	} catch (error) {
		// The other items have their tokens.
		for (const { itemIndex } of needed) outcomes[itemIndex] = toError(error);
	}
	return { outcomes };

	async function logIn(settings: ServerLoginSettings, scopes: string[]): Promise<LoginResult> {
		const tokens = await serverTokenFor({ vault: runtime.vault, fetch, resolveEndpoints: runtime.resolveEndpoints }, settings, { scopes });
		const { authority, apiHosts, client } = settings;
		return { tokens, reference: () => ({ kind: 'issued', credentialType, authority, clientId: client.clientId, apiHosts, tokens }) };
	}

	/** Nobody, if what should name the person names none: then that is what is wrong with the item. */
	function approvalOf(itemIndex: number, settings: ServerLoginSettings, error: ConnectedAppsError): ItemNeedsApproval[] {
		let approver: UserKey;
		try {
			approver = userKey(context.getNodeParameter('user', itemIndex, '') || settings.assertion?.subject);
		} catch (unnamed) {
			outcomes[itemIndex] = toError(unnamed);
			return [];
		}
		return [{ itemIndex, settings, approver, error }];
	}
}
