import type { IExecuteFunctions } from 'n8n-workflow';

import type { Runtime } from '../../lib/n8n';
import { readScopes, serverLoginTypeOf } from '../../lib/n8n/oauthCredential';
import type { LoginResult, Obtained } from '../../lib/n8n/oauthOutput';
import { obtainServerTokens, type ServerToken } from '../../lib/n8n/serverTokens';

/** Items that share a login share its result, and so its reference. */
function toResult(known: Map<ServerToken, LoginResult>, login: ServerToken): LoginResult {
	const { settings, token } = login;
	const { authority, apiHosts, client, credentialType } = settings;
	const { tokenHash: _named, ...tokens } = token;
	const result = known.get(login) ?? { tokens, reference: () => ({ kind: 'issued' as const, credentialType, authority, clientId: client.clientId, apiHosts, tokens }) };
	known.set(login, result);
	return result;
}

/** Gets every item's token, as the subject that the item names; whoever has to approve the app first is waited for. */
export async function logInAsServer(context: IExecuteFunctions, runtime: Runtime): Promise<Obtained> {
	const obtained = await obtainServerTokens(context, runtime, {
		credentialType: serverLoginTypeOf(context),
		scopesOf: (itemIndex) => readScopes(context, itemIndex),
		waitsForApproval: context.getNodeParameter('ifNotApproved', 0, 'wait') === 'wait',
		approverOf: (itemIndex) => context.getNodeParameter('approver', itemIndex, ''),
	});
	if ('waiting' in obtained) return obtained;
	const known = new Map<ServerToken, LoginResult>();
	return { outcomes: obtained.items.map((item) => (item instanceof Error ? item : toResult(known, item))) };
}
