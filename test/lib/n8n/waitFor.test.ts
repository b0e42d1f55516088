import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Connection } from '../../../lib/connections';
import { ConnectedAppsError } from '../../../lib/errors';
import { runUntilSettled } from '../../../lib/n8n';
import type { UserKey } from '../../../lib/types';
import type { NodeRun } from '../../../lib/vault';
import { play, RESUME_URL, useNodes, type Execution, type Traces } from '../../nodes/support/executing';

const HOUR_MS = 3_600_000;
const asAlice = { authentication: 'individualUser', user: 'alice@example.com', ifNotSignedIn: 'stopWithError' };
const run: NodeRun = { executionId: '1', nodeName: 'Salesforce', runIndex: 0 };

describe('a node that waits for something outside', () => {
	const world = useNodes();
	let connection: Connection;
	/** What has happened, by parcel; how often the node has looked. */
	let happened: Record<string, IDataObject | Error>;
	let looked: string[];
	let traces: Traces;
	beforeEach(async () => {
		connection = await world.register();
		await world.signIn(connection, 'alice');
		[happened, looked] = [{}, []];
		await world.vault.waits.noteSweeper('w:n');
	});

	const parcels = (...names: string[]): INodeExecutionData[] => names.map((parcel) => ({ json: { parcel } }));
	async function execute(items: INodeExecutionData[], more: Partial<Execution> = {}, limitMs = 7 * 24 * HOUR_MS): Promise<INodeExecutionData[]> {
		traces = play({ items, ...more, parameters: { ...asAlice, ...more.parameters } }, world.raw());
		const options = { credentialType: 'salesforceUserLoginOAuth2Api', isTokenRejected: async () => await Promise.resolve(false) };
		const [output] = await runUntilSettled(traces.context, options, async (context: IExecuteFunctions, _session, itemIndex) => {
			const parcel = String(context.getInputData()[itemIndex]!.json.parcel);
			return await Promise.resolve({
				topic: `parcel:${parcel}`,
				what: `parcel ${parcel}`,
				address: `https://parcels.example/${parcel}`,
				checkEveryMs: HOUR_MS,
				limitMs,
				publish: 'a Parcel Trigger',
				async check() {
					looked.push(parcel);
					const found = happened[parcel];
					if (found instanceof Error) throw found;
					return await Promise.resolve(found);
				},
			});
		});
		return output!;
	}
	/** The node's own vault has the machine's clock: what is kept moves instead. */
	const pass = async (ms: number) => await world.place.query(`update ${world.place.table('waits')} set check_at_ms = check_at_ms - ${ms}, expires_at_ms = expires_at_ms - ${ms}, due_at_ms = due_at_ms - ${ms}`);
	const states = async () => (await world.vault.waits.listForExecution('1')).map(({ state }) => state);
	const isDue = async () => (await world.vault.waits.listDue(10)).length > 0;

	it('goes on at once where it has happened already, and leaves no wait behind', async () => {
		happened.a = { status: 'delivered' };
		expect(await execute(parcels('a'))).toEqual([{ json: { status: 'delivered' }, pairedItem: { item: 0 } }]);
		expect([traces.waitTill, await states()]).toEqual([undefined, ['finished']]);
	});

	it('parks as the last thing, looks again when it is woken, and then goes on', async () => {
		expect(await execute(parcels('a'))).toEqual([{ json: { waitingFor: 'parcel a' }, pairedItem: { item: 0 } }]);
		expect(traces.waitTill?.getFullYear()).toBe(3000);
		expect(traces.acts.at(-1)).toBe('putExecutionToWait');
		expect([await states(), await isDue()]).toEqual([['waiting'], false]);
		happened.a = { status: 'delivered' };
		await world.vault.waits.wake('parcel:a');
		expect(await isDue()).toBe(true);
		expect(await execute(parcels('a'))).toEqual([{ json: { status: 'delivered' }, pairedItem: { item: 0 } }]);
		expect([looked, await states()]).toEqual([['a', 'a'], ['finished']]);
	});

	it('looks again by itself after the given time, not before', async () => {
		await execute(parcels('a'));
		await execute(parcels('a'));
		expect(looked).toEqual(['a']);
		await pass(HOUR_MS + 1);
		expect(await isDue()).toBe(true);
		await execute(parcels('a'));
		expect(looked).toEqual(['a', 'a']);
	});

	it('does not look again at what was settled while another item waits', async () => {
		happened.a = { status: 'delivered' };
		await execute(parcels('a', 'b', 'a'));
		happened.b = { status: 'lost' };
		await world.vault.waits.wake('parcel:b');
		expect(await execute(parcels('a', 'b', 'a'))).toEqual([
			{ json: { status: 'delivered' }, pairedItem: { item: 0 } },
			{ json: { status: 'lost' }, pairedItem: { item: 1 } },
			{ json: { status: 'delivered' }, pairedItem: { item: 2 } },
		]);
		expect(looked).toEqual(['a', 'b', 'b']);
	});

	it('fails with a word about the limit once that has passed, without looking too early', async () => {
		await execute(parcels('a'), {}, HOUR_MS / 2);
		await pass(HOUR_MS / 2 + 1);
		expect(await isDue()).toBe(true);
		await expect(execute(parcels('a'), {}, HOUR_MS / 2)).rejects.toMatchObject({ message: 'The time limit for parcel a has passed', context: { itemIndex: 0 } });
		expect([looked, await states()]).toEqual([['a'], ['finished']]);
	});

	it('with "continue on fail" remembers what failed while others wait', async () => {
		happened.a = new Error('no such parcel');
		await execute(parcels('a', 'b'), { continueOnFail: true });
		expect(await states()).toEqual(expect.arrayContaining(['waiting', 'running']));
		happened.b = { status: 'delivered' };
		await world.vault.waits.wake('parcel:b');
		expect(await execute(parcels('a', 'b'), { continueOnFail: true })).toEqual([
			{ json: { error: 'no such parcel' }, pairedItem: { item: 0 } },
			{ json: { status: 'delivered' }, pairedItem: { item: 1 } },
		]);
		expect(looked).toEqual(['a', 'b', 'b']);
	});

	it('an error ends the wait, so that nobody resumes a later pause of this execution for it', async () => {
		await execute(parcels('a'));
		happened.a = new Error('no such parcel');
		await world.vault.waits.wake('parcel:a');
		await expect(execute(parcels('a'))).rejects.toThrow('no such parcel');
		expect([await states(), await isDue()]).toEqual([['finished'], false]);
	});

	it.each([true, false])('an error before the look, such as a sign-in that is gone, ends the wait likewise (continue on fail: %s)', async (continueOnFail) => {
		await execute(parcels('a'));
		await world.vault.waits.wake('parcel:a');
		expect(await world.vault.waits.claim(run, 'sweeper', HOUR_MS)).toHaveLength(1);
		await world.vault.registrations.markDeleted(connection.id, 'admin@example.com' as UserKey);
		const going = execute(parcels('a'), { continueOnFail });
		if (continueOnFail) expect(await going).toMatchObject([{ json: { error: expect.stringContaining('was deleted by an administrator') } }]);
		else await expect(going).rejects.toThrow('was deleted by an administrator');
		await pass(2 * HOUR_MS);
		expect([looked, await states(), await isDue()]).toEqual([['a'], ['finished'], false]);
	});

	it('goes on waiting while the server is away, but fails if it was away at the first look', async () => {
		const away = new ConnectedAppsError('providerUnavailable', 'The parcel service does not answer');
		happened.a = away;
		await expect(execute(parcels('a'))).rejects.toThrow('does not answer');
		delete happened.a;
		await execute(parcels('a'));
		happened.a = away;
		await world.vault.waits.wake('parcel:a');
		expect(await execute(parcels('a'))).toMatchObject([{ json: { waitingFor: 'parcel a' } }]);
		expect(await states()).toEqual(['waiting']);
	});

	it('says what to publish where nothing would go on with it', async () => {
		await world.vault.waits.forgetSweeper('w:n');
		await expect(execute(parcels('a'))).rejects.toThrow('publish a Parcel Trigger');
		expect([traces.waitTill, await states()]).toEqual([undefined, ['finished']]);
		happened.a = { status: 'delivered' };
		expect(await execute(parcels('a'))).toMatchObject([{ json: { status: 'delivered' } }]);
	});

	it.each<[string, Partial<Execution>]>([
		['as a tool of an agent', { asTool: true }],
		['under engine v2', { engineType: 'v2' }],
	])('fails instead of waiting %s', async (_what, more) => {
		await expect(execute(parcels('a'), more)).rejects.toThrow('cannot wait here');
		expect(await states()).toEqual(['finished']);
	});

	it('answers a caller who waits that it takes longer', async () => {
		await execute(parcels('a'), { trigger: { name: 'Webhook', parameters: { responseMode: 'responseNode' } }, children: [{ type: 'n8n-nodes-base.respondToWebhook' }] });
		expect(traces.responses).toEqual([expect.objectContaining({ statusCode: 202, body: { waitingFor: ['parcel a'] } })]);
	});

	it('S36 shows n8n’s resume URL to nobody: not in the item, not in the editor, not in the database', async () => {
		const items = await execute(parcels('a'));
		expect(traces.metadata).toEqual([{ resumeUrl: 'https://parcels.example/a' }]);
		expect(JSON.stringify([items, traces.metadata, traces.responses])).not.toContain('signature');
		expect(await world.place.dump()).not.toContain('canary-resume-signature');
		const [wait] = await world.vault.waits.takeUp(run);
		expect((await world.vault.waits.openContent(wait!)).resumeUrl).toBe(RESUME_URL);
	});

	it('waits for the sign-in first, where the person is not signed in', async () => {
		await world.vault.grants.end({ connectionId: connection.id, userKey: 'alice@example.com' as never }, 'disconnected', { revoke: false });
		expect(await execute(parcels('a'), { parameters: { ifNotSignedIn: 'wait' } })).toMatchObject([{ json: { authentication: 'needed' } }]);
		expect([looked, await states()]).toEqual([[], []]);
	});
});
