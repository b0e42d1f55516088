import { oauth2 } from '../../../lib/providers/oauth2';
import { describeKnownErrors, refusalOf } from './support';

const ISSUER = { issuer: 'https://id.example.com' };
const SINGLE = { authorizationUrl: 'https://id.example.com/authorize', tokenUrl: 'https://id.example.com/token' };
const [clientCredentials, jwtBearer] = oauth2.serverLogins!;

describe('a server of one’s own choice', () => {
	it.each<[Record<string, unknown>, object]>([
		[ISSUER, { issuer: 'https://id.example.com', known: {} }],
		[{ issuer: 'https://id.example.com/' }, { issuer: 'https://id.example.com/', known: {} }],
		[{ issuer: 'https://id.example.com/realms/a/.well-known/openid-configuration' }, { issuer: 'https://id.example.com/realms/a', known: {} }],
		[{ issuer: 'https://id.example.com/.well-known/oauth-authorization-server' }, { issuer: 'https://id.example.com', known: {} }],
		[{ ...ISSUER, resource: 'https://api.example.com' }, { issuer: 'https://id.example.com', known: { resource: 'https://api.example.com' } }],
		[{ ...ISSUER, useDpop: 'off', usePushedRequests: 'off' }, { issuer: 'https://id.example.com', known: { dpopAlgorithms: [], pushedAuthorizationUrl: '' } }],
		[{ ...ISSUER, useDpop: 'auto', usePushedRequests: 'auto' }, { issuer: 'https://id.example.com', known: {} }],
		[{ ...ISSUER, assertionAudience: 'https://id.example.com/token' }, { issuer: 'https://id.example.com', known: { assertionAudience: 'https://id.example.com/token' } }],
		[SINGLE, { known: SINGLE }],
		[{ ...SINGLE, ...ISSUER }, { known: { ...SINGLE, ...ISSUER } }],
		[{ ...SINGLE, ...ISSUER, endpointMode: 'discovery' }, { issuer: 'https://id.example.com', known: {} }],
		[
			{ ...SINGLE, revocationUrl: 'https://id.example.com/revoke', userInfoUrl: 'https://id.example.com/me?fields=id', resource: 'https://api.example.com' },
			{ known: { ...SINGLE, revocationUrl: 'https://id.example.com/revoke', userInfoUrl: 'https://id.example.com/me?fields=id', resource: 'https://api.example.com' } },
		],
	])('%j', (settings, source) => {
		expect(oauth2.endpoints(settings)).toEqual({ ...source, ...('issuer' in source && { insteadOfDiscovery: 'set Endpoints to "Enter One by One"' }) });
	});

	it('needs no address to sign in at where nobody does', () => {
		expect(clientCredentials!.endpoints({ tokenUrl: SINGLE.tokenUrl })).toEqual({ known: { tokenUrl: SINGLE.tokenUrl } });
		expect(jwtBearer!.endpoints({ ...ISSUER, useDpop: 'off' })).toEqual({ issuer: 'https://id.example.com', known: { dpopAlgorithms: [] }, insteadOfDiscovery: expect.any(String) });
	});

	it.each<[string, Record<string, unknown>]>([
		['issuer', {}],
		['issuer', { issuer: 'http://id.example.com' }],
		['issuer', { issuer: 'https://id.example.com#x' }],
		['tokenUrl', { endpointMode: 'single', authorizationUrl: SINGLE.authorizationUrl }],
		['tokenUrl', { ...SINGLE, tokenUrl: '/token' }],
		['authorizationUrl', { tokenUrl: SINGLE.tokenUrl }],
		['authorizationUrl', { ...SINGLE, authorizationUrl: 'http://id.example.com/authorize' }],
		['userInfoUrl', { ...SINGLE, userInfoUrl: 'https://canary:canary@id.example.com/me' }],
		['revocationUrl', { ...SINGLE, revocationUrl: 'ftp://id.example.com' }],
		['issuer', { ...SINGLE, jwksUrl: 'https://id.example.com/keys' }],
		['endpointMode', { ...SINGLE, endpointMode: 'guess' }],
		['assertionAudience', { ...ISSUER, assertionAudience: 'token endpoint' }],
	])('a bad %s is told by name, and no password with it: %j', (field, settings) => {
		expect(() => oauth2.endpoints(settings)).toThrow(refusalOf(field));
		expect(() => oauth2.endpoints(settings)).not.toThrow(/canary/);
	});
});

