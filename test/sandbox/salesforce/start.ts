// Puts the played Salesforce together on two loopback servers.
import type { CallLog } from '../calls';
import type { Controlled } from '../control';
import { controlStore } from '../controlledStore';
import type { Faults } from '../faults';
import type { LoopbackServer } from '../loopback';
import { ProviderStore } from '../providerStore';
import type { SandboxSettings } from '../settings';
import type { TestKey } from '../testKeys';
import { buildAuthorizationServer } from './authorizationServer';
import { clientCredentialsClient, clientMetadata, preAuthorizedClient, preAuthorizedNames, selfAuthorizedClient } from './clients';
import { confidentialClient, identityUrl, publicClient, userOfAccount, type SalesforceContext } from './context';
import { organizationId, orgUsers } from './org';
import { buildRestApi } from './restApi';
import type { SalesforceSettings } from './settings';

interface Secret {
	readonly clientId: string;
	readonly clientSecret: string;
}

export interface SalesforceSandbox {
	readonly loginUrl: string;
	/** The API host, on purpose another origin than the login host. */
	readonly instanceUrl: string;
	readonly clients: {
		readonly confidential: Secret;
		readonly public: { readonly clientId: string };
		/** JWT bearer, for the people of `preAuthorizedNames` only. */
		readonly jwtPreAuthorized: Secret & TestKey;
		/** JWT bearer, for whoever has signed in to this app and got a refresh token. */
		readonly jwtSelfAuthorized: Secret & TestKey;
		/** The only one that is enabled for client credentials; runs as `integration`. */
		readonly clientCredentials: Secret;
	};
	readonly preAuthorizedNames: readonly string[];
	readonly organizationId: string;
}

export function startSalesforce(
	login: LoopbackServer,
	instance: LoopbackServer,
	options: { calls: CallLog; faults: Faults; settings: SandboxSettings & Partial<SalesforceSettings>; redirectUris: readonly string[] },
): { description: SalesforceSandbox; controlled: Controlled } {
	const clients = clientMetadata(options.redirectUris);
	const store = new ProviderStore(clients);
	const context: SalesforceContext = { loginUrl: login.url, instanceUrl: instance.url, settings: options.settings, calls: options.calls, store };
	const { app, provider } = buildAuthorizationServer(context, options.faults);
	login.handle(app);
	instance.handle(buildRestApi(context, provider, options.faults));

	return {
		description: {
			loginUrl: login.url,
			instanceUrl: instance.url,
			clients: { confidential: confidentialClient, public: publicClient, jwtPreAuthorized: preAuthorizedClient, jwtSelfAuthorized: selfAuthorizedClient, clientCredentials: clientCredentialsClient },
			preAuthorizedNames,
			organizationId,
		},
		controlled: controlStore(store, clients, { people: orgUsers, accountIdOf: (user) => identityUrl(login.url, user), personOf: userOfAccount }),
	};
}
