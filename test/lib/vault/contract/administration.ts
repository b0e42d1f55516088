import type { ConnectionId, UserKey } from '../../../../lib/types';
import type { NewSignInRequest, Registration } from '../../../../lib/vault';
import { account, client, owner, registration, request, revoking, run, tokens } from './samples';
import { alice, bob, files, KEY, sales, useVault, type MakePlace } from './setup';
import { deriveVaultKey } from '../../../../lib/vault';

const carol = 'carol@example.com' as UserKey;
const other = { workflowId: 'w9', workflowName: 'Another portal', nodeId: 'n9', nodeName: 'Trigger 2' };
const DAY_MS = 24 * 3_600_000;

/** What an administrator sees and does: lists, numbers, and marks on a connection. */
export function describeAdministration(makePlace: MakePlace): void {
	describe('connections as an administrator changes them', () => {
		const under = useVault(makePlace);
		const register = async (more: Partial<Registration> = {}) => await under.vault.registrations.register(registration(more), 'proof', client);
		const portal = { id: 'portal-1', mode: 'portal', signInMethod: 'openId' } as const;

		it('are listed by their portal, whichever trigger offers them and whether it still does', async () => {
			const first = await register({ portal });
			const second = await register({ claimKey: 'claim-files', connectionName: 'files', owner: other, portal: { ...portal, mode: 'connectionsOnly' } });
			await register({ claimKey: 'claim-alone', connectionName: 'alone' });
			await register({ claimKey: 'claim-elsewhere', connectionName: 'elsewhere', portal: { ...portal, id: 'portal-2' } });
			await under.vault.registrations.deactivate(other);
			const listed = await under.vault.registrations.listByPortal('portal-1');
			expect(listed.map(({ id, active, portal: of }) => [id, active, of?.mode])).toEqual([
				[second.id, false, 'connectionsOnly'],
				[first.id, true, 'portal'],
			]);
			// A trigger that has left its portal is found there no more.
			await register();
			expect((await under.vault.registrations.listByPortal('portal-1')).map(({ id }) => id)).toEqual([second.id]);
			expect(await under.vault.registrations.listByPortal('portal')).toEqual([]);
		});

		it('keep the words that they were given over registering again, until those are taken away', async () => {
			const { registrations } = under.vault;
			const { id } = await register();
			await registrations.rename(id, { appName: 'Our “sales” data 💼' });
			expect(await registrations.find(id)).toMatchObject({ appName: 'Our “sales” data 💼', appDescription: 'Accounts and reports', asRegistered: { appName: 'Salesforce', appDescription: 'Accounts and reports' } });
			await register({ appDescription: 'Reports' });
			expect(await registrations.findByClaim('claim-sales')).toMatchObject({ appName: 'Our “sales” data 💼', appDescription: 'Reports', asRegistered: { appName: 'Salesforce', appDescription: 'Reports' } });
			await registrations.rename(id, { appDescription: '' });
			expect(await registrations.find(id)).toMatchObject({ appName: 'Salesforce', appDescription: '' });
			await registrations.rename(id, {});
			const found = await registrations.find(id);
			expect([found?.appName, found?.appDescription, found?.asRegistered]).toEqual(['Salesforce', 'Reports', undefined]);
			// Words are no part of what the client's secret is sealed for.
			await registrations.rename(id, { appName: 'x' });
			expect(await registrations.openClient((await registrations.find(id))!)).toEqual(client);
		});

		it('stay deleted however often they register, and whoever does it, until they are allowed again', async () => {
			const { registrations } = under.vault;
			const { id } = await register();
			expect(await registrations.allowAgain(id)).toBe(false);
			expect(await registrations.markDeleted(id, alice)).toBe(true);
			const marked = (await registrations.find(id))!;
			expect(marked).toMatchObject({ active: false, deletedBy: alice, deletedAtMs: expect.any(Number), inactiveSinceMs: expect.any(Number) });
			under.advance(1_000);
			expect(await registrations.markDeleted(id, bob)).toBe(false);
			expect(await registrations.find(id)).toMatchObject({ deletedBy: alice, deletedAtMs: marked.deletedAtMs });

			expect(await register()).toMatchObject({ id, active: false, deletedBy: alice });
			await expect(register({ owner: other })).rejects.toMatchObject({ code: 'connectionInactive', message: expect.stringContaining('deleted by an administrator') });
			expect(await registrations.listActiveByClient('client-1')).toEqual([]);
			expect((await registrations.listByOwner(owner)).map((one) => one.deletedBy)).toEqual([alice]);
			under.advance(400 * DAY_MS);
			await under.vault.prune({ finishedMs: 1, endedGrantsMs: 1, auditMs: 1 });
			expect(await register()).toMatchObject({ active: false });

			expect(await registrations.allowAgain(id)).toBe(true);
			expect(await registrations.allowAgain(id)).toBe(false);
			const allowed = (await registrations.find(id))!;
			expect([allowed.active, allowed.deletedAtMs, allowed.deletedBy]).toEqual([false, undefined, undefined]);
			expect(await register()).toMatchObject({ id, active: true });
		});

		it('of nobody cannot be marked, and marking one leaves the others alone', async () => {
			const { registrations } = under.vault;
			const [{ id }, kept] = [await register(), await register({ claimKey: 'claim-files', connectionName: 'files' })];
			expect([await registrations.markDeleted('nothing' as ConnectionId, alice), await registrations.allowAgain('nothing' as ConnectionId)]).toEqual([false, false]);
			await registrations.markDeleted(id, alice);
			expect(await registrations.find(kept.id)).toMatchObject({ active: true, deletedAtMs: undefined });
		});
	});

	describe('grants as an administrator looks at them', () => {
		const under = useVault(makePlace);
		const save = async (userKey: UserKey, connectionId = sales) => await under.vault.grants.save({ connectionId, userKey }, tokens(userKey), account, revoking);
		const end = async (userKey: UserKey, reason: 'disconnected' | 'reauthorize' | 'expiredIdle', connectionId = sales) => await under.vault.grants.end({ connectionId, userKey }, reason, { revoke: false });

		it('are counted by what has become of them', async () => {
			const { grants } = under.vault;
			for (const name of ['a', 'b', 'c', 'd', 'e']) await save(name as UserKey);
			await save(alice, files);
			await grants.recordFailure({ connectionId: sales, userKey: 'a' as UserKey }, 1, 'providerUnavailable', 1_000);
			await end('c' as UserKey, 'disconnected');
			await end('d' as UserKey, 'expiredIdle');
			await end('e' as UserKey, 'reauthorize');
			const tallies = await grants.tally([sales, files, 'connection-of-nobody' as ConnectionId]);
			expect(tallies.sort((x, y) => x.connectionId.localeCompare(y.connectionId))).toEqual([
				{ connectionId: files, active: 1, needSignIn: 0, failing: 0 },
				{ connectionId: sales, active: 2, needSignIn: 2, failing: 1 },
			]);
			expect(await grants.tally([])).toEqual([]);
			expect([await grants.countActive(sales), await grants.countActive(files), await grants.countActive('x' as ConnectionId)]).toEqual([2, 1, 0]);
		});

		it('are listed by person, each once, page by page, those that have ended among them', async () => {
			const { grants } = under.vault;
			await save(alice);
			under.advance(5_000);
			const last = await save(alice, files);
			await save(bob);
			await save(carol, 'connection-elsewhere' as ConnectionId);
			await end(bob, 'disconnected');
			const which = { connectionIds: [sales, files] };
			const everybody = await grants.listUsers(which, 10);
			expect(everybody).toMatchObject([
				{ userKey: alice, active: 2, connections: 2, lastUsedAtMs: last.lastUsedAtMs },
				{ userKey: bob, active: 0, connections: 1 },
			]);
			expect(await grants.listUsers(which, 1)).toEqual(everybody.slice(0, 1));
			expect(await grants.listUsers({ ...which, after: alice }, 1)).toEqual(everybody.slice(1));
			expect(await grants.listUsers({ ...which, after: bob }, 1)).toEqual([]);
			expect(await grants.listUsers({ connectionIds: [] }, 10)).toEqual([]);
		});

		// Whatever the database's collation makes of the order: a page begins after the last one of the page before.
		it('leave nobody out between pages, whatever their names are made of', async () => {
			const { grants } = under.vault;
			const names = ['a', 'B', 'b', 'Ä', 'ä', 'z', 'Z_1', 'Z%1', 'Z\\1', '-1', '00Q', 'é', 'e', 'ß', '日本', '💼', "o'neil", 'a b', 'a-b', 'ab'].map((name) => name as UserKey);
			for (const name of names) await save(name);
			const [users, rows]: string[][] = [[], []];
			for (let after: UserKey | undefined; users!.length <= names.length; ) {
				const page = await grants.listUsers({ connectionIds: [sales], after }, 3);
				users!.push(...page.map(({ userKey }) => userKey));
				after = page.at(-1)?.userKey;
				if (page.length < 3) break;
			}
			for (let after = '' as UserKey; rows!.length <= names.length; ) {
				const page = await grants.listPage(sales, after, 3);
				rows!.push(...page.map(({ userKey }) => userKey));
				if (page.length < 3) break;
				after = page.at(-1)!.userKey;
			}
			expect(users!.toSorted()).toEqual(names.toSorted());
			expect(rows!.toSorted()).toEqual(names.toSorted());
		});

		it.each([
			['ALICE@', [alice]],
			['example', [alice, bob]],
			['%', ['100%_sure\\']],
			['_', ['100%_sure\\']],
			['\\', ['100%_sure\\']],
			["' or 1=1 --", []],
			['Änne', ['Änne']],
			['änne', ['Änne']],
			['ÄNNE', ['Änne']],
			// As a keyboard of another system types it: the letter and its dots apart.
			['A\u0308nne', ['Änne']],
		])('are found by a part of the name: %s', async (search, expected) => {
			for (const name of [alice, bob, '100%_sure\\', 'Änne']) await save(name as UserKey);
			expect((await under.vault.grants.listUsers({ connectionIds: [sales], search }, 10)).map(({ userKey }) => userKey)).toEqual(expected);
		});

		it('come with all that a grant has, by connection, beginning after a person', async () => {
			await save(alice);
			await save(bob);
			await save(carol, files);
			const found = await under.vault.grants.find({ connectionId: sales, userKey: bob });
			expect(await under.vault.grants.listPage(sales, alice, 10)).toEqual([{ ...found, nowMs: expect.any(Number) }]);
			expect((await under.vault.grants.listPage(sales, '' as UserKey, 1)).map(({ userKey }) => userKey)).toEqual([alice]);
		});

		it('are used in one transaction, each by itself', async () => {
			const { grants, usage } = under.vault;
			await save(alice);
			await save(bob);
			await grants.recordUses([
				{ key: { connectionId: sales, userKey: alice }, count: 2, use: { workflowId: 'w1', workflowName: 'A' } },
				{ key: { connectionId: sales, userKey: bob }, count: 5, use: { workflowName: 'of no workflow' } },
				{ key: { connectionId: sales, userKey: carol }, count: 7, use: { workflowId: 'w1' } },
			]);
			expect(await grants.find({ connectionId: sales, userKey: alice })).toMatchObject({ useCount: 2, lastUse: { workflowName: 'A' } });
			expect(await grants.find({ connectionId: sales, userKey: bob })).toMatchObject({ useCount: 5 });
			expect(await grants.find({ connectionId: sales, userKey: carol })).toBeUndefined();
			expect(await usage.listByUser(bob, [sales], 10)).toEqual([]);
			await grants.recordUses([]);
		});
	});

	describe('grants that the clocks end', () => {
		const under = useVault(makePlace);
		const clocks = { idleMs: 30 * DAY_MS, idleSoonMs: 3 * DAY_MS, absoluteMs: 0, absoluteSoonMs: 0 };
		const key = { connectionId: sales, userKey: alice };
		const expiring = async (more: Partial<typeof clocks> = {}, limit = 10) => (await under.vault.grants.listExpiring(sales, { ...clocks, ...more }, limit)).map(({ userKey }) => userKey);
		beforeEach(async () => {
			await under.vault.grants.save(key, tokens(), account, revoking);
		});

		it('are listed when their end is near, until it was told, and again when it is over', async () => {
			const { grants } = under.vault;
			expect(await expiring()).toEqual([]);
			under.advance(27 * DAY_MS + 1_000);
			expect(await expiring()).toEqual([alice]);
			const endsAtMs = (await grants.find(key))!.lastUsedAtMs + clocks.idleMs;
			expect(await grants.markExpiryTold(key, endsAtMs)).toBe(true);
			expect(await grants.markExpiryTold(key, endsAtMs)).toBe(false);
			expect(await expiring()).toEqual([]);
			under.advance(3 * DAY_MS);
			expect(await expiring()).toEqual([alice]);
			await grants.end(key, 'expiredIdle', { revoke: false });
			expect(await expiring()).toEqual([]);
		});

		it('are told anew once a use has moved their end', async () => {
			const { grants } = under.vault;
			under.advance(28 * DAY_MS);
			await grants.markExpiryTold(key, (await grants.find(key))!.lastUsedAtMs + clocks.idleMs);
			await grants.recordUse(key, 1, { workflowId: 'w' });
			expect(await expiring()).toEqual([]);
			under.advance(28 * DAY_MS);
			expect(await expiring()).toEqual([alice]);
			expect(await grants.markExpiryTold(key, (await grants.find(key))!.lastUsedAtMs + clocks.idleMs)).toBe(true);
		});

		it('by the longest time do not wait for the idle one, and without clocks nobody is listed', async () => {
			const { grants } = under.vault;
			const both = { absoluteMs: 40 * DAY_MS, absoluteSoonMs: 3 * DAY_MS };
			under.advance(20 * DAY_MS);
			await grants.recordUse(key, 1, {});
			under.advance(18 * DAY_MS);
			await grants.recordUse(key, 1, {});
			expect(await expiring()).toEqual([]);
			expect(await expiring(both)).toEqual([alice]);
			expect(await expiring({ idleMs: 0, absoluteMs: 0 })).toEqual([]);
			await grants.save({ connectionId: sales, userKey: bob }, tokens('bob'), account, revoking);
			under.advance(40 * DAY_MS);
			expect((await expiring(both)).toSorted()).toEqual([alice, bob]);
			expect(await expiring(both, 1)).toHaveLength(1);
		});
	});

	describe('requests as an administrator looks at them', () => {
		const under = useVault(makePlace);
		const open = async (executionId: string, more: Partial<NewSignInRequest> = {}) => {
			under.advance(1_000);
			return (await under.vault.requests.open(request({ executionId, ...more }), 20)).request;
		};

		it('are listed and counted while they are open, the one that waits longest first', async () => {
			const { requests } = under.vault;
			const first = await open('1');
			const ofBob = await open('2', { userKey: bob });
			const elsewhere = await open('3', { connectionId: files });
			const closed = await open('4');
			const failed = await open('5');
			await requests.close(request({ executionId: closed.executionId }));
			expect(await requests.fail(failed.id, 'connectionInactive')).toBe(true);
			const ids = async (of: Parameters<typeof requests.listOpen>[0], limit = 10) => (await requests.listOpen(of, limit)).map(({ id }) => id);
			expect(await ids({ connectionIds: [sales, files] })).toEqual([first.id, ofBob.id, elsewhere.id]);
			expect(await ids({ connectionIds: [sales] }, 1)).toEqual([first.id]);
			expect(await ids({ connectionIds: [sales, files], userKey: alice })).toEqual([first.id, elsewhere.id]);
			expect(await ids({ connectionIds: [] })).toEqual([]);
			expect(await ids({ userKey: alice })).toEqual([first.id, elsewhere.id]);
			expect((await requests.countOpen([sales, files, 'x' as ConnectionId])).sort((a, b) => b.waiting - a.waiting)).toEqual([
				{ connectionId: sales, waiting: 2 },
				{ connectionId: files, waiting: 1 },
			]);
			expect(await requests.countOpen([])).toEqual([]);
			await requests.complete({ connectionId: sales, userKey: alice });
			expect(await ids({ connectionIds: [sales] })).toEqual([ofBob.id]);
		});

		it('tell together which scopes a sign-in has to bring', async () => {
			const { requests } = under.vault;
			const key = { connectionId: sales, userKey: alice };
			expect(await requests.scopesWaitedFor(key)).toEqual([]);
			await open('1', { scopes: ['a', 'b'] });
			await open('2', { scopes: ['b', 'c'] });
			await open('3', { scopes: ['of bob'], userKey: bob });
			await open('4', { scopes: ['of files'], connectionId: files });
			expect((await requests.scopesWaitedFor(key)).toSorted()).toEqual(['a', 'b', 'c']);
			await requests.complete(key, ({ scopes }) => scopes.includes('c'));
			expect((await requests.scopesWaitedFor(key)).toSorted()).toEqual(['a', 'b']);
		});
	});

	describe('usage', () => {
		const under = useVault(makePlace);
		const use = async (userKey: UserKey, count: number, workflowId: string, workflowName?: string, connectionId = sales) => {
			under.advance(1_000);
			await under.vault.grants.recordUse({ connectionId, userKey }, count, { workflowId, workflowName });
		};
		beforeEach(async () => {
			for (const userKey of [alice, bob]) for (const connectionId of [sales, files]) await under.vault.grants.save({ connectionId, userKey }, tokens(userKey), account, revoking);
		});

		it('adds up by person and by workflow, the last used one first', async () => {
			const { usage } = under.vault;
			await use(alice, 2, 'w1', 'Report');
			await use(alice, 3, 'w2', 'Contracts', files);
			await use(bob, 4, 'w1', 'Report');
			await use(alice, 1, 'w1', 'Report');
			expect(await usage.listByUser(alice, [sales, files], 10)).toEqual([
				{ connectionId: sales, userKey: alice, workflowId: 'w1', workflowName: 'Report', useCount: 3, lastUsedAtMs: expect.any(Number) },
				{ connectionId: files, userKey: alice, workflowId: 'w2', workflowName: 'Contracts', useCount: 3, lastUsedAtMs: expect.any(Number) },
			]);
			expect(await usage.listByUser(alice, [files], 10)).toHaveLength(1);
			expect(await usage.listByUser(alice, [sales, files], 1)).toMatchObject([{ workflowId: 'w1' }]);
			expect(await usage.listByUser(alice, [], 10)).toEqual([]);
			expect(await usage.listByWorkflow([sales, files], 10)).toEqual([
				{ connectionId: sales, workflowId: 'w1', workflowName: 'Report', users: 2, useCount: 7, lastUsedAtMs: expect.any(Number) },
				{ connectionId: files, workflowId: 'w2', workflowName: 'Contracts', users: 1, useCount: 3, lastUsedAtMs: expect.any(Number) },
			]);
			expect(await usage.listByWorkflow([files], 10)).toHaveLength(1);
			expect(await usage.listByWorkflow([sales, files], 1)).toMatchObject([{ workflowId: 'w1' }]);
			expect(await usage.listByWorkflow([], 10)).toEqual([]);
		});

		it('calls a workflow as it was called when it was used last, whoever used it before', async () => {
			await use(alice, 1, 'w1', 'Zebra report');
			await use(bob, 1, 'w1', 'Annual report');
			expect(await under.vault.usage.listByWorkflow([sales], 10)).toMatchObject([{ workflowName: 'Annual report', users: 2 }]);
			await use(alice, 1, 'w1', 'Mid-year report');
			expect(await under.vault.usage.listByWorkflow([sales], 10)).toMatchObject([{ workflowName: 'Mid-year report', users: 2 }]);
			expect(await under.vault.usage.listByUser(alice, [sales], 10)).toMatchObject([{ workflowName: 'Mid-year report', useCount: 2 }]);
		});

		it('is kept as long as the audit log', async () => {
			await use(alice, 1, 'w1', 'Report');
			under.advance(10_000);
			await use(bob, 1, 'w1', 'Report');
			await under.vault.prune({ finishedMs: DAY_MS, endedGrantsMs: DAY_MS, auditMs: 5_000 });
			expect(await under.vault.usage.listByWorkflow([sales], 10)).toMatchObject([{ users: 1 }]);
			expect(await under.vault.usage.listByUser(alice, [sales], 10)).toEqual([]);
		});
	});

	describe('the audit log of connections', () => {
		const under = useVault(makePlace);

		it('tells the newest entries of these connections first, with whoever did it', async () => {
			const { audit } = under.vault;
			await audit.add({ type: 'connected', connectionId: sales, userKey: alice });
			under.advance(1_000);
			await audit.add({ type: 'administered', connectionId: files, userKey: alice, actor: bob, detail: 'Must sign in again' });
			await audit.add({ type: 'sessionEnded', userKey: alice, actor: bob });
			await audit.add({ type: 'connected', connectionId: 'elsewhere' as ConnectionId, userKey: alice });
			expect(await audit.listByConnections([sales, files], 10)).toEqual([
				{ type: 'administered', connectionId: files, userKey: alice, actor: bob, detail: 'Must sign in again', use: undefined, atMs: expect.any(Number) },
				{ type: 'connected', connectionId: sales, userKey: alice, actor: undefined, detail: undefined, use: undefined, atMs: expect.any(Number) },
			]);
			expect(await audit.listByConnections([sales, files], 1)).toMatchObject([{ type: 'administered' }]);
			expect(await audit.listByConnections([], 10)).toEqual([]);
			expect(await audit.listByUser(alice, 10)).toHaveLength(4);
		});
	});

	describe('what is left to seal anew', () => {
		const under = useVault(makePlace);

		it('is told row by row, and what nobody can open apart from it', async () => {
			const { vault } = under;
			expect(await vault.rekeyProgress()).toEqual({ left: 0, unreadable: 0 });
			for (const userKey of [alice, bob]) await vault.grants.save({ connectionId: sales, userKey }, tokens(userKey), account, revoking);
			await vault.requests.open(request(), 20);
			await vault.waits.open({ ...run, topic: 'envelope:1', workflowId: 'w', workflowName: 'n', resumeUrl: 'http://127.0.0.1:9/', limitMs: 0 });
			await vault.identities.put('id', { userKey: alice, person: { issuer: 'https://id.example.com', subject: 's' } }, DAY_MS);
			await vault.outbox.add({ ownerKey: 'w:n', type: 'connected', payload: {} });
			await under.place.query(`update ${under.place.table('grants')} set sealed_tokens = 'rubbish' where user_key = '${bob}'`);
			const rotated = await under.open({ keys: { current: deriveVaultKey('the next key'), previous: [KEY] } });
			expect(await rotated.rekeyProgress()).toEqual({ left: 6, unreadable: 0 });
			expect(await rotated.rekey(100)).toBe(5);
			expect(await rotated.rekeyProgress()).toEqual({ left: 0, unreadable: 1 });
			expect(await rotated.identities.find('id', DAY_MS)).toMatchObject({ userKey: alice });
		});
	});
}
