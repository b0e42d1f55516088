import { ConnectedAppsError } from '../errors';
import { requiredBaseAddressOf, type Field } from './address';
import { ADFS_ERRORS } from './adfsErrors';
import { authorizationServerOf } from './authorizationServer';
import { emailForm, textClaim } from './claims';
import { textOf, type Provider, type ProviderSettings } from './provider';

const SITE_URL: Field = { name: 'siteUrl', label: 'Site URL', example: 'https://sharepoint.example.com/sites/team' };

const siteUrlOf = (settings: ProviderSettings): string => requiredBaseAddressOf(settings, SITE_URL);

/** AD FS reports at most the scopes of the resource; those of OpenID Connect are not among them. */
const OPENID_SCOPES = ['openid', 'profile', 'email', 'offline_access', 'allatclaims'];

/**
 * SharePoint Server with the organisation's own authorization server: AD FS, or another one with OpenID Connect. The token is
 * asked for by `resource`, which AD FS had before RFC 8707. No claim says who has verified an address: the admin does.
 * @see https://learn.microsoft.com/en-us/windows-server/identity/ad-fs/development/ad-fs-openid-connect-oauth-concepts
 * @see https://learn.microsoft.com/en-us/sharepoint/security-for-sharepoint-server/oidc-1-0-authentication
 */
export const sharePointServer: Provider = {
	id: 'sharePointServer',
	credentialType: 'sharePointServerUserLoginOAuth2Api',
	appName: 'SharePoint Server',
	callbackSegment: 'sharepoint-server',
	iconSvg:
		'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="10" fill="#0a4d68"/><circle cx="18" cy="17" r="8" fill="#fff"/><circle cx="28" cy="23" r="6.5" fill="#fff" fill-opacity=".7"/><path d="M12 31h24v3H12zm0 5h24v3H12z" fill="#fff"/></svg>',
	endpoints: (settings) => authorizationServerOf(settings, true, {
			// A farm takes bearer tokens, whatever its identity provider announces.
			dpopAlgorithms: [],
			resource: textOf(settings, 'resource') || new URL(siteUrlOf(settings)).origin,
		}),
	traits: (settings) => ({ siteUrl: siteUrlOf(settings), ...(settings.treatEmailsAsVerified === true && { treatEmailsAsVerified: 'true' }) }),
	apiHosts: (settings) => [new URL(siteUrlOf(settings)).host],
	tenantMeaning: 'Tenant IDs, where the identity provider tells one (claim "tid")',
	requiredScopes: ['openid'],
	defaultScopes: ['openid', 'profile', 'email'],
	knownScopes: [
		{ scope: 'openid', meaning: 'Know who you are' },
		{ scope: 'profile', meaning: 'Know your name and your account' },
		{ scope: 'email', meaning: 'Know your e-mail address' },
		{ scope: 'offline_access', meaning: 'Stay connected, so that you need not sign in each time' },
		{ scope: 'allatclaims', meaning: 'Know about you what SharePoint knows' },
		{ scope: 'user_impersonation', meaning: 'Use SharePoint as you' },
	],
	clientAuthentications: ['post', 'basic', 'privateKeyJwt', 'none'],
	signingAlgorithms: ['RS256', 'PS256', 'ES256'],
	// AD FS knows these two only.
	promptParameters: (prompt) => ({ prompt: prompt === 'consent' ? 'login' : 'none' }),
	identitySource: 'idToken',
	apiBaseUrlOf: ({ traits }) => traits.siteUrl,
	accountOf(claims, traits) {
		const subject = textClaim(claims, 'sub');
		if (subject === undefined) throw new ConnectedAppsError('providerError', 'The identity provider did not tell who signed in', { advice: 'The connection needs the scope "openid"' });
		const username = textClaim(claims, 'upn') ?? textClaim(claims, 'preferred_username') ?? textClaim(claims, 'unique_name');
		const trusted = traits.treatEmailsAsVerified === 'true';
		return {
			subject,
			tenant: textClaim(claims, 'tid'),
			username,
			email: textClaim(claims, 'email') ?? emailForm(username),
			// A verified claim speaks of the address that it stands beside, not of a user name that looks like one.
			emailVerified: trusted || (claims.email_verified === true && textClaim(claims, 'email') !== undefined),
		};
	},
	knownErrors: [...ADFS_ERRORS, { match: /^request_uri_not_supported\b/, advice: 'The identity provider announces pushed requests and then refuses one: turn them off for this app there, or set Endpoints to "Enter One by One" in the credential' }],
	unreportedScopes: OPENID_SCOPES,
	// Without device registration a confidential client of AD FS gets one for as long as the browser session lasts, or none.
	refreshTokenOptional: true,
	revocation: 'none',
	revokesReplaced: false,
};
