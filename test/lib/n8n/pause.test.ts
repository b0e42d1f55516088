import { NodeOperationError, WAIT_INDEFINITELY } from 'n8n-workflow';

import { MAX_OPEN_REQUESTS_PER_USER, type Connection } from '../../../lib/connections';
import { getRuntime, type Operation } from '../../../lib/n8n';
import { runPerItem } from '../../../lib/n8n/perItem';
import { isTokenRejected } from '../../../nodes/SalesforceRetrieveData/transport/apiFailure';
import { CREDENTIAL, play, RESUME_URL, useNodes, type Execution, type Traces } from '../../nodes/support/executing';
import type { UserKey } from '../../../lib/types';
import { alice, bob, owner } from '../connections/support/world';
import { usePlayedN8n } from './support';

const webhook = (responseMode: string, responseData?: string) => ({ name: 'Webhook', type: 'n8n-nodes-base.webhook', parameters: { responseMode, ...(responseData !== undefined && { responseData }) } });
const respond = [{ name: 'Respond', type: 'n8n-nodes-base.respondToWebhook', disabled: false }];
const waits = { authentication: 'individualUser', user: 'alice@example.com', ifNotSignedIn: 'wait' };
const run = { executionId: '1', nodeName: 'Salesforce', runIndex: 0 };

