import { MINUTE_MS } from '../clock';
import { ConnectedAppsError } from '../errors';
import type { EndpointSource } from '../types';
import { requiredBaseAddressOf, settingInvalid, type Field } from './address';
import { textClaim } from './claims';
import { textOf, type Provider, type ProviderSettings, type TokenContext } from './provider';
import { SALESFORCE_ERRORS } from './salesforceErrors';

const LOGIN_URLS: Readonly<Record<string, string>> = { production: 'https://login.salesforce.com', sandbox: 'https://test.salesforce.com' };
const LOGIN_URL: Field = { name: 'loginUrl', label: 'Login URL', example: 'https://example.my.salesforce.com' };
/** Addresses of pages: no OAuth there. */
const PAGES = /\.(?:lightning\.force|salesforce-setup|visualforce|vf\.force)\.com$/;
/** Neither the life of a session nor its end is told; the shortest timeout of an organisation is 15 minutes. */
const ASSUMED_LIFETIME_MS = 10 * MINUTE_MS;

function customLoginUrlOf(settings: ProviderSettings, reason?: string): string {
	const address = requiredBaseAddressOf(settings, LOGIN_URL, reason);
	if (PAGES.test(new URL(address).hostname)) throw settingInvalid(LOGIN_URL, 'is the address of a page, not of sign-ins', `Enter the My Domain address, e.g. ${LOGIN_URL.example}`);
	return address;
}

function loginUrlOf(settings: ProviderSettings): string {
	const environment = textOf(settings, 'environment') || 'production';
	return LOGIN_URLS[environment] ?? customLoginUrlOf(settings, 'is empty although Environment is "Custom"');
}

/** @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm */
function myDomainOf(settings: ProviderSettings): string {
	const environment = textOf(settings, 'environment');
	const address = LOGIN_URLS[environment] ?? customLoginUrlOf(settings);
	if (Object.values(LOGIN_URLS).includes(address)) throw settingInvalid(LOGIN_URL, `is ${address}, where Salesforce gives no tokens for client credentials`, `Enter the My Domain address, e.g. ${LOGIN_URL.example}`);
	return address;
}

function endpointsAt(loginUrl: string): EndpointSource {
	const oauth = `${loginUrl}/services/oauth2`;
	return {
		known: {
			issuer: loginUrl,
			authorizationUrl: `${oauth}/authorize`,
			tokenUrl: `${oauth}/token`,
			revocationUrl: `${oauth}/revoke`,
			introspectionUrl: `${oauth}/introspect`,
			userInfoUrl: `${oauth}/userinfo`,
			assertionAudience: `${oauth}/token`,
		},
	};
}

/**
 * Behind My Domain the audience stays the server's own name; a site (Experience Cloud) is its own.
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm
 */
function assertionAudienceOf(settings: ProviderSettings): string {
	const loginUrl = loginUrlOf(settings);
	const { hostname } = new URL(loginUrl);
	if (!hostname.endsWith('.my.salesforce.com')) return loginUrl;
	return /\.(?:sandbox|scratch)\.my\.salesforce\.com$|--/.test(hostname) ? LOGIN_URLS.sandbox! : LOGIN_URLS.production!;
}

const CHECKSUM_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/**
 * Ids have 15 characters of which the case counts, as Setup shows them, or 18, as the API does: the last three tell the case of
 * the others. Only the long form may be compared without regard to case.
 * @see https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/field_types.htm
 */
function longId(id: string): string {
	if (!/^[a-zA-Z0-9]{15}$/.test(id)) return id;
	const bitsOf = (part: string) => [...part].reduce((bits, character, index) => bits | (/[A-Z]/.test(character) ? 1 << index : 0), 0);
	return id + [0, 5, 10].map((start) => CHECKSUM_ALPHABET.charAt(bitsOf(id.slice(start, start + 5)))).join('');
}

function apiBaseUrlOf({ answer }: TokenContext): string | undefined {
	return textClaim(answer, 'instance_url')?.replace(/\/+$/, '');
}

const PROFILE_SCOPES = ['id', 'profile', 'email', 'address', 'phone'];

