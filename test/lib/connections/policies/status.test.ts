import { DAY_MS } from '../../../../lib/clock';
import { disconnect, isSignedIn, missingScopes, statusOf, type Connection } from '../../../../lib/connections';
import { isConnectedAppsError } from '../../../../lib/errors';
import { texts } from '../../../../lib/portal/texts';
import type { ConnectionStatus } from '../../../../lib/types';
import type { GrantKey } from '../../../../lib/vault';
import { usePortal } from '../../portal/walk/portalWorld';
import { alice, plainFetch, PORTAL_URL, use } from '../support/world';

interface Situation {
	status: ConnectionStatus;
	/** What the credential says from then on. */
	changes?: Record<string, unknown>;
	prepare?(key: GrantKey, connection: Connection): Promise<unknown>;
	/** What a flow gets. */
	flow: 'token' | 'authenticationNeeded' | 'consentNeeded' | 'providerUnavailable' | 'clientRejected';
}

describe('the state of a person’s access', () => {
	const world = usePortal();
	const fail = async (key: GrantKey, code: string) => {
		// A token that has ended, and a renewal that has just failed.
		await world.vault.grants.expireAccessToken(key, 1);
		await world.vault.grants.recordFailure(key, 1, code, 60_000);
	};
	const situations: Record<string, Situation> = {
		'just signed in': { status: 'connected', flow: 'token' },
		'three days before its end': { status: 'expiringSoon', changes: { idleLifetimeDays: 20 }, prepare: async () => await Promise.resolve(world.advance(17.5 * DAY_MS)), flow: 'token' },
		'five days before its end': { status: 'connected', changes: { idleLifetimeDays: 20 }, prepare: async () => await Promise.resolve(world.advance(15 * DAY_MS)), flow: 'token' },
		'another process renews it': { status: 'refreshPending', prepare: async (key) => await world.vault.grants.acquireLease(key, 'another', 30_000), flow: 'token' },
		'a scope was added': { status: 'needsConsent', changes: { additionalScopes: 'web' }, flow: 'consentNeeded' },
		'never signed in': { status: 'needsSignIn', prepare: async () => await world.place.query(`delete from ${world.place.table('grants')}`), flow: 'authenticationNeeded' },
		'the provider ended it': { status: 'needsSignIn', prepare: async (key) => await world.vault.grants.end(key, 'invalidGrant', { revoke: false }), flow: 'authenticationNeeded' },
		'its organisation is not allowed any more': { status: 'needsSignIn', changes: { allowedTenants: '00D000000000000AAA' }, flow: 'authenticationNeeded' },
		'the client was refused': { status: 'misconfigured', prepare: async (key) => await fail(key, 'clientRejected'), flow: 'clientRejected' },
		'the provider is away': { status: 'providerUnavailable', prepare: async (key) => await fail(key, 'providerUnavailable'), flow: 'providerUnavailable' },
		'past the idle limit, and nobody has looked': { status: 'expired', changes: { idleLifetimeDays: 2 }, prepare: async () => await Promise.resolve(world.advance(3 * DAY_MS)), flow: 'authenticationNeeded' },
		'ended by the absolute limit': { status: 'expired', prepare: async (key) => await world.vault.grants.end(key, 'expiredAbsolute', { revoke: false }), flow: 'authenticationNeeded' },
		'the person disconnected': { status: 'disconnected', prepare: async (_key, connection) => await disconnect(world.vault, connection, alice), flow: 'authenticationNeeded' },
		'the person forgot one that had ended': {
			status: 'disconnected',
			prepare: async (key, connection) => {
				await world.vault.grants.end(key, 'invalidGrant', { revoke: false });
				await disconnect(world.vault, connection, alice);
			},
			flow: 'authenticationNeeded',
		},
	};

	it('every state of the closed set is met below', () => {
		const all: Record<ConnectionStatus, true> = { connected: true, expiringSoon: true, refreshPending: true, needsConsent: true, needsSignIn: true, misconfigured: true, providerUnavailable: true, expired: true, disconnected: true };
		expect(new Set(Object.values(situations).map(({ status }) => status))).toEqual(new Set(Object.keys(all)));
		expect(new Set(Object.keys(texts.status))).toEqual(new Set(Object.keys(all)));
	});

	it.each(Object.entries(situations))('%s: its name, the portal, the pre-check and the flow agree', async (_name, { status, changes, prepare, flow }) => {
		const first = await world.register();
		const browser = world.browser();
		await world.walk(browser, await browser.visit(await world.handOver(first, await world.request(first, { answer: 'none' }))), 'alice');
		const connection = await world.register(changes);
		const key = { connectionId: connection.id, userKey: alice };
		// Its end is known and far: nobody asks the provider.
		await world.vault.grants.learnExpiry(key, 1, (await world.vault.nowMs()) + 400 * DAY_MS);
		await prepare?.(key, connection);

		const grant = await world.vault.grants.find(key);
		const { registration, provider } = connection;
		const lacks = grant !== undefined && missingScopes(registration.scopes, grant.grantedScopes, provider).length > 0;
		expect(statusOf(registration.policy, grant, lacks)).toBe(status);

		// A session of the portal ends earlier than some of these come.
		jest.spyOn(world.vault.sessions, 'touch').mockResolvedValue({ idHash: 'i', portalId: 'p', userKey: alice, method: 'account', claims: {}, createdAtMs: 0, lastSeenAtMs: 0 });
		const { html } = await browser.visit(PORTAL_URL);
		const labels = Object.values(texts.status).map(({ label }) => label).filter((label) => html.includes(`>${label}<`));
		// A page says of an app that was never connected that it is not, not that a sign-in has ended.
		expect(labels).toEqual([texts.status[grant === undefined ? 'disconnected' : status].label]);

		const signedIn = await isSignedIn(world.vault, connection, alice);
		expect(signedIn).toBe(!['needsSignIn', 'needsConsent', 'expired', 'disconnected'].includes(status));
		const got = await world.engine().accessTokenFor(connection, alice, { fetch: plainFetch, use }).then(
			() => 'token',
			(error: unknown) => (isConnectedAppsError(error) ? error.code : String(error)),
		);
		expect(got).toBe(flow);
		// Whoever must sign in is not "signed in", and nobody else is sent to sign in.
		expect(['authenticationNeeded', 'consentNeeded'].includes(got)).toBe(!signedIn);
	});
});
