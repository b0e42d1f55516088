// Who logs in at the played Salesforce, and what a consent there is worth.
import type { Router } from 'express';
import type { Provider } from 'oidc-provider';
import { scopesOf, signInRoutes } from '../signIn/routes';
import { identityUrl, userOfAccount, type SalesforceContext } from './context';
import { salesforcePages } from './interactionPages';
import { orgUsers } from './org';

export function interactionRoutes({ loginUrl, calls, store }: SalesforceContext, provider: Provider): Router {
	return signInRoutes({
		provider,
		calls,
		pages: salesforcePages,
		accountIdOf: ({ name }) => identityUrl(loginUrl, orgUsers.find((user) => user.name === name)!),
		personOf: userOfAccount,
		allow(grant, interaction) {
			grant.addOIDCScope(scopesOf(interaction).join(' '));
			store.rememberConsent(interaction.session!.accountId, String(interaction.params['client_id']), scopesOf(interaction));
		},
	});
}
