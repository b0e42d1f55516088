import type { NewWait, NodeRun, StoredWait } from '../../../../lib/vault';
import { run } from './samples';
import { KEY, useVault, type MakePlace } from './setup';
import { deriveVaultKey } from '../../../../lib/vault';

const HOUR_MS = 3_600_000;
const topic = 'parcel:1';
const otherKeys = { current: deriveVaultKey('the key of another n8n'), previous: [] };

export function wait(more: Partial<NewWait> = {}): NewWait {
	return { ...run, topic, workflowId: 'w2', workflowName: 'Parcels', resumeUrl: 'http://127.0.0.1:5678/webhook-waiting/100?signature=resume-signature-one', limitMs: 0, ...more };
}

export function describeWaits(makePlace: MakePlace): void {
	describe('waits for something outside', () => {
		const under = useVault(makePlace);
		const waits = () => under.vault.waits;
		const park = async (each: StoredWait, checkInMs = HOUR_MS): Promise<void> => await waits().park([{ id: each.id, wakesSeen: each.wakes, checkInMs }]);
		const parked = async (more: Partial<NewWait> = {}, checkInMs = HOUR_MS): Promise<StoredWait> => {
			const opened = await waits().open(wait(more));
			await park(opened, checkInMs);
			return opened;
		};
		const states = async (executionId = run.executionId): Promise<string[]> => (await waits().listForExecution(executionId)).map(({ state }) => state);

		it('is the same wait when it is opened again, with the limit that it had; a new one once it was finished', async () => {
			const first = await waits().open(wait({ limitMs: HOUR_MS }));
			expect(first).toMatchObject({ ...run, topic, state: 'running', workflowId: 'w2', workflowName: 'Parcels', settled: false, expired: false, isDue: true, wakes: 0 });
			under.advance(HOUR_MS + 1);
			expect(await waits().open(wait({ limitMs: HOUR_MS }))).toMatchObject({ id: first.id, expired: true });
			await waits().finish(run);
			const anew = await waits().open(wait({ limitMs: HOUR_MS }));
			expect(anew).toMatchObject({ state: 'running', expired: false });
			expect(anew.id).not.toBe(first.id);
			expect(await waits().listForExecution(run.executionId)).toHaveLength(1);
		});

		it('is not due before its time, and then is', async () => {
			await parked();
			expect(await waits().listDue(10)).toEqual([]);
			expect(await waits().claim(run, 'p1', 1_000)).toBeUndefined();
			under.advance(HOUR_MS + 1);
			expect(await waits().listDue(10)).toEqual([run]);
			expect(await waits().claim(run, 'p1', 1_000)).toMatchObject([{ topic, state: 'resuming', isDue: true, attempts: 1 }]);
		});

		it('is due at its limit, if that comes first', async () => {
			await parked({ limitMs: 60_000 });
			under.advance(60_001);
			expect(await waits().listDue(10)).toEqual([run]);
			expect(await waits().takeUp(run)).toMatchObject([{ expired: true, isDue: true }]);
		});

		it('is due as soon as somebody wakes it, whatever else waits', async () => {
			await parked();
			await parked({ executionId: '200', topic: 'parcel:2' });
			expect(await waits().wake('parcel:unknown')).toBe(0);
			expect(await waits().wake(topic)).toBe(1);
			expect(await waits().listDue(10)).toEqual([run]);
			expect(await waits().takeUp(run)).toMatchObject([{ isDue: true, wakes: 1 }]);
		});

		it('loses no wake that comes while the node is at work', async () => {
			const looked = await waits().open(wait());
			await waits().wake(topic);
			await park(looked);
			expect(await waits().listDue(10)).toEqual([run]);
			const [again] = await waits().takeUp(run);
			await park(again!);
			expect(await waits().listDue(10)).toEqual([]);
			expect(await waits().listForExecution(run.executionId)).toMatchObject([{ isDue: false }]);
		});

		it('loses no wake that comes while the run is being resumed', async () => {
			const looked = await parked();
			await waits().wake(topic);
			await waits().claim(run, 'p1', 60_000);
			await waits().wake(topic);
			expect(await waits().listDue(10)).toEqual([]);
			await park({ ...looked, wakes: 1 });
			expect(await waits().listDue(10)).toEqual([run]);
		});

		it('tells which of several is to be looked at, and keeps the outcome of what is settled', async () => {
			const [first, second] = [await waits().open(wait()), await waits().open(wait({ topic: 'parcel:2' }))];
			await waits().settle(first, { status: 'delivered' });
			await park(second);
			await waits().wake(topic);
			expect(await waits().listDue(10)).toEqual([]);
			await waits().wake('parcel:2');
			expect(await waits().claim(run, 'p1', 60_000)).toMatchObject([{ topic: 'parcel:2' }]);
			const taken = await waits().takeUp(run);
			expect(taken.map(({ topic: name, settled, isDue }) => [name, settled, isDue]).sort()).toEqual([[topic, true, false], ['parcel:2', false, true]]);
			expect(await waits().openContent(taken.find(({ settled }) => settled)!)).toEqual({ resumeUrl: wait().resumeUrl, outcome: { status: 'delivered' } });
		});

		it('is claimed by one, again when the claim is over, and later when it was released', async () => {
			await parked({}, 0);
			const claims = await Promise.all(['p1', 'p2', 'p3'].map(async (owner) => await waits().claim(run, owner, 10_000)));
			expect(claims.filter((claimed) => claimed !== undefined)).toHaveLength(1);
			expect(await waits().listDue(10)).toEqual([]);
			under.advance(10_001);
			expect(await waits().listDue(10)).toEqual([run]);
			expect(await waits().claim(run, 'p4', 10_000)).toMatchObject([{ attempts: 2 }]);
			await waits().releaseClaim(run, 'p1', 0);
			expect(await states()).toEqual(['resuming']);
			await waits().releaseClaim(run, 'p4', 5_000);
			expect(await states()).toEqual(['waiting']);
			expect(await waits().claim(run, 'p4', 10_000)).toBeUndefined();
			under.advance(5_001);
			expect(await waits().claim(run, 'p4', 10_000)).toBeDefined();
		});

		it('nobody resumes a run that is at work or finished', async () => {
			await parked({}, 0);
			await waits().takeUp(run);
			under.advance(HOUR_MS);
			expect([await waits().listDue(10), await waits().claim(run, 'p1', 1_000)]).toEqual([[], undefined]);
			await waits().finish(run);
			expect([await waits().wake(topic), await waits().listDue(10), await waits().takeUp(run), await states()]).toEqual([0, [], [], ['finished']]);
		});

		it('keeps the runs of other nodes and executions apart', async () => {
			const others: NodeRun[] = [{ ...run, runIndex: 1 }, { ...run, nodeName: 'Another' }, { ...run, executionId: '200' }];
			for (const other of others) await parked(other, 0);
			await parked();
			await waits().finish(run);
			expect((await waits().listDue(10)).map((due) => JSON.stringify(due)).sort()).toEqual(others.map((due) => JSON.stringify(due)).sort());
		});

		it('knows whether some trigger goes on with waits', async () => {
			expect(await waits().isSwept(HOUR_MS)).toBe(false);
			await waits().noteSweeper('w1:n1');
			await waits().noteSweeper('w2:n2');
			expect(await waits().isSwept(HOUR_MS)).toBe(true);
			await waits().forgetSweeper('w1:n1');
			under.advance(HOUR_MS - 1_000);
			expect(await waits().isSwept(HOUR_MS)).toBe(true);
			under.advance(2_000);
			expect(await waits().isSwept(HOUR_MS)).toBe(false);
			await waits().noteSweeper('w2:n2');
			expect(await waits().isSwept(HOUR_MS)).toBe(true);
		});

		it('S12, S36: the resume URL and the outcome are sealed, and open in their own row only', async () => {
			const mine = await waits().open(wait());
			await waits().settle(mine, { status: 'canary-outcome' });
			const other = await waits().open(wait({ executionId: '200', resumeUrl: 'http://resume/200' }));
			const dump = await under.place.dump();
			for (const canary of ['resume-signature-one', 'canary-outcome', 'http://resume/200']) expect(dump).not.toContain(canary);
			const moved = waits().openContent({ ...other, sealedContent: mine.sealedContent });
			await expect(moved).rejects.toMatchObject({ code: 'vaultKeyWrong' });
			await expect(waits().openContent({ ...mine, topic: 'parcel:2' })).rejects.toMatchObject({ code: 'vaultKeyWrong' });
		});

		it('outlives a change of keys', async () => {
			await parked({}, 0);
			const rotated = await under.open({ keys: { current: otherKeys.current, previous: [KEY] } });
			expect(await rotated.rekey(10)).toBe(1);
			const newOnly = await under.open({ keys: otherKeys });
			const [claimed] = (await newOnly.waits.claim(run, 'p1', 1_000))!;
			expect(await newOnly.waits.openContent(claimed!)).toEqual({ resumeUrl: wait().resumeUrl });
		});

		it('counts a message once, however many processes hear it, and again after its time or when it did not work out', async () => {
			const others = [await under.open(), await under.open()];
			const heard = await Promise.all([under.vault, ...others].map(async ({ seen }) => await seen.first('message 1', HOUR_MS)));
			expect(heard.filter(Boolean)).toHaveLength(1);
			expect(await under.vault.seen.first('message 2', HOUR_MS)).toBe(true);
			await under.vault.seen.forget('message 1');
			expect([await under.vault.seen.first('message 1', HOUR_MS), await under.vault.seen.first('message 1', HOUR_MS)]).toEqual([true, false]);
			under.advance(HOUR_MS + 1);
			expect(await under.vault.seen.first('message 1', HOUR_MS)).toBe(true);
			await under.vault.prune({ finishedMs: 0, endedGrantsMs: 0, auditMs: 0 });
			expect(await under.place.query(`select count(*) as count from ${under.place.table('seen')}`)).toMatchObject([{ count: expect.anything() }]);
			expect(await under.vault.seen.first('message 1', HOUR_MS)).toBe(false);
		});

		it('is deleted some time after it ended, or after its limit if nobody ended it', async () => {
			const prune = async () => await under.vault.prune({ finishedMs: HOUR_MS, endedGrantsMs: HOUR_MS, auditMs: HOUR_MS });
			await waits().open(wait());
			await waits().finish(run);
			await waits().open(wait({ executionId: '200', limitMs: 1_000 }));
			await waits().open(wait({ executionId: '300' }));
			await prune();
			expect([await states(), await states('200')]).toEqual([['finished'], ['running']]);
			under.advance(HOUR_MS + 2_000);
			await prune();
			expect([await states(), await states('200'), await states('300')]).toEqual([[], [], ['running']]);
		});
	});
}
