// Puts the generic OAuth 2.0 and OpenID Connect provider and its API together on two loopback servers.
import type { CallLog } from '../calls';
import type { Controlled } from '../control';
import { controlStore } from '../controlledStore';
import type { Faults } from '../faults';
import type { LoopbackServer } from '../loopback';
import { people } from '../people';
import { ProviderStore } from '../providerStore';
import type { SandboxSettings } from '../settings';
import { buildApi } from './api';
import { buildAuthorizationServer } from './authorizationServer';
import type { ClientMetadata } from 'oidc-provider';
import { backChannelLogoutOf, clientMetadata, clients, signedOutUrisOf, type OAuth2Clients } from './clients';
import { personOf, subjectOf, type OAuth2Context } from './context';

export interface OAuth2Sandbox {
	readonly issuer: string;
	readonly authorizationUrl: string;
	readonly tokenUrl: string;
	readonly revocationUrl: string;
	readonly introspectionUrl: string;
	readonly userInfoUrl: string;
	readonly jwksUrl: string;
	readonly parUrl: string;
	/** Another origin; also the `resource` to ask tokens for it with. */
	readonly apiUrl: string;
	/** A second `resource` that tokens are given for; the API refuses those. */
	readonly otherResource: string;
	readonly clients: OAuth2Clients;
}

export function startOAuth2(
	authorizationServer: LoopbackServer,
	api: LoopbackServer,
	options: { calls: CallLog; faults: Faults; settings: SandboxSettings; redirectUris: readonly string[] },
): { description: OAuth2Sandbox; controlled: Controlled } {
	const { calls, faults, settings, redirectUris } = options;
	const registered = clientMetadata(redirectUris);
	const withLogin = registered.filter((client) => client.grant_types?.includes('authorization_code'));
	const store = new ProviderStore(registered);
	const otherResource = `${authorizationServer.url}/other-api`;
	const context: OAuth2Context = { issuer: authorizationServer.url, apiUrl: api.url, otherResource, settings, calls, store };
	const { app, provider } = buildAuthorizationServer(context, faults);
	authorizationServer.handle(app);
	api.handle(buildApi(context, provider, faults));

	return {
		description: {
			issuer: provider.issuer,
			authorizationUrl: provider.urlFor('authorization'),
			tokenUrl: provider.urlFor('token'),
			revocationUrl: provider.urlFor('revocation'),
			introspectionUrl: provider.urlFor('introspection'),
			userInfoUrl: provider.urlFor('userinfo'),
			jwksUrl: provider.urlFor('jwks'),
			parUrl: provider.urlFor('pushed_authorization_request'),
			apiUrl: api.url,
			otherResource,
			clients,
		},
		controlled: withSignedOutUris(controlStore(store, withLogin, { people, accountIdOf: subjectOf, personOf }), withLogin),
	};
}

/** A redirect URI that is registered later brings the addresses of signing out with it. */
function withSignedOutUris(controlled: Controlled, clients: readonly ClientMetadata[]): Controlled {
	return {
		...controlled,
		addRedirectUri(uri) {
			controlled.addRedirectUri(uri);
			for (const client of clients) {
				client.post_logout_redirect_uris = [...(client.post_logout_redirect_uris ?? []), ...signedOutUrisOf([uri])];
				Object.assign(client, backChannelLogoutOf([uri]));
			}
		},
	};
}
