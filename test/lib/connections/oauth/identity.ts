import { createPrivateKey } from 'node:crypto';

import { decodeJwt, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';

import type { Fetch } from '../../../../lib/types';
import { issuerKeyPem } from '../../../sandbox/oauth2/testKeys';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, plainFetch, PORTAL_URL } from '../support/world';
import { useOAuth, type Raw } from './oauthWorld';

const issuerKey = createPrivateKey(issuerKeyPem);
const sign = async (claims: JWTPayload) => await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'sandbox-issuer' }).sign(issuerKey);

export function describeIdentity(makePlace: MakePlace): void {
	describe('who has signed in', () => {
		const world = useOAuth(makePlace);

		/** The provider's own words, but for one answer of the token endpoint: its ID token. */
		const withIdToken = (change: (claims: JWTPayload) => Promise<string | undefined> | string | undefined): Fetch => async (url, init) => {
			const response = await plainFetch(url, init);
			if (url !== world.oauth2.tokenUrl || !response.ok) return response;
			const { id_token: idToken, ...body } = (await response.json()) as Raw;
			return Response.json({ ...body, id_token: await change(decodeJwt(String(idToken))) });
		};

		it.each<[string, (claims: JWTPayload) => Promise<string>, string]>([
			['for another sign-in', async (claims) => await sign({ ...claims, nonce: 'another' }), 'stateInvalid'],
			['for no sign-in at all', async ({ nonce: _nonce, ...claims }) => await sign(claims), 'stateInvalid'],
			['for another client', async (claims) => await sign({ ...claims, aud: 'another' }), 'providerError'],
			['for several clients, and for another in the first place', async (claims) => await sign({ ...claims, aud: [String(claims.aud), 'another'], azp: 'another' }), 'providerError'],
			['from another issuer', async (claims) => await sign({ ...claims, iss: 'https://evil.example' }), 'issuerMismatch'],
			['that has ended', async (claims) => await sign({ ...claims, exp: 1_000 }), 'providerError'],
			['that nobody has signed', async (claims) => await Promise.resolve(new UnsecuredJWT(claims).encode()), 'providerError'],
			['about another person than userinfo tells', async (claims) => await sign({ ...claims, sub: 'user-bob' }), 'providerError'],
		])('S28 S41 an ID token %s is no proof: nothing is kept, and what was given is ended', async (_what, change, code) => {
			const connection = await world.offer(world.login());
			await expect(world.walk(connection, 'alice', { fetch: withIdToken(change) })).rejects.toMatchObject({ code });
			expect(await world.vault.grants.find({ connectionId: connection.id, userKey: alice })).toBeUndefined();
			expect((await world.ended()).length).toBeGreaterThan(0);
		});

		it('userinfo is enough where no ID token comes, and an ID token where there is no userinfo', async () => {
			const byUserInfo = await world.offer(world.oneByOne({ scopes: 'email read', jwksUrl: '', issuer: '' }));
			await expect(world.walk(byUserInfo, 'alice')).rejects.toMatchObject({ code: 'providerError' });
			const withIdentity = await world.offer(world.oneByOne({ jwksUrl: '', issuer: '' }));
			expect((await world.walk(withIdentity, 'alice', { fetch: withIdToken(() => undefined) })).account.subject).toBe('user-alice');
			const byIdToken = await world.offer(world.oneByOne({ connectionName: 'other', userInfoUrl: '' }));
			expect((await world.walk(byIdToken, 'alice')).account).toMatchObject({ subject: 'user-alice', emailVerified: true });
			await expect(world.walk(byIdToken, 'alice', { fetch: withIdToken(() => undefined) })).rejects.toMatchObject({ code: 'providerError', details: { advice: expect.stringContaining('openid') } });
		});

		it.each<[string, Raw, string]>([
			['an address that nobody has verified', { accountEmailVerifiedField: 'nowhere' }, 'wrongAccount'],
			['no address', { accountEmailField: 'nowhere' }, 'wrongAccount'],
			['no ID', { accountIdField: 'nowhere' }, 'providerError'],
			['a tenant that is not allowed', { allowedTenants: 'ours', accountTenantField: 'given_name' }, 'wrongAccount'],
		])('S41 %s proves nothing', async (_what, changes, code) => {
			const connection = await world.offer(world.login({ scopes: 'openid email profile read', ...changes }));
			await expect(world.walk(connection, 'alice')).rejects.toMatchObject({ code });
			expect(await world.vault.grants.find({ connectionId: connection.id, userKey: alice })).toBeUndefined();
		});

		it('what the admin has said of the fields counts', async () => {
			const connection = await world.offer(world.login({ scopes: 'openid email profile read', accountIdField: 'preferred_username', accountTenantField: 'family_name', allowedTenants: 'archer' }));
			expect((await world.walk(connection, 'alice')).account).toMatchObject({ subject: 'alice@example.com', tenant: 'Archer' });
		});

		describe('at Microsoft Entra', () => {
			const TYPE = 'sharePointOnlineUserLoginOAuth2Api';
			const entra = (changes: Raw = {}): Raw => {
				const { loginUrl, graphUrl, tenants, clients } = world.sandbox.microsoft;
				return { connectionName: 'entra', userIdentity: 'workflow', cloud: 'custom', authorityUrl: loginUrl, graphUrl, tenant: tenants.home.id, clientId: clients.confidential.clientId, clientSecret: clients.confidential.clientSecret, ...changes };
			};

			it.each(['its ID', 'its domain', 'organizations', 'common'])('S41 a tenant that is entered as %s is told by its own issuer, and only an allowed one counts', async (entered) => {
				const { tenants, foreignUser } = world.sandbox.microsoft;
				const { id, domain } = tenants.home;
				const tenant = { 'its ID': id, 'its domain': domain }[entered] ?? entered;
				const connection = await world.offer(entra({ tenant, allowedTenants: id }), TYPE);
				expect((await world.walk(connection, 'alice')).account.tenant).toBe(id);
				if (entered.startsWith('its')) return;
				await expect(world.walk(connection, 'mallory', { user: alice, logsInAs: foreignUser })).rejects.toMatchObject({ code: 'wrongAccount', message: expect.stringContaining('organisation') });
			});

			it('its redirect URI is its own', async () => {
				expect((await world.offer(entra(), TYPE)).registration.redirectUri).toBe(`${PORTAL_URL}/sharepoint-online/callback`);
			});
		});
	});
}
