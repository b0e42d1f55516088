import { sharePointServer } from '../../../lib/providers/sharePointServer';
import { describeKnownErrors, refusalOf } from './support';

const SITE = { siteUrl: 'https://sharepoint.contoso.com/sites/team' };
// An ID token of AD FS as the vendor documents it.
const idToken = { aud: '2f6a1c9e-0b7d-4e35-9a48-c1d2e3f4a5b6', iss: 'https://adfs.contoso.com/adfs', sub: 'RbNrWVTrDzpXnhMsaCJKUaS2Tyt5uyzQQgSsKmmCvO0=', upn: 'alice@contoso.com', unique_name: 'CONTOSO\\alice', sid: 'S-1-5-21-1' };

describe('where SharePoint Server is, and who knows its people', () => {
	it.each([
		[{ issuer: 'https://adfs.contoso.com/adfs' }, { issuer: 'https://adfs.contoso.com/adfs', known: { dpopAlgorithms: [], resource: 'https://sharepoint.contoso.com' } }],
		[{ issuer: 'https://adfs.contoso.com/adfs/.well-known/openid-configuration' }, { issuer: 'https://adfs.contoso.com/adfs', known: { dpopAlgorithms: [], resource: 'https://sharepoint.contoso.com' } }],
		[{ issuer: 'https://adfs.contoso.com/adfs', resource: 'urn:sharepoint:contoso' }, { issuer: 'https://adfs.contoso.com/adfs', known: { dpopAlgorithms: [], resource: 'urn:sharepoint:contoso' } }],
		[
			{ authorizationUrl: 'https://id.contoso.com/authorize', tokenUrl: 'https://id.contoso.com/token', jwksUrl: 'https://id.contoso.com/keys', issuer: 'https://id.contoso.com' },
			{ known: { dpopAlgorithms: [], issuer: 'https://id.contoso.com', authorizationUrl: 'https://id.contoso.com/authorize', tokenUrl: 'https://id.contoso.com/token', jwksUrl: 'https://id.contoso.com/keys', resource: 'https://sharepoint.contoso.com' } },
		],
	])('%j', (settings, source) => {
		expect(sharePointServer.endpoints({ ...SITE, ...settings })).toEqual({ ...source, ...('issuer' in source && { insteadOfDiscovery: 'set Endpoints to "Enter One by One"' }) });
	});

	it('tokens go to the host of the site, and nowhere else', () => {
		expect(sharePointServer.apiHosts?.({ siteUrl: 'https://SharePoint.contoso.com:8443/sites/team/' })).toEqual(['sharepoint.contoso.com:8443']);
		const traits = sharePointServer.traits?.({ siteUrl: `${SITE.siteUrl}/` }) ?? {};
		expect(traits).toEqual(SITE);
		expect(sharePointServer.apiBaseUrlOf({ answer: {}, traits })).toBe(SITE.siteUrl);
	});

	it.each<[string, Record<string, unknown>]>([
		['siteUrl', { issuer: 'https://adfs.contoso.com/adfs' }],
		['siteUrl', { siteUrl: 'http://sharepoint.contoso.com', issuer: 'https://adfs.contoso.com/adfs' }],
		['issuer', SITE],
		['issuer', { ...SITE, issuer: 'adfs.contoso.com' }],
		['endpointMode', { ...SITE, issuer: 'https://adfs.contoso.com/adfs', endpointMode: 'guess' }],
		['tokenUrl', { ...SITE, endpointMode: 'single' }],
		['authorizationUrl', { ...SITE, tokenUrl: 'https://id.contoso.com/token' }],
		['issuer', { ...SITE, authorizationUrl: 'https://id.contoso.com/authorize', tokenUrl: 'https://id.contoso.com/token', jwksUrl: 'https://id.contoso.com/keys' }],
	])('a bad %s is told by name: %j', (field, settings) => {
		expect(() => sharePointServer.endpoints(settings)).toThrow(refusalOf(field));
	});
});

describe('an account of the organisation', () => {
	it('S41 an address counts only if the admin says so', () => {
		expect(sharePointServer.accountOf(idToken, SITE)).toEqual({ subject: idToken.sub, tenant: undefined, username: 'alice@contoso.com', email: 'alice@contoso.com', emailVerified: false });
		const traits = sharePointServer.traits?.({ ...SITE, treatEmailsAsVerified: true }) ?? {};
		expect(sharePointServer.accountOf(idToken, traits).emailVerified).toBe(true);
		expect(sharePointServer.traits?.({ ...SITE, treatEmailsAsVerified: 'true' })).toEqual(SITE);
	});

	it('S41 or if the server has verified that very address', () => {
		expect(sharePointServer.accountOf({ ...idToken, email: 'a@contoso.com', email_verified: true }, SITE)).toMatchObject({ email: 'a@contoso.com', emailVerified: true });
		expect(sharePointServer.accountOf({ ...idToken, email_verified: true }, SITE)).toMatchObject({ email: 'alice@contoso.com', emailVerified: false });
		expect(sharePointServer.accountOf({ ...idToken, email: 'a@contoso.com', email_verified: 'true' }, SITE).emailVerified).toBe(false);
	});

	it('a user name that is no address is none', () => {
		expect(sharePointServer.accountOf({ sub: 'x', unique_name: 'CONTOSO\\alice' }, SITE)).toMatchObject({ username: 'CONTOSO\\alice', email: undefined });
	});

	it.each([{ sub: undefined }, { sub: ' ' }, { sub: 7 }])('claims that name nobody are refused: %j', (changes) => {
		expect(() => sharePointServer.accountOf({ ...idToken, ...changes }, SITE)).toThrow(expect.objectContaining({ code: 'providerError' }));
	});
});

describe('what AD FS says when it refuses', () => {
	describeKnownErrors(sharePointServer.knownErrors, [
		['invalid_client', "MSIS9607: The 'client_id' parameter in the request is invalid. No registered client is found with this identifier.", /Client ID/, { kind: 'clientRejected' }],
		['invalid_request', "MSIS9224: Received invalid OAuth authorization request. The received 'redirect_uri' parameter is not a valid registered redirect URI for the client identifier: 'x'.", /redirect URI/],
		['invalid_client', 'MSIS9622: Client authentication failed. Please verify the credential provided for client authentication is valid.', /client secret/, { kind: 'clientRejected' }],
		['invalid_resource', "MSIS9602: The received 'resource' parameter is invalid. The authorization server can not find a registered resource with the specified identifier.", /Check Resource/],
		['access_denied', 'MSIS9605: The client is not allowed to access the requested resource.', /Grant-AdfsApplicationPermission/],
		['invalid_grant', "MSIS9612: The authorization code received in 'code' parameter is invalid. ", /start again/],
		['invalid_grant', 'MSIS9615: The refresh token received in refresh_token parameter has expired', /sign in again/],
		['unsupported_grant_type', "MSIS9611: The authorization server does not support the requested 'grant_type'. The authorization server only supports 'authorization_code' or 'refresh_token' as the grant type.", /grant type/, { kind: 'clientRejected' }],
		['invalid_grant', "MSIS9659: Invalid 'username' or 'password'.", /password is wrong/],
		['request_uri_not_supported', '', /set Endpoints to "Enter One by One"/],
	]);
});
