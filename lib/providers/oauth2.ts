import { MINUTE_MS } from '../clock';
import { ConnectedAppsError } from '../errors';
import type { OAuthEndpoints, Traits } from '../types';
import { requiredHostsOf, settingInvalid, type Field } from './address';
import { authorizationServerOf } from './authorizationServer';
import { claimAt, idClaimAt } from './claims';
import { textOf, type Provider, type ProviderSettings, type ServerLogin } from './provider';

const API_HOSTS: Field = { name: 'apiHosts', label: 'API Hosts', example: 'api.example.com' };
const AUTHORIZE_PARAMETERS = { name: 'authorizeParameters', label: 'Authorize Parameters' };

/** They belong to the sign-in itself; by them an address could lead its answer elsewhere. */
const OWN_PARAMETERS = ['client_id', 'client_secret', 'code_challenge', 'code_challenge_method', 'dpop_jkt', 'nonce', 'redirect_uri', 'request', 'request_uri', 'resource', 'response_mode', 'response_type', 'scope', 'state'];

function authorizeParametersOf(text: string): Record<string, string> {
	const entries = text.split(/[&\n]/).map((entry) => entry.trim()).filter((entry) => entry !== '');
	return Object.fromEntries(
		entries.map((entry) => {
			const [[name, value] = ['', '']] = [...new URLSearchParams(entry)];
			if (name === '' || !entry.includes('=')) throw settingInvalid(AUTHORIZE_PARAMETERS, 'must be names with values', 'For example: audience=https://api.example.com&access_type=offline');
			if (OWN_PARAMETERS.includes(name.toLowerCase())) throw settingInvalid(AUTHORIZE_PARAMETERS, `must not set "${name}": the sign-in sets it itself`, name === 'scope' || name === 'resource' ? 'There is a field of its own for it' : 'Remove it');
			return [name, value];
		}),
	);
}

function isOff(settings: ProviderSettings, name: string): boolean {
	return textOf(settings, name) === 'off';
}

/** What holds for every use of such a server, whoever logs in. */
function ownEndpoints(settings: ProviderSettings): Partial<OAuthEndpoints> {
	return {
		...(textOf(settings, 'resource') !== '' && { resource: textOf(settings, 'resource') }),
		// None, whatever the server announces.
		...(isOff(settings, 'useDpop') && { dpopAlgorithms: [] }),
	};
}

function traitsOf(settings: ProviderSettings): Traits {
	const parameters = textOf(settings, 'authorizeParameters');
	authorizeParametersOf(parameters);
	return {
		accountIdField: textOf(settings, 'accountIdField') || 'sub',
		accountEmailField: textOf(settings, 'accountEmailField') || 'email',
		accountEmailVerifiedField: textOf(settings, 'accountEmailVerifiedField') || 'email_verified',
		...(textOf(settings, 'accountTenantField') !== '' && { accountTenantField: textOf(settings, 'accountTenantField') }),
		...(settings.treatEmailsAsVerified === true && { treatEmailsAsVerified: 'true' }),
		...(parameters !== '' && { authorizeParameters: parameters }),
	};
}

const apiHostsOf = (settings: ProviderSettings): string[] => requiredHostsOf(settings, API_HOSTS);
const serverOf: ServerLogin['endpoints'] = (settings) => authorizationServerOf(settings, false, ownEndpoints(settings));

