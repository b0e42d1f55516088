import { Workflow, type INode, type INodeExecutionData } from 'n8n-workflow';

import { DAY_MS, MINUTE_MS } from '../../lib/clock';
import { deleteConnection, type Connection } from '../../lib/connections';
import type { UserKey } from '../../lib/types';
import { sha256 } from '../../lib/vault';
import { ConnectedApps } from '../../nodes/ConnectedApps/ConnectedApps.node';
import { alice, bob } from '../lib/connections/support/world';
import { CREDENTIAL, play, RESUME_URL, useNodes, type Execution, type Traces } from './support/executing';
import { GENERIC_USER_LOGIN, genericUserLogin, registerGeneric, signInAs } from './support/oauth';

const node = new ConnectedApps();
const webhook = { name: 'Webhook', type: 'n8n-nodes-base.webhook', parameters: { responseMode: 'responseNode' } };
const respond = [{ name: 'Respond', type: 'n8n-nodes-base.respondToWebhook', disabled: false }];

it.each([['requireSignIn', 'Require Sign-In'], ['getSignInLink', 'Get Sign-In Link'], ['list', 'List']])('with the operation %s stands on the canvas as “%s”', (operation, words) => {
	const onCanvas: INode = { id: '1', name: 'Gate', type: 'connectedApps', typeVersion: 1, position: [0, 0], parameters: { operation } };
	const workflow = new Workflow({ nodes: [onCanvas], connections: {}, active: false, nodeTypes: { getByName: () => node, getByNameAndVersion: () => node, getKnownTypes: () => ({}) } });
	expect(workflow.expression.getSimpleParameterValue(onCanvas, node.description.subtitle, 'internal', {})).toBe(words);
});

