import type { Connection } from '../../../../lib/connections';
import type { UserKey } from '../../../../lib/types';
import { alice, bob, PORTAL_URL } from '../../connections/support/world';
import { ADMIN, PORTAL_ID, useAdministration } from './administration';

describe('What administrators do is written down with whom and what it concerns', () => {
	const portal = useAdministration();
	const { world, signedIn } = portal;
	const logOf = async (userKey: UserKey) => await world.vault.audit.listByUser(userKey, 20);
	const logOfConnections = async (...of: Connection[]) => await world.vault.audit.listByConnections(of.map(({ id }) => id), 50);

	it('a session that was ended: whose it was', async () => {
		const [admin] = [await signedIn('alice'), await signedIn('bob')];
		const [session] = await world.vault.sessions.listByUser(PORTAL_ID, bob);
		const page = await admin.visit(`${ADMIN}?show=sessions`);
		await admin.press(page, 'session', session!.idHash);
		expect((await logOf(bob)).filter(({ type }) => type === 'sessionEnded')).toEqual([expect.objectContaining({ userKey: bob, actor: alice })]);
		// Pressed again, it ends nothing and says nothing.
		await admin.press(page, 'session', session!.idHash);
		expect((await logOf(bob)).filter(({ type }) => type === 'sessionEnded')).toHaveLength(1);
		expect((await admin.visit(`${ADMIN}?show=person&user=bob%40example.com`)).html).toContain('Sign-in ended');
	});

	it('somebody who left: which apps and how many sessions have ended', async () => {
		const [admin] = [await signedIn('alice'), await signedIn('bob')];
		const files = await world.register({ connectionName: 'files', appName: 'Files' });
		await world.signIn(files, 'bob');
		await admin.press(await admin.visit(`${ADMIN}?show=confirm&act=leaver&user=bob%40example.com`), 'act', 'leaver');
		expect((await logOf(bob)).find(({ type }) => type === 'administered')).toMatchObject({ userKey: bob, actor: alice, detail: 'Everything ended: Files, Salesforce; sessions of the portal: 1' });
		const ended = (await logOfConnections(portal.connection, files)).filter(({ type }) => type === 'disconnected');
		expect(ended.map(({ connectionId, userKey, actor }) => [connectionId, userKey, actor]).sort()).toEqual([[portal.connection.id, bob, alice], [files.id, bob, alice]].sort());
	});

	it('a file: the connections whose data it holds, and the one that was chosen', async () => {
		const admin = await signedIn('alice');
		const files = await world.register({ connectionName: 'files', appName: 'Files' });
		const exported = async () => (await logOfConnections(portal.connection, files)).filter(({ type }) => type === 'exported').map(({ connectionId, actor, detail }) => [connectionId, actor, detail]);
		await admin.open(`${ADMIN}?show=people&format=csv&id=${files.id}&find=ali`);
		expect(await exported()).toEqual([[files.id, alice, 'As an administrator: people, names with “ali”']]);
		await admin.open(`${ADMIN}?show=usage&format=csv`);
		expect((await exported()).filter(([, , detail]) => detail === 'As an administrator: usage').map(([id]) => id).sort()).toEqual([portal.connection.id, files.id].sort());
		const before = (await exported()).length;
		// No file, no entry; one of no app stands for itself.
		expect(await admin.open(`${ADMIN}?show=people&format=csv&id=unknown`)).toMatchObject({ status: 404 });
		await admin.open(`${ADMIN}?show=sessions&format=csv`);
		expect(await exported()).toHaveLength(before);
		expect(await world.vault.audit.listByConnections([files.id], 50)).toEqual(expect.not.arrayContaining([expect.objectContaining({ detail: 'As an administrator: sessions' })]));
		expect(await world.place.query(`select actor from ${world.place.table('audit')} where detail = 'As an administrator: sessions'`)).toEqual([{ actor: alice }]);
		expect((await admin.visit(`${ADMIN}?show=activity`)).html).toContain('Data downloaded');
	});

	it('any number of sessions is shown page by page, and all of them are in the file', async () => {
		const admin = await signedIn('alice');
		for (let index = 0; index < 120; index++) await world.vault.sessions.create(`session-${index}`, PORTAL_ID, { userKey: `person-${String(index).padStart(3, '0')}@example.com` as UserKey, method: 'account', claims: {} }, { idleMs: 3_600_000, absoluteMs: 3_600_000 });
		const seen: string[] = [];
		const pages: number[] = [];
		let page = await admin.visit(`${ADMIN}?show=sessions`);
		for (;;) {
			const people = [...page.html.matchAll(/person-\d{3}@example\.com/g)].map(([user]) => user);
			seen.push(...people);
			pages.push(people.length);
			const next = /href="([^"]*after=[^"]*)"[^>]*>Next page/.exec(page.html)?.[1];
			if (next === undefined) break;
			page = await admin.visit(new URL(next.replaceAll('&amp;', '&'), PORTAL_URL));
		}
		expect(new Set(seen).size).toBe(120);
		expect(pages).toHaveLength(3);
		const first = /href="([^"]*show=sessions)"[^>]*>First page/.exec(page.html)?.[1];
		expect((await admin.visit(new URL(first!, PORTAL_URL))).html.match(/person-\d{3}@example\.com/g)).toHaveLength(pages[0]!);
		for (const strange of ['x', '1', '1.', '.a', "1.a' or 1=1", '-1.a', `${'9'.repeat(400)}.a`, '\u0000']) {
			const answer = await admin.visit(`${ADMIN}?show=sessions&after=${encodeURIComponent(strange)}`);
			expect([answer.status, (answer.html.match(/person-\d{3}@/g) ?? []).length > 0]).toEqual([200, true]);
		}
		expect(String((await admin.open(`${ADMIN}?show=sessions&format=csv`)).body).match(/person-\d{3}@/g)).toHaveLength(120);
	});
});
