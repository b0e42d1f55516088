import { MINUTE_MS } from '../clock';
import { ConnectedAppsError } from '../errors';
import type { EndpointSource, Traits } from '../types';
import { requiredBaseAddressOf, settingInvalid, type Field } from './address';
import { emailForm, textClaim } from './claims';
import { ENTRA_ERRORS } from './entraErrors';
import { textOf, type Provider, type ProviderSettings, type TokenContext } from './provider';

interface Cloud {
	authority: string;
	graph: string;
}

/**
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud
 * @see https://learn.microsoft.com/en-us/graph/deployments
 */
const CLOUDS: Readonly<Record<string, Cloud>> = {
	global: { authority: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com' },
	usGov: { authority: 'https://login.microsoftonline.us', graph: 'https://graph.microsoft.us' },
	china: { authority: 'https://login.partner.microsoftonline.cn', graph: 'https://microsoftgraph.chinacloudapi.cn' },
};
const AUTHORITY_URL: Field = { name: 'authorityUrl', label: 'Authority URL', example: 'https://login.microsoftonline.com' };
const GRAPH_URL: Field = { name: 'graphUrl', label: 'Graph URL', example: 'https://graph.microsoft.com' };
const TENANT = { name: 'tenant', label: 'Tenant' };
const ALLOWED_TENANTS = { name: 'allowedTenants', label: 'Allowed Tenants' };

const TENANT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/;
/** Not one tenant but all that have the app. */
const MANY_TENANTS = ['common', 'organizations'];
const OPENID_SCOPES = ['openid', 'profile', 'email', 'offline_access'];

function cloudOf(settings: ProviderSettings): Cloud {
	const cloud = textOf(settings, 'cloud') || 'global';
	const missing = 'is empty although Cloud is "Custom"';
	return CLOUDS[cloud] ?? { authority: requiredBaseAddressOf(settings, AUTHORITY_URL, missing), graph: requiredBaseAddressOf(settings, GRAPH_URL, missing) };
}

function tenantOf(settings: ProviderSettings): string {
	const tenant = textOf(settings, 'tenant').toLowerCase();
	if (tenant === '') throw settingInvalid(TENANT, 'is empty', 'Enter the Directory (tenant) ID that the overview of the app shows');
	if (tenant === 'consumers') throw settingInvalid(TENANT, 'is "consumers": personal accounts have no SharePoint', 'Enter the Directory (tenant) ID that the overview of the app shows');
	if (!TENANT_ID.test(tenant) && !DOMAIN.test(tenant) && !MANY_TENANTS.includes(tenant)) throw settingInvalid(TENANT, 'is neither a tenant ID nor a domain name', 'Enter the Directory (tenant) ID that the overview of the app shows');
	return tenant;
}

function endpointsOf(settings: ProviderSettings): EndpointSource {
	const { authority } = cloudOf(settings);
	const tenant = tenantOf(settings);
	const oauth = `${authority}/${tenant}/oauth2/v2.0`;
	return {
		known: {
			issuer: `${authority}/${tenant}/v2.0`,
			authorizationUrl: `${oauth}/authorize`,
			tokenUrl: `${oauth}/token`,
			jwksUrl: `${authority}/${tenant}/discovery/v2.0/keys`,
			// Signed by the account's own tenant, whatever the address was asked for.
			idTokenIssuer: `${authority}/{tid}/v2.0`,
			assertionAudience: `${oauth}/token`,
		},
	};
}

const traitsOf = (settings: ProviderSettings): Traits => ({ graphUrl: cloudOf(settings).graph });

/** `https://contoso.sharepoint.com/AllSites.Read` is SharePoint's own, `Sites.Read.All` without an address is Graph's. */
const SCOPE_WITH_ADDRESS = /^(https:\/\/[^/]+|http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?)\/./i;

/** @see https://learn.microsoft.com/en-us/entra/identity-platform/scopes-oidc */
function apiOf(scope: string, { graphUrl }: Traits): string | undefined {
	if (OPENID_SCOPES.includes(scope.toLowerCase())) return undefined;
	return scope.includes('://') ? scope.slice(0, scope.lastIndexOf('/')).replace(/\/$/, '').toLowerCase() : graphUrl;
}

/** A token is for one API, and its scopes tell which: it never goes to another (S29). */
function apiBaseUrlOf({ answer, requestedScopes = [], traits }: TokenContext): string | undefined {
	const scopes = textClaim(answer, 'scope')?.split(' ') ?? requestedScopes;
	const first = scopes.find((scope) => scope !== '' && !OPENID_SCOPES.includes(scope.toLowerCase()));
	const address = SCOPE_WITH_ADDRESS.exec(first ?? '')?.[1]?.toLowerCase();
	// An API of the organisation's own (`api://…`) has no address that is known here: its token goes nowhere (S29).
	return address ?? (first?.includes('://') === true ? undefined : traits.graphUrl);
}

/** Graph's scopes come back with and without its address, in another case, and `.default` as what it stood for. */
function plainName(scope: string): string {
	return scope.toLowerCase().replace(/^https:\/\/(?:(?:dod-)?graph\.microsoft\.(?:com|us)|microsoftgraph\.chinacloudapi\.cn)\//, '');
}

const SITES_READ = ['sites.read.all', 'sites.readwrite.all', 'sites.manage.all', 'sites.fullcontrol.all'];
const SITES_WRITE = SITES_READ.slice(1);

/** As the permissions' descriptions and the pages of the files' calls say; nothing else is taken to include another. @see https://learn.microsoft.com/en-us/graph/permissions-reference */
const INCLUDED_IN: Readonly<Record<string, readonly string[]>> = {
	'user.read': ['user.readwrite'],
	'files.read': ['files.readwrite', 'files.read.all', 'files.readwrite.all', ...SITES_READ],
	'files.readwrite': ['files.readwrite.all', ...SITES_WRITE],
	'files.read.all': ['files.readwrite.all', ...SITES_READ],
	'files.readwrite.all': SITES_WRITE,
	'sites.read.all': SITES_READ.slice(1),
	'sites.readwrite.all': SITES_READ.slice(2),
	'sites.manage.all': SITES_READ.slice(3),
};

function impliesScope(granted: readonly string[], scope: string): boolean {
	const names = granted.map(plainName);
	const wanted = plainName(scope);
	if (wanted.endsWith('.default')) {
		const api = wanted.slice(0, -'.default'.length);
		return names.some((name) => !OPENID_SCOPES.includes(name) && (api === '' ? !name.includes('/') : name.startsWith(api)));
	}
	return names.includes(wanted) || (INCLUDED_IN[wanted] ?? []).some((name) => names.includes(name));
}

const KNOWN_SCOPES = [
	{ scope: 'openid', meaning: 'Know who you are' },
	{ scope: 'profile', meaning: 'Know your name and your account' },
	{ scope: 'email', meaning: 'Know your e-mail address' },
	{ scope: 'offline_access', meaning: 'Stay connected, so that you need not sign in each time' },
	{ scope: 'User.Read', meaning: 'Read your profile' },
	{ scope: 'User.ReadBasic.All', meaning: 'See names and addresses of colleagues' },
	{ scope: 'Files.Read', meaning: 'Read your files' },
	{ scope: 'Files.ReadWrite', meaning: 'Read, change and delete your files' },
	{ scope: 'Files.Read.All', meaning: 'Read all files that you may see' },
	{ scope: 'Files.ReadWrite.All', meaning: 'Read, change and delete all files that you may' },
	{ scope: 'Sites.Read.All', meaning: 'Read documents and lists of all sites that you may see' },
	{ scope: 'Sites.ReadWrite.All', meaning: 'Change documents and lists of all sites that you may' },
	{ scope: 'Sites.Manage.All', meaning: 'Make and change lists and libraries of all sites that you may' },
	{ scope: 'Sites.FullControl.All', meaning: 'Do everything that you may do in all sites' },
	{ scope: 'Sites.Selected', meaning: 'Use the sites that an administrator has chosen' },
];

/**
 * Microsoft Graph through Microsoft Entra, v2.0 endpoints. One refresh token serves every API, one access token a single one;
 * `resource` is refused (AADSTS901002): scopes name the API. Both names of an account can be changed, so neither is a proof
 * outside of the tenants that the admin trusts.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference
 */
export const sharePointOnline: Provider = {
	id: 'sharePointOnline',
	credentialType: 'sharePointOnlineUserLoginOAuth2Api',
	appName: 'SharePoint Online',
	callbackSegment: 'sharepoint-online',
	iconSvg:
		'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="10" fill="#036c70"/><circle cx="20" cy="18" r="9" fill="#fff"/><circle cx="31" cy="25" r="8" fill="#fff" fill-opacity=".75"/><circle cx="21" cy="33" r="6.5" fill="#fff" fill-opacity=".5"/></svg>',
	endpoints: endpointsOf,
	traits: traitsOf,
	defaultTenants(settings) {
		const tenant = tenantOf(settings);
		if (TENANT_ID.test(tenant)) return [tenant];
		if (MANY_TENANTS.includes(tenant)) throw settingInvalid(ALLOWED_TENANTS, `is empty although Tenant is "${tenant}": anybody could make a tenant with accounts of any name`, 'Enter the tenant IDs whose accounts may sign in');
		throw settingInvalid(ALLOWED_TENANTS, 'is empty although Tenant is a domain name: accounts only tell the ID of their tenant', 'Enter the tenant ID there, or as Tenant itself');
	},
	tenantMeaning: 'Directory (tenant) IDs; empty means the one that is entered as Tenant',
	tenantOf: (entered) => entered.toLowerCase(),
	requiredScopes: OPENID_SCOPES,
	defaultScopes: [...OPENID_SCOPES, 'Sites.Read.All'],
	knownScopes: KNOWN_SCOPES,
	clientAuthentications: ['post', 'basic', 'privateKeyJwt', 'none'],
	// @see https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials
	signingAlgorithms: ['PS256'],
	needsCertificate: true,
	// `consent` would ask people for what only an administrator can grant, and has granted.
	promptParameters: (prompt) => ({ prompt: prompt === 'consent' ? 'login' : 'none' }),
	identitySource: 'idToken',
	apiBaseUrlOf,
	apiOf,
	accountOf(claims) {
		const tenant = textClaim(claims, 'tid');
		const objectId = textClaim(claims, 'oid');
		if (tenant === undefined || objectId === undefined) throw new ConnectedAppsError('providerError', 'Microsoft Entra did not tell who signed in', { advice: 'The connection needs the scopes "openid" and "profile"' });
		const username = textClaim(claims, 'preferred_username');
		return { subject: `${tenant}/${objectId}`, tenant, username, email: textClaim(claims, 'email') ?? emailForm(username), emailVerified: false };
	},
	knownErrors: ENTRA_ERRORS,
	impliesScope,
	// Sometimes reported and sometimes not.
	unreportedScopes: OPENID_SCOPES,
	revocation: 'none',
	revokesReplaced: false,
	manageAccessUrl: 'https://myapps.microsoft.com',
	exchange: 'onBehalfOf',
	serverLogins: [
		{
			grant: 'clientCredentials',
			credentialType: 'sharePointOnlineClientCredentialsOAuth2Api',
			appName: 'SharePoint Online',
			endpoints(settings) {
				const tenant = tenantOf(settings);
				if (MANY_TENANTS.includes(tenant)) throw settingInvalid(TENANT, `is "${tenant}", and an app that acts as itself acts in one tenant`, 'Enter the Directory (tenant) ID');
				return endpointsOf(settings);
			},
			traits: traitsOf,
			scopes: 'required',
			defaultScopes: ['https://graph.microsoft.com/.default'],
			defaultScopesOf: (settings) => [`${cloudOf(settings).graph}/.default`],
			knownScopes: [{ scope: 'https://graph.microsoft.com/.default', meaning: 'All application permissions of Graph that an administrator has granted' }],
			clientAuthentications: ['post', 'basic', 'privateKeyJwt'],
			signingAlgorithms: ['PS256'],
			needsCertificate: true,
			apiBaseUrlOf,
			assumedLifetimeMs: 50 * MINUTE_MS,
			knownErrors: ENTRA_ERRORS,
		},
	],
};
