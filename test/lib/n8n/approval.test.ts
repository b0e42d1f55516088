import { serverTokenFor, type Connection, type ServerLoginSettings } from '../../../lib/connections';
import { type ConnectedAppsError, isConnectedAppsError } from '../../../lib/errors';
import { getRuntime } from '../../../lib/n8n';
import { waitForApprovals, type NeededApproval } from '../../../lib/n8n/approval';
import { takeUpRun } from '../../../lib/n8n/preFlight';
import type { UserKey } from '../../../lib/types';
import type { StoredSignInRequest } from '../../../lib/vault';
import { play, type Execution, type Traces } from '../../nodes/support/executing';
import { alice, bob, owner, plainFetch, PORTAL_URL, resolveEndpoints } from '../connections/support/world';
import { useOAuth, type Raw } from '../connections/oauth/oauthWorld';
import { sqlitePlace } from '../vault/places/sqlite';
import { useRuntimeOf } from './support';

const RUN = { executionId: '1', nodeName: 'Salesforce', runIndex: 0 };

describe('a subject who must approve the app once', () => {
	const world = useOAuth(sqlitePlace);
	useRuntimeOf(world);
	let connection: Connection;
	let traces: Traces;
	beforeEach(async () => {
		await world.control('POST', 'settings', { jwtBearerNeedsConsent: true });
		// People sign in to the very client that signs the assertions.
		connection = await world.offer(sameClient());
	});
	const sameClient = (changes: Raw = {}) => world.login({ clientAuthentication: 'none', clientId: world.oauth2.clients.jwtBearer.clientId, connectionKey: 'key', ...changes });
	const as = (user: UserKey, changes: Raw = {}) => world.jwtBearer({ subject: user, ...changes });
	const tokenFor = async (settings: ServerLoginSettings) => await serverTokenFor({ vault: world.vault, fetch: plainFetch, resolveEndpoints }, settings);

	async function needed(settings: ServerLoginSettings, approver: UserKey): Promise<NeededApproval> {
		const error: unknown = await tokenFor(settings).catch((caught: unknown) => caught);
		if (!isConnectedAppsError(error, 'approvalNeeded')) throw new Error('nothing has to be approved', { cause: error });
		return { settings, approver, error };
	}
	/** One run of a node that needs these. */
	async function run(wanted: NeededApproval[], execution: Partial<Execution> = {}) {
		const runtime = await getRuntime();
		const { existing } = await takeUpRun(runtime, RUN);
		traces = play({ parameters: {}, ...execution }, {});
		const outcome = await waitForApprovals(traces.context, runtime, plainFetch, existing, wanted);
		return 'waiting' in outcome ? { waiting: outcome.waiting.map(({ json }) => json.user) } : { refused: Object.fromEntries(outcome.refused) as Record<string, ConnectedAppsError> };
	}
	const requests = async (): Promise<StoredSignInRequest[]> => await world.vault.requests.listForNode(RUN);

	it('is waited for, signs in to the same app once, and is not needed again', async () => {
		expect(await run([await needed(as(alice), alice)])).toEqual({ waiting: [alice] });
		expect(traces.acts.at(-1)).toBe('putExecutionToWait');
		const [request] = await requests();
		expect(request).toMatchObject({ state: 'open', connectionId: connection.id, scopes: ['read'], terms: { prompt: 'consent' } });
		await world.walk(connection, 'alice', { request });
		expect((await requests()).map(({ state }) => state)).toEqual(['completed']);
		expect(await world.me(await tokenFor(as(alice)))).toMatchObject({ user: 'alice' });
	});

	it('an older sign-in does not count: approving is what is waited for', async () => {
		await world.walk(connection, 'alice');
		await world.control('POST', 'revoke-grants', { user: 'alice' });
		await run([await needed(as(alice), alice)]);
		expect((await requests()).map(({ state }) => state)).toEqual(['open']);
	});

	it('several are waited for together, each with a request of their own', async () => {
		expect(await run([await needed(as(alice), alice), await needed(as(bob), bob), await needed(as(alice), alice)])).toEqual({ waiting: [alice, bob] });
		expect((await requests()).map(({ userKey }) => userKey).sort()).toEqual([alice, bob]);
		for (const request of await requests()) await world.walk(connection, request.userKey.split('@')[0]!, { request });
		expect(await Promise.all([alice, bob].map(async (user) => (await world.me(await tokenFor(as(user)))).user))).toEqual(['alice', 'bob']);
	});

	it('another person may approve in their stead', async () => {
		expect(await run([await needed(as(alice), bob)])).toEqual({ waiting: [bob] });
	});

	it('S41 who is named by an ID shows that it is theirs, and what comes of it is good for approving alone', async () => {
		const subject = 'user-alice' as UserKey;
		await run([await needed(as(subject), subject)]);
		const [request] = await requests();
		await expect(world.walk(connection, 'bob', { request, user: subject })).rejects.toMatchObject({ code: 'wrongAccount', message: expect.stringContaining('to approve the app for user-alice') });
		await world.walk(connection, 'alice', { request, user: subject });
		expect(await world.me(await tokenFor(as(subject)))).toMatchObject({ user: 'alice' });
		await expect(world.engine().accessTokenFor(connection, subject, { fetch: plainFetch, use: {} })).rejects.toMatchObject({ code: 'authenticationNeeded' });
	});

	it('is asked once: whoever was asked and is refused all the same is told so', async () => {
		await run([await needed(as(alice), alice)]);
		const [request] = await requests();
		await world.walk(connection, 'alice', { request });
		await world.control('POST', 'revoke-grants', { user: 'alice' });
		expect((await run([await needed(as(alice), alice)])).refused?.[alice]).toMatchObject({ code: 'approvalNeeded' });
		expect(traces.acts).not.toContain('putExecutionToWait');
	});

	it('who did not come in time is told so', async () => {
		await run([await needed(as(alice), alice)], { parameters: { options: { timeLimit: { limit: { amount: 1, unit: 'minutes' } } } } });
		world.advance(61_000);
		await world.vault.requests.expireOverdue(10);
		expect((await run([await needed(as(alice), alice)])).refused?.[alice]).toMatchObject({ code: 'approvalNeeded' });
	});

	it('has nowhere to go where no trigger offers the app: told with the way out', async () => {
		await world.vault.registrations.deactivate(owner);
		const { refused } = await run([await needed(as(alice), alice)]);
		expect(refused?.[alice]).toMatchObject({ code: 'approvalNeeded', message: expect.stringContaining(alice), details: { advice: expect.stringMatching(/Offer a User Login credential of the same client/) } });
	});

	it.each<[string, () => Raw]>([
		['another client', () => world.login()],
		['the same client id at another server', () => world.oneByOne({ clientAuthentication: 'none', clientId: world.oauth2.clients.jwtBearer.clientId, connectionKey: 'key', tokenUrl: `${world.oauth2.apiUrl}/token`, connectionName: 'elsewhere' })],
	])('nor is %s the app', async (_what, offered) => {
		await world.vault.registrations.deactivate(owner);
		await world.offer(offered());
		expect((await run([await needed(as(alice), alice)])).refused?.[alice]?.details.advice).toMatch(/same client/);
	});

	it('finds the app however its endpoints are entered', async () => {
		await world.vault.registrations.deactivate(owner);
		connection = await world.offer(world.oneByOne({ clientAuthentication: 'none', clientId: world.oauth2.clients.jwtBearer.clientId, connectionKey: 'key' }));
		expect(await run([await needed(as(alice), alice)])).toEqual({ waiting: [alice] });
		expect((await requests())[0]!.connectionId).toBe(connection.id);
	});

	it.each<[string, Partial<Execution>]>([['as a tool of an agent', { asTool: true }], ['under engine v2', { engineType: 'v2' }]])('%s it cannot be waited for: told with the link', async (_what, execution) => {
		expect((await run([await needed(as(alice), alice)], execution)).refused?.[alice]).toMatchObject({ code: 'approvalNeeded', details: { signInUrl: PORTAL_URL } });
		expect(await requests()).toEqual([]);
	});
});
