// Client credentials: on My Domain only, and as the user whom the administrator chose for the app.
// @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm
import { errors, type Provider, type TokenEndpointGrantContext } from 'oidc-provider';
import { clientCredentialsClient, clientCredentialsGrant, runAsName } from './clients';
import { identityUrl, type SalesforceContext } from './context';
import { orgUsers } from './org';

/** The others are dropped without a word, as long as one is left. */
const possibleScopes = ['api', 'id', 'openid', 'profile', 'email', 'web'];

export function registerClientCredentials({ loginUrl, settings }: SalesforceContext, provider: Provider): void {
	const refuse = (description: string) => new errors.CustomOIDCProviderError('invalid_grant', description);

	provider.registerGrantType<{ scope?: string }>(
		clientCredentialsGrant,
		async (ctx: TokenEndpointGrantContext<{ scope?: string }>) => {
			const { client, params } = ctx.oidc;
			if (settings.salesforceLoginIsMyDomain === false) throw refuse('request not supported on this domain');
			if (client.clientAuthMethod === 'none') throw new errors.InvalidClientAuth('a public client has nothing to prove itself with');
			if (client.clientId !== clientCredentialsClient.clientId) throw refuse('no client credentials user enabled');
			const scope = (params.scope || 'id api').split(' ').filter((name) => possibleScopes.includes(name)).join(' ');
			if (scope === '') throw refuse('no valid scopes defined');

			const accountId = identityUrl(loginUrl, orgUsers.find(({ name }) => name === runAsName)!);
			const grant = new provider.Grant({ accountId, clientId: client.clientId });
			grant.addOIDCScope(scope);
			const token = new provider.AccessToken({ accountId, client, grantId: await grant.save(), expiresWithSession: false, gty: clientCredentialsGrant, scope });
			ctx.oidc.entity('Account', { accountId, claims: () => ({ sub: accountId }) });
			ctx.body = { access_token: await token.save(), scope };
		},
		['scope'],
	);
}
