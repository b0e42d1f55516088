import { completeIfSignedIn, failSignInRequest } from '../../../../lib/connections';
import { ConnectedAppsError } from '../../../../lib/errors';
import type { SignInTerms } from '../../../../lib/types';
import type { StoredSignInRequest } from '../../../../lib/vault';
import { Browser } from '../../../sandbox/browser';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, plainFetch, use } from '../support/world';
import { useOAuth } from './oauthWorld';

export function describeTerms(makePlace: MakePlace): void {
	describe('a node that waits on its own terms', () => {
		const world = useOAuth(makePlace);
		// Not pushed, so that the address tells what is asked for.
		const offer = async (changes = {}) => await world.offer(world.oneByOne(changes));
		const askedIn = (address: string, name = 'scope') => new URL(address).searchParams.get(name);
		const stateOf = async ({ id }: StoredSignInRequest) => (await world.vault.requests.find(id))?.state;
		const request = { fetch: plainFetch, use };

		describe('for exactly these scopes', () => {
			const exact: SignInTerms = { exactScopes: true };

			it('is asked for them and for what tells who somebody is, and completes only what is met by that', async () => {
				const connection = await offer({ scopes: 'openid email read' });
				const mine = await world.waiting(connection, { scopes: ['write'], terms: exact });
				const others = {
					sameScopes: await world.waiting(connection, { executionId: '2', scopes: ['write'], terms: exact }),
					ownScopes: await world.waiting(connection, { executionId: '3' }),
					more: await world.waiting(connection, { executionId: '4', scopes: ['write', 'reports'], terms: exact }),
				};
				const { authorizeUrl, grant } = await world.walk(connection, 'alice', { request: mine });
				expect(askedIn(authorizeUrl)).toBe('openid email write');
				expect(grant!.grantedScopes).toEqual(['openid', 'email', 'write']);
				expect(await Promise.all([mine, others.sameScopes, others.ownScopes, others.more].map(stateOf))).toEqual(['completed', 'completed', 'open', 'open']);

				const engine = world.engine();
				expect((await engine.accessTokenFor(connection, alice, { ...request, scopes: ['write'], exactScopes: true })).scopes).toContain('write');
				await expect(engine.accessTokenFor(connection, alice, request)).rejects.toMatchObject({ code: 'consentNeeded', details: { missingScopes: ['read'] } });
				await expect(engine.accessTokenFor(connection, alice, { ...request, scopes: ['reports'], exactScopes: true })).rejects.toMatchObject({ code: 'consentNeeded', details: { missingScopes: ['reports'] } });
			});

			it('takes nothing away that was granted before', async () => {
				const connection = await offer({ scopes: 'openid email read' });
				await world.walk(connection, 'alice');
				const { authorizeUrl, grant } = await world.walk(connection, 'alice', { request: await world.waiting(connection, { scopes: ['write'], terms: exact }) });
				expect(askedIn(authorizeUrl)?.split(' ').sort()).toEqual(['email', 'openid', 'read', 'write']);
				expect(grant!.grantedScopes).toEqual(expect.arrayContaining(['read', 'write']));
			});

			it('goes on waiting if the person keeps one of them back', async () => {
				const connection = await offer();
				const mine = await world.waiting(connection, { scopes: ['write', 'reports'], terms: exact });
				await world.control('POST', 'settings', { grantsOnly: ['email', 'write'] });
				await expect(world.walk(connection, 'alice', { request: mine })).rejects.toMatchObject({ code: 'consentNeeded', message: expect.stringContaining('reports') });
				expect(await stateOf(mine)).toBe('open');
			});
		});

		describe('for a sign-in of its own', () => {
			const own: SignInTerms = { prompt: 'consent' };

			it('is met by that alone: not by one for another flow, nor by one on My connected apps, nor by one that is there', async () => {
				const connection = await offer();
				const mine = await world.waiting(connection, { terms: own });
				const [usual, likeMine] = [await world.waiting(connection, { executionId: '2' }), await world.waiting(connection, { executionId: '3', terms: own })];
				await world.walk(connection, 'alice', { request: usual });
				await world.walk(connection, 'alice');
				await completeIfSignedIn(world.vault, connection, alice, { scopes: [] });
				expect(await Promise.all([usual, mine, likeMine].map(stateOf))).toEqual(['completed', 'open', 'open']);
				const { authorizeUrl } = await world.walk(connection, 'alice', { request: mine });
				expect(askedIn(authorizeUrl, 'prompt')).toBe('consent');
				expect(await Promise.all([mine, likeMine].map(stateOf))).toEqual(['completed', 'open']);
			});

			it('completes those that take any sign-in along', async () => {
				const connection = await offer();
				const [mine, usual] = [await world.waiting(connection, { terms: own }), await world.waiting(connection, { executionId: '2' })];
				await world.walk(connection, 'alice', { request: mine });
				expect(await Promise.all([mine, usual].map(stateOf))).toEqual(['completed', 'completed']);
			});

			it('asks as the node wants, not as the admin has entered for all', async () => {
				const connection = await offer({ authorizeParameters: 'prompt=login&ui_locales=de' });
				const usual = await world.walk(connection, 'alice');
				const { authorizeUrl } = await world.walk(connection, 'alice', { request: await world.waiting(connection, { terms: own }) });
				expect([usual.authorizeUrl, authorizeUrl].map((address) => [askedIn(address, 'prompt'), askedIn(address, 'ui_locales')])).toEqual([['login', 'de'], ['consent', 'de']]);
			});
		});

		describe('that wants to hear of a failure', () => {
			const failing = async (terms: SignInTerms, { decision, browser }: { decision?: 'deny'; browser?: Browser } = {}) => {
				const connection = await offer();
				const waiting = await world.waiting(connection, { terms });
				const error: unknown = await world.walk(connection, 'alice', { request: waiting, decision, browser }).then(() => undefined, (caught: unknown) => caught);
				const ended = error !== undefined && (await failSignInRequest(world.vault, waiting.id, error));
				return { connection, waiting, error, ended, found: (await world.vault.requests.find(waiting.id))! };
			};

			it('goes on when the person declines, and the failure stays what it was', async () => {
				const { connection, error, ended, found } = await failing({ endsOnFailure: true }, { decision: 'deny' });
				expect(error).toMatchObject({ code: 'signInDeclined' });
				expect([ended, found]).toEqual([true, expect.objectContaining({ state: 'completed', failureCode: 'signInDeclined', timedOut: false })]);
				await world.walk(connection, 'alice');
				expect(await world.vault.requests.find(found.id)).toMatchObject({ failureCode: 'signInDeclined' });
			});

			it('goes on when a page would have to be shown and none may be', async () => {
				const { error, ended, found } = await failing({ prompt: 'none', endsOnFailure: true });
				expect(error).toMatchObject({ code: 'interactionRequired', details: { oauthError: 'login_required' } });
				expect([ended, found]).toEqual([true, expect.objectContaining({ state: 'completed', failureCode: 'interactionRequired' })]);
			});

			it('is signed in without any page where the provider knows the person', async () => {
				const browser = new Browser();
				await world.walk(await offer(), 'alice', { browser });
				const { error, found } = await failing({ prompt: 'none', endsOnFailure: true }, { browser });
				expect([error, found.state, found.failureCode]).toEqual([undefined, 'completed', undefined]);
			});

			it.each(['consentNeeded', 'wrongAccount'] as const)('without a page, %s cannot be mended by trying again: it goes on, and a person’s own "no" stays one', async (code) => {
				const connection = await offer();
				const [first, second] = [await world.waiting(connection, { terms: { prompt: 'none', endsOnFailure: true } }), await world.waiting(connection, { executionId: '2', terms: { prompt: 'none', endsOnFailure: true } })];
				expect(await failSignInRequest(world.vault, first.id, new ConnectedAppsError(code, 'x'))).toBe(true);
				expect(await failSignInRequest(world.vault, second.id, new ConnectedAppsError('signInDeclined', 'x'))).toBe(true);
				expect(await Promise.all([first, second].map(async ({ id }) => (await world.vault.requests.find(id))?.failureCode))).toEqual(['interactionRequired', 'signInDeclined']);
			});

			it('others wait on, and the person may try again', async () => {
				const { connection, waiting, ended, found } = await failing({}, { decision: 'deny' });
				expect([ended, found]).toEqual([false, expect.objectContaining({ state: 'open' })]);
				expect(found.failureCode).toBeUndefined();
				await world.walk(connection, 'alice', { request: waiting });
				expect(await stateOf(waiting)).toBe('completed');
			});

			it.each(['wrongAccount', 'consentNeeded', 'wrongBrowser', 'stateInvalid', 'issuerMismatch', 'connectionInactive', 'vaultUnavailable'] as const)('waits on after %s: that is for the person, or nobody’s doing', async (code) => {
				const waiting = await world.waiting(await offer(), { terms: { endsOnFailure: true } });
				expect(await failSignInRequest(world.vault, waiting.id, new ConnectedAppsError(code, 'x'))).toBe(false);
				expect(await failSignInRequest(world.vault, waiting.id, new Error('x'))).toBe(false);
				expect(await stateOf(waiting)).toBe('open');
			});

			it('one whose time has passed stays timed out, whatever comes of the sign-in then', async () => {
				const connection = await offer();
				const { request: late } = await world.vault.requests.open({ executionId: '9', nodeName: 'Node', runIndex: 0, connectionId: connection.id, userKey: alice, workflowId: 'w', workflowName: 'W', answer: 'none', usersHash: 'u', terms: { endsOnFailure: true }, resumeUrl: 'http://127.0.0.1:9/', expiresInMs: 60_000 }, 20);
				world.advance(61_000);
				await world.vault.requests.expireOverdue(10);
				expect(await failSignInRequest(world.vault, late.id, new ConnectedAppsError('signInDeclined', 'x'))).toBe(false);
				await world.walk(connection, 'alice');
				expect(await world.vault.requests.find(late.id)).toMatchObject({ state: 'timedOut', timedOut: true });
				expect((await world.vault.requests.find(late.id))!.failureCode).toBeUndefined();
			});
		});
	});
}
