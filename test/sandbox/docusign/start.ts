// Puts the played DocuSign together on three loopback servers: the account server, and the servers of two accounts.
import type { CallLog } from '../calls';
import type { Controlled } from '../control';
import { controlStore } from '../controlledStore';
import type { Faults } from '../faults';
import type { LoopbackServer } from '../loopback';
import { ProviderStore } from '../providerStore';
import type { SandboxSettings } from '../settings';
import type { TestKey } from '../testKeys';
import { buildAuthorizationServer, clientMetadata } from './authorizationServer';
import { confidentialApp, publicApp, type DocuSignContext } from './context';
import { buildAccounts, docuSignUsers, userOfId, type Account } from './directory';
import { buildRestApi } from './restApi';
import type { DocuSignSettings } from './settings';

export interface DocuSignSandbox {
	readonly authServerUrl: string;
	/** `aud` of assertions: the host of the account server, with its port. */
	readonly audience: string;
	readonly clients: {
		/** Also the app of the JWT grant. */
		readonly confidential: TestKey & { readonly integrationKey: string; readonly secretKey: string };
		readonly public: { readonly integrationKey: string };
	};
	/** The first one that a person is a member of is the person's default. */
	readonly accounts: readonly Account[];
	/** GUIDs of the sandbox's people, by name. */
	readonly userIds: Readonly<Record<string, string>>;
}

export function startDocuSign(
	auth: LoopbackServer,
	firstAccount: LoopbackServer,
	secondAccount: LoopbackServer,
	options: { calls: CallLog; faults: Faults; settings: SandboxSettings & Partial<DocuSignSettings>; redirectUris: readonly string[] },
): { description: DocuSignSandbox; controlled: Controlled } {
	const clients = clientMetadata(options.redirectUris);
	const store = new ProviderStore(clients);
	const accounts = buildAccounts(firstAccount.url, secondAccount.url);
	const context: DocuSignContext = { authServerUrl: auth.url, accounts, settings: options.settings, calls: options.calls, store };
	const { app, provider } = buildAuthorizationServer(context, options.faults);
	auth.handle(app);
	for (const server of [firstAccount, secondAccount]) server.handle(buildRestApi(context, server.url, provider, options.faults));
	return {
		description: {
			authServerUrl: auth.url,
			audience: new URL(auth.url).host,
			clients: { confidential: confidentialApp, public: publicApp },
			accounts,
			userIds: Object.fromEntries(docuSignUsers.map(({ name, userId }) => [name, userId])),
		},
		controlled: controlStore(store, clients, { people: docuSignUsers, accountIdOf: ({ userId }) => userId, personOf: userOfId }),
	};
}
