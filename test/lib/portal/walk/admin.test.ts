import { openConnection } from '../../../../lib/connections';
import { SERVICE_ACCOUNT, type UserKey } from '../../../../lib/types';
import { alice, bob, otherOwner, OTHER_PORTAL_URL, PORTAL_URL, use } from '../../connections/support/world';
import { ADMIN, PORTAL_ID, useAdministration } from './administration';
import type { Page, PortalBrowser } from './portalBrowser';

const SERVICE = { serviceAccountUse: 'explicit', serviceAccountLogin: 'service@example.com' };

describe('The administration', () => {
	const portal = useAdministration();
	const { world, access, signedIn } = portal;
	const grantOf = async (userKey: UserKey) => await world.vault.grants.find({ connectionId: portal.connection.id, userKey });
	const at = (query: string) => `${ADMIN}?${query}`;
	const confirmed = async (browser: PortalBrowser, query: string, act: string): Promise<Page> => await browser.press(await browser.visit(at(`show=confirm&act=${act}&${query}`)), 'act', act);
	/** An act without the page that asks first. */
	async function act(browser: PortalBrowser, form: Record<string, string>): Promise<Page> {
		const token = (await browser.visit(PORTAL_URL)).forms[0]!.hidden.token!;
		return await browser.visit(ADMIN, { form: { ...form, token } });
	}

	it('is for those whom the trigger names: others get a 403 page, and it is written down', async () => {
		const [admin, other] = [await signedIn('alice'), await signedIn('bob')];
		expect((await admin.visit(PORTAL_URL)).html).toContain('Administration');
		expect((await other.visit(PORTAL_URL)).html).not.toContain('Administration');
		for (const query of ['', '?show=people', '?show=people&format=csv', `?show=connection&id=${portal.connection.id}`, '?show=confirm&act=leaver&user=alice%40example.com']) {
			const refused = await other.open(`${ADMIN}${query}`);
			expect(refused).toMatchObject({ status: 403, title: 'Not allowed' });
			expect(refused.html).not.toContain('alice');
		}
		expect(await act(other, { act: 'delete', id: portal.connection.id })).toMatchObject({ status: 403 });
		expect(await grantOf(bob)).toMatchObject({ state: 'active' });
		expect((await world.vault.audit.listByUser(bob, 20)).filter(({ type }) => type === 'refused').length).toBeGreaterThanOrEqual(6);
		expect((await world.browser({ access: access() }).open(ADMIN)).headers.location).toBe(PORTAL_URL);
	});

	it('is nobody’s where the trigger names nobody, and not for a session that a personal link opened', async () => {
		const browser = world.browser();
		await world.walk(browser, await browser.visit(await world.handOver(portal.connection, await world.request(portal.connection, { answer: 'none' }))), 'alice');
		expect(await browser.open(ADMIN)).toMatchObject({ status: 403 });
	});

	it('tells what was done to whoever did it: another administrator who is led to that address reads nothing of it', async () => {
		const [admin, other] = [await signedIn('alice'), await signedIn('bob', 'alice@example.com, bob@example.com')];
		const done = await confirmed(admin, `id=${portal.connection.id}`, 'reauthorize');
		expect(done.html).toContain('2 sign-ins have ended.');
		const seen = await other.visit(done.url);
		expect([seen.status, seen.title, seen.html.includes('2 sign-ins have ended.')]).toEqual([200, done.title, false]);
	});

	it('S17 does nothing without a form of ours', async () => {
		const admin = await signedIn('alice');
		expect(await admin.open(ADMIN, { form: { act: 'delete', id: portal.connection.id } })).toMatchObject({ status: 403 });
		expect(await act(admin, { act: 'toString' })).toMatchObject({ status: 403 });
		expect(await act(admin, { act: '__proto__' })).toMatchObject({ status: 403 });
		expect(await grantOf(alice)).toMatchObject({ state: 'active' });
	});

	it('shows every connection with its people, failures and waiting flows, and so does its file', async () => {
		const admin = await signedIn('alice');
		await signedIn('bob');
		const grant = (await grantOf(bob))!;
		await world.vault.grants.recordFailure(grant, grant.version, 'providerUnavailable', 1_000);
		await world.request(portal.connection, { user: bob, executionId: 'waits' });
		const { html } = await admin.visit(ADMIN);
		expect(html.replace(/<[^>]+>/g, ' ')).toMatch(/Salesforce\s+salesforce\s+2\s+0\s+1\s+1/);
		const file = await admin.open(at('show=connections&format=csv'));
		expect(file.headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="connections.csv"' });
		expect(file.body).toContain('salesforce,Salesforce,active,2,0,1,1,salesforce,');
		expect((await admin.visit(at('show=person&user=bob%40example.com'))).html.replace(/<[^>]+>/g, ' ')).toMatch(/Last failure\s+The app does not answer/);
	});

	it('knows nothing of another portal’s connections and people (S34)', async () => {
		const rogue = await world.register({ connectionName: 'rogue', appName: 'Rogue app' }, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL });
		await world.signIn(rogue, 'bob');
		const admin = await signedIn('alice');
		for (const query of ['show=connections', 'show=people', 'show=usage', 'show=activity', 'show=person&user=bob%40example.com', 'show=people&format=csv']) expect((await admin.visit(at(query))).body).not.toMatch(/Rogue app|bob@example\.com,|>bob@example\.com<\/bdi><\/a>/);
		expect(await admin.visit(at(`show=connection&id=${rogue.id}`))).toMatchObject({ status: 404 });
		for (const name of ['delete', 'reauthorize', 'test', 'rename', 'serviceAccount', 'disconnect']) expect(await act(admin, { act: name, id: rogue.id, user: bob })).toMatchObject({ status: 404 });
		expect(await world.vault.grants.find({ connectionId: rogue.id, userKey: bob })).toMatchObject({ state: 'active' });
	});

	it('pages through any number of people, finds one, and writes all of them to a file', async () => {
		const admin = await signedIn('alice');
		const { account } = (await grantOf(alice))!;
		for (let i = 0; i < 120; i++) await world.vault.grants.save({ connectionId: portal.connection.id, userKey: `person-${String(i).padStart(3, '0')}@example.com` as UserKey }, { accessToken: `t${i}`, tokenType: 'bearer', scopes: [] }, account, { revokeReplaced: false });
		const seen: string[] = [];
		let page = await admin.visit(at('show=people'));
		for (;;) {
			seen.push(...[...page.html.matchAll(/show=person&amp;user=([^"]+)"/g)].map(([, user = '']) => decodeURIComponent(user)));
			const next = /href="([^"]*after=[^"]*)"[^>]*>Next page/.exec(page.html)?.[1];
			if (next === undefined) break;
			page = await admin.visit(new URL(next.replaceAll('&amp;', '&'), PORTAL_URL));
		}
		expect(seen).toHaveLength(121);
		expect(new Set(seen).size).toBe(121);
		const found = await act(admin, { act: 'find', find: 'PERSON-01' });
		expect(found.html.match(/show=person&amp;user=/g)).toHaveLength(10);
		expect((await act(admin, { act: 'find', find: '%' })).html).toContain('Nobody of that name');
		expect(String((await admin.open(at('show=people&format=csv'))).body).trim().split('\r\n')).toHaveLength(122);
	});

	it('ends everything of somebody who leaves, sessions included, after asking; the person reads who it was not', async () => {
		const [admin, leaver] = [await signedIn('alice'), await signedIn('bob')];
		expect(await grantOf(bob)).toMatchObject({ state: 'active' });
		const done = await confirmed(admin, 'user=bob%40example.com', 'leaver');
		expect(done.html).toContain('one app, one session');
		expect(await grantOf(bob)).toMatchObject({ state: 'ended', endReason: 'disconnected' });
		expect(await grantOf(alice)).toMatchObject({ state: 'active' });
		expect((await leaver.visit(PORTAL_URL)).title).toBe('Sign in');
		expect((await world.revocations()).some(({ user }) => user === 'bob')).toBe(true);
		expect(await world.vault.audit.listByUser(bob, 5)).toEqual(expect.arrayContaining([expect.objectContaining({ type: 'administered', actor: alice }), expect.objectContaining({ type: 'disconnected', actor: alice })]));
	});

	it('disconnects one app of a person and ends one session', async () => {
		const [admin, other] = [await signedIn('alice'), await signedIn('bob')];
		await confirmed(admin, `user=bob%40example.com&id=${portal.connection.id}`, 'disconnect');
		expect(await grantOf(bob)).toMatchObject({ state: 'ended' });
		const [session] = await world.vault.sessions.listByUser(PORTAL_ID, bob);
		await admin.press(await admin.visit(at('show=sessions')), 'session', session!.idHash);
		expect((await other.visit(PORTAL_URL)).title).toBe('Sign in');
	});

	it('makes everybody sign in again, whom a flow then asks', async () => {
		const admin = await signedIn('alice');
		await signedIn('bob');
		const asking = await admin.visit(at(`show=confirm&act=reauthorize&id=${portal.connection.id}`));
		expect(asking.html.replace(/<[^>]+>/g, ' ')).toMatch(/Connected\s+2/);
		expect(await grantOf(bob)).toMatchObject({ state: 'active' });
		expect((await admin.press(asking, 'act', 'reauthorize')).html).toContain('2 sign-ins have ended.');
		for (const user of [alice, bob]) expect(await grantOf(user)).toMatchObject({ state: 'ended', endReason: 'reauthorize' });
		expect((await admin.visit(PORTAL_URL)).html).toContain('Sign-in needed');
		await world.signIn(portal.connection, 'bob');
		expect(await grantOf(bob)).toMatchObject({ state: 'active' });
	});

	it('deletes a connection for good: registering does not bring it back, allowing it again does', async () => {
		const admin = await signedIn('alice');
		const waiting = await world.request(portal.connection, { user: bob, executionId: 'waits' });
		await world.vault.grants.recordUse({ connectionId: portal.connection.id, userKey: alice }, 1, use);
		expect((await admin.visit(at(`show=confirm&act=delete&id=${portal.connection.id}`))).html).toContain('A flow');
		expect((await confirmed(admin, `id=${portal.connection.id}`, 'delete')).html).toContain('Deleted');
		expect(await grantOf(alice)).toMatchObject({ state: 'ended' });
		expect(await world.vault.requests.find(waiting.id)).toMatchObject({ state: 'completed', failureCode: 'connectionInactive' });
		await expect(world.register()).rejects.toMatchObject({ code: 'connectionInactive' });
		await expect(openConnection(world.vault, world.settings())).rejects.toMatchObject({ code: 'connectionInactive' });
		await expect(world.register({}, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL })).rejects.toMatchObject({ code: 'connectionInactive' });
		expect((await admin.visit(PORTAL_URL)).html).toContain('No apps yet');
		await admin.press(await admin.visit(at(`show=connection&id=${portal.connection.id}`)), 'act', 'allowAgain');
		await world.register();
		expect((await admin.visit(PORTAL_URL)).html).toContain('Not connected');
	});

	it('another name on the portal survives registering again, and goes when it is emptied', async () => {
		const admin = await signedIn('alice');
		await act(admin, { act: 'rename', id: portal.connection.id, name: 'Our sales data', description: '' });
		await world.register();
		expect((await admin.visit(PORTAL_URL)).html).toContain('Our sales data');
		const { html } = await admin.visit(at(`show=connection&id=${portal.connection.id}`));
		expect(html).toContain('value="Our sales data"');
		expect(html).toContain('In the credential');
		expect(await act(admin, { act: 'rename', id: portal.connection.id, name: 'x'.repeat(81) })).toMatchObject({ status: 403 });
		await act(admin, { act: 'rename', id: portal.connection.id, name: '', description: '' });
		expect((await admin.visit(PORTAL_URL)).html).not.toContain('Our sales data');
	});

	it('tests the client against the provider', async () => {
		const admin = await signedIn('alice');
		expect((await act(admin, { act: 'test', id: portal.connection.id })).html).toContain('accepts its credentials');
		await world.register({ clientSecret: 'wrong' });
		expect((await act(admin, { act: 'test', id: portal.connection.id })).html).toMatch(/Client Secret|refused/);
	});

	it('leads to the sign-in of the service account, where the credential allows one', async () => {
		const admin = await signedIn('alice');
		expect(await act(admin, { act: 'serviceAccount', id: portal.connection.id })).toMatchObject({ status: 403 });
		await world.register(SERVICE);
		expect((await act(admin, { act: 'serviceAccount', id: portal.connection.id })).html).toContain('shared service account');
		expect(await grantOf(SERVICE_ACCOUNT)).toBeUndefined();
	});

	it('tells usage by workflow, and no cell of a file is a formula', async () => {
		const admin = await signedIn('alice');
		await world.vault.grants.recordUse({ connectionId: portal.connection.id, userKey: alice }, 2, { workflowId: 'w1', workflowName: '=HYPERLINK("http://evil.example")' });
		expect((await admin.visit(at('show=usage'))).html).toContain('=HYPERLINK');
		const { body } = await admin.open(at('show=usage&format=csv'));
		expect(body).toContain('"\'=HYPERLINK(""http://evil.example"")",w1,Salesforce,1,2,');
		expect((await world.vault.audit.listByConnections([portal.connection.id], 100)).some(({ type }) => type === 'connected')).toBe(true);
	});
});