describe('hosts that a token may go to', () => {
	it.each([
		['api.example.com', ['api.example.com']],
		['API.Example.com, files.example.com:8443\nhttps://api.example.com/v1/x?y=z', ['api.example.com', 'files.example.com:8443']],
		['http://127.0.0.1:3000', ['127.0.0.1:3000']],
		['[::1]:3000', ['[::1]:3000']],
		['müller.example', ['xn--mller-kva.example']],
	])('%j are %j', (apiHosts, expected) => {
		for (const { apiHosts: read } of [oauth2, clientCredentials!, jwtBearer!]) expect(read?.({ apiHosts })).toEqual(expected);
	});

	it.each([['', /empty/], [' , ', /empty/], ['*', /wildcard/], ['*.example.com', /wildcard/], ['/v1', /paths/], ['https://', /no.*address/], ['http://api.example.com', /https/], ['user:canary@api.example.com', /user name/], ['ftp://api.example.com', /https/], [undefined, /empty/]])('S35 not %j', (apiHosts, reason) => {
		expect(() => oauth2.apiHosts?.({ apiHosts })).toThrow(refusalOf('apiHosts', reason));
	});
});

describe('the account of a server of one’s own choice', () => {
	const accountOf = (claims: Record<string, unknown>, settings: Record<string, unknown> = {}) => oauth2.accountOf(claims, oauth2.traits?.(settings) ?? {});

	it('is told by OpenID Connect’s claims', () => {
		expect(accountOf({ sub: 'u1', email: 'a@example.com', email_verified: true, preferred_username: 'a' })).toEqual({ subject: 'u1', tenant: undefined, username: 'a', email: 'a@example.com', emailVerified: true });
	});

	it('or by what the admin has entered', () => {
		const settings = { accountIdField: 'data.user.id', accountEmailField: 'https://example.com/email', accountEmailVerifiedField: 'data.user.confirmed', accountTenantField: 'data.workspace' };
		const claims = { data: { user: { id: 4711, confirmed: true }, workspace: 'w1' }, 'https://example.com/email': 'a@example.com' };
		expect(accountOf(claims, settings)).toEqual({ subject: '4711', tenant: 'w1', username: undefined, email: 'a@example.com', emailVerified: true });
	});

	it.each([[undefined], [false], ['true'], [1], [null], [{}]])('S41 an e-mail is verified only by the very word: %p is not', (email_verified) => {
		expect(accountOf({ sub: 'u1', email: 'a@example.com', email_verified }).emailVerified).toBe(false);
	});

	it('S41 unless the admin vouches for all of them', () => {
		expect(accountOf({ sub: 'u1', email: 'a@example.com' }, { treatEmailsAsVerified: true }).emailVerified).toBe(true);
		expect(accountOf({ sub: 'u1', email: 'a@example.com' }, { treatEmailsAsVerified: 'true' }).emailVerified).toBe(false);
	});

	it.each([{}, { sub: '' }, { sub: 1.5 }, { sub: null }, { sub: { id: 'x' } }, { sub: ['x'] }])('claims that name nobody are refused: %j', (claims) => {
		expect(() => accountOf(claims)).toThrow(expect.objectContaining({ code: 'providerError', details: expect.objectContaining({ field: 'accountIdField' }) }));
	});

	it.each(['constructor.name', 'toString', '__proto__'])('names of JavaScript’s own are no claims: %s', (accountIdField) => {
		expect(() => accountOf({ sub: 'u1' }, { accountIdField })).toThrow(expect.objectContaining({ code: 'providerError' }));
	});
});

describe('what such a server says when it refuses', () => {
	describeKnownErrors(oauth2.knownErrors, [['request_uri_not_supported', 'No PAR here', /set Use Pushed Requests to "Off"/]]);
});

describe('further parameters of the sign-in address', () => {
	const parametersOf = (authorizeParameters: string) => oauth2.authorizeParametersOf?.(oauth2.traits?.({ authorizeParameters }) ?? {});

	it.each([
		['', {}],
		['audience=https://api.example.com&access_type=offline', { audience: 'https://api.example.com', access_type: 'offline' }],
		['acr_values=urn%3Amfa%20strong', { acr_values: 'urn:mfa strong' }],
		['claims={"userinfo":{"email":null}}', { claims: '{"userinfo":{"email":null}}' }],
		['empty=', { empty: '' }],
	])('%j', (entered, expected) => {
		expect(parametersOf(entered)).toEqual(expected);
	});

	it.each(['redirect_uri=https://evil.example', 'state=x', 'REQUEST_URI=x', 'response_mode=fragment', 'scope=admin', 'nonsense', '=x'])('not %s', (entered) => {
		expect(() => parametersOf(entered)).toThrow(refusalOf('authorizeParameters'));
	});
});

describe('assertions for a server of one’s own choice', () => {
	it.each([
		[ISSUER, 'https://id.example.com'],
		[{ tokenUrl: SINGLE.tokenUrl }, SINGLE.tokenUrl],
		[{ tokenUrl: SINGLE.tokenUrl, ...ISSUER }, 'https://id.example.com'],
	])('S10 the one audience for %j is %s', (settings, expected) => {
		expect(jwtBearer!.jwt!.audience(settings)).toBe(expected);
	});
});
