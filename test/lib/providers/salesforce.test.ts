import { salesforce } from '../../../lib/providers/salesforce';
import { describeKnownErrors, knownErrorOf, refusalOf } from './support';

// A body of the vendor's documentation (userinfo endpoint), shortened.
const userInfo = { sub: 'https://login.salesforce.com/id/00Dx0000000A9y0/005x0000000UnYm', user_id: '005x0000000UnYm', organization_id: '00Dx0000000A9y0', preferred_username: 'user@example.com', email: 'user@example.com', email_verified: true };
const [clientCredentials, jwtBearer] = salesforce.serverLogins!;

describe('Salesforce', () => {
	it('tells who signed in', () => {
		expect(salesforce.accountOf(userInfo, {})).toEqual({ subject: '00Dx0000000A9y0/005x0000000UnYm', tenant: '00Dx0000000A9y0EAC', username: 'user@example.com', email: 'user@example.com', emailVerified: true });
	});

	it.each([[undefined], [false], ['true'], [1], [null]])('S41 an e-mail is verified only by the very word: %p is not', (email_verified) => {
		expect(salesforce.accountOf({ ...userInfo, email_verified }, {}).emailVerified).toBe(false);
	});

	it.each([{ user_id: undefined }, { user_id: '' }, { organization_id: undefined }, { organization_id: 5 }])('claims that name nobody are refused: %j', (changes) => {
		expect(() => salesforce.accountOf({ ...userInfo, ...changes }, {})).toThrow(expect.objectContaining({ code: 'providerError' }));
	});

	it.each([
		['00Dx0000000A9y0', '00Dx0000000A9y0EAC'],
		['00D50000000IZ3Z', '00D50000000IZ3ZEAW'],
		['00D50000000IZ3ZEAW', '00D50000000IZ3ZEAW'],
		['example.my.salesforce.com', 'example.my.salesforce.com'],
	])('S41 the organisation %s, as Setup shows it, is %s, as accounts tell it', (entered, expected) => {
		expect(salesforce.tenantOf?.(entered)).toBe(expected);
	});

	it('S41 two organisations whose short ids differ in case only are two', () => {
		expect(salesforce.tenantOf?.('00Dx0000000A9y0')?.toLowerCase()).not.toBe(salesforce.tenantOf?.('00Dx0000000a9y0')?.toLowerCase());
	});

	it.each([
		[['full', 'refresh_token'], 'api', true],
		[['full'], 'refresh_token', false],
		[['offline_access'], 'refresh_token', true],
		[['refresh_token'], 'offline_access', true],
		[['api'], 'web', false],
		[['api'], 'chatter_api', true],
		[['chatter_api'], 'api', false],
		[['web'], 'visualforce', true],
		[['id'], 'email', true],
		[['api'], 'email', false],
	])('%j implies %s: %p', (granted, scope, expected) => {
		expect(salesforce.impliesScope?.(granted, scope)).toBe(expected);
	});

	it.each([['token request is already being processed', true], ['Token request is ALREADY being processed', true], ['expired access/refresh token', false], ['', false]])('invalid_grant "%s" is temporary: %p', (description, expected) => {
		expect(salesforce.isTemporaryInvalidGrant?.(description)).toBe(expected);
		expect(knownErrorOf(salesforce.knownErrors, 'invalid_grant', description)?.kind === 'temporary').toBe(expected);
	});

	it.each([['https://eu1.my.salesforce.com/', 'https://eu1.my.salesforce.com'], ['', undefined], [5, undefined], [undefined, undefined]])('instance_url %p', (instance_url, expected) => {
		for (const { apiBaseUrlOf } of [salesforce, clientCredentials!, jwtBearer!]) expect(apiBaseUrlOf({ answer: { instance_url }, traits: {} })).toBe(expected);
	});

	it('is asked for a silent sign-in in its own words', () => {
		expect([salesforce.promptParameters?.('consent'), salesforce.promptParameters?.('none')]).toEqual([{ prompt: 'consent' }, { immediate: 'true' }]);
	});
});

describe('where Salesforce is', () => {
	const tokenUrl = (settings: Record<string, unknown>) => salesforce.endpoints(settings).known.tokenUrl;

	it.each([
		[{}, 'https://login.salesforce.com'],
		[{ environment: 'sandbox' }, 'https://test.salesforce.com'],
		[{ environment: 'custom', loginUrl: ' https://example.my.salesforce.com// ' }, 'https://example.my.salesforce.com'],
		[{ environment: 'custom', loginUrl: 'https://example.my.site.com/customers' }, 'https://example.my.site.com/customers'],
		[{ environment: 'sandbox', loginUrl: 'no address' }, 'https://test.salesforce.com'],
	])('%j', (settings, login) => {
		expect(tokenUrl(settings)).toBe(`${login}/services/oauth2/token`);
		expect(salesforce.endpoints(settings)).toMatchObject({ known: { issuer: login, userInfoUrl: `${login}/services/oauth2/userinfo`, assertionAudience: `${login}/services/oauth2/token` } });
	});

	it.each([
		['', /empty/],
		['example.my.salesforce.com', /no.* address/],
		['http://example.my.salesforce.com', /https/],
		['https://user:canary@example.my.salesforce.com', /user name/],
		['https://example.my.salesforce.com/?a=b', /query/],
		['https://example.lightning.force.com', /page/],
		['https://example.my.salesforce-setup.com', /page/],
	])('not at %s', (loginUrl, reason) => {
		expect(() => tokenUrl({ environment: 'custom', loginUrl })).toThrow(refusalOf('loginUrl', reason));
	});
});

