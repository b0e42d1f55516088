import { openConnection, readConnectionSettings, registerConnection } from '../../../../lib/connections';
import type { OwnerTrigger } from '../../../../lib/types';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, otherOwner, owner, plainFetch, PORTAL_URL, resolveEndpoints, use } from '../support/world';
import { USER_LOGIN, useOAuth, type Raw } from './oauthWorld';

export function describeRegistering(makePlace: MakePlace): void {
	describe('offering any provider', () => {
		const world = useOAuth(makePlace);
		/** From now on its metadata cannot be had. */
		const away = async (fault: Raw = { kind: 'status', status: 503 }) => await world.fault({ match: { provider: 'oauth2', pathIncludes: '.well-known' }, times: 20, ...fault });
		const back = async () => await world.control('DELETE', 'faults');
		const register = async (raw: Raw, as: OwnerTrigger = owner) => await registerConnection(world.vault, { owner: as, credentialId: 'credential-1', settings: readConnectionSettings(USER_LOGIN, raw), portalUrl: PORTAL_URL, resolveEndpoints });

		it('discovers what the server tells about itself', async () => {
			const { issuer, authorizationUrl, tokenUrl, revocationUrl, introspectionUrl, userInfoUrl, jwksUrl, parUrl, apiUrl } = world.oauth2;
			const { endpoints, apiHosts } = await register(world.login());
			expect(endpoints).toEqual({ issuer, authorizationUrl, tokenUrl, revocationUrl, introspectionUrl, userInfoUrl, jwksUrl, pushedAuthorizationUrl: parUrl, endSessionUrl: `${issuer}/session/end`, dpopAlgorithms: expect.arrayContaining(['ES256']), issParameterSupported: true });
			expect(apiHosts).toEqual([new URL(apiUrl).host]);
		});

		it('takes endpoints as they were entered, and asks nobody', async () => {
			const { endpoints } = await register(world.oneByOne());
			expect(endpoints).not.toHaveProperty('pushedAuthorizationUrl');
			expect(await world.calls()).toEqual([]);
		});

		it.each<[string, Raw]>([['answers 503', { kind: 'status', status: 503 }], ['breaks off', { kind: 'hang', delayMs: 1 }]])('is refused and told while the server %s for the first time', async (_what, fault) => {
			await away(fault);
			await expect(register(world.login())).rejects.toMatchObject({ code: 'providerUnavailable', message: expect.stringContaining(`${new URL(world.oauth2.issuer).host} could not be asked for its endpoints`) });
			await expect(openConnection(world.vault, readConnectionSettings(USER_LOGIN, world.login()))).rejects.toMatchObject({ code: 'connectionUnknown' });
			await back();
			expect((await world.offer(world.login())).registration.active).toBe(true);
		});

		it('keeps what the server has told before while it is away, and takes new settings over all the same', async () => {
			const before = await world.offer(world.login());
			await world.walk(before, 'alice');
			await away();
			const renamed = await world.offer(world.login({ appName: 'Renamed', idleLifetimeDays: 1 }));
			expect(renamed.registration).toMatchObject({ id: before.id, appName: 'Renamed', endpoints: before.registration.endpoints, policy: { idleLifetimeDays: 1 } });
			// The client opens with them, also after the renewal of a token.
			const request = { fetch: plainFetch, use, renew: true };
			expect(await world.me(await world.engine().accessTokenFor(renamed, alice, request))).toMatchObject({ user: 'alice' });
		});

		it('S34 what was told to one trigger is not kept for another', async () => {
			await world.offer(world.login());
			await away();
			await expect(register(world.login(), otherOwner)).rejects.toMatchObject({ code: 'providerUnavailable' });
		});

		it('keeps them too where the server is there and tells nothing; who was never registered is told so', async () => {
			const before = await world.offer(world.login());
			await away({ kind: 'status', status: 404 });
			await expect(register(world.login())).resolves.toMatchObject({ endpoints: before.registration.endpoints });
			await expect(register(world.login({ connectionName: 'new' }))).rejects.toMatchObject({ code: 'settingInvalid', details: { field: 'issuer' } });
		});

		it('another issuer is another connection, whatever its endpoints', async () => {
			const { id } = await world.offer(world.login());
			const other = await world.offer(world.oneByOne());
			expect(other.id).not.toBe(id);
		});

		describe('S26 a credential that only looks like it opens nothing', () => {
			it.each<[string, 'basic' | 'none' | 'RS256' | 'encrypted key', Raw]>([
				['another secret', 'basic', { clientSecret: 'guessed' }],
				['another connection key', 'none', { connectionKey: 'guessed' }],
				['another private key', 'RS256', { privateKey: 'the one for PS256' }],
				['the encrypted key without its passphrase', 'encrypted key', { privateKeyPassphrase: '' }],
				['the encrypted key with a guessed passphrase', 'encrypted key', { privateKeyPassphrase: 'guessed' }],
				['a secret in place of the key', 'RS256', { clientAuthentication: 'basic', clientSecret: 'guessed' }],
			])('%s', async (_what, proof, changes) => {
				await world.offer(world.login({}, proof));
				const copy = { ...world.login({}, proof), ...changes };
				if (copy.privateKey === 'the one for PS256') copy.privateKey = world.oauth2.clients.privateKeyJwt.keys.PS256.privateKey;
				await expect(openConnection(world.vault, readConnectionSettings(USER_LOGIN, copy))).rejects.toMatchObject({ code: 'connectionProofWrong' });
			});

			it('API hosts, endpoints and policy are those that were registered, whatever a copy with the right secret says', async () => {
				await world.offer(world.login());
				const { registration } = await openConnection(world.vault, readConnectionSettings(USER_LOGIN, world.login({ apiHosts: 'evil.example', resource: 'https://evil.example', individualUsers: 'off', userInfoUrl: 'https://evil.example/me' })));
				expect(registration).toMatchObject({ apiHosts: [new URL(world.oauth2.apiUrl).host], policy: { individualUsers: 'allowed' }, endpoints: { userInfoUrl: world.oauth2.userInfoUrl } });
				expect(registration.endpoints).not.toHaveProperty('resource');
			});

			it('a PEM of one line is the same key', async () => {
				const { id } = await world.offer(world.login({}, 'RS256'));
				const raw = world.login({}, 'RS256');
				expect((await openConnection(world.vault, readConnectionSettings(USER_LOGIN, { ...raw, privateKey: String(raw.privateKey).replaceAll('\n', ' ') }))).id).toBe(id);
			});
		});
	});
}
