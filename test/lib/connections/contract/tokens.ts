import { DAY_MS } from '../../../../lib/clock';
import { ConnectedAppsError } from '../../../../lib/errors';
import { statusOf } from '../../../../lib/connections';
import { SERVICE_ACCOUNT } from '../../../../lib/types';
import { sha256 } from '../../../../lib/vault';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, bob, hastyFetch, plainFetch, use, useWorld } from '../support/world';

const asking = { fetch: plainFetch, use };

export function describeTokens(makePlace: MakePlace): void {
	describe('the token of a user', () => {
		const world = useWorld(makePlace);
		const refreshes = async () => (await world.tokenCalls('refresh_token')).length;
		async function connected(changes: Record<string, unknown> = {}) {
			const connection = await world.register(changes);
			const { grant } = await world.signIn(connection, 'alice');
			await world.control('DELETE', 'calls');
			return { connection, key: { connectionId: connection.id, userKey: alice }, grant: grant!, engine: world.engine() };
		}
		async function audited(user = alice) {
			return (await world.vault.audit.listByUser(user, 20)).map(({ type }) => type);
		}
		/** Lets the row say that its access token has ended. */
		async function expire({ key, grant }: Awaited<ReturnType<typeof connected>>) {
			await world.vault.grants.expireAccessToken(key, grant.version);
		}

		it('takes one read and neither lock nor refresh nor call while the token is fresh', async () => {
			const { connection, engine, grant } = await connected();
			await engine.accessTokenFor(connection, alice, asking);
			await world.control('DELETE', 'calls');
			const writes = (['acquireLease', 'markRefreshStarted', 'replaceTokens', 'renewLease'] as const).map((name) => jest.spyOn(world.vault.grants, name));
			const find = jest.spyOn(world.vault.grants, 'find');
			const token = await engine.accessTokenFor(connection, alice, asking);
			expect(token).toEqual(expect.objectContaining({ accessToken: (await world.vault.grants.openTokens(grant)).accessToken, tokenHash: sha256(token.accessToken), apiBaseUrl: world.sandbox.salesforce.instanceUrl, tokenType: 'bearer', scopes: ['openid', 'refresh_token', 'api'] }));
			expect(find).toHaveBeenCalledTimes(1);
			expect(writes.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 0]);
			expect(await world.calls()).toEqual([]);
		});

		it('asks for a sign-in where there is no grant, of this user or at all', async () => {
			const { connection, engine } = await connected();
			await expect(engine.accessTokenFor(connection, bob, asking)).rejects.toMatchObject({ code: 'authenticationNeeded', details: { user: bob, app: 'Salesforce' } });
		});

		it('renews a token whose end has come, and keeps the API address if the answer omits it', async () => {
			const signedIn = await connected();
			await world.control('POST', 'settings', { omitInstanceUrlOnRefresh: true });
			await expire(signedIn);
			const token = await signedIn.engine.accessTokenFor(signedIn.connection, alice, asking);
			expect(token.tokenHash).not.toBe(signedIn.grant.accessTokenHash);
			expect(token.apiBaseUrl).toBe(world.sandbox.salesforce.instanceUrl);
			expect(await refreshes()).toBe(1);
			expect(await audited()).toEqual(['refreshed', 'connected']);
		});

		it('keeps the old refresh token where the server does not rotate', async () => {
			const signedIn = await connected();
			await world.control('POST', 'settings', { rotation: false });
			await expire(signedIn);
			await signedIn.engine.accessTokenFor(signedIn.connection, alice, asking);
			const [before, after] = [await world.vault.grants.openTokens(signedIn.grant), await world.vault.grants.openTokens((await world.vault.grants.find(signedIn.key))!)];
			expect(after.refreshToken).toBe(before.refreshToken);
			expect(after.accessToken).not.toBe(before.accessToken);
		});

		it('renews a token that the API rejected, once, and not again for a rejected token that is no longer stored', async () => {
			const { connection, engine, grant } = await connected();
			const rejectedTokenHash = grant.accessTokenHash!;
			const renewed = await engine.accessTokenFor(connection, alice, { ...asking, rejectedTokenHash });
			const late = await engine.accessTokenFor(connection, alice, { ...asking, rejectedTokenHash });
			expect(late.accessToken).toBe(renewed.accessToken);
			expect(await refreshes()).toBe(1);
		});

		it('S19 stores the new refresh token before the new access token reaches anybody', async () => {
			const signedIn = await connected();
			await expire(signedIn);
			const order: string[] = [];
			const replace = world.vault.grants.replaceTokens;
			jest.spyOn(world.vault.grants, 'replaceTokens').mockImplementation(async (...parameters) => {
				const stored = await replace(...parameters);
				order.push(`stored ${parameters[2].accessToken}`);
				return stored;
			});
			const { accessToken } = await signedIn.engine.accessTokenFor(signedIn.connection, alice, asking);
			order.push(`used ${accessToken}`);
			expect(order).toEqual([`stored ${accessToken}`, `used ${accessToken}`]);
			expect((await world.vault.grants.openTokens((await world.vault.grants.find(signedIn.key))!)).accessToken).toBe(accessToken);
		});

		it('S19 hands out nothing if the new tokens cannot be stored', async () => {
			const signedIn = await connected();
			await expire(signedIn);
			jest.spyOn(world.vault.grants, 'replaceTokens').mockRejectedValue(new Error('the disk is full'));
			await expect(signedIn.engine.accessTokenFor(signedIn.connection, alice, asking)).rejects.toThrow('the disk is full');
			expect((await world.vault.grants.find(signedIn.key))?.leaseOwner).toBeUndefined();
		});

		it('S19 does not lose the new refresh token to a database that is away for a moment', async () => {
			const signedIn = await connected();
			await expire(signedIn);
			const away = new ConnectedAppsError('vaultUnavailable', 'away');
			jest.spyOn(world.vault.grants, 'replaceTokens').mockRejectedValueOnce(away).mockRejectedValueOnce(away);
			const { tokenHash } = await signedIn.engine.accessTokenFor(signedIn.connection, alice, asking);
			expect(await world.vault.grants.find(signedIn.key)).toMatchObject({ version: 2, accessTokenHash: tokenHash });
			expect(await refreshes()).toBe(1);
		});

		it.each([
			['idle', { idleLifetimeDays: 2 }, 'expiredIdle'],
			['absolute', { absoluteLifetimeDays: 2, idleLifetimeDays: 0 }, 'expiredAbsolute'],
		] as const)('ends a grant whose %s lifetime has passed, revokes it at the provider, and asks again', async (_which, changes, reason) => {
			const { connection, engine, key } = await connected(changes);
			world.advance(2 * DAY_MS - 60_000);
			await engine.accessTokenFor(connection, alice, asking);
			await world.vault.grants.recordUse(key, 1, use);
			if (reason === 'expiredIdle') {
				// The use above has moved the idle limit.
				world.advance(DAY_MS);
				await engine.accessTokenFor(connection, alice, asking);
			}
			// A use does not move the absolute limit.
			world.advance(reason === 'expiredIdle' ? 2 * DAY_MS + 60_000 : 120_000);
			await expect(engine.accessTokenFor(connection, alice, asking)).rejects.toMatchObject({ code: 'authenticationNeeded' });
			const ended = (await world.vault.grants.find(key))!;
			expect(ended).toMatchObject({ state: 'ended', endReason: reason, sealedTokens: undefined });
			expect(statusOf(connection.registration.policy, ended, false)).toBe('expired');
			expect(await world.vault.revocations.outcomeFor(key)).toBe('pending');
			expect(await audited()).toContain('expired');
		});

		it('S22 asks for consent when the admin has added a scope', async () => {
			const { engine } = await connected();
			const wider = await world.register({ additionalScopes: 'web' });
			await expect(engine.accessTokenFor(wider, alice, asking)).rejects.toMatchObject({ code: 'consentNeeded', message: expect.stringMatching(/web/) });
		});

		it('a narrower policy applies to existing grants at once', async () => {
			const { engine, grant } = await connected();
			const narrowed = await world.register({ allowedTenants: '00D000000000000AAA' });
			await expect(engine.accessTokenFor(narrowed, alice, asking)).rejects.toMatchObject({ code: 'authenticationNeeded' });
			expect(statusOf(narrowed.registration.policy, grant, false)).toBe('needsSignIn');
			const off = await world.register({ individualUsers: 'off' });
			await expect(engine.accessTokenFor(off, alice, asking)).rejects.toMatchObject({ code: 'individualUsersOff' });
		});

		it('the service account acts only where the policy allows it, as the login it is pinned to, and every use is audited', async () => {
			const { connection, engine } = await connected();
			await expect(engine.accessTokenFor(connection, SERVICE_ACCOUNT, asking)).rejects.toMatchObject({ code: 'serviceAccountOff' });
			const explicit = await world.register({ serviceAccountUse: 'explicit', serviceAccountLogin: 'integration@example.com' });
			await world.signIn(explicit, 'integration', SERVICE_ACCOUNT);
			for (let times = 0; times < 2; times++) await engine.accessTokenFor(explicit, SERVICE_ACCOUNT, asking);
			expect((await audited(SERVICE_ACCOUNT)).filter((type) => type === 'serviceAccountUsed')).toHaveLength(2);
			const moved = await world.register({ serviceAccountUse: 'explicit', serviceAccountLogin: 'carol@example.com' });
			await expect(engine.accessTokenFor(moved, SERVICE_ACCOUNT, asking)).rejects.toMatchObject({ code: 'authenticationNeeded' });
			await expect(world.signIn(moved, 'carol', SERVICE_ACCOUNT)).resolves.toBeDefined();
		});

		it('asks the user again when the provider has ended the grant, and only then', async () => {
			const signedIn = await connected();
			await world.control('POST', 'revoke-grants', { user: 'alice' });
			await expire(signedIn);
			await expect(signedIn.engine.accessTokenFor(signedIn.connection, alice, asking)).rejects.toMatchObject({ code: 'authenticationNeeded' });
			expect(await world.vault.grants.find(signedIn.key)).toMatchObject({ state: 'ended', endReason: 'invalidGrant' });
		});

		it('does not believe invalid_grant while another process has just renewed the row', async () => {
			const signedIn = await connected();
			await expire(signedIn);
			const { key, engine, connection, grant } = signedIn;
			const other = { ...(await world.vault.grants.openTokens(grant)), accessToken: 'renewed by another process', refreshToken: 'another' };
			const racing = async (...[url, init]: Parameters<typeof plainFetch>) => {
				await world.vault.grants.replaceTokens(key, grant.version, other);
				return Response.json({ error: 'invalid_grant', error_description: 'expired access/refresh token' }, { status: 400, headers: { 'x-url': url, 'x-method': init.method } });
			};
			const token = await engine.accessTokenFor(connection, alice, { use, fetch: racing });
			expect(token.accessToken).toBe('renewed by another process');
			expect((await world.vault.grants.find(key))?.state).toBe('active');
		});

		it.each([
			['503', { kind: 'status', status: 503 }, 'providerUnavailable'],
			['an HTML error page', { kind: 'htmlError', status: 502 }, 'providerUnavailable'],
			['429', { kind: 'status', status: 429, headers: { 'retry-after': '60' } }, 'providerUnavailable'],
			['a hang', { kind: 'hang' }, 'providerUnavailable'],
			['"already being processed"', { kind: 'status', status: 400, times: 3, body: { error: 'invalid_grant', error_description: 'token request is already being processed' } }, 'providerUnavailable'],
			['invalid_client', { kind: 'status', status: 400, body: { error: 'invalid_client', error_description: 'invalid client credentials' } }, 'clientRejected'],
		])('keeps the grant on %s and cools down before it asks again', async (_answer, fault, code) => {
			const signedIn = await connected();
			await expire(signedIn);
			await world.fault({ match: { grantType: 'refresh_token' }, ...fault });
			const asked = signedIn.engine.accessTokenFor(signedIn.connection, alice, { use, fetch: hastyFetch });
			await expect(asked).rejects.toMatchObject({ code });
			const kept = (await world.vault.grants.find(signedIn.key))!;
			expect(kept).toMatchObject({ state: 'active', version: signedIn.grant.version, failureCount: 1, lastFailureCode: code, leaseOwner: undefined });
			await expect(signedIn.engine.accessTokenFor(signedIn.connection, alice, asking)).rejects.toMatchObject({ code, details: { retryAfterMs: expect.any(Number) } });
			// At once again only where the server has surely not processed it; and never while it cools down.
			expect(await refreshes()).toBe('times' in fault ? 3 : 1);
			expect(statusOf(signedIn.connection.registration.policy, kept, false)).toBe(code === 'clientRejected' ? 'misconfigured' : 'providerUnavailable');
			world.advance(61_000);
			await expect(signedIn.engine.accessTokenFor(signedIn.connection, alice, asking)).resolves.toBeDefined();
			expect((await world.vault.grants.find(signedIn.key))?.failureCount).toBe(0);
		});

		it('a server that is busy for a moment is asked again, and the flow does not notice', async () => {
			const signedIn = await connected();
			await expire(signedIn);
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'status', status: 400, times: 2, body: { error: 'invalid_grant', error_description: 'token request is already being processed' } });
			await expect(signedIn.engine.accessTokenFor(signedIn.connection, alice, asking)).resolves.toBeDefined();
			expect(await world.vault.grants.find(signedIn.key)).toMatchObject({ state: 'active', version: 2, failureCount: 0 });
		});

		it('honours Retry-After', async () => {
			const signedIn = await connected();
			await expire(signedIn);
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'status', status: 429, headers: { 'retry-after': '120' } });
			await expect(signedIn.engine.accessTokenFor(signedIn.connection, alice, asking)).rejects.toMatchObject({ details: { retryAfterMs: 120_000 } });
			world.advance(119_000);
			await expect(signedIn.engine.accessTokenFor(signedIn.connection, alice, asking)).rejects.toMatchObject({ code: 'providerUnavailable' });
			expect(await refreshes()).toBe(1);
		});

		it('uses a token that is still valid when the provider cannot renew it', async () => {
			const { connection, engine, key, grant } = await connected();
			await world.vault.grants.learnExpiry(key, grant.version, (await world.vault.nowMs()) + 30_000);
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'status', status: 503 });
			expect((await engine.accessTokenFor(connection, alice, asking)).tokenHash).toBe(grant.accessTokenHash);
			expect((await engine.accessTokenFor(connection, alice, asking)).tokenHash).toBe(grant.accessTokenHash);
			expect(await refreshes()).toBe(1);
		});

		it('does not hand out a token that the API has just rejected, even if its known end has not come', async () => {
			const { connection, engine, key, grant } = await connected();
			await world.vault.grants.learnExpiry(key, grant.version, (await world.vault.nowMs()) + 3_600_000);
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'status', status: 503 });
			for (let times = 0; times < 2; times++) {
				await expect(engine.accessTokenFor(connection, alice, { ...asking, rejectedTokenHash: grant.accessTokenHash! })).rejects.toMatchObject({ code: 'providerUnavailable' });
			}
		});

		it('tells a rotation whose answer was lost from a grant that the provider ended', async () => {
			const signedIn = await connected();
			await expire(signedIn);
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'dropAfterCommit' });
			await expect(signedIn.engine.accessTokenFor(signedIn.connection, alice, asking)).rejects.toMatchObject({ code: 'providerUnavailable' });
			world.advance(10_000);
			// A busy server in between does not make the loss forgotten.
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'status', status: 429, headers: { 'retry-after': '10' } });
			await expect(signedIn.engine.accessTokenFor(signedIn.connection, alice, asking)).rejects.toMatchObject({ code: 'providerUnavailable' });
			world.advance(20_000);
			await expect(signedIn.engine.accessTokenFor(signedIn.connection, alice, asking)).rejects.toMatchObject({ code: 'rotationInterrupted' });
			expect(await world.vault.grants.find(signedIn.key)).toMatchObject({ state: 'ended', endReason: 'rotationInterrupted' });
		});

		it('drops the result of a refresh that a disconnect overtook, and revokes what came', async () => {
			const signedIn = await connected();
			await expire(signedIn);
			const { key, engine, connection } = signedIn;
			const overtaken = async (...parameters: Parameters<typeof plainFetch>) => {
				const answer = await plainFetch(...parameters);
				if (parameters[0].endsWith('/token')) await world.vault.grants.end(key, 'disconnected', { revoke: false });
				return answer;
			};
			await expect(engine.accessTokenFor(connection, alice, { use, fetch: overtaken })).rejects.toMatchObject({ code: 'authenticationNeeded' });
			expect(await world.vault.grants.find(key)).toMatchObject({ state: 'ended', endReason: 'disconnected', sealedTokens: undefined });
			expect((await world.revocations()).filter(({ reason, user }) => reason === 'revokeEndpoint' && user === 'alice').map(({ kind }) => kind)).toContain('RefreshToken');
		});

		it('counts uses in batches and says which flow used the grant last', async () => {
			const { connection, engine, key } = await connected();
			for (let times = 0; times < 5; times++) await engine.accessTokenFor(connection, alice, asking);
			// No write per call: what is counted comes a moment later, as one.
			expect(await world.vault.grants.find(key)).toMatchObject({ useCount: 0 });
			let grant = await world.vault.grants.find(key);
			for (const until = Date.now() + 5_000; grant?.useCount === 0 && Date.now() < until; grant = await world.vault.grants.find(key)) await new Promise((resolve) => setTimeout(resolve, 50));
			expect(grant).toMatchObject({ useCount: 5, lastUse: use });
		});

		it('S12 no token, code or secret is in an error of a failed refresh', async () => {
			const signedIn = await connected();
			await expire(signedIn);
			const tokens = await world.vault.grants.openTokens(signedIn.grant);
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'status', status: 400, body: { error: 'server_says', access_token: tokens.accessToken, refresh_token: tokens.refreshToken } });
			const error: unknown = await signedIn.engine.accessTokenFor(signedIn.connection, alice, asking).catch((caught: unknown) => caught);
			const { inspect } = await import('node:util');
			const text = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error) + JSON.stringify(await world.vault.audit.listByUser(alice, 10));
			for (const secret of [tokens.accessToken, tokens.refreshToken!, world.sandbox.salesforce.clients.confidential.clientSecret]) expect(text).not.toContain(secret);
		});
	});
}
