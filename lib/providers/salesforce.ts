import { ConnectedAppsError } from '../errors';
import type { OAuthEndpoints } from '../types';
import { textOf, type Provider, type ProviderSettings } from './provider';

const LOGIN_URLS: Record<string, string> = { production: 'https://login.salesforce.com', sandbox: 'https://test.salesforce.com' };

function loginUrlOf(settings: ProviderSettings): string {
	const environment = textOf(settings, 'environment') || 'production';
	const known = LOGIN_URLS[environment];
	if (known !== undefined) return known;
	const custom = textOf(settings, 'loginUrl').replace(/\/+$/, '');
	if (custom === '') {
		throw new ConnectedAppsError('settingInvalid', 'Login URL is empty although Environment is "Custom"', { field: 'loginUrl', advice: 'Enter the My Domain address, e.g. https://example.my.salesforce.com' });
	}
	return custom;
}

function text(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * Token answers have no `expires_in`, API hosts are per organisation (`instance_url`), and with rotation on, a parallel
 * refresh is refused for a moment with `invalid_grant`.
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_userinfo_endpoint.htm
 */
export const salesforce: Provider = {
	id: 'salesforce',
	credentialType: 'salesforceUserLoginOAuth2Api',
	appName: 'Salesforce',
	callbackSegment: 'salesforce',
	iconSvg:
		'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="10" fill="#0b5cab"/><path d="M20 15.5a7.6 7.6 0 0 1 5.5 2.4 6.6 6.6 0 0 1 9.3 7.4 5.6 5.6 0 0 1-1.4 11H15.6A6.4 6.4 0 0 1 13 24.1a7.6 7.6 0 0 1 7-8.6z" fill="#fff"/></svg>',
	endpoints(settings): OAuthEndpoints {
		const loginUrl = loginUrlOf(settings);
		const oauth = `${loginUrl}/services/oauth2`;
		return {
			issuer: loginUrl,
			authorizationUrl: `${oauth}/authorize`,
			tokenUrl: `${oauth}/token`,
			revocationUrl: `${oauth}/revoke`,
			introspectionUrl: `${oauth}/introspect`,
			userInfoUrl: `${oauth}/userinfo`,
		};
	},
	requiredScopes: ['openid', 'refresh_token'],
	defaultScopes: ['openid', 'refresh_token', 'api'],
	knownScopes: [
		{ scope: 'openid', meaning: 'Know who you are' },
		{ scope: 'refresh_token', meaning: 'Stay connected, so that you need not sign in each time' },
		{ scope: 'api', meaning: 'Read and change the data that you may see' },
		{ scope: 'id', meaning: 'Read your profile' },
		{ scope: 'profile', meaning: 'Read your profile' },
		{ scope: 'email', meaning: 'Read your e-mail address' },
		{ scope: 'web', meaning: 'Use your access in a browser' },
		{ scope: 'full', meaning: 'Do everything that you may do' },
	],
	// The ID token's issuer is login.salesforce.com or the organisation's own domain, depending on its set-up.
	identitySource: 'userInfo',
	apiBaseUrlOf: (answer) => text(answer.instance_url)?.replace(/\/+$/, ''),
	accountOf(claims) {
		const userId = text(claims.user_id);
		const organizationId = text(claims.organization_id);
		if (userId === undefined || organizationId === undefined) {
			throw new ConnectedAppsError('providerError', 'Salesforce did not tell who signed in', { advice: 'The connected app needs the scope "openid"' });
		}
		return {
			subject: `${organizationId}/${userId}`,
			tenant: organizationId,
			username: text(claims.preferred_username),
			email: text(claims.email),
			emailVerified: claims.email_verified === true,
		};
	},
	// Token answers have no expires_in; sessions end by the organisation's own timeout.
	learnsExpiry: 'introspection',
	isTemporaryInvalidGrant: (description) => /already being processed/i.test(description),
	// "full" allows access to all data, and includes all other scopes but refresh_token.
	impliesScope: (granted, scope) => (granted.includes('full') && scope !== 'refresh_token') || (scope === 'refresh_token' && granted.includes('offline_access')),
	revocation: 'rfc7009',
};
