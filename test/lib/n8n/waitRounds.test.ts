import { systemClock } from '../../../lib/clock';
import { WaitSweeper, type Runtime } from '../../../lib/n8n';
import type { NodeRun } from '../../../lib/vault';
import { owner, useWorld } from '../connections/support/world';
import { sqlitePlace } from '../vault/places/sqlite';
import { usePlayedN8n } from './support';

describe('a trigger that goes on with what waits', () => {
	const world = useWorld(sqlitePlace);
	const n8n = usePlayedN8n();
	let logged: string[];
	beforeEach(() => {
		logged = [];
	});

	const sweeper = () => {
		const runtime = { vault: world.vault, clock: systemClock, processId: 'p', config: { internalUrl: 'http://127.0.0.1:59997' } } as unknown as Runtime;
		return new WaitSweeper({ runtime, owner, logError: (message, error) => void logged.push(`${message}: ${String(error)}`) });
	};
	const runOf = (executionId: string): NodeRun => ({ executionId, nodeName: 'Parcels', runIndex: 0 });
	async function waiting(executionId: string, { base = n8n.url, checkInMs = 3_600_000 } = {}): Promise<void> {
		const wait = await world.vault.waits.open({ ...runOf(executionId), topic: `parcel:${executionId}`, workflowId: 'f', workflowName: 'Flow', resumeUrl: `${base}/webhook-waiting/${executionId}?signature=canary`, limitMs: 0 });
		await world.vault.waits.park([{ id: wait.id, wakesSeen: wait.wakes, checkInMs }]);
	}
	const wake = async (executionId: string) => await world.vault.waits.wake(`parcel:${executionId}`);
	const stateOf = async (executionId: string) => (await world.vault.waits.listForExecution(executionId))[0]?.state;

	it('resumes what was woken or is to be looked at again, once, and nothing else', async () => {
		await waiting('1');
		await waiting('2');
		await waiting('3', { checkInMs: 0 });
		await wake('1');
		await Promise.all([sweeper().tick(), sweeper().tick()]);
		await sweeper().tick();
		expect(n8n.resumed.sort()).toEqual(['1', '3']);
		expect([await stateOf('1'), await stateOf('2'), logged]).toEqual(['resuming', 'waiting', []]);
	});

	it.each<[string, number, unknown, string]>([
		['does not exist', 404, { message: 'The execution "1" does not exist.' }, 'finished'],
		['has finished', 409, { message: 'The execution "1 has finished already.' }, 'finished'],
		['token is refused', 401, { error: 'Invalid token' }, 'finished'],
		['still runs', 409, { message: 'The execution "1" is running already.' }, 'waiting'],
		['node refuses', 403, { message: 'This execution waits for a sign-in' }, 'waiting'],
		['server is broken', 502, {}, 'waiting'],
	])('an execution whose %s', async (_what, status, body, state) => {
		await waiting('1');
		await wake('1');
		n8n.answers['1'] = [status, body];
		await sweeper().tick();
		expect(await stateOf('1')).toBe(state);
		delete n8n.answers['1'];
		world.advance(10_000);
		await sweeper().tick();
		expect(n8n.resumed).toHaveLength(state === 'finished' ? 1 : 2);
	});

	it('tries a lost start again when the claim is over', async () => {
		await waiting('1', { checkInMs: 0 });
		await sweeper().tick();
		world.advance(61_000);
		await sweeper().tick();
		expect(n8n.resumed).toEqual(['1', '1']);
	});

	it('asks less and less often for what is refused', async () => {
		await waiting('1', { checkInMs: 0 });
		n8n.answers['1'] = [403, { message: 'This execution waits for a sign-in' }];
		const made = sweeper();
		for (let second = 0; second < 300; second += 2) {
			await made.tick();
			world.advance(2_000);
		}
		expect(n8n.resumed.length).toBeLessThan(12);
		expect(n8n.resumed.length).toBeGreaterThan(6);
	});

	it('S12 one that cannot be reached is logged without its address, and does not hold up the others', async () => {
		await waiting('1', { base: 'http://127.0.0.1:59996', checkInMs: 0 });
		await waiting('2', { checkInMs: 0 });
		await sweeper().tick();
		expect(n8n.resumed).toEqual(['2']);
		expect(logged).toEqual([expect.stringMatching(/59996 nor at http:\/\/127\.0\.0\.1:59997/)]);
		expect(logged.join()).not.toMatch(/canary|webhook-waiting/);
	});

	it('is counted on while it is published, also over a restart of n8n, and no longer', async () => {
		const made = sweeper();
		await made.tick();
		await made.stop(false);
		world.advance(60_000);
		expect(await world.vault.waits.isSwept(3_600_000)).toBe(true);
		await made.stop(true);
		expect(await world.vault.waits.isSwept(3_600_000)).toBe(false);
	});
});
