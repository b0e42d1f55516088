import type { NodeRun, StoredSignInRequest } from '../../../../lib/vault';
import { request, run } from './samples';
import { alice, bob, files, sales, useVault, type MakePlace } from './setup';

const key = { connectionId: sales, userKey: alice };
const DAY_MS = 24 * 3_600_000;
const MANY = 20;

export function describeRequests(makePlace: MakePlace): void {
	describe('sign-in requests', () => {
		const under = useVault(makePlace);
		const requests = () => under.vault.requests;
		const open = async (more: Parameters<typeof request>[0] = {}): Promise<StoredSignInRequest> => (await requests().open(request(more), MANY)).request;
		const states = async (which: NodeRun = run): Promise<string[]> => (await requests().listForNode(which)).map(({ state }) => state);

		it('opens one request for a node run, connection and user', async () => {
			const { request: opened, created } = await requests().open(request(), MANY);
			expect(created).toBe(true);
			expect(opened).toMatchObject({ ...run, ...key, state: 'open', timedOut: false, attempts: 0, workflowName: 'Quarterly report', answer: 'responseNode' });
			expect(opened.expiresAtMs! - opened.createdAtMs).toBe(7 * DAY_MS);
			expect(await requests().find(opened.id)).toMatchObject({ id: opened.id, usersHash: 'users-hash' });
			expect(await requests().openResumeUrl(opened)).toBe(request().resumeUrl);
			expect(await requests().find('unknown')).toBeUndefined();
		});

		it('gives the same request again when the node is tried again', async () => {
			const first = await open();
			const again = await requests().open(request(), MANY);
			expect(again).toMatchObject({ created: false, request: { id: first.id } });
			for (const other of [{ runIndex: 1 }, { nodeName: 'Other' }, { executionId: '101' }, { userKey: bob }, { connectionId: files }]) {
				expect((await open(other)).id).not.toBe(first.id);
			}
		});

		it('waits without limit where the node has none', async () => {
			expect((await open({ expiresInMs: 0 })).expiresAtMs).toBeUndefined();
			under.advance(1_000 * DAY_MS);
			expect(await requests().expireOverdue(10)).toEqual([]);
		});

		it.each<[string, (id: string) => Promise<unknown>]>([
			['completed', async () => await requests().complete(key)],
			['claimed', async () => [await requests().complete(key), await requests().claim(run, 'p', 60_000)]],
			['resumed', async () => [await requests().complete(key), await requests().claim(run, 'p', 60_000), await requests().markResumed(run)]],
			['closed', async () => await requests().close(run)],
		])('opens a request anew that had been %s, since the grant was lost again', async (_state, settle) => {
			const first = await open();
			await requests().bindBrowser(first.id, 'browser');
			await settle(first.id);
			under.advance(1_000);
			const { request: again, created } = await requests().open(request({ resumeUrl: 'http://resume/2' }), MANY);
			expect(created).toBe(true);
			expect(again).toMatchObject({ id: first.id, state: 'open', attempts: 0, timedOut: false });
			expect([again.browserHash, again.completedAtMs, again.claimOwner]).toEqual([undefined, undefined, undefined]);
			expect(again.createdAtMs).toBeGreaterThanOrEqual(first.createdAtMs + 1_000);
			expect(await requests().openResumeUrl(again)).toBe('http://resume/2');
		});

		it('tells a node that asks again after the limit that it has timed out', async () => {
			await open({ expiresInMs: 1_000 });
			under.advance(1_001);
			await requests().expireOverdue(10);
			expect(await requests().open(request(), MANY)).toMatchObject({ created: false, request: { state: 'timedOut', timedOut: true } });
			await requests().claim(run, 'p', 60_000);
			expect(await requests().open(request(), MANY)).toMatchObject({ created: false, request: { state: 'resuming', timedOut: true } });
		});

		it('S40: lets a person have only so many open requests', async () => {
			for (let i = 0; i < 3; i++) await requests().open(request({ executionId: `e${i}` }), 3);
			await expect(requests().open(request({ executionId: 'e3' }), 3)).rejects.toMatchObject({ code: 'tooManyRequests' });
			expect(await requests().open(request({ executionId: 'e0' }), 3)).toMatchObject({ created: false });
			expect((await requests().open(request({ executionId: 'e3', userKey: bob }), 3)).created).toBe(true);
			expect(await requests().countWaiting(alice, sales)).toBe(3);
			expect(await requests().countWaiting(alice, files)).toBe(0);
			await requests().complete(key);
			expect((await requests().open(request({ executionId: 'e3' }), 3)).created).toBe(true);
		});

		it('lists the newest request of an execution first', async () => {
			const first = await open();
			under.advance(10);
			const second = await open({ connectionId: files, nodeName: 'SharePoint' });
			expect((await requests().listForExecution('100')).map(({ id }) => id)).toEqual([second.id, first.id]);
			expect(await requests().listForExecution('none')).toEqual([]);
		});

		it('exchanges a hand-over code once, for the browser that brings it', async () => {
			const { id } = await open();
			await requests().setHandOver(id, 'code-0', 120_000);
			await requests().setHandOver(id, 'code-1', 120_000);
			expect(await requests().exchangeHandOver(id, 'code-0', 'thief')).toBe(false);
			expect(await requests().exchangeHandOver(id, 'code-1', 'browser-1')).toBe(true);
			expect(await requests().exchangeHandOver(id, 'code-1', 'browser-2')).toBe(false);
			expect((await requests().find(id))?.browserHash).toBe('browser-1');
		});

		it('refuses a hand-over code that has expired', async () => {
			const { id } = await open();
			await requests().setHandOver(id, 'code', 120_000);
			under.advance(120_001);
			expect(await requests().exchangeHandOver(id, 'code', 'browser')).toBe(false);
			expect((await requests().find(id))?.browserHash).toBeUndefined();
		});

		it('completes every open request of the person for the connection, wherever it waits', async () => {
			const first = await open();
			const second = await open({ executionId: '200' });
			const others = [await open({ userKey: bob }), await open({ connectionId: files })];
			const completed = await requests().complete(key);
			expect(completed.map(({ id }) => id).sort()).toEqual([first.id, second.id].sort());
			expect(completed.every(({ state, completedAtMs }) => state === 'completed' && completedAtMs !== undefined)).toBe(true);
			expect(await requests().complete(key)).toEqual([]);
			for (const { id } of others) expect((await requests().find(id))?.state).toBe('open');
		});

		it('claims a node run only when all of its requests are settled, and once', async () => {
			expect(await requests().claim(run, 'p1', 10_000)).toBeUndefined();
			await open();
			await open({ userKey: bob });
			await requests().complete(key);
			expect(await requests().claim(run, 'p1', 10_000)).toBeUndefined();
			await requests().complete({ connectionId: sales, userKey: bob });
			const claimed = await requests().claim(run, 'p1', 10_000);
			expect(claimed).toMatchObject([{ state: 'resuming', claimOwner: 'p1', attempts: 1 }, { state: 'resuming', claimOwner: 'p1' }]);
			expect(await requests().claim(run, 'p2', 10_000)).toBeUndefined();
			expect(await requests().claim(run, 'p1', 10_000)).toBeUndefined();
		});

		it('lets another claim the run when a claim was not finished in time', async () => {
			await open();
			await requests().complete(key);
			await requests().claim(run, 'p1', 10_000);
			expect(await requests().listDue(30_000, 10)).toEqual([]);
			under.advance(10_001);
			expect(await requests().listDue(30_000, 10)).toEqual([run]);
			expect(await requests().claim(run, 'p2', 10_000)).toMatchObject([{ claimOwner: 'p2', attempts: 2 }]);
			await requests().releaseClaim(run, 'p1', 0);
			expect(await states()).toEqual(['resuming']);
			await requests().markResumed(run, 'p1');
			expect(await states()).toEqual(['resuming']);
		});

		it('releases a claim to be tried again later', async () => {
			await open();
			await open({ userKey: bob, expiresInMs: 1_000 });
			under.advance(1_001);
			await requests().expireOverdue(10);
			await requests().complete(key);
			await requests().claim(run, 'p1', 60_000);
			await requests().releaseClaim(run, 'p1', 5_000);
			expect((await states()).sort()).toEqual(['completed', 'timedOut']);
			expect(await requests().listDue(0, 10)).toEqual([]);
			under.advance(5_001);
			expect(await requests().listDue(0, 10)).toEqual([run]);
			expect(await requests().claim(run, 'p2', 60_000)).toHaveLength(2);
		});

		it('is over when the execution took the resume', async () => {
			await open();
			await requests().complete(key);
			await requests().claim(run, 'p1', 60_000);
			await requests().markResumed(run, 'p1');
			expect(await states()).toEqual(['resumed']);
			under.advance(DAY_MS);
			expect(await requests().listDue(0, 10)).toEqual([]);
			expect(await requests().claim(run, 'p2', 60_000)).toBeUndefined();
		});

		it('is over when the node ran again by another way, whatever was claimed', async () => {
			await open();
			await requests().complete(key);
			await requests().markResumed(run);
			expect(await states()).toEqual(['resumed']);
		});

		it('keeps what the node opened anew when the one that resumed it reports late', async () => {
			await open();
			await requests().complete(key);
			await requests().claim(run, 'p1', 60_000);
			await open();
			await requests().complete(key);
			await requests().markResumed(run, 'p1');
			expect(await states()).toEqual(['completed']);
			expect(await requests().listDue(0, 10)).toEqual([run]);
		});

		it('does not wait for a user of the first round when the run waits again for another', async () => {
			await open();
			await open({ userKey: bob });
			await requests().complete(key);
			await requests().complete({ ...key, userKey: bob });
			await requests().claim(run, 'p1', 60_000);
			await requests().markResumed(run, 'p1');
			await open();
			expect(await requests().listDue(0, 10)).toEqual([]);
			await requests().complete(key);
			expect(await requests().listDue(0, 10)).toEqual([run]);
			expect(await requests().claim(run, 'p2', 60_000)).toHaveLength(1);
		});

		it('closes a run whose execution is gone', async () => {
			await open();
			await open({ userKey: bob });
			await requests().complete(key);
			await requests().close(run);
			expect(await states()).toEqual(['closed', 'closed']);
			expect(await requests().complete({ ...key, userKey: bob })).toEqual([]);
			expect(await requests().listDue(0, 10)).toEqual([]);
		});

		it('times out what passed its limit, oldest first and no more than asked for', async () => {
			const first = await open({ expiresInMs: 1_000 });
			const second = await open({ executionId: '200', expiresInMs: 2_000 });
			await open({ executionId: '300', expiresInMs: DAY_MS });
			under.advance(2_001);
			expect(await requests().expireOverdue(1)).toMatchObject([{ id: first.id, state: 'timedOut', timedOut: true }]);
			expect(await requests().expireOverdue(10)).toMatchObject([{ id: second.id }]);
			expect(await requests().expireOverdue(10)).toEqual([]);
			expect((await requests().listDue(30_000, 10)).map(({ executionId }) => executionId)).toEqual(['100', '200']);
			expect(await requests().claim(run, 'p', 1_000)).toMatchObject([{ state: 'resuming', timedOut: true }]);
		});

		it('finds due runs only when every request of them is settled', async () => {
			await open();
			await open({ userKey: bob });
			await open({ executionId: '200' });
			await requests().complete(key);
			expect(await requests().listDue(0, 10)).toEqual([{ ...run, executionId: '200' }]);
			await requests().complete({ ...key, userKey: bob });
			expect(await requests().listDue(0, 10)).toHaveLength(2);
			expect(await requests().listDue(0, 1)).toHaveLength(1);
		});

		it('leaves a run to the browser that is bound to it for a while', async () => {
			const { id } = await open();
			await requests().bindBrowser(id, 'browser');
			await requests().complete(key);
			expect(await requests().listDue(30_000, 10)).toEqual([]);
			expect(await requests().claim(run, 'the browser', 10_000)).toHaveLength(1);
			await requests().releaseClaim(run, 'the browser', 1_000);
			under.advance(29_000);
			expect(await requests().listDue(30_000, 10)).toEqual([]);
			under.advance(1_001);
			expect(await requests().listDue(30_000, 10)).toEqual([run]);
		});
	});
}
