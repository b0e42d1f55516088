import { completeSignIn, deleteConnection, openSignInRequest, takeTransaction, TRANSACTION_MS, usersHashOf } from '../../../../lib/connections';
import { SERVICE_ACCOUNT } from '../../../../lib/types';
import { sha256 } from '../../../../lib/vault';
import { Browser } from '../../../sandbox/browser';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, bob, OTHER_PORTAL_URL, OTHER_REDIRECT_URI, otherOwner, plainFetch, REDIRECT_URI, useWorld } from '../support/world';

export function describeSigningIn(makePlace: MakePlace): void {
	describe('signing in', () => {
		const world = useWorld(makePlace);
		const exchanges = async () => (await world.tokenCalls('authorization_code')).length;

		it('stores the grant, tells the trigger, and completes every request of that person and connection only', async () => {
			const connection = await world.register();
			const opening = { workflowId: 'f', workflowName: 'F', answer: 'none' as const, usersHash: usersHashOf([alice]), resumeUrl: 'http://127.0.0.1/webhook-waiting/1?signature=s', expiresInMs: 0 };
			const mine = await openSignInRequest(world.vault, connection, { ...opening, run: { executionId: '1', nodeName: 'N', runIndex: 0 }, userKey: alice });
			const alsoMine = await openSignInRequest(world.vault, connection, { ...opening, run: { executionId: '2', nodeName: 'N', runIndex: 0 }, userKey: alice });
			const bobs = await openSignInRequest(world.vault, connection, { ...opening, run: { executionId: '3', nodeName: 'N', runIndex: 0 }, userKey: bob });
			const { grant, account } = await world.signIn(connection, 'alice');
			expect(account).toMatchObject({ username: 'alice@example.com', emailVerified: true, tenant: world.sandbox.salesforce.organizationId });
			expect(grant).toMatchObject({ state: 'active', userKey: alice, grantedScopes: expect.arrayContaining(['openid', 'refresh_token', 'api']) });
			expect((await world.vault.grants.openTokens(grant!)).apiBaseUrl).toBe(world.sandbox.salesforce.instanceUrl);
			expect(await Promise.all([mine, alsoMine, bobs].map(async ({ id }) => (await world.vault.requests.find(id))?.state))).toEqual(['completed', 'completed', 'open']);
			const told = await world.vault.outbox.lease(`${connection.registration.owner.workflowId}:${connection.registration.owner.nodeId}`, 'test', 1_000, 10);
			expect(told.map(({ type, payload }) => [type, payload.user])).toEqual([['authenticationNeeded', alice], ['authenticationNeeded', bob], ['connected', alice]]);
		});

		it('S1 a state works once: replayed, it is refused and the token endpoint is not called again', async () => {
			const connection = await world.register();
			const walk = await world.start(connection, alice);
			const { state, query } = await walk.back('alice');
			const transaction = await takeTransaction(world.vault, connection, state, REDIRECT_URI, () => walk.browserHash);
			await completeSignIn(world.vault, connection, { transaction, state, query, fetch: plainFetch });
			await expect(takeTransaction(world.vault, connection, state, REDIRECT_URI, () => walk.browserHash)).rejects.toMatchObject({ code: 'stateInvalid' });
			expect(await exchanges()).toBe(1);
		});

		it('S1 a state is over after ten minutes, and is never stored in clear', async () => {
			const connection = await world.register();
			const walk = await world.start(connection, alice);
			const state = new URL(walk.authorizeUrl).searchParams.get('state')!;
			expect(Buffer.from(state, 'base64url').length).toBeGreaterThanOrEqual(16);
			expect(await world.place.dump()).not.toContain(state);
			expect(TRANSACTION_MS).toBeLessThanOrEqual(600_000);
			world.advance(TRANSACTION_MS + 1);
			await expect(takeTransaction(world.vault, connection, state, REDIRECT_URI, () => walk.browserHash)).rejects.toMatchObject({ code: 'stateInvalid' });
			expect(await exchanges()).toBe(0);
		});

		it.each([['none', undefined], ['another', sha256('another browser')]])('S1 S6 a callback in a browser with %s secret is refused, audited, and never tried again', async (_which, hash) => {
			const connection = await world.register();
			const walk = await world.start(connection, alice);
			const { state } = await walk.back('alice');
			await expect(takeTransaction(world.vault, connection, state, REDIRECT_URI, () => hash)).rejects.toMatchObject({ code: 'wrongBrowser' });
			await expect(takeTransaction(world.vault, connection, state, REDIRECT_URI, () => walk.browserHash)).rejects.toMatchObject({ code: 'stateInvalid' });
			expect(await exchanges()).toBe(0);
			expect(await world.vault.audit.listByUser(alice, 10)).toEqual([expect.objectContaining({ type: 'refused', connectionId: connection.id, detail: expect.stringMatching(/another browser/) })]);
		});

		it('S6 a request that went on in another browser meanwhile is refused at the callback of the first', async () => {
			const connection = await world.register();
			const request = await openSignInRequest(world.vault, connection, { run: { executionId: '1', nodeName: 'N', runIndex: 0 }, userKey: alice, workflowId: 'f', workflowName: 'F', answer: 'none', usersHash: 'u', resumeUrl: 'http://127.0.0.1/webhook-waiting/1', expiresInMs: 0 });
			const first = sha256('first');
			await world.vault.requests.bindBrowser(request.id, first);
			const walk = await world.start(connection, alice, { purpose: 'request', requestId: request.id, browserHash: first });
			const { state } = await walk.back('alice');
			await world.vault.requests.bindBrowser(request.id, sha256('second'));
			await expect(takeTransaction(world.vault, connection, state, REDIRECT_URI, () => first)).rejects.toMatchObject({ code: 'wrongBrowser' });
			expect(await exchanges()).toBe(0);
		});

		it('S2 every sign-in has an S256 challenge and a verifier of its own, confidential clients too', async () => {
			const connection = await world.register();
			const challenges = await Promise.all([1, 2].map(async () => new URL((await world.start(connection, alice)).authorizeUrl).searchParams));
			expect(challenges.map((parameters) => parameters.get('code_challenge_method'))).toEqual(['S256', 'S256']);
			expect(challenges[0]!.get('code_challenge')).not.toBe(challenges[1]!.get('code_challenge'));
			expect(challenges[0]!.get('state')).not.toBe(challenges[1]!.get('state'));
		});

		it('S2 a code of one transaction cannot be exchanged with the verifier of another', async () => {
			const connection = await world.register();
			const [mine, stolen] = [await world.start(connection, alice), await world.start(connection, alice)];
			const { state } = await mine.back('alice');
			const { query } = await stolen.back('alice');
			const transaction = await takeTransaction(world.vault, connection, state, REDIRECT_URI, () => mine.browserHash);
			query.set('state', state);
			await expect(completeSignIn(world.vault, connection, { transaction, state, query, fetch: plainFetch })).rejects.toMatchObject({ code: 'signInExpired' });
			expect(await world.vault.grants.find({ connectionId: connection.id, userKey: alice })).toBeUndefined();
		});

		it('S5 a callback delivered at another connection’s address is refused and the token endpoint is never called', async () => {
			const first = await world.register();
			const second = await world.register({ connectionName: 'other' }, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL });
			for (const [at, address] of [[second, OTHER_REDIRECT_URI], [second, REDIRECT_URI], [first, OTHER_REDIRECT_URI]] as const) {
				const walk = await world.start(first, alice);
				const { state } = await walk.back('alice');
				await expect(takeTransaction(world.vault, at, state, address, () => walk.browserHash)).rejects.toMatchObject({ code: 'stateInvalid' });
			}
			expect(await exchanges()).toBe(0);
		});

		it('S22 a server that grants fewer scopes than asked leads to consent, and stores nothing', async () => {
			const connection = await world.register({ additionalScopes: 'id web' });
			const walk = await world.start(connection, alice);
			const narrowed = new URL(walk.authorizeUrl);
			narrowed.searchParams.set('scope', 'openid refresh_token api');
			const { searchParams: query } = await new Browser().signIn(narrowed.href, world.user('alice'));
			const state = query.get('state')!;
			const transaction = await takeTransaction(world.vault, connection, state, REDIRECT_URI, () => walk.browserHash);
			await expect(completeSignIn(world.vault, connection, { transaction, state, query, fetch: plainFetch })).rejects.toMatchObject({ code: 'consentNeeded', message: expect.stringMatching(/id, web/) });
			expect(await world.vault.grants.find({ connectionId: connection.id, userKey: alice })).toBeUndefined();
		});

		it('declined is told as declined', async () => {
			const connection = await world.register();
			const walk = await world.start(connection, alice);
			const { state, query } = await walk.back('alice', 'deny');
			const transaction = await takeTransaction(world.vault, connection, state, REDIRECT_URI, () => walk.browserHash);
			await expect(completeSignIn(world.vault, connection, { transaction, state, query, fetch: plainFetch })).rejects.toMatchObject({ code: 'signInDeclined' });
		});

		it('S41 somebody else’s account is refused, audited, and what the provider issued for it is revoked', async () => {
			const connection = await world.register();
			await expect(world.signIn(connection, 'bob', alice)).rejects.toMatchObject({ code: 'wrongAccount', message: expect.stringMatching(/bob@example\.com.*alice@example\.com/) });
			expect(await world.vault.grants.find({ connectionId: connection.id, userKey: alice })).toBeUndefined();
			expect(await world.vault.audit.listByUser(alice, 10)).toEqual([expect.objectContaining({ type: 'refused' })]);
			expect((await world.revocations()).filter(({ user, reason }) => user === 'bob' && reason === 'revokeEndpoint').map(({ kind }) => kind)).toContain('RefreshToken');
		});

		it('S41 an account of an organisation that is not allowed is refused', async () => {
			const connection = await world.register({ allowedTenants: '00D000000000000AAA' });
			await expect(world.signIn(connection, 'alice')).rejects.toMatchObject({ code: 'wrongAccount' });
			const allowed = await world.register({ allowedTenants: `00D000000000000AAA, ${world.sandbox.salesforce.organizationId}` });
			await expect(world.signIn(allowed, 'alice')).resolves.toBeDefined();
		});

		it('S24 another account on reconnect is refused while the first is pinned, and accepted after a disconnect', async () => {
			const connection = await world.register();
			const { grant } = await world.signIn(connection, 'alice');
			const swapped = { ...grant!.account, subject: 'another/user' };
			await world.vault.grants.save(grant!, await world.vault.grants.openTokens(grant!), swapped, { revokeReplaced: true });
			await expect(world.signIn(connection, 'alice')).rejects.toMatchObject({ code: 'wrongAccount', message: expect.stringMatching(/another account/) });
			expect((await world.vault.grants.find(grant!))?.account.subject).toBe('another/user');
			await world.vault.grants.end(grant!, 'disconnected', { revoke: false });
			await expect(world.signIn(connection, 'alice')).resolves.toBeDefined();
		});

		it('signs in the service account as the one login that it is pinned to, and nobody else', async () => {
			const connection = await world.register({ serviceAccountUse: 'explicit', serviceAccountLogin: 'integration@example.com' });
			await expect(world.signIn(connection, 'alice', SERVICE_ACCOUNT)).rejects.toMatchObject({ code: 'wrongAccount' });
			await expect(world.signIn(connection, 'integration', SERVICE_ACCOUNT)).resolves.toMatchObject({ userKey: SERVICE_ACCOUNT });
		});

		it('starts no sign-in that the policy would never use', async () => {
			const off = await world.register({ individualUsers: 'off' });
			await expect(world.start(off, alice)).rejects.toMatchObject({ code: 'individualUsersOff' });
			await expect(world.start(off, SERVICE_ACCOUNT)).rejects.toMatchObject({ code: 'serviceAccountOff' });
		});

		it('finds the person whose grant is pinned to an account, asks for no data access, and stores nothing', async () => {
			const connection = await world.register();
			await world.signIn(connection, 'alice');
			for (const [person, known] of [['alice', true], ['bob', false]] as const) {
				const walk = await world.start(connection, undefined, { purpose: 'portal' });
				expect(new URL(walk.authorizeUrl).searchParams.get('scope')).toBe('openid');
				const { state, query } = await walk.back(person);
				const transaction = await takeTransaction(world.vault, connection, state, REDIRECT_URI, () => walk.browserHash);
				const completed = completeSignIn(world.vault, connection, { transaction, state, query, fetch: plainFetch });
				if (known) expect((await completed).userKey).toBe(alice);
				else await expect(completed).rejects.toMatchObject({ code: 'forbidden' });
			}
			expect(await world.vault.grants.listByConnection(connection.id)).toHaveLength(1);
		});

		it('S24 an account that the policy no longer accepts is nobody’s', async () => {
			const before = await world.register();
			await world.signIn(before, 'alice');
			const narrowed = await world.register({ allowedTenants: '00D000000000000AAA' });
			const walk = await world.start(narrowed, undefined, { purpose: 'portal' });
			const { state, query } = await walk.back('alice');
			const transaction = await takeTransaction(world.vault, narrowed, state, REDIRECT_URI, () => walk.browserHash);
			await expect(completeSignIn(world.vault, narrowed, { transaction, state, query, fetch: plainFetch })).rejects.toMatchObject({ code: 'forbidden' });
		});

		it('S23 a connection that was deleted while the provider was asked gets no grant, and what came of it is revoked', async () => {
			const connection = await world.register();
			const walk = await world.start(connection, alice);
			const { state, query } = await walk.back('alice');
			const transaction = await takeTransaction(world.vault, connection, state, REDIRECT_URI, () => walk.browserHash);
			await deleteConnection(world.vault, connection, bob);
			await expect(completeSignIn(world.vault, connection, { transaction, state, query, fetch: plainFetch })).rejects.toMatchObject({ code: 'connectionInactive' });
			expect(await world.vault.grants.find({ connectionId: connection.id, userKey: alice })).toBeUndefined();
			expect((await world.revocations()).filter(({ user, reason }) => user === 'alice' && reason === 'revokeEndpoint')).not.toEqual([]);
		});
	});
}
