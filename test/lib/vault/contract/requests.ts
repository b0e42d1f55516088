import type { StoredSignInRequest } from '../../../../lib/vault';
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

		it('opens one request for a node run, connection and user', async () => {
			const { request: opened, created } = await requests().open(request(), MANY);
			expect(created).toBe(true);
			expect(opened).toMatchObject({ ...run, ...key, state: 'open', timedOut: false, attempts: 0, workflowName: 'Quarterly report', answer: 'responseNode' });
			// Postgres reads its clock once for each of the two columns.
			expect(Math.round((opened.expiresAtMs! - opened.createdAtMs) / 1_000)).toBe((7 * DAY_MS) / 1_000);
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

		it('keeps what its node run wants of the sign-in, until the node asks for something else', async () => {
			const terms = { exactScopes: true, prompt: 'consent', endsOnFailure: true } as const;
			const { id, terms: kept } = await open({ scopes: ['a', 'b'], terms });
			expect(kept).toEqual(terms);
			expect(await requests().find(id)).toMatchObject({ scopes: ['a', 'b'], terms });
			expect((await open({ executionId: '101' })).terms).toEqual({});
			// Asked again while it is open: the row stays as it is.
			expect(await requests().open(request({ scopes: ['c'] }), MANY)).toMatchObject({ created: false, request: { id, scopes: ['a', 'b'], terms } });
			await requests().complete(key);
			const { request: again, created } = await requests().open(request({ terms: { prompt: 'none' } }), MANY);
			expect([created, again.id, again.scopes, again.terms]).toEqual([true, id, [], { prompt: 'none' }]);
		});

		it.each([
			['completed', false],
			['claimed', true],
		])('opens a %s request for a sign-in of its own anew, as any other', async (_state, isClaimed) => {
			const terms = { prompt: 'consent' } as const;
			const { id } = await open({ terms });
			await requests().complete(key);
			if (isClaimed) await requests().claim(run, 'p', 60_000);
			expect(await requests().open(request({ terms }), MANY)).toMatchObject({ created: true, request: { id, state: 'open', terms } });
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
	});
}
