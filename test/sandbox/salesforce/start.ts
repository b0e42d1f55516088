// Puts the played Salesforce together on two loopback servers.
import type { CallLog } from '../calls';
import type { Controlled } from '../control';
import type { Faults } from '../faults';
import type { LoopbackServer } from '../loopback';
import type { SandboxSettings } from '../settings';
import { buildAuthorizationServer } from './authorizationServer';
import { confidentialClient, identityUrl, publicClient, userOfAccount, type SalesforceContext } from './context';
import { organizationId, orgUsers } from './org';
import { clientMetadata } from './providerConfiguration';
import { buildRestApi } from './restApi';
import { ProviderStore } from '../providerStore';

export interface SalesforceSandbox {
	readonly loginUrl: string;
	/** The API host, on purpose another origin than the login host. */
	readonly instanceUrl: string;
	readonly clients: { readonly confidential: { readonly clientId: string; readonly clientSecret: string }; readonly public: { readonly clientId: string } };
	readonly organizationId: string;
}

export function startSalesforce(
	login: LoopbackServer,
	instance: LoopbackServer,
	options: { calls: CallLog; faults: Faults; settings: SandboxSettings; redirectUris: readonly string[] },
): { description: SalesforceSandbox; controlled: Controlled } {
	const clients = clientMetadata(options.redirectUris);
	const store = new ProviderStore(clients);
	const context: SalesforceContext = { loginUrl: login.url, instanceUrl: instance.url, settings: options.settings, calls: options.calls, store };
	const { app, provider } = buildAuthorizationServer(context, options.faults);
	login.handle(app);
	instance.handle(buildRestApi(context, provider, options.faults));

	const accountOf = (name?: string): string | undefined => {
		const user = orgUsers.find((candidate) => candidate.name === name);
		return user && identityUrl(login.url, user);
	};
	return {
		description: { loginUrl: login.url, instanceUrl: instance.url, clients: { confidential: confidentialClient, public: publicClient }, organizationId },
		controlled: {
			revocations: () => store.revocations.map(({ accountId, ...revocation }) => ({ ...revocation, user: userOfAccount(accountId)?.name ?? null })),
			expireAccessTokens: (user) => store.expireAccessTokens(accountOf(user)),
			revokeGrants: (user) => store.revokeGrants('admin', accountOf(user)),
			forgetSessions: () => store.forgetSessions(),
			addRedirectUri: (uri) => {
				for (const client of clients) client.redirect_uris = [...(client.redirect_uris ?? []), uri];
			},
		},
	};
}