describe('a node whose user is not signed in', () => {
	const world = useNodes();
	let connection: Connection;
	let operated: string[];
	let traces: Traces;
	beforeEach(async () => {
		connection = await world.register({ serviceAccountUse: 'fallback', serviceAccountLogin: 'integration@example.com' });
		operated = [];
	});
	const note: Operation = async (_context, session, itemIndex) => {
		operated.push(`${itemIndex} ${session.actsAs}`);
		return await Promise.resolve([{ as: session.actsAs }]);
	};
	const raw = () => world.raw({ serviceAccountUse: 'fallback', serviceAccountLogin: 'integration@example.com' });
	async function execute(parameters: Record<string, unknown> = {}, more: Partial<Execution> = {}, operation = note) {
		traces = play({ ...more, parameters: { ...waits, ...parameters } }, raw());
		const [items] = await runPerItem(traces.context, { credentialType: CREDENTIAL, isTokenRejected }, operation);
		return items!;
	}
	const requests = async () => await world.vault.requests.listForNode(run);
	const failure = async (parameters: Record<string, unknown>, more: Partial<Execution> = {}) => await execute(parameters, more).then(() => { throw new Error('it did not fail'); }, (error: unknown) => error as NodeOperationError);

	it('waits, and going to wait is the very last thing it does', async () => {
		const items = await execute();
		const [request] = await requests();
		expect(traces.acts.at(-1)).toBe('putExecutionToWait');
		expect(traces.waitTill).toEqual(WAIT_INDEFINITELY);
		expect(request).toMatchObject({ state: 'open', userKey: alice, workflowName: 'Quarterly report', expiresAtMs: expect.any(Number) });
		expect(items).toEqual([{ json: { authentication: 'needed', app: 'Salesforce', user: alice, signInUrl: expect.stringMatching(new RegExp(`/sign-in\\?request=${request!.id}$`)) }, pairedItem: { item: 0 } }]);
		expect([...traces.customData]).toEqual([['authentication', 'needed'], ['app', 'Salesforce']]);
		expect(traces.metadata).toEqual([{ resumeUrl: items[0]!.json.signInUrl }]);
		expect(operated).toEqual([]);
	});

	it('S36 S39 no item, metadata or answer holds the resume URL, and no item a code', async () => {
		const items = await execute({}, { trigger: webhook('responseNode'), children: respond });
		expect(JSON.stringify([items, traces.metadata, traces.responses, [...traces.customData]])).not.toContain('canary');
		expect(JSON.stringify([items, traces.metadata])).not.toMatch(/code=|link=/);
		expect(await world.vault.requests.openResumeUrl((await requests())[0]!)).toBe(RESUME_URL.replace('/1?', '/1/respond?'));
	});

	it('asked again by a retry it waits for the same request and tells nobody twice', async () => {
		for (let tries = 0; tries < 3; tries++) await execute();
		expect(await requests()).toHaveLength(1);
		expect((await world.vault.outbox.lease('workflow-1:node-1', 'test', 1_000, 10)).filter(({ type }) => type === 'authenticationNeeded')).toHaveLength(1);
	});

	describe('answers the caller', () => {
		it('with a redirect that hands over, where the flow answers later', async () => {
			await execute({}, { trigger: webhook('responseNode'), children: respond });
			expect(traces.responses).toEqual([{ statusCode: 302, headers: { location: expect.stringMatching(/request=[^&]+&code=[\w-]{43}$/), 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }, body: {} }]);
			expect(traces.acts.indexOf('sendResponse')).toBeLessThan(traces.acts.indexOf('putExecutionToWait'));
		});

		it.each([
			['json', { statusCode: 401, body: { authentication: 'needed', app: 'Salesforce', user: alice, signInUrl: expect.stringMatching(/code=/) } }],
			['nothing', { statusCode: 202, body: { authentication: 'needed', app: 'Salesforce' } }],
		])('with %s, if told so', async (answerTheCaller, expected) => {
			await execute({ options: { answerTheCaller } }, { trigger: webhook('responseNode'), children: respond });
			expect(traces.responses).toEqual([expect.objectContaining(expected)]);
		});

		it('S38 with no link at all where it is not clear whose it would be', async () => {
			const items = [{ json: {} }, { json: {} }];
			for (const users of [['alice@example.com', 'bob@example.com'], ['alice@example.com', 'carol@example.com']]) {
				if (users[1] === 'carol@example.com') await world.signIn(connection, 'carol');
				await execute({ user: (index: number) => users[index] }, { items, trigger: webhook('responseNode'), children: respond, executionId: users[1] });
				expect(traces.responses).toEqual([expect.objectContaining({ statusCode: 202, body: { authentication: 'needed', app: 'Salesforce' } })]);
			}
		});

		it.each([
			['lastNode', undefined, [], 'lastNode', '/1/last?'],
			['lastNode', 'allEntries', [], 'lastNode', '/1/last-all?'],
			['lastNode', 'noData', [], 'none', '/1?'],
			['responseNode', undefined, respond, 'responseNode', '/1/respond?'],
			['responseNode', undefined, [], 'none', '/1?'],
			['responseNode', undefined, [{ ...respond[0], disabled: true }], 'none', '/1?'],
			['onReceived', undefined, respond, 'none', '/1?'],
		])('a flow that answers by %s (%s)', async (mode, data, children, answer, path) => {
			await execute({}, { trigger: webhook(mode, data), children });
			const [request] = await requests();
			expect(request!.answer).toBe(answer);
			expect(await world.vault.requests.openResumeUrl(request!)).toContain(path);
			expect(traces.responses).toHaveLength(answer === 'responseNode' ? 1 : 0);
		});

		it('not at all in a sub-workflow', async () => {
			await execute({}, { mode: 'integrated', trigger: webhook('responseNode'), children: respond });
			expect(traces.responses).toEqual([]);
		});
	});

	describe('runs again', () => {
		it('once the person has signed in: from the first item, and the request is over', async () => {
			await execute();
			await world.signIn(connection, 'alice');
			expect(await execute()).toEqual([{ json: { as: alice }, pairedItem: { item: 0 } }]);
			expect((await requests()).map(({ state }) => state)).toEqual(['resumed']);
		});

		it('S38 and does nothing before everybody is there', async () => {
			const items = [{ json: {} }, { json: {} }, { json: {} }];
			const user = (index: number) => ['alice@example.com', 'bob@example.com', 'carol@example.com'][index];
			await world.signIn(connection, 'carol');
			expect((await execute({ user }, { items })).map(({ json }) => json.user)).toEqual([alice, bob]);
			await world.signIn(connection, 'alice');
			await execute({ user }, { items });
			expect(operated).toEqual([]);
			await world.signIn(connection, 'bob');
			expect((await execute({ user }, { items })).map(({ json }) => json.as)).toEqual([alice, bob, 'carol@example.com']);
			expect(operated).toHaveLength(3);
		});

		it('is refused if its "User" names other people than before the pause', async () => {
			await execute();
			// Also when the other person is signed in and the one who was asked has signed in.
			await world.signIn(connection, 'bob');
			await world.signIn(connection, 'alice');
			expect((await failure({ user: 'bob@example.com' })).message).toMatch(/other people than before/);
			expect(operated).toEqual([]);
		});

		it('fails where the person did not come in time, however often it is tried', async () => {
			await execute({ options: { timeLimit: { limit: { amount: 1, unit: 'minutes' } } } });
			world.advance(61_000);
			await world.vault.requests.expireOverdue(10);
			// Every try of Retry On Fail says so; none of them begins to wait anew.
			for (let attempt = 0; attempt < 3; attempt++) expect((await failure({})).message).toMatch(/did not sign in to Salesforce in time/);
			expect((await requests()).map(({ state }) => state)).toEqual(['resumed']);
		});

		it('gives every item its error when one has timed out and another was lost again', async () => {
			const items = [{ json: {} }, { json: {} }];
			const user = (index: number) => ['alice@example.com', 'bob@example.com'][index];
			await execute({ user, options: { timeLimit: { limit: { amount: 1, unit: 'minutes' } } } }, { items });
			await world.signIn(connection, 'alice');
			await world.vault.grants.end({ connectionId: connection.id, userKey: alice }, 'disconnected', { revoke: false });
			world.advance(61_000);
			await world.vault.requests.expireOverdue(10);
			const found = await execute({ user }, { items, continueOnFail: true });
			expect(found.map(({ json }) => json.error)).toEqual([expect.stringMatching(/alice@example.com/), expect.stringMatching(/bob@example.com did not sign in/)]);
		});
	});

	it('does not wait for a sign-in that came between looking and asking', async () => {
		const runtime = await getRuntime();
		const open = runtime.vault.requests.open.bind(runtime.vault.requests);
		jest.spyOn(runtime.vault.requests, 'open').mockImplementationOnce(async (...parameters) => {
			await world.signIn(connection, 'alice');
			return await open(...parameters);
		});
		await execute();
		expect((await requests()).map(({ state }) => state)).toEqual(['completed']);
	});

	describe('with as many flows waiting for the person as may', () => {
		const n8n = usePlayedN8n();
		const stateOf = async (executionId: string) => (await world.vault.requests.listForExecution(executionId)).map(({ state }) => state)[0];
		async function fill(userKey: UserKey): Promise<void> {
			const before = { nodeName: 'Salesforce', runIndex: 0, connectionId: connection.id, userKey, workflowId: 'flow-2', workflowName: 'Other', answer: 'none' as const, usersHash: 'h', expiresInMs: 0 };
			for (let index = 0; index < MAX_OPEN_REQUESTS_PER_USER; index++) {
				const executionId = `waiting-${index}`;
				await world.vault.requests.open({ ...before, executionId, resumeUrl: `${n8n.url}/webhook-waiting/${executionId}?signature=s` }, MAX_OPEN_REQUESTS_PER_USER);
				n8n.answers[executionId] = [403, { message: 'This execution waits for a sign-in' }];
			}
			process.env.CONNECTED_APPS_INTERNAL_URL = n8n.url;
		}

		it('those that were cancelled or deleted count no more', async () => {
			await fill(alice);
			n8n.answers['waiting-3'] = [409, { message: 'The execution "waiting-3" has finished with error.' }];
			n8n.answers['waiting-4'] = [404, { message: 'The execution "waiting-4" does not exist.' }];
			await execute();
			expect(traces.acts.at(-1)).toBe('putExecutionToWait');
			expect(await Promise.all(['waiting-3', 'waiting-4', 'waiting-5'].map(stateOf))).toEqual(['closed', 'closed', 'open']);
		});

		it('is refused while they do wait, and n8n is not asked again at once', async () => {
			await fill(bob);
			for (let tries = 0; tries < 3; tries++) expect((await failure({ user: bob })).message).toMatch(/flow runs wait already/);
			expect(n8n.resumed.sort()).toEqual(Object.keys(n8n.answers).sort());
		});
	});

	it('waits for nobody whom it has asked before it failed', async () => {
		const { vault } = await getRuntime();
		jest.spyOn(vault.requests, 'setHandOver').mockRejectedValue(new Error('the database is away'));
		expect((await failure({}, { trigger: webhook('responseNode'), children: respond })).message).toBe('the database is away');
		expect((await requests()).map(({ state }) => state)).toEqual(['closed']);
	});

	it.each([
		[{ amount: 0 }, undefined],
		[{ amount: 2, unit: 'hours' }, 7_200_000],
		[{}, 604_800_000],
	])('time limit %j', async (limit, expected) => {
		await execute({ options: { timeLimit: { limit } } });
		const [request] = await requests();
		expect(request!.expiresAtMs === undefined ? undefined : request!.expiresAtMs - request!.createdAtMs).toBe(expected);
	});

	it.each([999_999_999, 1e12, Number.MAX_VALUE])('a time limit of %d days, more than anybody can count in milliseconds, is one of a hundred years', async (amount) => {
		await execute({ options: { timeLimit: { limit: { amount, unit: 'days' } } } });
		const [request] = await requests();
		expect(request!.expiresAtMs! - request!.createdAtMs).toBe(36_500 * 86_400_000);
	});

	it.each([{ amount: -1 }, { amount: Number.NaN }])('a time limit of %j is refused', async (limit) => {
		expect((await failure({ options: { timeLimit: { limit } } })).message).toMatch(/"Time Limit"/);
	});

	it.each<[string, Partial<Execution>]>([['as a tool of an agent', { asTool: true }], ['under engine v2', { engineType: 'v2' }]])('%s it cannot wait: the error holds the link', async (_what, more) => {
		const error = await failure({}, more);
		expect(error.message).toMatch(/^Authentication needed/);
		expect(error.context.signInUrl).toBe(connection.registration.portalUrl);
		expect(await requests()).toEqual([]);
	});

	it('stops with an error and the link, if told so', async () => {
		const error = await failure({ ifNotSignedIn: 'stopWithError' });
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.description).toContain(connection.registration.portalUrl);
		expect(traces.acts).not.toContain('putExecutionToWait');
	});

	it('gives just the items of that person an error, where the node goes on after errors; else it fails with the link', async () => {
		await world.signIn(connection, 'bob');
		const parameters = { ifNotSignedIn: 'continueErrorOutput', user: (index: number) => ['alice@example.com', 'bob@example.com'][index] };
		const found = await execute(parameters, { items: [{ json: {} }, { json: {} }], continueOnFail: true });
		expect(found.map(({ json }) => json)).toEqual([expect.objectContaining({ error: expect.stringMatching(/^Authentication needed: alice/) }), { as: bob }]);
		expect((await failure({ ifNotSignedIn: 'continueErrorOutput' })).message).toMatch(/^Authentication needed/);
	});

	it('a set-up error is every item’s error where the node goes on after errors: the input never passes for our output', async () => {
		const found = await execute({ ifNotSignedIn: 'useServiceAccount' }, { items: [{ json: { canary: 1 } }, { json: { canary: 2 } }], continueOnFail: true });
		expect(found.map(({ json }) => Object.keys(json))).toEqual([['error'], ['error']]);
	});

	it('acts as the service account instead, where node and credential allow it', async () => {
		await world.signIn(connection, 'integration', 'service:account' as typeof alice);
		expect((await execute({ ifNotSignedIn: 'useServiceAccount' }))[0]!.json).toEqual({ as: 'the service account' });
		await world.register({ serviceAccountUse: 'explicit', serviceAccountLogin: 'integration@example.com' });
		expect((await failure({ ifNotSignedIn: 'useServiceAccount' })).message).toMatch(/as a fallback/);
	});

	it('never acts as the service account instead of a person where the credential requires individual users', async () => {
		await world.signIn(connection, 'integration', 'service:account' as typeof alice);
		await world.register({ individualUsers: 'required', serviceAccountUse: 'fallback', serviceAccountLogin: 'integration@example.com' });
		expect((await failure({ ifNotSignedIn: 'useServiceAccount' })).message).toMatch(/requires individual users/);
		expect(operated).toEqual([]);
	});

	it('waits for nobody while the trigger is not published', async () => {
		await world.vault.registrations.deactivate(owner);
		expect((await failure({})).message).toMatch(/not published/);
	});

	it('S40 waits at most twenty times for one person', async () => {
		for (let index = 0; index < 20; index++) await execute({}, { executionId: `e${index}` });
		expect((await failure({}, { executionId: 'one too many' })).message).toMatch(/20 flow runs wait already/);
	});

	it('S40 asks only so many people within an hour who never connected the app; with one too many it asks nobody', async () => {
		process.env.CONNECTED_APPS_NEW_PEOPLE_PER_HOUR = '3';
		const user = (index: number) => `made-up-${index}@example.com`;
		const { message, description } = await failure({ user }, { items: Array.from({ length: 4 }, () => ({ json: {} })) });
		expect([message, description]).toEqual([expect.stringMatching(/3 people within an hour/), expect.stringContaining('CONNECTED_APPS_NEW_PEOPLE_PER_HOUR')]);
		expect((await requests()).map(({ state }) => state)).toEqual(['closed', 'closed', 'closed']);
		expect(traces.waitTill).toBeUndefined();
		// Whoever has connected it once is asked all the same.
		const { grant } = await world.signIn(connection, 'alice');
		await world.vault.grants.end(grant!, 'invalidGrant', { revoke: false });
		await execute({}, { executionId: 'of alice' });
		expect(await world.vault.requests.listForExecution('of alice')).toHaveLength(1);
	});

	it('S38 does not start over after a call that may have been processed', async () => {
		await world.signIn(connection, 'alice');
		await world.signIn(connection, 'bob');
		const writes: string[] = [];
		const operation: Operation = async (_context, session, itemIndex) => {
			if (itemIndex === 1) {
				const grant = await world.vault.grants.find({ connectionId: connection.id, userKey: bob });
				await world.vault.grants.end(grant!, 'invalidGrant', { revoke: false });
			}
			writes.push(session.actsAs);
			await session.call('/services/data', { method: 'POST', timeoutMs: 200 });
			return [{}];
		};
		await world.fault({ match: { server: 'api' }, kind: 'hang' });
		await world.fault({ match: { server: 'api' }, kind: 'status', status: 401, body: [{ errorCode: 'INVALID_SESSION_ID', message: 'x' }] });
		const found = await execute({ user: (index: number) => ['alice@example.com', 'bob@example.com'][index] }, { items: [{ json: {} }, { json: {} }], continueOnFail: true }, operation);
		expect(writes).toEqual([alice, bob]);
		expect(found.map(({ json }) => typeof json.error)).toEqual(['string', 'string']);
	});
});
