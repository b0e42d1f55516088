// Puts the played Salesforce together on two loopback servers, and a third for an org that moves.
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
	/** The host that the org moves to with the setting `instanceMoved`. */
	readonly movedInstanceUrl: string;
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
	options: { calls: CallLog; faults: Faults; settings: SandboxSettings & Partial<SalesforceSettings>; redirectUris: readonly string[]; movedInstance?: LoopbackServer },
): { description: SalesforceSandbox; controlled: Controlled } {
	const clients = clientMetadata(options.redirectUris);
	const store = new ProviderStore(clients);
	const { settings, calls, movedInstance = instance } = options;
	const context: SalesforceContext = {
		loginUrl: login.url,
		get instanceUrl() {
			return settings.instanceMoved ? movedInstance.url : instance.url;
		},
		homeInstanceUrl: instance.url,
		settings,
		calls,
		store,
	};
	const { app, provider } = buildAuthorizationServer(context, options.faults);
	login.handle(app);
	const api = buildRestApi(context, provider, options.faults);
	instance.handle(api);
	if (movedInstance !== instance) movedInstance.handle(api);

	return {
		description: {
			loginUrl: login.url,
			instanceUrl: instance.url,
			movedInstanceUrl: movedInstance.url,
			clients: { confidential: confidentialClient, public: publicClient, jwtPreAuthorized: preAuthorizedClient, jwtSelfAuthorized: selfAuthorizedClient, clientCredentials: clientCredentialsClient },
			preAuthorizedNames,
			organizationId,
		},
		controlled: controlStore(store, clients, { people: orgUsers, accountIdOf: (user) => identityUrl(login.url, user), personOf: userOfAccount }),
	};
}