describe('Salesforce without a person', () => {
	it('takes client credentials at My Domain only, and says so', () => {
		expect(clientCredentials!.endpoints({ loginUrl: 'https://example.my.salesforce.com' }).known.tokenUrl).toBe('https://example.my.salesforce.com/services/oauth2/token');
		for (const settings of [{ loginUrl: 'https://login.salesforce.com' }, { loginUrl: 'https://test.salesforce.com/' }, { environment: 'production' }, { environment: 'sandbox' }]) {
			expect(() => clientCredentials!.endpoints(settings)).toThrow(refusalOf('loginUrl', /gives no tokens for client credentials/));
		}
		expect(() => clientCredentials!.endpoints({})).toThrow(refusalOf('loginUrl', /empty/));
	});

	it.each([
		[{}, 'https://login.salesforce.com'],
		[{ environment: 'sandbox' }, 'https://test.salesforce.com'],
		[{ environment: 'custom', loginUrl: 'https://example.my.salesforce.com' }, 'https://login.salesforce.com'],
		[{ environment: 'custom', loginUrl: 'https://example--uat.sandbox.my.salesforce.com' }, 'https://test.salesforce.com'],
		[{ environment: 'custom', loginUrl: 'https://example--uat.my.salesforce.com' }, 'https://test.salesforce.com'],
		[{ environment: 'custom', loginUrl: 'https://example.my.site.com/customers' }, 'https://example.my.site.com/customers'],
		[{ environment: 'custom', loginUrl: 'http://127.0.0.1:3000' }, 'http://127.0.0.1:3000'],
	])('S11 the audience of an assertion for %j is %s', (settings, audience) => {
		expect(jwtBearer!.jwt!.audience(settings)).toBe(audience);
	});

	it('S11 an assertion lives for two minutes, and at most three', () => {
		expect(jwtBearer!.jwt).toMatchObject({ lifetimeSeconds: 120, maxLifetimeSeconds: 180, scopesIn: 'none', isOpen: false });
		expect([jwtBearer!.clientAuthentications, jwtBearer!.signingAlgorithms]).toEqual([['none'], ['RS256']]);
	});

	it.each([["invalid_grant user hasn't approved this consumer", true], ['invalid_app_access user is not admin approved to access this app', false]])('"%s" can be mended by the user: %p', (said, expected) => {
		expect(jwtBearer!.jwt!.approvalNeeded!.test(said)).toBe(expected);
	});
});

describe('what Salesforce says when it refuses', () => {
	describeKnownErrors(salesforce.knownErrors, [
		['redirect_uri_mismatch', 'redirect_uri must match configuration', /callback URL/],
		['invalid_client_id', 'client identifier invalid', /consumer key/, { kind: 'clientRejected' }],
		['invalid_client', 'invalid client credentials', /consumer secret/, { kind: 'clientRejected' }],
		['invalid_client', 'app must be installed into org', /install the app/, { kind: 'clientRejected' }],
		['app_not_found', 'External client app is not installed in this org', /another organisation/, { kind: 'clientRejected' }],
		['OAUTH_APP_BLOCKED', 'this app is blocked by admin', /unblock/, { kind: 'clientRejected' }],
		['invalid_app_access', 'user is not admin approved to access this app', /permission set/],
		['OAUTH_APP_ACCESS_DENIED', 'user is not admin approved to access this app', /permission set/],
		['invalid_grant', "user hasn't approved this consumer", /sign in to the app once/, { code: 'approvalNeeded' }],
		['invalid_grant', 'no client credentials user enabled', /Run As/, { kind: 'clientRejected' }],
		['invalid_grant', 'request not supported on this domain', /My Domain/, { kind: 'clientRejected' }],
		['invalid_grant', 'token request is already being processed', /tried again/, { kind: 'temporary' }],
		['invalid_grant', 'expired access/refresh token', /sign in again/],
		['invalid_grant', 'expired authorization code', /start again/],
		['invalid_grant', 'Audience validation failed', /environment/],
		['invalid_grant', 'audience is invalid', /environment/],
		['invalid_grant', 'invalid assertion', /certificate/],
		['invalid_grant', 'ip restricted', /trusted IP/, { kind: 'other' }],
		['invalid_grant', 'IP restricted or invalid login hours', /trusted IP/, { kind: 'other' }],
		['inactive_user', 'user is inactive', /activate/],
		['inactive_org', 'org is locked, closed, or suspended', /locked/],
		['invalid_grant', 'password expired', /renew the password/],
		['immediate_unsuccessful', '', /sign in/, { code: 'interactionRequired' }],
		['rate_limit_exceeded', 'number of login attempts exceeded', /wait an hour/, { kind: 'temporary' }],
		['unsupported_grant_type', 'grant type not supported', /Enable this OAuth flow/, { kind: 'clientRejected' }],
		['invalid_scope', 'the requested scope is not allowed', /OAuth settings/],
		['invalid_request', 'missing required code challenge', /Start again/],
		['OAUTH_APPROVAL_ERROR_GENERIC', 'An unexpected error has occurred during authentication. Please try again.', /install it or assign it/],
		['invalid_grant', 'authentication failure', /Login History/],
	]);
});
