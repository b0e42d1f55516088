// Puts the played AD FS and its SharePoint Server together on two loopback servers.
import type { CallLog } from '../calls';
import type { Controlled } from '../control';
import { controlStore } from '../controlledStore';
import type { Faults } from '../faults';
import type { LoopbackServer } from '../loopback';
import { people } from '../people';
import { ProviderStore } from '../providerStore';
import type { SandboxSettings } from '../settings';
import { createSigningKey } from '../signingKey';
import { buildAuthorizationServer, clientMetadata } from './authorizationServer';
import { nativeApplication, personOf, serverApplication, upnOf, type AdfsContext } from './context';
import { buildSiteApi } from './siteApi';

export interface AdfsSandbox {
	/** `…/adfs`. */
	readonly issuer: string;
	/** The SharePoint Server; also the `resource` that tokens for it are asked with. */
	readonly siteUrl: string;
	readonly clients: { readonly confidential: { readonly clientId: string; readonly clientSecret: string }; readonly public: { readonly clientId: string } };
}

export function startAdfs(
	login: LoopbackServer,
	site: LoopbackServer,
	options: { calls: CallLog; faults: Faults; settings: SandboxSettings; redirectUris: readonly string[] },
): { description: AdfsSandbox; controlled: Controlled } {
	const clients = clientMetadata(options.redirectUris);
	const store = new ProviderStore(clients);
	const context: AdfsContext = { issuer: `${login.url}/adfs`, siteUrl: site.url, settings: options.settings, calls: options.calls, store, signingKey: createSigningKey('sandbox-adfs') };
	const { app, provider } = buildAuthorizationServer(context, clients, options.faults);
	login.handle(app);
	site.handle(buildSiteApi(context, provider, options.faults));

	return {
		description: { issuer: context.issuer, siteUrl: site.url, clients: { confidential: serverApplication, public: nativeApplication } },
		controlled: controlStore(store, clients, { people, accountIdOf: upnOf, personOf }),
	};
}