/** @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_tokens_scopes.htm */
function impliesScope(granted: readonly string[], scope: string): boolean {
	const has = (...scopes: string[]) => scopes.some((candidate) => granted.includes(candidate));
	// "full" allows access to all data, and includes all other scopes but refresh_token.
	if (scope === 'refresh_token' || scope === 'offline_access') return has('refresh_token', 'offline_access');
	if (has('full')) return true;
	if (PROFILE_SCOPES.includes(scope)) return has(...PROFILE_SCOPES);
	return (scope === 'chatter_api' && has('api')) || (scope === 'visualforce' && has('web'));
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
	endpoints: (settings) => endpointsAt(loginUrlOf(settings)),
	tenantMeaning: 'Organisation IDs (Setup, Company Information)',
	tenantOf: longId,
	requiredScopes: ['openid', 'refresh_token'],
	defaultScopes: ['openid', 'refresh_token', 'api'],
	knownScopes: [
		{ scope: 'openid', meaning: 'Know who you are' },
		{ scope: 'refresh_token', meaning: 'Stay connected, so that you need not sign in each time' },
		{ scope: 'api', meaning: 'Read and change the data that you may see' },
		{ scope: 'id', meaning: 'Read your profile' },
		{ scope: 'profile', meaning: 'Read your name and picture' },
		{ scope: 'email', meaning: 'Read your e-mail address' },
		{ scope: 'web', meaning: 'Use your access in a browser' },
		{ scope: 'full', meaning: 'Do everything that you may do' },
		{ scope: 'chatter_api', meaning: 'Read and write in Chatter as you' },
		{ scope: 'custom_permissions', meaning: 'See which special permissions you have' },
		{ scope: 'visualforce', meaning: 'Open the pages that your organisation has built' },
		{ scope: 'wave_api', meaning: 'Use CRM Analytics as you' },
		{ scope: 'cdp_query_api', meaning: 'Query Data Cloud as you' },
		{ scope: 'pardot_api', meaning: 'Use Account Engagement (Pardot) as you' },
	],
	clientAuthentications: ['post', 'basic', 'privateKeyJwt', 'none'],
	signingAlgorithms: ['RS256'],
	// `prompt=none` is not among the values that are documented; `immediate` ends in `immediate_unsuccessful` instead of a page.
	promptParameters: (prompt): Record<string, string> => (prompt === 'none' ? { immediate: 'true' } : { prompt: 'consent' }),
	// The ID token's issuer is login.salesforce.com or the organisation's own domain, depending on its set-up.
	identitySource: 'userInfo',
	apiBaseUrlOf,
	accountOf(claims) {
		const userId = textClaim(claims, 'user_id');
		const organizationId = textClaim(claims, 'organization_id');
		if (userId === undefined || organizationId === undefined) {
			throw new ConnectedAppsError('providerError', 'Salesforce did not tell who signed in', { advice: 'The connected app needs the scope "openid"' });
		}
		return {
			subject: `${organizationId}/${userId}`,
			tenant: longId(organizationId),
			username: textClaim(claims, 'preferred_username'),
			email: textClaim(claims, 'email'),
			emailVerified: claims.email_verified === true,
		};
	},
	// Token answers have no expires_in; sessions end by the organisation's own timeout.
	learnsExpiry: 'introspection',
	isTemporaryInvalidGrant: (description) => /already being processed/i.test(description),
	knownErrors: SALESFORCE_ERRORS,
	impliesScope,
	revocation: 'rfc7009',
	revokesReplaced: true,
	serverLogins: [
		{
			grant: 'clientCredentials',
			credentialType: 'salesforceClientCredentialsOAuth2Api',
			appName: 'Salesforce',
			endpoints: (settings) => endpointsAt(myDomainOf(settings)),
			// The app's own scopes apply.
			scopes: 'none',
			defaultScopes: [],
			knownScopes: [],
			clientAuthentications: ['post', 'basic'],
			signingAlgorithms: [],
			apiBaseUrlOf,
			assumedLifetimeMs: ASSUMED_LIFETIME_MS,
			knownErrors: SALESFORCE_ERRORS,
		},
		{
			grant: 'jwtBearer',
			credentialType: 'salesforceJwtBearerOAuth2Api',
			appName: 'Salesforce',
			endpoints: (settings) => endpointsAt(loginUrlOf(settings)),
			scopes: 'none',
			defaultScopes: [],
			knownScopes: [],
			clientAuthentications: ['none'],
			signingAlgorithms: ['RS256'],
			apiBaseUrlOf,
			assumedLifetimeMs: ASSUMED_LIFETIME_MS,
			knownErrors: SALESFORCE_ERRORS,
			jwt: {
				audience: assertionAudienceOf,
				subjectMeaning: 'The Salesforce user name (not the e-mail address)',
				// Sources tell of 3 and of 5 minutes at most; 2 pass under both, with room for a clock that is a little off.
				lifetimeSeconds: 120,
				maxLifetimeSeconds: 180,
				scopesIn: 'none',
				isOpen: false,
				approvalNeeded: /user hasn't approved this consumer/i,
			},
		},
	],
};
