import { sharePointOnline } from '../../../lib/providers/sharePointOnline';
import { describeKnownErrors, knownErrorOf, refusalOf } from './support';

const TENANT = '9122040d-6c67-4c5b-b112-36a304b66dad';
const GLOBAL = { graphUrl: 'https://graph.microsoft.com' };
// An ID token's claims as the vendor documents them.
const idToken = { aud: '6cb04018-a3f5-46a7-b995-940c78f5aef3', iss: `https://login.microsoftonline.com/${TENANT}/v2.0`, iat: 1536361411, exp: 1536365311, sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ', name: 'Abe Lincoln', preferred_username: 'AbeLi@contoso.com', oid: '00000000-0000-0000-66f3-3332eca7ea81', tid: TENANT, ver: '2.0' };
const [clientCredentials] = sharePointOnline.serverLogins!;

describe('an account of Microsoft Entra', () => {
	it('is its object in its tenant; user names can change', () => {
		expect(sharePointOnline.accountOf(idToken, GLOBAL)).toEqual({ subject: `${TENANT}/00000000-0000-0000-66f3-3332eca7ea81`, tenant: TENANT, username: 'AbeLi@contoso.com', email: 'AbeLi@contoso.com', emailVerified: false });
	});

	it.each([[{ email: 'abe@contoso.com' }], [{ email: 'abe@contoso.com', email_verified: true }], [{ email: 'ceo@fabrikam.com', xms_edov: true }]])('S41 no address is verified, whatever the claims say: %j', (changes) => {
		expect(sharePointOnline.accountOf({ ...idToken, ...changes }, GLOBAL)).toMatchObject({ email: changes.email, emailVerified: false });
	});

	it('a user name that is no address is none', () => {
		expect(sharePointOnline.accountOf({ ...idToken, preferred_username: '+49 30 1234567' }, GLOBAL).email).toBeUndefined();
	});

	it.each([{ tid: undefined }, { oid: '' }, { oid: 5 }])('claims that name nobody are refused: %j', (changes) => {
		expect(() => sharePointOnline.accountOf({ ...idToken, ...changes }, GLOBAL)).toThrow(expect.objectContaining({ code: 'providerError' }));
	});
});

describe('the tenants whose accounts may sign in', () => {
	it('S41 are the configured one where the admin names none', () => {
		expect(sharePointOnline.defaultTenants?.({ tenant: TENANT.toUpperCase() })).toEqual([TENANT]);
		expect(sharePointOnline.tenantOf?.(TENANT.toUpperCase())).toBe(TENANT);
	});

	it.each(['common', 'organizations', 'contoso.com', 'contoso.onmicrosoft.com'])('S41 must be named for %s', (tenant) => {
		expect(() => sharePointOnline.defaultTenants?.({ tenant })).toThrow(refusalOf('allowedTenants', /is empty although/));
	});
});

describe('where Microsoft Entra is', () => {
	it.each([
		[{ tenant: TENANT }, 'https://login.microsoftonline.com', 'https://graph.microsoft.com'],
		[{ tenant: TENANT, cloud: 'usGov' }, 'https://login.microsoftonline.us', 'https://graph.microsoft.us'],
		[{ tenant: TENANT, cloud: 'china' }, 'https://login.partner.microsoftonline.cn', 'https://microsoftgraph.chinacloudapi.cn'],
		[{ tenant: TENANT, cloud: 'custom', authorityUrl: 'http://127.0.0.1:3000/', graphUrl: 'http://127.0.0.1:3001/' }, 'http://127.0.0.1:3000', 'http://127.0.0.1:3001'],
	])('%j', (settings, authority, graphUrl) => {
		expect(sharePointOnline.endpoints(settings)).toEqual({
			known: {
				issuer: `${authority}/${TENANT}/v2.0`,
				authorizationUrl: `${authority}/${TENANT}/oauth2/v2.0/authorize`,
				tokenUrl: `${authority}/${TENANT}/oauth2/v2.0/token`,
				jwksUrl: `${authority}/${TENANT}/discovery/v2.0/keys`,
				idTokenIssuer: `${authority}/{tid}/v2.0`,
				assertionAudience: `${authority}/${TENANT}/oauth2/v2.0/token`,
			},
		});
		expect(sharePointOnline.traits?.(settings)).toEqual({ graphUrl });
		expect(clientCredentials!.defaultScopesOf?.(settings)).toEqual([`${graphUrl}/.default`]);
	});

	it.each<[string, Record<string, unknown>]>([
		['tenant', {}],
		['tenant', { tenant: 'consumers' }],
		['tenant', { tenant: 'contoso' }],
		['tenant', { tenant: '../evil.example' }],
		['tenant', { tenant: `${TENANT}/oauth2` }],
		['authorityUrl', { tenant: TENANT, cloud: 'custom' }],
		['authorityUrl', { tenant: TENANT, cloud: 'custom', authorityUrl: 'http://login.example.com', graphUrl: 'https://graph.example.com' }],
		['graphUrl', { tenant: TENANT, cloud: 'custom', authorityUrl: 'https://login.example.com' }],
	])('a bad %s is told by name: %j', (field, settings) => {
		expect(() => sharePointOnline.endpoints(settings)).toThrow(refusalOf(field));
	});

	it('an app that acts as itself acts in one tenant', () => {
		for (const tenant of ['common', 'organizations']) expect(() => clientCredentials!.endpoints({ tenant })).toThrow(refusalOf('tenant', /one tenant/));
		expect(clientCredentials!.endpoints({ tenant: 'contoso.com' }).known.tokenUrl).toBe('https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token');
	});
});

describe('the API that a token is for', () => {
	it.each([
		['openid profile User.Read Sites.Read.All', 'https://graph.microsoft.com'],
		['https://graph.microsoft.com/User.Read https://graph.microsoft.com/.default', 'https://graph.microsoft.com'],
		['openid https://Contoso.sharepoint.com/AllSites.Read https://contoso.sharepoint.com/.default', 'https://contoso.sharepoint.com'],
		['openid http://127.0.0.1:3002/AllSites.Read', 'http://127.0.0.1:3002'],
		['http://evil.example/AllSites.Read', undefined],
		['api://2f6a1c9e-0b7d-4e35-9a48-c1d2e3f4a5b6/.default', undefined],
		['', 'https://graph.microsoft.com'],
	])('S29 of the scopes "%s" is %s', (scope, expected) => {
		expect(sharePointOnline.apiBaseUrlOf({ answer: { scope }, traits: GLOBAL })).toBe(expected);
	});

	it('is told by what was asked for, where the answer does not tell', () => {
		expect(clientCredentials!.apiBaseUrlOf({ answer: {}, requestedScopes: ['https://contoso.sharepoint.com/.default'], traits: GLOBAL })).toBe('https://contoso.sharepoint.com');
		expect(clientCredentials!.apiBaseUrlOf({ answer: {}, traits: GLOBAL })).toBe('https://graph.microsoft.com');
	});
});

describe('scopes that come back under another name', () => {
	it.each([
		[['https://graph.microsoft.com/Sites.Read.All'], 'Sites.Read.All', true],
		[['sites.read.all'], 'https://graph.microsoft.com/Sites.Read.All', true],
		[['https://microsoftgraph.chinacloudapi.cn/Files.Read'], 'Files.Read', true],
		[['Sites.ReadWrite.All'], 'Sites.Read.All', true],
		[['Sites.Read.All'], 'Sites.ReadWrite.All', false],
		[['Files.ReadWrite.All'], 'Sites.Read.All', false],
		[['Mail.ReadWrite'], 'Mail.Read', false],
		[['https://contoso.sharepoint.com/Sites.Read.All'], 'Sites.Read.All', false],
		[['User.Read', 'openid'], 'https://graph.microsoft.com/.default', true],
		[['openid', 'profile'], 'https://graph.microsoft.com/.default', false],
		[['https://contoso.sharepoint.com/AllSites.Read'], 'https://contoso.sharepoint.com/.default', true],
		[['https://contoso.sharepoint.com/AllSites.Read'], 'https://graph.microsoft.com/.default', false],
	])('%j hold %s: %p', (granted, scope, expected) => {
		expect(sharePointOnline.impliesScope?.(granted, scope)).toBe(expected);
	});
});

describe('what Microsoft Entra says when it refuses', () => {
	const consent = { code: 'consentNeeded' } as const;
	const client = { kind: 'clientRejected' } as const;
	const secondFactor = { code: 'interactionRequired', kind: 'invalidGrant' } as const;

	describeKnownErrors(sharePointOnline.knownErrors, [
		['invalid_request', "AADSTS50011: The redirect URI 'https://n8n.example.com/x' specified in the request does not match the redirect URIs configured for the application 'x'.", /redirect URI/],
		['invalid_request', "AADSTS9002325: Proof Key for Code Exchange is required for cross-origin authorization code redemption.", /platform "Web"/, client],
		['invalid_client', "AADSTS7000222: The provided client secret keys for app 'x' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret", /has expired/, client],
		['invalid_client', "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app 'x'.", /value, not its ID/, client],
		['invalid_client', "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.", /confidential/, client],
		['invalid_client', "AADSTS700025: Client is public so neither 'client_assertion' nor 'client_secret' should be presented.", /public/, client],
		['invalid_client', 'AADSTS700027: Client assertion contains an invalid signature. [Reason - The key was not found.]', /Upload the certificate/, client],
		['invalid_client', 'AADSTS700024: Client assertion is not within its valid time range.', /clock/, client],
		['invalid_client', "AADSTS5002738: Invalid JWT token. 'RS256' is not a supported signature algorithm.", /certificate/, client],
		['unauthorized_client', "AADSTS700016: Application with identifier 'x' was not found in the directory 'Contoso'. This can happen if the application has not been installed by the administrator of the tenant.", /not in this tenant/, client],
		['invalid_request', "AADSTS90002: Tenant 'x' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.", /Tenant and Cloud/, client],
		['invalid_request', "AADSTS50194: Application 'x'(y) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'.", /for one tenant/, client],
		['invalid_grant', "AADSTS65001: The user or administrator has not consented to use the application with ID 'x' named 'y'. Send an interactive authorization request for this user and resource.", /grant consent/, consent],
		['access_denied', 'AADSTS90094: The grant requires admin permission.', /Grant admin consent/, consent],
		['access_denied', 'AADSTS65004: User declined to consent to access the app.', /accept/, { code: 'signInDeclined' }],
		['invalid_resource', 'AADSTS500011: The resource principal named https://x.sharepoint.com was not found in the tenant named Contoso.', /API permissions/],
		['invalid_client', "AADSTS650057: Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration.", /API permissions/],
		['invalid_scope', 'AADSTS1002012: The provided value for scope Sites.Read.All is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).', /\.default/],
		['invalid_scope', "AADSTS70011: The provided value for the input parameter 'scope' isn't valid. The scope https://example.contoso.com/activity.read isn't valid.", /misspelt/],
		['interaction_required', "AADSTS50105: Your administrator has configured the application y ('x') to block users unless they are specifically granted ('assigned') access to the application.", /Users and groups/],
		['invalid_grant', "AADSTS50020: User account 'eve@fabrikam.com' from identity provider 'https://sts.windows.net/x/' does not exist in tenant 'Contoso' and cannot access the application.", /invite it as a guest/, { code: 'wrongAccount' }],
		['access_denied', "AADSTS500213: The resource tenant's cross-tenant access policy does not allow this user to access this tenant.", /cross-tenant/],
		['invalid_grant', "AADSTS50076: Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.", /second factor/, secondFactor],
		['interaction_required', 'AADSTS50079: Due to a configuration change made by your administrator, you must enroll in multi-factor authentication.', /second factor/, secondFactor],
		['access_denied', 'AADSTS53003: Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.', /Conditional Access/],
		['invalid_grant', 'AADSTS50173: The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.', /password was changed/],
		['invalid_grant', 'AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2024-01-01 and was inactive for 90.00:00:00.', /not used for too long/],
		['invalid_grant', 'AADSTS54005: OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.', /start again/],
		['invalid_grant', 'AADSTS50057: The user account is disabled.', /enable it/],
		['invalid_grant', "AADSTS50053: The account is locked, you've tried to sign in too many times with an incorrect user ID or password.", /locked/],
		['invalid_grant', 'AADSTS50055: The password is expired.', /has expired or must be changed/],
		['login_required', 'AADSTS50058: A silent sign-in request was sent but no user is signed in.', /sign in/, { code: 'interactionRequired' }],
		['invalid_grant', "AADSTS500131: Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was 'https://graph.microsoft.com' and the expected audience is 'api://x'.", /audience is this Client ID/, { code: 'assertionRejected' }],
		['invalid_grant', "AADSTS7000114: Application 'x' is not allowed to make application on-behalf-of calls.", /expose an API/, client],
		['invalid_grant', 'AADSTS501481: The Code_Verifier does not match the code_challenge supplied in the authorization request.', /another sign-in/],
		['temporarily_unavailable', 'AADSTS90033: A transient error has occurred. Please try again.', /try again later/, { kind: 'temporary' }],
		['invalid_grant', "AADSTS700003: Device object was not found in the tenant 'Contoso' directory.", /device/],
	]);

	it('numbers are whole ones', () => {
		expect(knownErrorOf(sharePointOnline.knownErrors, 'invalid_request', 'AADSTS500119: something else')).toBeUndefined();
		expect(knownErrorOf(sharePointOnline.knownErrors, 'invalid_request', 'AADSTS5001: something else')).toBeUndefined();
	});
});
