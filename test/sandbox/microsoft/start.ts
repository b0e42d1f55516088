// Puts the played Microsoft together on four loopback servers: Entra, Graph, SharePoint Online, and the host of its files.
import type { Provider } from 'oidc-provider';
import type { CallLog } from '../calls';
import type { Controlled } from '../control';
import { controlStore } from '../controlledStore';
import type { Faults } from '../faults';
import type { LoopbackServer } from '../loopback';
import { ProviderStore } from '../providerStore';
import type { SandboxSettings } from '../settings';
import { createSigningKey } from '../signingKey';
import type { TestKey } from '../testKeys';
import { applicationIdUri, confidentialApp, confidentialAppKey, publicApp } from './apps';
import { buildAuthorizationServer } from './authorizationServer';
import type { MicrosoftContext } from './context';
import { contoso, directoryUsers, fabrikam, foreignUser, userOfAccount, type Tenant } from './directory';
import { buildGraph } from './graph';
import type { Content } from './graph/drives/content';
import { drivesOf } from './graph/context';
import { buildFilesHost } from './graph/filesHost';
import { buildSharePointGraph } from './graph/index';
import { GraphTraffic } from './graph/traffic';
import { clientMetadata } from './providerConfiguration';
import { buildResources } from './resources';
import { buildSharePoint } from './sharePoint';
import { signUserToken } from './tokens';

export interface MicrosoftSandbox {
	/** The authority: `{loginUrl}/{tenant}/oauth2/v2.0/…`. */
	readonly loginUrl: string;
	readonly graphUrl: string;
	/** `https://{tenant}.sharepoint.com`. */
	readonly sharePointUrl: string;
	/** Pre-signed addresses of files, upload sessions and monitors of copies lie here; no Authorization is taken. */
	readonly filesUrl: string;
	/** The apps live in `home`. `foreign` is there, and knows none of them. */
	readonly tenants: { readonly home: Tenant; readonly foreign: Tenant };
	readonly clients: {
		readonly confidential: TestKey & { readonly clientId: string; readonly clientSecret: string; readonly expiredClientSecret: string; readonly applicationIdUri: string };
		readonly public: { readonly clientId: string };
	};
	/** Object ids of the sandbox's people, by name. */
	readonly objectIds: Readonly<Record<string, string>>;
	/** Somebody of the foreign tenant: can sign in at `common` and `organizations`. */
	readonly foreignUser: { readonly username: string; readonly password: string; readonly objectId: string };
}

export interface UserTokenOptions {
	/** Default: the confidential app itself. */
	audience?: string;
	/** Default 3600; a negative number makes a token that has expired. */
	expiresInSeconds?: number;
	/** Default `access_as_user`. */
	scope?: string;
	/** The app that the token was issued to; default the public one. */
	clientId?: string;
}

export interface StartedMicrosoft {
	readonly description: MicrosoftSandbox;
	readonly controlled: Controlled;
	mintUserToken(name: string, options?: UserTokenOptions): Promise<string>;
	/** What Graph was asked and answered, word by word, from `traffic.start()` on. */
	readonly traffic: GraphTraffic;
	/** The bytes of a file, as the library has them; undefined where there is none. */
	contentOf(driveId: string, itemId: string): Pick<Content, 'size' | 'sha256'> | undefined;
	/** Lets go of the files that hold uploads. */
	close(): Promise<void>;
}

export function startMicrosoft(
	login: LoopbackServer,
	graph: LoopbackServer,
	sharePoint: LoopbackServer,
	files: LoopbackServer,
	options: { calls: CallLog; faults: Faults; settings: SandboxSettings; redirectUris: readonly string[] },
): StartedMicrosoft {
	const clients = clientMetadata(options.redirectUris);
	const store = new ProviderStore(clients);
	const context: MicrosoftContext = {
		loginUrl: login.url,
		graphUrl: graph.url,
		sharePointUrl: sharePoint.url,
		settings: options.settings,
		calls: options.calls,
		store,
		signingKey: createSigningKey('sandbox-entra'),
		resources: buildResources(graph.url, sharePoint.url),
		tokenRequests: new WeakMap(),
		steppedUp: new Set(),
	};
	const { app, provider } = buildAuthorizationServer(context, clients, options.faults);
	login.handle(app);
	const traffic = new GraphTraffic();
	const sites = buildSharePointGraph({ graphUrl: graph.url, filesUrl: files.url, sharePointUrl: sharePoint.url }, options.settings, options.calls);
	graph.handle(buildGraph(context, provider, options.faults, sites, traffic));
	files.handle(buildFilesHost(sites.context, sites.sessions, options.faults));
	sharePoint.handle(buildSharePoint(context, provider, options.faults));

	const controlled = controlStore(store, clients, { people: directoryUsers, accountIdOf: ({ oid }) => oid, personOf: userOfAccount });
	return {
		description: {
			loginUrl: login.url,
			graphUrl: graph.url,
			sharePointUrl: sharePoint.url,
			filesUrl: files.url,
			tenants: { home: contoso, foreign: fabrikam },
			clients: {
				confidential: { clientId: confidentialApp.clientId, clientSecret: confidentialApp.secret, expiredClientSecret: confidentialApp.expiredSecret, applicationIdUri: applicationIdUri(confidentialApp), ...confidentialAppKey },
				public: { clientId: publicApp.clientId },
			},
			objectIds: Object.fromEntries(directoryUsers.map(({ name, oid }) => [name, oid])),
			foreignUser: { username: foreignUser.username, password: foreignUser.password, objectId: foreignUser.oid },
		},
		controlled: {
			...controlled,
			forgetSessions: () => {
				controlled.forgetSessions();
				context.steppedUp.clear();
			},
		},
		mintUserToken: (name, tokenOptions) => mintUserToken(context, provider, name, tokenOptions),
		traffic,
		contentOf: (driveId, itemId) => sites.context.sites.flatMap(drivesOf).find(({ id }) => id === driveId)?.nodes.get(itemId)?.content,
		close: () => sites.close(),
	};
}

/**
 * What a caller of a flow brings along: the user's own access token for our app, got elsewhere.
 * @throws RangeError for a name that is nobody's
 */
async function mintUserToken(context: MicrosoftContext, provider: Provider, name: string, { audience = confidentialApp.clientId, expiresInSeconds = 3_600, scope = 'access_as_user', clientId = publicApp.clientId }: UserTokenOptions = {}): Promise<string> {
	const user = directoryUsers.find((candidate) => candidate.name === name);
	if (!user) throw new RangeError(`unknown user ${name}`);
	const client = (await provider.Client.find(clientId))!;
	const row = new provider.AccessToken({ accountId: user.oid, client, grantId: '', expiresWithSession: false, gty: 'minted', scope });
	const uti = await row.save();
	return signUserToken(context, user, scope.split(' '), { clientId, proof: '0', audience, expiresInSeconds, uti });
}
