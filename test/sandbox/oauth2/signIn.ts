// Who logs in at the generic provider, and what a consent there is worth.
import type { Router } from 'express';
import type { Provider } from 'oidc-provider';
import { scopesOf, signInRoutes } from '../signIn/routes';
import { personOf, subjectOf, type OAuth2Context } from './context';
import { addScopes, pages } from './providerConfiguration';

export function interactionRoutes({ calls, settings, store }: OAuth2Context, provider: Provider): Router {
	return signInRoutes({
		provider,
		calls,
		pages,
		accountIdOf: subjectOf,
		personOf,
		allow(grant, interaction) {
			const asked = scopesOf(interaction);
			// `openid` is no permission that a person could keep back.
			const granted = asked.filter((scope) => scope === 'openid' || (settings.grantsOnly?.includes(scope) ?? true));
			const refused = asked.filter((scope) => !granted.includes(scope));
			const { resource, client_id } = interaction.params;
			addScopes(grant, granted, resource);
			if (refused.length > 0) {
				grant.rejectOIDCScope(refused.join(' '));
				for (const one of [resource ?? []].flat()) grant.rejectResourceScope(String(one), refused.join(' '));
			}
			store.rememberConsent(interaction.session!.accountId, String(client_id), granted);
		},
	});
}
