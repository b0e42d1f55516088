// The played SharePoint Server with people signed in, for the tests beside it and those of the node.
import type { Socket } from 'node:net';
import * as oidc from 'openid-client';
import { Browser } from '../../browser';
import { openServers } from '../../testServers';
import type { SandboxSettings } from '../../settings';
import { startAdfs, type AdfsSandbox } from '../start';

const redirectUri = 'http://127.0.0.1:9/connected-apps/callback';

export type SiteWorld = Awaited<ReturnType<typeof startSiteWorld>>;

export async function startSiteWorld(settings: Partial<SandboxSettings> = {}) {
	const servers = await openServers(2, [redirectUri]);
	Object.assign(servers.options.settings, settings);
	const { description: adfs, controlled } = startAdfs(servers.servers[0]!, servers.servers[1]!, servers.options);
	const sockets = new Set<Socket>();
	servers.servers[1]!.handle(({ socket }) => void sockets.add(socket));
	const { clientId, clientSecret } = adfs.clients.confidential;
	const config = await oidc.discovery(new URL(adfs.issuer), clientId, undefined, oidc.ClientSecretPost(clientSecret), { execute: [oidc.allowInsecureRequests] });
	const tokens = new Map<string, Promise<string>>();
	return {
		adfs,
		controlled,
		siteUrl: adfs.siteUrl,
		calls: servers.options.calls,
		faults: servers.options.faults,
		settings: servers.options.settings,
		/** An access token of AD FS for the site. */
		tokenOf: async (name: string): Promise<string> => {
			const known = tokens.get(name) ?? signIn(config, adfs, name);
			tokens.set(name, known);
			return await known;
		},
		/** As a server does with connections that are idle. */
		dropConnections: (): void => {
			for (const socket of sockets) socket.destroy();
			sockets.clear();
		},
		close: servers.close,
	};
}

async function signIn(config: oidc.Configuration, { siteUrl }: AdfsSandbox, name: string): Promise<string> {
	const verifier = oidc.randomPKCECodeVerifier();
	const url = oidc.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope: 'openid', resource: siteUrl, state: 'st', nonce: 'no', code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' });
	const back = await new Browser().signIn(url.href, { username: `${name}@example.com`, password: `${name}-password` });
	return (await oidc.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: 'st', expectedNonce: 'no' })).access_token;
}