describe('Connected Apps', () => {
	const world = useNodes();
	let salesforce: Connection;
	let generic: Connection;
	let traces: Traces;
	let credentials: Record<string, Record<string, unknown>>;
	beforeEach(async () => {
		await world.control('DELETE', 'settings');
		const client = { ...genericUserLogin(world, world.sandbox.oauth2.clients.confidentialBasic) };
		credentials = { [CREDENTIAL]: world.raw(), [GENERIC_USER_LOGIN]: client };
		salesforce = await world.register();
		generic = await registerGeneric(world, client);
	});
	async function run(operation: string, parameters: Record<string, unknown> = {}, more: Partial<Execution> = {}): Promise<INodeExecutionData[]> {
		traces = play({ credentials, ...more, parameters: { operation, user: 'alice@example.com', ...parameters } }, {});
		const [items] = await node.execute.call(traces.context);
		return items!;
	}
	const json = async (operation: string, parameters?: Record<string, unknown>, more?: Partial<Execution>) => (await run(operation, parameters, more)).map((item) => item.json);
	const waits = () => traces.acts.at(-1) === 'putExecutionToWait';
	const runOfGate = { executionId: '1', nodeName: 'Salesforce', runIndex: 0 };
	const requests = async () => await world.vault.requests.listForNode(runOfGate);
	const open = async () => (await requests()).filter(({ state }) => state === 'open');
	const answer = async (connection: Connection, person: string) => await signInAs(world, connection, { person, request: (await open()).find(({ connectionId, userKey }) => connectionId === connection.id && userKey === `${person}@example.com`)! });
	const signInToBoth = async (person: string) => {
		await world.signIn(salesforce, person);
		await signInAs(world, generic, { person });
	};

	describe('Require Sign-In', () => {
		it('passes items on as they came, with their binary data and pairs', async () => {
			await signInToBoth('alice');
			const binary = { file: { data: 'aGVsbG8=', mimeType: 'text/plain' } };
			const items = [{ json: { order: 1 }, binary }, { json: { order: 2 } }];
			expect(await run('requireSignIn', {}, { items })).toEqual([
				{ json: { order: 1 }, binary, pairedItem: { item: 0 } },
				{ json: { order: 2 }, pairedItem: { item: 1 } },
			]);
			expect(waits()).toBe(false);
		});

		it('asks for every app that is missing at once, and leads the waiting browser to the first', async () => {
			const items = await run('requireSignIn', {}, { trigger: webhook, children: respond });
			expect(waits()).toBe(true);
			expect((await open()).map(({ connectionId }) => connectionId).sort()).toEqual([salesforce.id, generic.id].sort());
			expect(items.map(({ json: item }) => item.app)).toEqual(['Salesforce', 'OAuth 2.0']);
			const [first] = await open();
			expect(traces.responses).toMatchObject([{ statusCode: 302, headers: { location: expect.stringContaining(`/sign-in?request=${first!.id}&code=`) } }]);
			expect(traces.customData.get('app')).toBe('Salesforce, OAuth 2.0');
			expect(JSON.stringify([items, traces.metadata])).not.toContain(RESUME_URL);
		});

		it('asks only for what is missing', async () => {
			await world.signIn(salesforce, 'alice');
			await run('requireSignIn');
			expect((await open()).map(({ connectionId }) => connectionId)).toEqual([generic.id]);
		});

		it('opens once the person has signed in to all of them, and not before', async () => {
			await run('requireSignIn');
			await answer(salesforce, 'alice');
			expect(await world.vault.requests.claim({ executionId: '1', nodeName: 'Salesforce', runIndex: 0 }, 'somebody', 1_000)).toBeUndefined();
			await answer(generic, 'alice');
			expect(await json('requireSignIn', {}, { items: [{ json: { order: 7 } }] })).toEqual([{ order: 7 }]);
			expect((await requests()).map(({ state }) => state)).toEqual(['resumed', 'resumed']);
		});

		it('asks each item’s person, and binds no browser where there are several', async () => {
			await signInToBoth('bob');
			const user = (index: number) => ['alice@example.com', 'bob@example.com'][index];
			const more = { items: [{ json: { order: 1 } }, { json: { order: 2 } }], trigger: webhook, children: respond };
			await run('requireSignIn', { user }, more);
			expect((await open()).map(({ userKey }) => userKey)).toEqual([alice, alice]);
			expect(traces.responses).toEqual([{ statusCode: 202, headers: { 'cache-control': 'no-store' }, body: { authentication: 'needed', app: 'Salesforce, OAuth 2.0' } }]);
			await answer(salesforce, 'alice');
			await answer(generic, 'alice');
			expect(await json('requireSignIn', { user }, more)).toEqual([{ order: 1 }, { order: 2 }]);
		});

		it('does not open for other people than it paused for', async () => {
			await signInToBoth('bob');
			await run('requireSignIn');
			await answer(salesforce, 'alice');
			await answer(generic, 'alice');
			await expect(run('requireSignIn', { user: 'bob@example.com' })).rejects.toThrow(/names other people than before the pause/);
		});

		it('finds out that a sign-in was ended at the provider', async () => {
			await signInToBoth('alice');
			await world.control('POST', 'revoke-grants', { provider: 'oauth2' });
			const { version } = (await world.vault.grants.find({ connectionId: generic.id, userKey: alice }))!;
			await world.vault.grants.expireAccessToken({ connectionId: generic.id, userKey: alice }, version);
			await run('requireSignIn');
			expect(waits()).toBe(true);
			expect((await open()).map(({ connectionId }) => connectionId)).toEqual([generic.id]);
		});

		it('fails after the time limit, and names the app that was not signed in to', async () => {
			await run('requireSignIn', { options: { timeLimit: { limit: { amount: 5, unit: 'minutes' } } } });
			await answer(salesforce, 'alice');
			world.advance(6 * MINUTE_MS);
			await world.vault.requests.expireOverdue(10);
			await expect(run('requireSignIn')).rejects.toThrow(/alice@example.com did not sign in to OAuth 2.0 in time/);
			expect(waits()).toBe(false);
		});

		it('stops with an error that holds the link where that is chosen', async () => {
			await expect(run('requireSignIn', { ifNotSignedIn: 'stopWithError' })).rejects.toMatchObject({ message: expect.stringContaining('Authentication needed: alice@example.com'), context: { itemIndex: 0, signInUrl: salesforce.registration.portalUrl } });
			expect(await open()).toEqual([]);
		});

		it('lets pass who is signed in, and gives the others an error', async () => {
			await signInToBoth('bob');
			const items = [{ json: { order: 1 } }, { json: { order: 2 } }, { json: { order: 3 } }];
			const user = (index: number) => ['alice@example.com', 'bob@example.com', ''][index];
			const given = await run('requireSignIn', { user, ifNotSignedIn: 'continueErrorOutput' }, { items, continueOnFail: true });
			expect(given).toEqual([
				{ json: { error: expect.stringContaining('Authentication needed: alice'), message: expect.stringContaining(salesforce.registration.portalUrl) }, pairedItem: { item: 0 } },
				{ json: { order: 2 }, pairedItem: { item: 1 } },
				{ json: { error: expect.stringContaining('"User"'), message: expect.any(String) }, pairedItem: { item: 2 } },
			]);
		});

		it('never opens because something is wrong', async () => {
			const items = [{ json: { order: 1 } }];
			expect(await run('requireSignIn', {}, { items, continueOnFail: true, noCredential: true })).toEqual([{ json: { error: 'No credential is selected', message: expect.any(String) }, pairedItem: { item: 0 } }]);
			await expect(run('requireSignIn', {}, { noCredential: true })).rejects.toThrow('No credential is selected');
		});

		it('goes on without the app that was deleted while it waited, and nobody resumes a later pause of this execution for it', async () => {
			await run('requireSignIn');
			await answer(generic, 'alice');
			await deleteConnection(world.vault, salesforce, 'admin@example.com' as UserKey);
			expect(await world.vault.requests.claim(runOfGate, 'sweeper', MINUTE_MS)).toHaveLength(2);
			expect(await json('requireSignIn', {}, { continueOnFail: true })).toMatchObject([{ error: expect.stringContaining('was deleted by an administrator') }]);
			world.advance(2 * MINUTE_MS);
			expect(await world.vault.requests.listDue(0, 10)).toEqual([]);
			expect((await requests()).map(({ state }) => state)).toEqual(['resumed', 'resumed']);
		});

		it('gives the link to an AI agent, which cannot wait', async () => {
			await expect(run('requireSignIn', {}, { asTool: true })).rejects.toThrow(/Authentication needed/);
		});

		it('opens nothing for a credential that only looks like the connection (S26)', async () => {
			await signInToBoth('alice');
			credentials[CREDENTIAL] = world.raw({ clientSecret: 'another' });
			await expect(run('requireSignIn')).rejects.toThrow(/does not open the connection/);
		});
	});

	describe('Get Status', () => {
		it('tells whether the person is signed in to all of the apps, and asks nobody', async () => {
			expect(await json('getStatus')).toEqual([
				{
					user: alice,
					signedIn: false,
					apps: [
						{ app: 'Salesforce', connectionName: 'salesforce', status: 'needsSignIn', signedIn: false },
						{ app: 'OAuth 2.0', connectionName: 'id', status: 'needsSignIn', signedIn: false },
					],
					missing: ['Salesforce', 'OAuth 2.0'],
				},
			]);
			await world.signIn(salesforce, 'alice');
			expect(await json('getStatus')).toMatchObject([{ signedIn: false, missing: ['OAuth 2.0'] }]);
			await signInAs(world, generic, { person: 'alice' });
			expect(await json('getStatus')).toMatchObject([{ signedIn: true, missing: [] }]);
			expect(await requests()).toEqual([]);
		});

		it('sees only apps whose credential is attached', async () => {
			delete credentials[GENERIC_USER_LOGIN];
			expect(await json('getStatus')).toMatchObject([{ apps: [{ app: 'Salesforce' }] }]);
		});

		it.each(['getStatus', 'list', 'getSignInLink', 'disconnect', 'test'])('is refused, as %s is, with a credential that proves nothing (S26)', async (operation) => {
			await signInToBoth('alice');
			credentials[GENERIC_USER_LOGIN] = { ...credentials[GENERIC_USER_LOGIN], clientSecret: 'another' };
			await expect(run(operation)).rejects.toThrow(/does not open the connection/);
			expect(await world.vault.grants.find({ connectionId: salesforce.id, userKey: alice })).toMatchObject({ state: 'active' });
		});

		it('takes only the caller’s token where the credential asks for a verified one', async () => {
			credentials = { [CREDENTIAL]: world.raw({ userIdentity: 'verifiedToken', identityIssuer: world.sandbox.oauth2.issuer, identityAudience: 'flow' }) };
			await world.register({ userIdentity: 'verifiedToken', identityIssuer: world.sandbox.oauth2.issuer, identityAudience: 'flow' });
			await expect(run('getStatus')).rejects.toMatchObject({ type: 'userInvalid' });
		});

		it('keeps items apart', async () => {
			await signInToBoth('bob');
			const user = (index: number) => ['alice@example.com', 'bob@example.com', 'service:account'][index];
			const given = await run('getStatus', { user }, { items: [{ json: {} }, { json: {} }, { json: {} }], continueOnFail: true });
			expect(given).toMatchObject([{ json: { user: alice, signedIn: false }, pairedItem: { item: 0 } }, { json: { user: bob, signedIn: true }, pairedItem: { item: 1 } }, { json: { error: expect.stringContaining('"User"') }, pairedItem: { item: 2 } }]);
		});
	});

	describe('List', () => {
		it('tells of each app how it is connected', async () => {
			await world.signIn(salesforce, 'alice');
			const [connected, other] = await json('list');
			expect(connected).toMatchObject({ user: alice, app: 'Salesforce', status: 'connected', signedIn: true, account: expect.stringContaining('alice'), scopes: expect.arrayContaining(['api']), waitingFlows: 0, portalAddress: salesforce.registration.portalUrl });
			for (const at of [connected!.connectedSince, connected!.lastUsed, connected!.validUntil]) expect(String(at)).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
			expect(Date.parse(String(connected!.validUntil)) - Date.parse(String(connected!.lastUsed))).toBe(30 * DAY_MS);
			expect(other).toMatchObject({ app: 'OAuth 2.0', status: 'needsSignIn', account: null, connectedSince: null, validUntil: null, scopes: [] });
		});

		it('counts the flows that wait for the person', async () => {
			await run('requireSignIn', {}, { executionId: '2' });
			expect(await json('list')).toMatchObject([{ waitingFlows: 1 }, { waitingFlows: 1 }]);
		});

		it('holds no token', async () => {
			await signInToBoth('alice');
			const tokens = await world.vault.grants.openTokens((await world.vault.grants.find({ connectionId: salesforce.id, userKey: alice }))!);
			const told = JSON.stringify(await run('list'));
			expect([told.includes(tokens.accessToken), told.includes(tokens.refreshToken!)]).toEqual([false, false]);
		});
	});

	describe('Get Sign-In Link', () => {
		it('makes one link for the apps of one portal, which opens it once for this person', async () => {
			const [link, ...others] = await json('getSignInLink');
			expect(others).toEqual([]);
			expect(link).toMatchObject({ user: alice, personal: true, apps: ['Salesforce', 'OAuth 2.0'] });
			const address = new URL(String(link!.signInUrl));
			expect(`${address.origin}${address.pathname}`).toBe(`${salesforce.registration.portalUrl}/sign-in`);
			const hash = sha256(address.searchParams.get('link')!);
			expect(await world.vault.links.take(hash)).toMatchObject({ purpose: 'portal', userKey: alice });
			expect(await world.vault.links.take(hash)).toBeUndefined();
		});

		it('is valid for a quarter of an hour', async () => {
			const [link] = await json('getSignInLink');
			expect(Math.abs(Date.parse(String(link!.validUntil)) - (await world.vault.nowMs()) - 15 * MINUTE_MS)).toBeLessThan(5_000);
			world.advance(16 * MINUTE_MS);
			expect(await world.vault.links.peek(sha256(new URL(String(link!.signInUrl)).searchParams.get('link')!))).toBeUndefined();
		});

		it('gives the plain address of a portal that people sign in to by themselves', async () => {
			credentials = { [CREDENTIAL]: world.raw() };
			await world.register({}, { portal: { id: 'openId:x', mode: 'portal', signInMethod: 'openId' } });
			expect(await json('getSignInLink')).toEqual([{ user: alice, signInUrl: salesforce.registration.portalUrl, personal: false, validUntil: null, apps: ['Salesforce'] }]);
		});

		it('makes none where people may not use the app', async () => {
			await world.register({ individualUsers: 'off' });
			credentials = { [CREDENTIAL]: world.raw({ individualUsers: 'off' }) };
			await expect(run('getSignInLink')).rejects.toMatchObject({ type: 'individualUsersOff' });
		});
	});

	describe('Disconnect', () => {
		it('ends the person’s sign-ins and revokes them at the provider, and nobody else’s', async () => {
			await signInToBoth('alice');
			await signInToBoth('bob');
			const before = (await world.revocations()).length;
			expect(await json('disconnect')).toEqual([
				{ user: alice, app: 'Salesforce', connectionName: 'salesforce', disconnected: true, revoked: 'revoked' },
				{ user: alice, app: 'OAuth 2.0', connectionName: 'id', disconnected: true, revoked: 'revoked' },
			]);
			expect((await world.revocations()).length).toBeGreaterThan(before);
			expect(await json('getStatus')).toMatchObject([{ apps: [{ status: 'disconnected' }, { status: 'disconnected' }] }]);
			expect(await json('getStatus', { user: 'bob@example.com' })).toMatchObject([{ signedIn: true }]);
			expect(await world.vault.audit.listByUser(alice, 20)).toContainEqual(expect.objectContaining({ type: 'disconnected', use: expect.objectContaining({ workflowId: 'flow-1' }) }));
		});

		it('says so where there was nothing to end', async () => {
			expect(await json('disconnect')).toMatchObject([{ disconnected: false, revoked: null }, { disconnected: false, revoked: null }]);
		});

		it('ends it here although the provider does not answer, and says that it is tried again', async () => {
			delete credentials[GENERIC_USER_LOGIN];
			await world.signIn(salesforce, 'alice');
			await world.fault({ match: { pathIncludes: '/revoke' }, kind: 'status', status: 503 });
			expect(await json('disconnect')).toMatchObject([{ disconnected: true, revoked: 'queued' }]);
			expect(await world.vault.grants.find({ connectionId: salesforce.id, userKey: alice })).toMatchObject({ state: 'ended' });
		});
	});

	describe('Test', () => {
		it('asks the provider whose sign-in it is', async () => {
			await signInToBoth('alice');
			expect(await json('test')).toMatchObject([
				{ app: 'Salesforce', works: true, checkedBy: 'account', status: 'connected' },
				{ app: 'OAuth 2.0', works: true, status: 'connected' },
			]);
		});

		it('finds out that the provider has ended the sign-in, and says so', async () => {
			await signInToBoth('alice');
			await world.control('POST', 'revoke-grants', {});
			await world.control('POST', 'expire-access-tokens', { provider: 'salesforce' });
			expect(await json('test')).toMatchObject([{ app: 'Salesforce', works: false, code: 'authenticationNeeded', status: 'needsSignIn' }, { app: 'OAuth 2.0', works: false }]);
		});

		it('tells who has to sign in, and does not fail', async () => {
			await world.signIn(salesforce, 'alice');
			expect(await json('test')).toMatchObject([{ works: true }, { works: false, code: 'authenticationNeeded', message: expect.stringContaining('alice@example.com') }]);
			expect(waits()).toBe(false);
		});
	});

	it('knows no other operation', async () => {
		await expect(run('deleteEverything')).rejects.toThrow('The operation "deleteEverything" is not known');
	});
});
