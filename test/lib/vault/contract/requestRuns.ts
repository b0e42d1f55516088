import type { NodeRun, StoredSignInRequest } from '../../../../lib/vault';
import { request, run } from './samples';
import { alice, bob, files, sales, useVault, type MakePlace } from './setup';

const key = { connectionId: sales, userKey: alice };
const DAY_MS = 24 * 3_600_000;
const MANY = 20;

export function describeRequestRuns(makePlace: MakePlace): void {
	describe('node runs that wait', () => {
		const under = useVault(makePlace);
		const requests = () => under.vault.requests;
		const open = async (more: Parameters<typeof request>[0] = {}): Promise<StoredSignInRequest> => (await requests().open(request(more), MANY)).request;
		const states = async (which: NodeRun = run): Promise<string[]> => (await requests().listForNode(which)).map(({ state }) => state);

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

		it('lists what one sign-in completed, whatever became of it, and nothing of another sign-in, person or app', async () => {
			await open({ executionId: 'before' });
			await requests().complete(key);
			under.advance(1_000);
			const first = await open();
			under.advance(10);
			const second = await open({ executionId: '200' });
			const failed = await open({ executionId: '300', terms: { endsOnFailure: true } });
			await requests().fail(failed.id, 'signInDeclined');
			for (const more of [{ userKey: bob }, { connectionId: files }]) await open(more);
			const [completed] = await requests().complete(key);
			await open({ executionId: 'after' });
			await requests().close(second);
			const list = async (limit = MANY) => (await requests().listCompletedWith(completed!, limit)).map(({ id, state }) => [id, state]);
			expect(await list()).toEqual([[first.id, 'completed'], [second.id, 'closed']]);
			expect(await list(1)).toEqual([[first.id, 'completed']]);
			// Asked anew, it has nothing to do with that sign-in any more.
			await open({ executionId: '200' });
			expect(await list()).toEqual([[first.id, 'completed']]);
			expect(await requests().listCompletedWith({ ...key, completedAtMs: undefined }, MANY)).toEqual([]);
		});

		it('completes those of the open requests that are met, judged one by one', async () => {
			const plain = await open({ scopes: ['read'] });
			const exact = await open({ executionId: '200', scopes: ['write'], terms: { exactScopes: true } });
			const others = [await open({ userKey: bob }), await open({ connectionId: files })];
			const asked: unknown[] = [];
			expect(await requests().complete(key, (each) => !asked.push(each))).toEqual([]);
			expect(asked).toHaveLength(2);
			expect(asked).toEqual(expect.arrayContaining([{ id: plain.id, scopes: ['read'], terms: {} }, { id: exact.id, scopes: ['write'], terms: { exactScopes: true } }]));
			expect(await requests().complete(key, ({ terms }) => terms.exactScopes === true)).toMatchObject([{ id: exact.id, state: 'completed' }]);
			expect(await requests().complete(key, ({ id }) => id !== exact.id)).toMatchObject([{ id: plain.id }]);
			for (const { id } of others) expect((await requests().find(id))?.state).toBe('open');
		});

		it('ends the wait of a request that failed, once, and tells why until the node asks anew', async () => {
			const terms = { endsOnFailure: true };
			const { id, createdAtMs } = await open({ terms });
			const other = await open({ executionId: '200' });
			under.advance(1_000);
			expect(await requests().fail(id, 'signInDeclined')).toBe(true);
			expect(await requests().fail(id, 'interactionRequired')).toBe(false);
			const failed = (await requests().find(id))!;
			expect(failed).toMatchObject({ state: 'completed', failureCode: 'signInDeclined', timedOut: false });
			expect(failed.completedAtMs).toBeGreaterThanOrEqual(createdAtMs + 1_000);
			expect(await requests().find(other.id)).toMatchObject({ state: 'open', failureCode: undefined });
			expect(await requests().complete(key)).toMatchObject([{ id: other.id, failureCode: undefined }]);
			expect((await requests().find(id))?.failureCode).toBe('signInDeclined');
			expect(await requests().open(request({ terms }), MANY)).toMatchObject({ created: true, request: { id, state: 'open', failureCode: undefined, completedAtMs: undefined } });
			expect((await requests().complete(key))[0]).toMatchObject({ id, failureCode: undefined });
		});

		it.each<[string, () => Promise<unknown>]>([
			['signed in', async () => await requests().complete(key)],
			['timed out', async () => [under.advance(1_001), await requests().expireOverdue(10)]],
			['closed', async () => await requests().close(run)],
		])('does not fail a request that was %s meanwhile', async (_what, settle) => {
			const { id } = await open({ expiresInMs: 1_000 });
			await settle();
			const before = await requests().find(id);
			expect(await requests().fail(id, 'signInDeclined')).toBe(false);
			expect(await requests().find(id)).toEqual({ ...before, nowMs: expect.any(Number) });
			expect(await requests().fail('unknown', 'signInDeclined')).toBe(false);
		});

		it('resumes a run whose sign-in failed as one that was completed', async () => {
			const { id } = await open();
			await open({ userKey: bob });
			await requests().bindBrowser(id, 'browser');
			await requests().fail(id, 'signInDeclined');
			expect(await requests().claim(run, 'p1', 10_000)).toBeUndefined();
			await requests().complete({ ...key, userKey: bob });
			expect(await requests().listDue(30_000, 10)).toEqual([]);
			expect(await requests().listDue(0, 10)).toEqual([run]);
			under.advance(30_001);
			expect(await requests().listDue(30_000, 10)).toEqual([run]);
			expect(await requests().claim(run, 'p1', 10_000)).toMatchObject([{ failureCode: 'signInDeclined' }, { failureCode: undefined }]);
			expect(await requests().listDue(0, 10)).toEqual([]);
			await requests().releaseClaim(run, 'p1', 5_000);
			expect(await states()).toEqual(['completed', 'completed']);
			under.advance(5_001);
			expect(await requests().listDue(0, 10)).toEqual([run]);
			expect(await requests().claim(run, 'p2', 10_000)).toMatchObject([{ failureCode: 'signInDeclined', attempts: 2 }, {}]);
			await requests().markResumed(run, 'p2');
			expect(await requests().find(id)).toMatchObject({ state: 'resumed', failureCode: 'signInDeclined' });
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
