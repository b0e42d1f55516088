import { docuSign } from '../../../lib/providers/docuSign';
import { describeKnownErrors, refusalOf } from './support';

const DEFAULT = '7f09961a-a22e-4ea2-8395-aaaaaaaaaaaa';
const OTHER = 'e783eff5-53e1-45b2-9d8c-bbbbbbbbbbbb';
// A body of the vendor's documentation (userinfo), with a second account.
const userInfo = {
	sub: '50d89ab1-dad5-4a0a-b410-92ee3110b970',
	accounts: [
		{ account_id: OTHER, is_default: false, account_name: 'Other', base_uri: 'https://eu.docusign.net' },
		{ account_id: DEFAULT, is_default: true, account_name: 'NewCo', base_uri: 'https://demo.docusign.net/' },
	],
	name: 'Susan Smith',
	given_name: 'Susan',
	family_name: 'Smith',
	email: 'susan.smith@example.com',
};
const [jwtBearer] = docuSign.serverLogins!;

describe('an account of DocuSign', () => {
	it('is the user; its tenant is the default account, or the one that the credential names', () => {
		expect(docuSign.accountOf(userInfo, {})).toEqual({ subject: userInfo.sub, tenant: DEFAULT, username: 'susan.smith@example.com', email: 'susan.smith@example.com', emailVerified: false });
		expect(docuSign.accountOf(userInfo, { accountId: OTHER })).toMatchObject({ subject: userInfo.sub, tenant: OTHER });
	});

	it('S41 an address is never verified: userinfo does not tell', () => {
		expect(docuSign.accountOf({ ...userInfo, email_verified: true }, {}).emailVerified).toBe(false);
	});

	it('S41 a member of another account only is refused', () => {
		expect(() => docuSign.accountOf({ ...userInfo, accounts: userInfo.accounts.slice(0, 1) }, { accountId: DEFAULT })).toThrow(expect.objectContaining({ code: 'wrongAccount' }));
	});

	it.each([[undefined], [[]], ['x'], [[null, 'x']], [userInfo.accounts.map((account) => ({ ...account, is_default: false }))]])('accounts %j hold no default one', (accounts) => {
		expect(() => docuSign.accountOf({ ...userInfo, accounts }, {})).toThrow(expect.objectContaining({ code: 'wrongAccount' }));
		expect(docuSign.apiBaseUrlOf({ answer: {}, claims: { ...userInfo, accounts }, traits: {} })).toBeUndefined();
	});

	it('the only account is the default one', () => {
		expect(docuSign.accountOf({ ...userInfo, accounts: userInfo.accounts.slice(0, 1) }, {}).tenant).toBe(OTHER);
	});

	it.each([{ sub: undefined }, { sub: '' }])('claims that name nobody are refused: %j', (changes) => {
		expect(() => docuSign.accountOf({ ...userInfo, ...changes }, {})).toThrow(expect.objectContaining({ code: 'providerError' }));
	});

	it.each([
		[{}, 'https://demo.docusign.net'],
		[{ accountId: OTHER }, 'https://eu.docusign.net'],
		[{ accountId: 'unknown' }, undefined],
	])('the API of %j is at %s', (traits, expected) => {
		for (const { apiBaseUrlOf } of [docuSign, jwtBearer!]) expect(apiBaseUrlOf({ answer: {}, claims: userInfo, traits })).toBe(expected);
	});

	it('a token answer alone does not tell where the API is', () => {
		expect(docuSign.apiBaseUrlOf({ answer: { base_uri: 'https://evil.example' }, traits: {} })).toBeUndefined();
	});
});

describe('where DocuSign is', () => {
	it.each([
		[{}, 'https://account.docusign.com', 'account.docusign.com'],
		[{ environment: 'demo' }, 'https://account-d.docusign.com', 'account-d.docusign.com'],
		[{ environment: 'custom', authServerUrl: 'http://127.0.0.1:3000/' }, 'http://127.0.0.1:3000', '127.0.0.1:3000'],
	])('%j', (settings, server, audience) => {
		const source = { known: { authorizationUrl: `${server}/oauth/auth`, tokenUrl: `${server}/oauth/token`, userInfoUrl: `${server}/oauth/userinfo` } };
		expect(docuSign.endpoints(settings)).toEqual(source);
		expect(jwtBearer!.endpoints(settings)).toEqual(source);
		// S11: the bare host.
		expect(jwtBearer!.jwt!.audience(settings)).toBe(audience);
	});

	it.each([
		['authServerUrl', { environment: 'custom' }],
		['authServerUrl', { environment: 'custom', authServerUrl: 'account.docusign.com' }],
		['authServerUrl', { environment: 'custom', authServerUrl: 'http://account.docusign.com' }],
	])('a bad %s is told by name: %j', (field, settings) => {
		expect(() => docuSign.endpoints(settings)).toThrow(refusalOf(field));
	});

	it('the account is named by its long id', () => {
		expect(docuSign.traits?.({ accountId: ` ${DEFAULT.toUpperCase()} ` })).toEqual({ accountId: DEFAULT });
		expect(docuSign.traits?.({})).toEqual({});
		expect(() => docuSign.traits?.({ accountId: '12345678' })).toThrow(refusalOf('accountId', /short/));
	});

	it('S41 an account must be named somewhere', () => {
		expect(docuSign.defaultTenants?.({ accountId: DEFAULT })).toEqual([DEFAULT]);
		expect(() => docuSign.defaultTenants?.({})).toThrow(refusalOf('accountId', /Allowed Tenants/));
	});

	it('S11 assertions live for at most an hour, and ask for impersonation', () => {
		expect(jwtBearer).toMatchObject({ requiredScopes: ['signature', 'impersonation'], asksUserInfo: true, clientAuthentications: ['none'], jwt: { maxLifetimeSeconds: 3_600, scopesIn: 'claim', isOpen: false } });
	});
});

describe('what DocuSign says when it refuses', () => {
	describeKnownErrors(docuSign.knownErrors, [
		['consent_required', '', /accepts once/, { code: 'approvalNeeded' }],
		['invalid_grant', 'issuer_not_found', /environment/, { kind: 'clientRejected' }],
		['invalid_grant', 'no_valid_keys_or_signatures', /RSA keypair/, { kind: 'clientRejected' }],
		['invalid_grant', 'user_not_found', /User ID/],
		['invalid_request', 'The redirect URI is not registered properly with DocuSign', /redirect URI/],
		['invalid_client', '', /secret key/, { kind: 'clientRejected' }],
		['invalid_grant', 'unauthorized_client', /secret key/, { kind: 'clientRejected' }],
		['invalid_grant', 'expired_client_token', /sign in again/],
		['invalid_scope', 'invalid_scope', /scopes/],
		['invalid_request', 'code_challenge is required', /PKCE/],
		['unsupported_grant_type', '', /Enable this grant/, { kind: 'clientRejected' }],
		['invalid_grant', 'account_suspended', /suspended/],
	]);

	it('asks for approval by the error itself', () => {
		expect(jwtBearer!.jwt!.approvalNeeded!.test('consent_required ')).toBe(true);
		expect(jwtBearer!.jwt!.approvalNeeded!.test('invalid_grant issuer_not_found')).toBe(false);
	});
});