/** Any server that speaks OAuth 2.0 or OpenID Connect, as an admin describes it. */
export const oauth2: Provider = {
	id: 'oauth2',
	credentialType: 'userLoginOAuth2Api',
	appName: 'OAuth 2.0',
	callbackSegment: 'oauth2',
	iconSvg:
		'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="10" fill="#374151"/><circle cx="18" cy="24" r="8" fill="none" stroke="#fff" stroke-width="4"/><path d="M26 22h14v9h-4v-5h-3v4h-4v-4h-3z" fill="#fff"/></svg>',
	endpoints: (settings) => authorizationServerOf(settings, true, { ...ownEndpoints(settings), ...(isOff(settings, 'usePushedRequests') && { pushedAuthorizationUrl: '' }) }),
	traits: traitsOf,
	apiHosts: apiHostsOf,
	tenantMeaning: 'Values of the claim that is entered as Account Tenant Field',
	requiredScopes: [],
	defaultScopes: [],
	knownScopes: [
		{ scope: 'openid', meaning: 'Know who you are' },
		{ scope: 'profile', meaning: 'Know your name' },
		{ scope: 'email', meaning: 'Know your e-mail address' },
		{ scope: 'offline_access', meaning: 'Stay connected, so that you need not sign in each time' },
	],
	freeScopes: true,
	clientAuthentications: ['basic', 'post', 'privateKeyJwt', 'none'],
	signingAlgorithms: ['RS256', 'PS256', 'ES256'],
	authorizeParametersOf: ({ authorizeParameters = '' }) => authorizeParametersOf(authorizeParameters),
	identitySource: 'userInfoOrIdToken',
	apiBaseUrlOf: () => undefined,
	accountOf(claims, traits) {
		const subject = idClaimAt(claims, traits.accountIdField ?? 'sub');
		if (subject === undefined) {
			throw new ConnectedAppsError('providerError', `The provider did not tell who signed in: there is no "${traits.accountIdField ?? 'sub'}" among what it told`, {
				field: 'accountIdField',
				advice: 'Enter the field that holds the account’s ID as Account ID Field, or add the scope "openid"',
			});
		}
		const email = claimAt(claims, traits.accountEmailField ?? 'email');
		const username = claimAt(claims, 'preferred_username');
		return {
			subject,
			tenant: traits.accountTenantField === undefined ? undefined : idClaimAt(claims, traits.accountTenantField),
			username: typeof username === 'string' && username !== '' ? username : undefined,
			email: typeof email === 'string' && email !== '' ? email : undefined,
			emailVerified: traits.treatEmailsAsVerified === 'true' || claimAt(claims, traits.accountEmailVerifiedField ?? 'email_verified') === true,
		};
	},
	knownErrors: [{ match: /^request_uri_not_supported\b/, advice: 'The server announces pushed requests and then refuses one: set Use Pushed Requests to "Off" in the credential' }],
	unreportedScopes: ['openid', 'profile', 'email', 'offline_access'],
	refreshTokenOptional: true,
	revocation: 'rfc7009',
	// RFC 7009 section 2.1: a server may end the whole grant with one token, the new sign-in's with it.
	revokesReplaced: false,
	exchange: 'tokenExchange',
	serverLogins: [
		{
			grant: 'clientCredentials',
			credentialType: 'clientCredentialsOAuth2Api',
			appName: 'OAuth 2.0',
			endpoints: serverOf,
			apiHosts: apiHostsOf,
			scopes: 'required',
			defaultScopes: [],
			knownScopes: [],
			freeScopes: true,
			clientAuthentications: ['basic', 'post', 'privateKeyJwt'],
			signingAlgorithms: ['RS256', 'PS256', 'ES256'],
			apiBaseUrlOf: () => undefined,
			assumedLifetimeMs: 5 * MINUTE_MS,
		},
		{
			grant: 'jwtBearer',
			credentialType: 'jwtBearerOAuth2Api',
			appName: 'OAuth 2.0',
			endpoints: serverOf,
			apiHosts: apiHostsOf,
			scopes: 'optional',
			defaultScopes: [],
			knownScopes: [],
			freeScopes: true,
			clientAuthentications: ['none', 'basic', 'post', 'privateKeyJwt'],
			signingAlgorithms: ['RS256', 'PS256', 'ES256'],
			apiBaseUrlOf: () => undefined,
			assumedLifetimeMs: 5 * MINUTE_MS,
			jwt: {
				// RFC 7523 section 3: the token endpoint or the issuer; the latter is what a discovered server calls itself.
				audience(settings) {
					const { issuer, known } = serverOf(settings);
					return issuer ?? known.issuer ?? known.tokenUrl ?? '';
				},
				subjectMeaning: 'The user, as the server names it',
				lifetimeSeconds: 120,
				maxLifetimeSeconds: 3_600,
				scopesIn: 'parameter',
				isOpen: true,
				approvalNeeded: /\bconsent_required\b|has(?: not|n['’]t) (?:approved|consented)/i,
			},
		},
	],
};
