import { systemClock, type Clock } from '../../../lib/clock';
import { openSignInRequest, personalLinkFor, startSignIn, usersHashOf, type Connection } from '../../../lib/connections';
import { Sweeper, type Runtime } from '../../../lib/n8n';
import type { StoredSignInRequest } from '../../../lib/vault';
import { sha256 } from '../../../lib/vault';
import { alice, bob, otherOwner, owner, plainFetch, useWorld } from '../connections/support/world';
import { sqlitePlace } from '../vault/places/sqlite';
import { usePlayedN8n } from './support';

const ALL = ['authenticationNeeded', 'connected', 'disconnected', 'resumeFailed'];

describe('the sweeper', () => {
	const world = useWorld(sqlitePlace);
	const n8n = usePlayedN8n();
	let connection: Connection;
	let emitted: Record<string, unknown>[];
	let logged: string[];
	beforeEach(async () => {
		[emitted, logged] = [[], []];
		connection = await world.register();
	});

	const sweeper = (changes: { clock?: Clock; events?: string[]; as?: typeof owner; register?: () => Promise<Connection['id'][]> } = {}) => {
		const runtime = { vault: world.vault, clock: changes.clock ?? systemClock, processId: 'p', config: { internalUrl: 'http://127.0.0.1:59997' } } as unknown as Runtime;
		const made = new Sweeper({ runtime, fetch: plainFetch, owner: changes.as ?? owner, register: changes.register ?? (async () => await Promise.resolve([connection.id])), registerEveryMs: 30_000, events: new Set(changes.events ?? ALL), emit: (event) => void emitted.push(event), logError: (message, error) => void logged.push(`${message}: ${String(error)}`) });
		// Not started: ticks come from the test.
		Object.assign(made, { connectionIds: [connection.id], registerAtMs: Number.POSITIVE_INFINITY, pruneAtMs: Number.POSITIVE_INFINITY });
		return made;
	};
	async function waiting(executionId: string, { user = alice, bound = false, base = n8n.url, expiresInMs = 0 } = {}): Promise<StoredSignInRequest> {
		const request = await openSignInRequest(world.vault, connection, { run: { executionId, nodeName: 'Salesforce', runIndex: 0 }, userKey: user, workflowId: 'f', workflowName: 'Flow', answer: 'responseNode', usersHash: usersHashOf([user]), resumeUrl: `${base}/webhook-waiting/${executionId}/respond?signature=canary`, expiresInMs });
		if (bound) await world.vault.requests.bindBrowser(request.id, sha256('browser'));
		return request;
	}
	const complete = async (user = alice) => void (await world.vault.requests.complete({ connectionId: connection.id, userKey: user }));
	const stateOf = async ({ id }: StoredSignInRequest) => (await world.vault.requests.find(id))?.state;

	it('deletes within minutes what has expired, long before what is past its retention', async () => {
		const kept = async () => (await Promise.all(['transactions', 'links'].map(async (table) => await world.place.query(`select count(*) as n from ${world.place.table(table)}`)))).map(([row]) => Number(row!.n));
		const made = sweeper();
		await made.tick();
		await startSignIn(world.vault, connection, { purpose: 'connect', userKey: alice, browserHash: sha256('browser') }, plainFetch);
		await personalLinkFor(world.vault, connection, { purpose: 'request', userKey: alice, requestId: (await waiting('1')).id, ownerKey: 'workflow-1:node-1' });
		// The event brings a link of its own.
		await made.tick();
		expect(await kept()).toEqual([1, 2]);
		world.advance(16 * 60_000);
		await made.tick();
		expect(await kept()).toEqual([1, 2]);
		// Its own clock is the process's.
		Object.assign(made, { keepUpAtMs: 0 });
		await made.tick();
		expect(await kept()).toEqual([0, 0]);
		expect(logged).toEqual([]);
	});

	it('resumes what is complete, and nothing that still waits', async () => {
		const [done, open] = [await waiting('1'), await waiting('2', { user: bob })];
		await complete();
		await sweeper().tick();
		expect(n8n.resumed).toEqual(['1']);
		expect([await stateOf(done), await stateOf(open)]).toEqual(['resuming', 'open']);
		await sweeper().tick();
		expect(n8n.resumed).toEqual(['1']);
	});

	it('leaves a bound browser half a minute to fetch its own answer', async () => {
		await waiting('1', { bound: true });
		await complete();
		await sweeper().tick();
		world.advance(29_000);
		await sweeper().tick();
		expect(n8n.resumed).toEqual([]);
		world.advance(2_000);
		await sweeper().tick();
		expect(n8n.resumed).toEqual(['1']);
	});

	it('several sweepers at once resume a run once', async () => {
		for (const id of ['1', '2', '3']) await waiting(id);
		await complete();
		for (const made of [sweeper(), sweeper(), sweeper()]) await made.tick();
		await Promise.all([sweeper().tick(), sweeper().tick()]);
		expect(n8n.resumed.sort()).toEqual(['1', '2', '3']);
	});

	it('a run that several people keep waiting is resumed when the last of them is there', async () => {
		await waiting('1');
		await waiting('1', { user: bob });
		await complete();
		await sweeper().tick();
		expect(n8n.resumed).toEqual([]);
		await complete(bob);
		await sweeper().tick();
		expect(n8n.resumed).toEqual(['1']);
	});

	it.each<[string, number, unknown, string]>([
		['does not exist', 404, { message: 'The execution "1" does not exist.' }, 'closed'],
		['has finished', 409, { message: 'The execution "1 has finished already.' }, 'closed'],
		['token is refused', 401, { error: 'Invalid token' }, 'closed'],
		['still runs', 409, { message: 'The execution "1" is running already.' }, 'completed'],
		['node refuses', 403, { message: 'This execution waits for a sign-in' }, 'completed'],
		['server is broken', 502, {}, 'completed'],
	])('an execution whose %s', async (_what, status, body, state) => {
		const request = await waiting('1');
		await complete();
		n8n.answers['1'] = [status, body];
		await sweeper().tick();
		expect(await stateOf(request)).toBe(state);
		delete n8n.answers['1'];
		world.advance(10_000);
		await sweeper().tick();
		expect(n8n.resumed).toHaveLength(state === 'closed' ? 1 : 2);
	});

	it('a lost start is tried again when the claim is over', async () => {
		await waiting('1');
		await complete();
		await sweeper().tick();
		world.advance(61_000);
		await sweeper().tick();
		expect(n8n.resumed).toEqual(['1', '1']);
	});

	it('tells the owner once when an execution cannot be reached three times in a row, and goes on trying', async () => {
		await waiting('1', { base: 'http://127.0.0.1:59996' });
		await complete();
		const made = sweeper({ events: ['resumeFailed'] });
		for (let round = 0; round < 6; round++) {
			await made.tick();
			world.advance(61_000);
		}
		await made.tick();
		expect(emitted).toEqual([expect.objectContaining({ event: 'resumeFailed', user: alice, executionId: '1', node: 'Salesforce', reason: expect.stringMatching(/59996 nor at http:\/\/127\.0\.0\.1:59997/) })]);
		expect(JSON.stringify([emitted, logged])).not.toMatch(/canary|webhook-waiting/);
		expect(logged.length).toBeGreaterThanOrEqual(6);
	});

	it('one execution that cannot be reached does not hold up the others', async () => {
		await waiting('1', { base: 'http://127.0.0.1:59996' });
		await waiting('2');
		await complete();
		await sweeper().tick();
		expect(n8n.resumed).toEqual(['2']);
	});

	it('times out what waited too long, and resumes it so that the node can fail', async () => {
		const request = await waiting('1', { expiresInMs: 60_000 });
		world.advance(61_000);
		await sweeper().tick();
		expect(n8n.resumed).toEqual(['1']);
		expect(await world.vault.requests.find(request.id)).toMatchObject({ state: 'resuming', timedOut: true });
	});

	describe('events', () => {
		it('authentication needed carries a personal link that works once, and is emitted once', async () => {
			const request = await waiting('1');
			const made = sweeper();
			await made.tick();
			await made.tick();
			expect(emitted).toEqual([{ event: 'authenticationNeeded', eventId: expect.any(String), occurredAt: expect.any(String), user: alice, app: 'Salesforce', connectionName: 'salesforce', status: 'needsSignIn', workflow: { id: 'f', name: 'Flow' }, executionId: '1', node: 'Salesforce', signInUrl: expect.stringMatching(/\/sign-in\?link=/), linkValidUntil: expect.any(String) }]);
			const code = new URL(String(emitted[0]!.signInUrl)).searchParams.get('link')!;
			expect(await world.vault.links.take(sha256(code))).toMatchObject({ purpose: 'request', userKey: alice, requestId: request.id });
			expect(await world.vault.links.take(sha256(code))).toBeUndefined();
		});

		it('is not told any more to somebody who has signed in meanwhile', async () => {
			await waiting('1');
			await complete();
			await sweeper().tick();
			expect(emitted).toEqual([]);
		});

		it('that the trigger does not want are dropped', async () => {
			await waiting('1');
			await sweeper({ events: ['connected'] }).tick();
			await sweeper().tick();
			expect(emitted).toEqual([]);
		});

		it('S34 of one trigger never reach another', async () => {
			await waiting('1');
			await sweeper({ as: otherOwner }).tick();
			expect(emitted).toEqual([]);
			await sweeper().tick();
			expect(emitted).toHaveLength(1);
		});

		it('connected and disconnected tell user, app and account, and no link', async () => {
			await world.signIn(connection, 'alice');
			const made = sweeper();
			await made.tick();
			expect(emitted).toEqual([expect.objectContaining({ event: 'connected', user: alice, account: 'alice@example.com' })]);
			expect(JSON.stringify(emitted)).not.toMatch(/link=|token/i);
		});
	});

	it('works off revocations of its own connections', async () => {
		await world.signIn(connection, 'alice');
		await world.vault.grants.end({ connectionId: connection.id, userKey: alice }, 'disconnected', { revoke: true });
		const made = sweeper();
		await made.tick();
		await made.stop();
		expect(await world.vault.revocations.outcomeFor({ connectionId: connection.id, userKey: alice })).toBe('revoked');
	});

	it('a step that fails is logged and does not keep the others from working', async () => {
		await waiting('1');
		await complete();
		const made = sweeper({ register: async () => await Promise.reject(new Error('credential deleted')) });
		Object.assign(made, { registerAtMs: 0 });
		jest.spyOn(world.vault.requests, 'expireOverdue').mockRejectedValueOnce(new Error('database gone'));
		await made.tick();
		expect(logged).toEqual([expect.stringMatching(/registered again.*credential deleted/), expect.stringMatching(/database gone/)]);
		expect(n8n.resumed).toEqual(['1']);
	});

	it('goes on with its rounds where the machine’s clock is set back', async () => {
		let nowMs = Date.parse('2030-01-01T12:00:00Z');
		let registered = 0;
		const made = sweeper({ clock: { nowMs: () => nowMs }, register: async () => {
			registered++;
			return await Promise.resolve([connection.id]);
		} });
		Object.assign(made, { registerAtMs: 0 });
		await made.tick();
		await made.tick();
		expect(registered).toBe(1);
		nowMs -= 3 * 3_600_000;
		await made.tick();
		nowMs += 31_000;
		await made.tick();
		expect(registered).toBe(3);
	});

	it('S36 a personal link is not stored in clear, nor the resume URL', async () => {
		const request = await waiting('1');
		const link = await personalLinkFor(world.vault, connection, { purpose: 'request', userKey: alice, requestId: request.id, ownerKey: 'workflow-1:node-1' });
		const stored = await world.place.dump();
		expect(stored.includes(new URL(link).searchParams.get('link')!)).toBe(false);
		expect(stored.includes('canary')).toBe(false);
	});

	it('stops between two rounds and does nothing any more', async () => {
		const made = sweeper();
		made.start([connection.id]);
		await made.stop();
		await waiting('1');
		await complete();
		await new Promise((resolve) => setTimeout(resolve, 1_200));
		expect(n8n.resumed).toEqual([]);
	});
});
