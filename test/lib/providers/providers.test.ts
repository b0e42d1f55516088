import { PROVIDERS, providerByCredentialType, providerById, serverLoginByCredentialType } from '../../../lib/providers';

describe.each(PROVIDERS.map((provider) => [provider.id, provider] as const))('provider %s', (_id, provider) => {
	it('is found by its id and its credential type, and by nothing else', () => {
		expect(providerById(provider.id)).toBe(provider);
		expect(providerByCredentialType(provider.credentialType)).toBe(provider);
		expect([providerById('x'), providerByCredentialType('x'), serverLoginByCredentialType('x')]).toEqual([undefined, undefined, undefined]);
		expect(serverLoginByCredentialType(provider.credentialType)).toBeUndefined();
		expect(PROVIDERS.filter(({ callbackSegment }) => callbackSegment === provider.callbackSegment)).toHaveLength(1);
	});

	it('is found by the types of its logins without a person', () => {
		for (const login of provider.serverLogins ?? []) {
			expect(serverLoginByCredentialType(login.credentialType)).toEqual({ provider, login });
			expect(providerByCredentialType(login.credentialType)).toBeUndefined();
		}
	});

	it('asks by default for every scope that it requires, and explains each', () => {
		expect(provider.defaultScopes).toEqual(expect.arrayContaining(provider.requiredScopes));
		expect(provider.knownScopes.map(({ scope }) => scope)).toEqual(expect.arrayContaining(provider.defaultScopes));
		expect(new Set(provider.knownScopes.map(({ scope }) => scope)).size).toBe(provider.knownScopes.length);
	});

	it('has an icon without script, reference or style of its own', () => {
		expect(provider.iconSvg).toMatch(/^<svg [^]*<\/svg>$/);
		expect(provider.iconSvg).not.toMatch(/<script|<style|href|url\(|\son\w+=/i);
	});

	it('knows a client, and an algorithm wherever a key can be given', () => {
		for (const { clientAuthentications, signingAlgorithms } of [provider, ...(provider.serverLogins ?? [])]) {
			expect(clientAuthentications).not.toEqual([]);
			if (clientAuthentications.includes('privateKeyJwt')) expect(signingAlgorithms).not.toEqual([]);
		}
	});

	it('gives advice in words, and no pattern that keeps a place between two uses', () => {
		for (const { match, advice } of [...(provider.knownErrors ?? []), ...(provider.serverLogins ?? []).flatMap(({ knownErrors = [] }) => knownErrors)]) {
			expect(match.flags).not.toMatch(/[gy]/);
			expect(advice).toMatch(/^["A-Z].{20,}[^.]$/);
		}
	});

	it('has short-lived assertions, and an algorithm for them', () => {
		for (const { jwt, signingAlgorithms } of provider.serverLogins ?? []) {
			if (jwt === undefined) continue;
			expect(signingAlgorithms).not.toEqual([]);
			expect(jwt.lifetimeSeconds).toBeLessThanOrEqual(600);
			expect(jwt.lifetimeSeconds).toBeLessThanOrEqual(jwt.maxLifetimeSeconds);
		}
	});
});
