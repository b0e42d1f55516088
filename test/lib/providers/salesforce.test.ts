import { PROVIDERS, providerByCredentialType, providerById } from '../../../lib/providers';
import { salesforce } from '../../../lib/providers/salesforce';

// A body of the vendor's documentation (userinfo endpoint), shortened.
const userInfo = { sub: 'https://login.salesforce.com/id/00Dx0000000A9y0/005x0000000UnYm', user_id: '005x0000000UnYm', organization_id: '00Dx0000000A9y0', preferred_username: 'user@example.com', email: 'user@example.com', email_verified: true };

describe('Salesforce', () => {
	it('tells who signed in', () => {
		expect(salesforce.accountOf(userInfo)).toEqual({ subject: '00Dx0000000A9y0/005x0000000UnYm', tenant: '00Dx0000000A9y0', username: 'user@example.com', email: 'user@example.com', emailVerified: true });
	});

	it.each([[undefined], [false], ['true'], [1], [null]])('S41 an e-mail is verified only by the very word: %p is not', (email_verified) => {
		expect(salesforce.accountOf({ ...userInfo, email_verified }).emailVerified).toBe(false);
	});

	it.each([{ user_id: undefined }, { user_id: '' }, { organization_id: undefined }, { organization_id: 5 }])('claims that name nobody are refused: %j', (changes) => {
		expect(() => salesforce.accountOf({ ...userInfo, ...changes })).toThrow(expect.objectContaining({ code: 'providerError' }));
	});

	it.each([
		[['full', 'refresh_token'], 'api', true],
		[['full'], 'refresh_token', false],
		[['offline_access'], 'refresh_token', true],
		[['api'], 'web', false],
	])('%j implies %s: %p', (granted, scope, expected) => {
		expect(salesforce.impliesScope?.(granted, scope)).toBe(expected);
	});

	it.each([['token request is already being processed', true], ['Token request is ALREADY being processed', true], ['expired access/refresh token', false], ['', false]])('invalid_grant "%s" is temporary: %p', (description, expected) => {
		expect(salesforce.isTemporaryInvalidGrant?.(description)).toBe(expected);
	});

	it.each([['https://eu1.my.salesforce.com/', 'https://eu1.my.salesforce.com'], ['', undefined], [5, undefined], [undefined, undefined]])('instance_url %p', (instance_url, expected) => {
		expect(salesforce.apiBaseUrlOf({ instance_url })).toBe(expected);
	});
});

describe.each(PROVIDERS.map((provider) => [provider.id, provider] as const))('provider %s', (_id, provider) => {
	it('is found by its id and its credential type, and by nothing else', () => {
		expect(providerById(provider.id)).toBe(provider);
		expect(providerByCredentialType(provider.credentialType)).toBe(provider);
		expect([providerById('x'), providerByCredentialType('x')]).toEqual([undefined, undefined]);
		expect(PROVIDERS.filter(({ callbackSegment }) => callbackSegment === provider.callbackSegment)).toHaveLength(1);
	});

	it('asks by default for every scope that it requires, and explains each', () => {
		expect(provider.defaultScopes).toEqual(expect.arrayContaining(provider.requiredScopes));
		expect(provider.knownScopes.map(({ scope }) => scope)).toEqual(expect.arrayContaining(provider.defaultScopes));
	});

	it('has an icon without script, reference or style of its own', () => {
		expect(provider.iconSvg).toMatch(/^<svg [^]*<\/svg>$/);
		expect(provider.iconSvg).not.toMatch(/<script|<style|href|url\(|\son\w+=/i);
	});
});
