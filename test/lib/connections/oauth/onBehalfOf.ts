import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { createPrivateKey } from 'node:crypto';

import { MINUTE_MS } from '../../../../lib/clock';
import { onBehalfOfTokenFor, readCallersToken, serverTokenFor, type Connection } from '../../../../lib/connections';
import type { UserKey } from '../../../../lib/types';
import { clientKeyPems } from '../../../sandbox/oauth2/testKeys';
import type { MakePlace } from '../../vault/contract/setup';
import { plainFetch, resolveEndpoints, use } from '../support/world';
import { useOAuth, type Raw } from './oauthWorld';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

export function describeOnBehalfOf(makePlace: MakePlace): void {
	describe('on behalf of the caller', () => {
		const world = useOAuth(makePlace);
		const request = { fetch: plainFetch, use };
		const kept = async () => Number((await world.place.query(`select count(*) as n from ${world.place.table('issued_tokens')}`))[0]!.n);
		const exchanges = async () => (await world.tokenCalls(EXCHANGE)).length;
		const audited = async (user: string) => (await world.vault.audit.listByUser(user as UserKey, 20)).map(({ type, use: by }) => [type, by?.workflowId]);
		const offer = async (changes: Raw = {}) => await world.offer(world.login({ ...world.oauth2.clients.tokenExchange, userIdentity: 'onBehalfOf', scopes: 'openid read', useDpop: 'off', ...changes }));

		/** A token of the provider that a person shows to the flow: a JWT, which tells whose it is. */
		async function callers(person: string, lifetimeSeconds = 7_200): Promise<string> {
			await world.control('POST', 'settings', { accessTokenFormat: 'jwt', accessTokenTtlSeconds: lifetimeSeconds });
			const { accessToken } = await serverTokenFor({ vault: world.vault, fetch: plainFetch, resolveEndpoints }, world.jwtBearer({ subject: `${person}@example.com`, resource: world.oauth2.apiUrl, useDpop: 'off' }), { fresh: true });
			await world.control('DELETE', 'settings');
			// Only the exchange's own is to be counted.
			await world.place.query(`delete from ${world.place.table('issued_tokens')}`);
			return accessToken;
		}
		const tokenFor = async (connection: Connection, token: string, changes: { scopes?: string[]; exactScopes?: boolean; rejectedTokenHash?: string } = {}) => await onBehalfOfTokenFor(world.vault, connection, readCallersToken(token), { ...request, ...changes });

		it('RFC 8693 each caller’s token becomes one of their own, and the use is noted under their name', async () => {
			const connection = await offer();
			for (const person of ['alice', 'bob']) {
				const token = await callers(person);
				expect(await world.me(await tokenFor(connection, `Bearer ${token}`))).toMatchObject({ user: person, scopes: ['read'] });
				expect(await audited(`user-${person}`)).toEqual([['exchanged', 'flow-1']]);
			}
		});

		it('is exchanged once for many calls, and again for another token of the same person', async () => {
			const connection = await offer();
			const [first, second] = [await callers('alice'), await callers('alice')];
			const tokens = await Promise.all(Array.from({ length: 20 }, async () => await tokenFor(connection, first)));
			expect([new Set(tokens.map(({ accessToken }) => accessToken)).size, await exchanges()]).toEqual([1, 1]);
			expect((await tokenFor(connection, second)).accessToken).not.toBe(tokens[0]!.accessToken);
			expect(await exchanges()).toBe(2);
		});

		it('is kept for no longer than the token lives that was shown', async () => {
			const connection = await offer();
			const token = await callers('alice', 600);
			await tokenFor(connection, token);
			world.advance(8 * MINUTE_MS);
			await tokenFor(connection, token);
			expect(await exchanges()).toBe(1);
			world.advance(2 * MINUTE_MS);
			await tokenFor(connection, token);
			expect(await exchanges()).toBe(2);
		});

		it('is exchanged again when the API rejects it', async () => {
			const connection = await offer();
			const token = await callers('alice');
			const { tokenHash } = await tokenFor(connection, token);
			await tokenFor(connection, token, { rejectedTokenHash: tokenHash });
			expect(await exchanges()).toBe(2);
		});

		it('asks for the API’s scopes alone: the connection’s and the node’s, or exactly the node’s', async () => {
			const connection = await offer();
			const token = await callers('alice');
			const scopesOf = async (changes: Parameters<typeof tokenFor>[2]) => (await world.me(await tokenFor(connection, token, changes))).scopes;
			expect([await scopesOf({ scopes: ['write'] }), await scopesOf({ scopes: ['write'], exactScopes: true })]).toEqual([['read', 'write'], ['write']]);
		});

		it.each<[string, (token: string) => Promise<string> | string]>([
			['that is forged', async (token) => await new SignJWT({ ...decodeJwt(token), sub: 'user-bob' }).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' }).sign(createPrivateKey(clientKeyPems.RS256))],
			['that nobody has signed', (token) => new UnsecuredJWT(decodeJwt(token)).encode()],
			['of which a letter was changed', (token) => `${token.slice(0, -6)}${token.at(-6) === 'A' ? 'B' : 'A'}${token.slice(-5)}`],
			['of another issuer', async (token) => await new SignJWT({ ...decodeJwt(token), iss: 'https://evil.example' }).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' }).sign(createPrivateKey(clientKeyPems.RS256))],
			['that was withdrawn', async (token) => {
				await world.control('POST', 'expire-access-tokens', { provider: 'oauth2' });
				return token;
			}],
		])('S28 a token %s is exchanged by nobody: nothing is kept, nothing is noted, and the caller is told', async (_what, change) => {
			const connection = await offer();
			const shown = await change(await callers('alice'));
			const error: unknown = await tokenFor(connection, shown).catch((caught: unknown) => caught);
			expect(error).toMatchObject({ code: 'interactionRequired', details: { advice: 'The caller signs in again and calls with a new token' } });
			expect([await kept(), await audited('user-alice'), await audited('user-bob')]).toEqual([0, [], []]);
			expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain(shown);
		});

		it.each([['', 'userMissing'], [undefined, 'userMissing'], ['alice@example.com', 'userInvalid'], ['a.b.c', 'userInvalid'], ['Bearer ', 'userInvalid'], [{ token: 'x' }, 'userInvalid'], [`${'x'.repeat(40_000)}.y.z`, 'userInvalid'], ['connected-apps:token:AAAA', 'userInvalid']])('what is no token (%#) names nobody', (value, code) => {
			expect(() => readCallersToken(value)).toThrow(expect.objectContaining({ code }));
			if (typeof value === 'string' && value !== '') expect(() => readCallersToken(value)).toThrow(expect.not.objectContaining({ message: expect.stringContaining(value) }));
		});

		it('S37 names a person by the id that the issuer gives out; the name that people may choose is only told beside it', () => {
			const tokenOf = (claims: Raw) => readCallersToken(new UnsecuredJWT(claims).encode());
			expect(tokenOf({ sub: 'user-mallory', preferred_username: 'alice@example.com' })).toMatchObject({ userKey: 'user-mallory', name: 'alice@example.com' });
			expect(tokenOf({ oid: 'directory-1', sub: 'pairwise-1', upn: 'Mallory@example.com', preferred_username: 'alice@example.com' })).toMatchObject({ userKey: 'directory-1', name: 'mallory@example.com' });
			// What cannot name a person is no name of theirs, either.
			expect(tokenOf({ sub: 'user-1', preferred_username: 'service:account' })).toMatchObject({ userKey: 'user-1', name: undefined });
			expect(tokenOf({ upn: 'alice@example.com' })).toMatchObject({ userKey: 'alice@example.com', name: undefined });
		});

		it.each([['service:account'], ['undefined'], ['connected-apps:token:AAAA'], [{ evil: true }], ['']])('S37 a token that claims to be of %p names nobody', (username) => {
			expect(() => readCallersToken(new UnsecuredJWT({ preferred_username: username }).encode())).toThrow(expect.objectContaining({ code: 'userInvalid' }));
		});

		it('the policy counts before anything is asked', async () => {
			const connection = await offer({ individualUsers: 'off' });
			await expect(tokenFor(connection, await callers('alice'))).rejects.toMatchObject({ code: 'individualUsersOff' });
			expect(await exchanges()).toBe(0);
		});

		it('the server is told apart from the token', async () => {
			const connection = await offer();
			const token = await callers('alice');
			await world.fault({ match: { grantType: EXCHANGE }, kind: 'status', status: 503 });
			await expect(tokenFor(connection, token)).rejects.toMatchObject({ code: 'providerUnavailable' });
			const wrong = await offer({ clientSecret: 'wrong' });
			await expect(tokenFor(wrong, token)).rejects.toMatchObject({ code: 'clientRejected' });
		});

		it('S12 the database holds neither the token that was shown nor the one that came', async () => {
			const connection = await offer();
			const token = await callers('alice');
			const { accessToken } = await tokenFor(connection, token);
			const stored = await world.place.dump();
			expect([token, token.split('.')[2]!, accessToken].filter((secret) => stored.includes(secret))).toEqual([]);
		});

		describe('at Microsoft Entra', () => {
			const TYPE = 'sharePointOnlineUserLoginOAuth2Api';
			const entra = async (changes: Raw = {}) => {
				const { loginUrl, graphUrl, tenants, clients } = world.sandbox.microsoft;
				await world.control('POST', 'settings', { microsoftAdminConsent: true });
				return await world.offer({ connectionName: 'entra', userIdentity: 'onBehalfOf', cloud: 'custom', authorityUrl: loginUrl, graphUrl, tenant: tenants.home.id, clientId: clients.confidential.clientId, clientSecret: clients.confidential.clientSecret, ...changes }, TYPE);
			};
			const assertions = async () => (await world.tokenCalls('urn:ietf:params:oauth:grant-type:jwt-bearer')).length;

			it.each(['alice', 'bob'])('%s’s own token becomes one for Graph', async (person) => {
				const shown = await world.sandbox.mintMicrosoftUserToken(person);
				const token = await tokenFor(await entra(), shown);
				const me = await fetch(`${token.apiBaseUrl}/v1.0/me`, { headers: { authorization: `Bearer ${token.accessToken}` } });
				expect(await me.json()).toMatchObject({ userPrincipalName: `${person}@example.com` });
				const { oid } = decodeJwt(shown);
				expect(await audited(String(oid))).toEqual([['exchanged', 'flow-1']]);
				expect(await world.vault.audit.listByUser(String(oid) as UserKey, 1)).toMatchObject([{ detail: `Called as ${person}@example.com` }]);
				expect(await audited(`${person}@example.com`)).toEqual([]);
			});

			it.each<[string, Raw, string]>([
				['that has ended', { expiresInSeconds: -60 }, 'assertionRejected'],
				['for another API', { audience: 'https://graph.microsoft.com' }, 'assertionRejected'],
			])('a token %s is refused', async (_what, options, code) => {
				const token = await world.sandbox.mintMicrosoftUserToken('alice', options);
				await expect(tokenFor(await entra(), token)).rejects.toMatchObject({ code, message: expect.stringContaining(`(alice@example.com, ${String(decodeJwt(token).oid)})`) });
				expect([await kept(), await audited(String(decodeJwt(token).oid))]).toEqual([0, []]);
			});

			it('S41 a token of a tenant that is not allowed is exchanged by nobody, though the server would', async () => {
				const { tenants } = world.sandbox.microsoft;
				const token = await world.sandbox.mintMicrosoftUserToken('mallory');
				const strict = await entra({ tenant: 'organizations', allowedTenants: tenants.home.id });
				await expect(tokenFor(strict, token)).rejects.toMatchObject({ code: 'wrongAccount' });
				expect([await assertions(), await kept(), await audited(String(decodeJwt(token).oid))]).toEqual([0, 0, []]);
				await expect(tokenFor(strict, await world.sandbox.mintMicrosoftUserToken('alice'))).resolves.toMatchObject({ tokenType: 'bearer' });
			});

			it('a consent that is missing is told as such', async () => {
				const connection = await entra();
				await world.control('POST', 'settings', { microsoftAdminConsent: false });
				await expect(tokenFor(connection, await world.sandbox.mintMicrosoftUserToken('alice'))).rejects.toMatchObject({ code: 'consentNeeded' });
			});

			it('a second factor that is asked for is told as such', async () => {
				const connection = await entra();
				await world.control('POST', 'settings', { microsoftStepUp: true });
				await expect(tokenFor(connection, await world.sandbox.mintMicrosoftUserToken('alice'))).rejects.toMatchObject({ code: 'interactionRequired' });
			});
		});
	});
}
