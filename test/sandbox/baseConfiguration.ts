// The part of oidc-provider's configuration that the played vendors have in common: whatever of the standards they
// do not offer is off, and what stays is told by each in its own folder.
import { randomBytes } from 'node:crypto';
import type { Configuration, JWK } from 'oidc-provider';
import type { ProviderStore } from './providerStore';
import type { SignInPages } from './signIn/pages';

export interface Base {
	readonly store: ProviderStore;
	readonly jwk: JWK;
	readonly pages: SignInPages;
	/** Cookies ignore ports: names of its own keep each vendor clear of the others. */
	readonly cookiePrefix: string;
}

export function baseConfiguration({ store, jwk, pages, cookiePrefix }: Base): Configuration {
	return {
		adapter: store.adapter,
		clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
		claims: { openid: ['sub'] },
		cookies: { keys: [randomBytes(32).toString('hex')], names: { session: `sandbox_${cookiePrefix}_session`, interaction: `sandbox_${cookiePrefix}_interaction`, resume: `sandbox_${cookiePrefix}_resume` } },
		// Tokens do not end with the browser session that they came from.
		expiresWithSession: () => false,
		features: {
			devInteractions: { enabled: false },
			dPoP: { enabled: false },
			introspection: { enabled: false },
			pushedAuthorizationRequests: { enabled: false },
			resourceIndicators: { enabled: false },
			revocation: { enabled: false },
			rpInitiatedLogout: { enabled: false },
			userinfo: { enabled: false },
		},
		interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
		jwks: { keys: [jwk] },
		pkce: { required: () => false },
		renderError: (ctx, out) => {
			ctx.type = 'html';
			ctx.body = pages.error(out.error, out.error_description);
		},
		responseTypes: ['code'],
	};
}
