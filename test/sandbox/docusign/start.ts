// Puts the played DocuSign together on three loopback servers: the account server, and the servers of two accounts.
import type { CallLog } from '../calls';
import type { Controlled } from '../control';
import { controlStore } from '../controlledStore';
import type { Faults } from '../faults';
import type { LoopbackServer } from '../loopback';
import { ProviderStore } from '../providerStore';
import type { SandboxSettings } from '../settings';
import type { TestKey } from '../testKeys';
import { startAccount } from './accountState';
import { buildAuthorizationServer, clientMetadata } from './authorizationServer';
import { Connect } from './connect/connect';
import { confidentialApp, publicApp, type DocuSignContext, type WatchRequest } from './context';
import { buildDocuSignControl, controlRoutes, type DocuSignControl } from './control';
import { buildAccounts, docuSignUsers, userOfId, type Account } from './directory';
import type { EnvelopeEvents } from './envelopes/life';
import { buildRestApi } from './restApi';
import { SigningViews } from './signing/views';

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
	options: { calls: CallLog; faults: Faults; settings: SandboxSettings; redirectUris: readonly string[]; watchRequest?: WatchRequest },
): { description: DocuSignSandbox; controlled: Controlled; control: DocuSignControl; rememberConsent(name: string, integrationKey: string): void; close(): void } {
	const clients = clientMetadata(options.redirectUris);
	const store = new ProviderStore(clients);
	const accounts = buildAccounts(firstAccount.url, secondAccount.url);
	const context: DocuSignContext = { authServerUrl: auth.url, accounts, settings: options.settings, calls: options.calls, store, watchRequest: options.watchRequest };
	const { app, provider } = buildAuthorizationServer(context, options.faults);
	auth.handle(app);
	const states = accounts.map(startAccount);
	const connect = new Connect(options.settings);
	const views = new SigningViews(options.settings);
	const events: EnvelopeEvents = (envelope, event, recipient) => connect.tell(states.find(({ account }) => account.accountId === envelope.accountId)!, { event, envelope, recipient });
	const control = buildDocuSignControl({ states, connect, views, events });
	for (const { url: baseUri, handle } of [firstAccount, secondAccount]) handle(buildRestApi(context, { baseUri, states, views, connect, events }, provider, options.faults));
	return {
		description: {
			authServerUrl: auth.url,
			audience: new URL(auth.url).host,
			clients: { confidential: confidentialApp, public: publicApp },
			accounts,
			userIds: Object.fromEntries(docuSignUsers.map(({ name, userId }) => [name, userId])),
		},
		controlled: { ...controlStore(store, clients, { people: docuSignUsers, accountIdOf: ({ userId }) => userId, personOf: userOfId }), routes: controlRoutes(control) },
		control,
		// As if the person had consented to impersonation on DocuSign's page.
		rememberConsent: (name, integrationKey) => store.rememberConsent(docuSignUsers.find((user) => user.name === name)!.userId, integrationKey, ['signature', 'impersonation']),
		close: () => connect.close(),
	};
}
