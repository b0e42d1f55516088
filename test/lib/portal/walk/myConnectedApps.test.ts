import { DAY_MS } from '../../../../lib/clock';
import type { Connection } from '../../../../lib/connections';
import { handlePortalRequest } from '../../../../lib/portal';
import { SESSION_ABSOLUTE_MS, SESSION_IDLE_MS } from '../../../../lib/portal';
import { alice, bob, OTHER_PORTAL_URL, otherOwner, owner, PORTAL_URL } from '../../connections/support/world';
import type { PageForm, PortalBrowser } from './portalBrowser';
import { usePortal } from './portalWorld';

describe('My connected apps', () => {
	const world = usePortal();
	let connection: Connection;
	beforeEach(async () => {
		connection = await world.register();
	});
	async function signedIn(person = 'alice'): Promise<PortalBrowser> {
		const browser = world.browser();
		const user = person === 'alice' ? alice : bob;
		await world.walk(browser, await browser.visit(await world.handOver(connection, await world.request(connection, { user, executionId: `x-${person}`, answer: 'none' }))), person);
		return browser;
	}
	/** Of the page that asks once more. */
	async function disconnectForm(browser: PortalBrowser): Promise<PageForm> {
		const [, href = ''] = /href="([^"]*\/disconnect\?connection=[^"]*)"/.exec((await browser.visit(PORTAL_URL)).html) ?? [];
		const page = await browser.visit(new URL(href, PORTAL_URL));
		expect(page.title).toBe('Disconnect Salesforce?');
		return page.forms.find(({ action }) => action.endsWith('/disconnect'))!;
	}
	const isIn = async (browser: PortalBrowser) => (await browser.visit(PORTAL_URL)).html.includes('Signed in as');

	it('tells strangers nothing but how to get in', async () => {
		await signedIn();
		const page = await world.browser().visit(PORTAL_URL);
		expect(page).toMatchObject({ status: 200, title: 'Sign in' });
		expect(page.html).not.toContain('alice');
	});

	it('shows what is connected, as whom, used by which flow, until when and what it may', async () => {
		const browser = await signedIn();
		await world.vault.grants.recordUse({ connectionId: connection.id, userKey: alice }, 1, { workflowName: 'Quarterly report' });
		await world.request(connection, { executionId: 'waiting' });
		const { html } = await browser.visit(PORTAL_URL);
		for (const words of ['Connected', 'alice@example.com', 'Quarterly report', 'Valid until', 'Read and change the data', 'A flow is', 'Disconnect']) expect(html).toContain(words);
		expect(html).not.toMatch(/bob@example/);
	});

	it('opens by the account that was connected before, for its own person only', async () => {
		await signedIn();
		const browser = world.browser();
		const back = await world.walk(browser, await browser.visit(PORTAL_URL), 'alice');
		expect(back.html).toContain('Signed in as');
		expect(back.html).toContain('alice@example.com');
		const stranger = world.browser();
		const refused = await world.walk(stranger, await stranger.visit(PORTAL_URL), 'bob');
		expect(refused.status).toBe(403);
		expect(refused.html).not.toContain('alice');
		expect(await isIn(stranger)).toBe(false);
	});

	it('S17 disconnect ends the grant at once, revokes it, and says so on a receipt', async () => {
		const browser = await signedIn();
		const page = await browser.press(await browser.visit(PORTAL_URL), 'connection', connection.id).catch(() => undefined);
		expect(page).toBeDefined();
		const form = await disconnectForm(browser);
		const receipt = await browser.visit(new URL(form.action, PORTAL_URL), { form: form.hidden });
		expect(receipt.html).toMatch(/has confirmed that the access has ended/);
		expect(await world.vault.grants.find({ connectionId: connection.id, userKey: alice })).toMatchObject({ state: 'ended', endReason: 'disconnected' });
		expect((await world.revocations()).some(({ user, reason }) => user === 'alice' && reason === 'revokeEndpoint')).toBe(true);
		expect(await isIn(browser)).toBe(true);
	});

	it('S23 a receipt is honest when the provider cannot be reached, and the grant has ended all the same', async () => {
		const browser = await signedIn();
		await world.fault({ match: { pathIncludes: '/revoke' }, kind: 'status', status: 503 });
		const form = await disconnectForm(browser);
		const receipt = await browser.visit(new URL(form.action, PORTAL_URL), { form: form.hidden });
		expect(receipt.html).toMatch(/keep trying/);
		expect(await world.vault.grants.find({ connectionId: connection.id, userKey: alice })).toMatchObject({ state: 'ended' });
		expect(await world.vault.revocations.outcomeFor({ connectionId: connection.id, userKey: alice })).toBe('pending');
	});

	it('claims no revocation where there was nothing to disconnect', async () => {
		const browser = await signedIn();
		const token = (await browser.visit(PORTAL_URL)).forms[0]!.hidden.token!;
		const second = await world.register({ connectionName: 'second' });
		const answer = await browser.visit(`${PORTAL_URL}/disconnect`, { form: { connection: second.id, token } });
		expect(answer.html).not.toMatch(/has confirmed that the access has ended/);
		expect(answer.url.search).toBe('');
	});

	it('one person’s disconnect never touches another’s grant', async () => {
		const [alices] = [await signedIn('alice'), await signedIn('bob')];
		const form = await disconnectForm(alices);
		await alices.visit(new URL(form.action, PORTAL_URL), { form: { ...form.hidden, user: bob, userKey: bob } });
		expect(await world.vault.grants.find({ connectionId: connection.id, userKey: bob })).toMatchObject({ state: 'active' });
	});

	it('connects an app from the page, without any flow', async () => {
		const browser = await signedIn();
		const form = await disconnectForm(browser);
		await browser.visit(new URL(form.action, PORTAL_URL), { form: form.hidden });
		const overview = await browser.visit(PORTAL_URL);
		const connectForm = overview.forms.find(({ action, hidden }) => action.endsWith('/connect') && hidden.connection !== undefined)!;
		const back = await world.walk(browser, { ...overview, forms: [connectForm] }, 'alice');
		expect(back.html).toMatch(/is connected\./);
		expect(back.url.pathname).toBe('/webhook/connected-apps');
	});

	it('signs out: the session is over on the server, too', async () => {
		const browser = await signedIn();
		const stolen = browser.cookiesFor('/webhook/connected-apps');
		const out = await browser.press(await browser.visit(PORTAL_URL), 'signOut');
		expect(out.title).toBe('Sign in');
		expect(browser.cookies.filter(({ name }) => name === 'connected_apps_session')).toEqual([]);
		expect(await world.vault.sessions.touch(stolen.connected_apps_session!, 'workflow-1:node-1')).toBeUndefined();
	});

	it('a session ends after an hour without a visit, and after twelve hours at the latest', async () => {
		const idle = await signedIn();
		world.advance(SESSION_IDLE_MS + 1_000);
		expect(await isIn(idle)).toBe(false);
		const busy = await signedIn('bob');
		for (let spent = 0; spent + SESSION_IDLE_MS / 2 < SESSION_ABSOLUTE_MS; spent += SESSION_IDLE_MS / 2) {
			expect(await isIn(busy)).toBe(true);
			world.advance(SESSION_IDLE_MS / 2);
		}
		world.advance(SESSION_IDLE_MS / 2);
		expect(await isIn(busy)).toBe(false);
	});

	it('a session gets a new id with every sign-in, so that a planted one is worth nothing', async () => {
		const browser = await signedIn();
		const before = browser.cookiesFor('/webhook/connected-apps').connected_apps_session;
		await world.walk(browser, await browser.visit(await world.handOver(connection, await world.request(connection, { executionId: 'again', answer: 'none' }))), 'alice');
		const after = browser.cookiesFor('/webhook/connected-apps').connected_apps_session;
		expect(after).not.toBe(before);
	});

	it('S34 a session of this portal is none at another trigger’s, even if its cookie is sent there', async () => {
		await world.register({ connectionName: 'rogue' }, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL });
		const browser = await signedIn();
		const cookies = browser.cookiesFor('/webhook/connected-apps');
		const answer = await handlePortalRequest(world.parts({ owner: otherOwner, portalUrl: OTHER_PORTAL_URL }), { method: 'GET', page: '', query: new URLSearchParams(), form: new URLSearchParams(), cookies });
		expect(String(answer.body)).toContain('First time here?');
		expect(String(answer.body)).not.toContain('alice');
	});

	it('offers no app of a trigger that is not published any more', async () => {
		const browser = await signedIn();
		await world.vault.registrations.deactivate(owner);
		expect((await browser.visit(PORTAL_URL)).html).toContain('No apps yet');
	});

	it('an expired grant is shown as expired, and reconnecting works', async () => {
		const browser = await signedIn();
		await world.vault.sessions.touch('nothing', 'nobody');
		world.advance(31 * DAY_MS);
		const again = world.browser();
		await world.walk(again, await again.visit(await world.handOver(connection, await world.request(connection, { executionId: 'late', answer: 'none' }))), 'alice');
		expect((await again.visit(PORTAL_URL)).html).toContain('Connected');
		expect(await isIn(browser)).toBe(false);
	});

	it('lets a person disconnect a grant that has ended, and so connect another account', async () => {
		const browser = await signedIn();
		const key = { connectionId: connection.id, userKey: alice };
		const grant = (await world.vault.grants.find(key))!;
		await world.vault.grants.save(key, await world.vault.grants.openTokens(grant), { ...grant.account, subject: 'an account that is gone' }, { revokeReplaced: true });
		await world.vault.grants.end(key, 'invalidGrant', { revoke: false });
		const form = await disconnectForm(browser);
		await browser.visit(new URL(form.action, PORTAL_URL), { form: form.hidden });
		await world.signIn(connection, 'alice');
	});
});
