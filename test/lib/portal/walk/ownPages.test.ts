import { MINUTE_MS } from '../../../../lib/clock';
import type { Connection } from '../../../../lib/connections';
import { alice, bob, otherOwner, OTHER_PORTAL_URL, PORTAL_URL, use } from '../../connections/support/world';
import type { Page, PortalBrowser } from './portalBrowser';
import { usePortal } from './portalWorld';

const ACTIVITY = `${PORTAL_URL}/activity`;

describe('What a person sees and does of their own', () => {
	const world = usePortal();
	let connection: Connection;
	beforeEach(async () => {
		connection = await world.register();
	});
	async function signedIn(person: 'alice' | 'bob' = 'alice', executionId = `x-${person}`): Promise<PortalBrowser> {
		const browser = world.browser();
		const user = person === 'alice' ? alice : bob;
		await world.walk(browser, await browser.visit(await world.handOver(connection, await world.request(connection, { user, executionId, answer: 'none' }))), person);
		return browser;
	}
	const linkTo = (page: Page, part: string) => new URL((new RegExp(`href="([^"]*${part}[^"]*)"`).exec(page.html)?.[1] ?? 'missing').replaceAll('&amp;', '&'), PORTAL_URL);
	const formOf = (page: Page, end: string, field: string) => page.forms.find(({ action, hidden }) => action.endsWith(end) && hidden[field] !== undefined)!;

	it('flows that wait stand above, by name, and one Connect lets all of them go on', async () => {
		const browser = await signedIn();
		await world.vault.grants.end({ connectionId: connection.id, userKey: alice }, 'invalidGrant', { revoke: false });
		for (const executionId of ['1', '2']) await world.request(connection, { executionId, answer: 'none' });
		const page = await browser.visit(PORTAL_URL);
		expect(page.html).toContain('2 flows are waiting for you');
		expect(page.headers.refresh).toBeUndefined();
		const form = page.forms.find(({ label }) => label === 'Connect Salesforce')!;
		const back = await world.walk(browser, { ...page, forms: [form] }, 'alice');
		expect(back.html).not.toContain('waiting for you');
		for (const executionId of ['1', '2']) expect(await world.vault.requests.listForExecution(executionId)).toMatchObject([{ state: 'completed' }]);
	});

	it('a flow that needs more than was granted waits for the person, not for the app', async () => {
		const browser = await signedIn();
		const request = await world.request(connection, { executionId: 'more' });
		await world.vault.requests.open({ ...request, executionId: 'more-2', scopes: ['a_scope_that_nobody_granted'], resumeUrl: 'http://127.0.0.1:9/x', expiresInMs: 0 }, 20);
		const { html } = await browser.visit(PORTAL_URL);
		expect(html).toContain('Needs your consent');
		expect(html).toContain('2 flows are waiting for you');
	});

	it('loads again by itself while a flow is about to go on, without the receipt, for two minutes or until the person stops it', async () => {
		const browser = await signedIn();
		await world.request(connection, { executionId: 'soon' });
		const path = new URL(PORTAL_URL).pathname;
		let page = await browser.visit(PORTAL_URL);
		const stop = linkTo(page, 'watched=stop');
		let loads = 0;
		for (let next; (next = /^5; url=(.+)$/.exec(page.headers.refresh ?? '')?.[1]) !== undefined; loads++) page = await browser.visit(new URL(next, PORTAL_URL));
		expect(loads).toBe(24);
		for (const over of [page, await browser.visit(stop), await browser.visit(`${PORTAL_URL}?watched=-1`), await browser.visit(`${PORTAL_URL}?watched=1e9`)]) {
			expect(over.headers.refresh).toBeUndefined();
			expect(over.html).toContain('doesn’t update by itself any more');
			expect((await browser.visit(linkTo(over, 'watched=0'))).headers.refresh).toBe(`5; url=${path}?watched=1`);
		}
		await world.vault.requests.close({ executionId: 'soon', nodeName: 'Salesforce', runIndex: 0 });
		const quiet = await browser.visit(`${PORTAL_URL}?watched=3`);
		expect(quiet.headers.refresh).toBeUndefined();
		expect(quiet.html).not.toContain('watched');
	});

	it('says both clocks in words, and which flows used it', async () => {
		connection = await world.register({ connectionName: 'clocks', idleLifetimeDays: 10, absoluteLifetimeDays: 90 });
		const browser = await signedIn();
		const key = { connectionId: connection.id, userKey: alice };
		await world.vault.grants.recordUse(key, 2, use);
		await world.vault.grants.recordUse(key, 1, { workflowId: 'flow-2', workflowName: 'Another flow' });
		const { html } = await browser.visit(PORTAL_URL);
		expect(html).toMatch(/and longer each time a flow uses it; \d+ \w+ \d{4} at the latest/);
		expect(html).toContain('Used by 2 flows');
		expect(await world.vault.usage.listByWorkflow([connection.id], 10)).toHaveLength(2);
	});

	it('disconnects everything of this person after asking, and of nobody else', async () => {
		const second = await world.register({ connectionName: 'second' });
		await world.signIn(second, 'alice');
		const [browser, bobs] = [await signedIn(), await signedIn('bob')];
		const asking = await browser.visit(linkTo(await browser.visit(PORTAL_URL), 'disconnect\\?all'));
		expect(asking.title).toBe('Disconnect everything?');
		expect(await world.vault.grants.find({ connectionId: second.id, userKey: alice })).toMatchObject({ state: 'active' });
		const receipt = await browser.press(asking, 'everything');
		expect(receipt.html).toContain('2 apps are disconnected.');
		// Whoever is led to somebody else's receipt must not believe that it is theirs.
		expect((await bobs.visit(receipt.url)).html).not.toContain('2 apps are disconnected.');
		for (const { id } of [connection, second]) expect(await world.vault.grants.find({ connectionId: id, userKey: alice })).toMatchObject({ state: 'ended', endReason: 'disconnected' });
		expect(await world.vault.grants.find({ connectionId: connection.id, userKey: bob })).toMatchObject({ state: 'active' });
		expect((await world.revocations()).filter(({ user, kind, reason }) => user === 'alice' && kind === 'RefreshToken' && reason === 'revokeEndpoint')).toHaveLength(2);
	});

	it('S23 disconnecting everything is honest about what could not be ended at the app', async () => {
		const browser = await signedIn();
		await world.fault({ match: { pathIncludes: '/revoke' }, kind: 'status', status: 503 });
		const receipt = await browser.press(await browser.visit(`${PORTAL_URL}/disconnect?all=1`), 'everything');
		expect(receipt.html).toMatch(/keep trying/);
	});

	it('opening the page that asks ends nothing, and there is none without anything to end', async () => {
		const browser = await signedIn();
		await browser.visit(`${PORTAL_URL}/disconnect?connection=${connection.id}`);
		expect(await world.vault.grants.find({ connectionId: connection.id, userKey: alice })).toMatchObject({ state: 'active' });
		await browser.press(await browser.visit(`${PORTAL_URL}/disconnect?all=1`), 'everything');
		expect((await browser.open(`${PORTAL_URL}/disconnect?all=1`)).headers.location).toBe(PORTAL_URL);
	});

	it('tells what happened of late, of this portal only', async () => {
		const browser = await signedIn();
		const other = await world.register({ connectionName: 'rogue', appName: 'App of somebody else' }, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL });
		await world.vault.audit.add({ type: 'refused', connectionId: other.id, userKey: alice, detail: 'at another portal' });
		const { html, title } = await browser.visit(ACTIVITY);
		expect(title).toBe('Activity');
		expect(html).toContain('As alice@example.com');
		expect(html).not.toMatch(/another portal|somebody else|bob@/);
	});

	it('lists where they are signed in, and ends one, or all others', async () => {
		const [here, there, third] = [await signedIn('alice', 'a'), await signedIn('alice', 'b'), await signedIn('alice', 'c')];
		const page = await here.visit(ACTIVITY);
		expect(page.html.match(/This browser/g)).toHaveLength(1);
		const one = page.forms.filter(({ action, hidden }) => action.endsWith('/sessions') && hidden.session !== undefined);
		expect(one).toHaveLength(2);
		const receipt = await here.press(page, 'session', one[0]!.hidden.session);
		expect(receipt.html).toContain('Signed out there.');
		const bobs = await (await signedIn('bob')).visit(receipt.url);
		expect([bobs.title, bobs.html.includes('Signed out there.')]).toEqual(['Activity', false]);
		const left = [there, third].map(async (browser) => (await browser.visit(PORTAL_URL)).html.includes('Signed in as'));
		expect((await Promise.all(left)).filter(Boolean)).toHaveLength(1);
		await here.press(await here.visit(ACTIVITY), 'others');
		for (const browser of [there, third]) expect((await browser.visit(PORTAL_URL)).title).toBe('Sign in');
		expect((await here.visit(ACTIVITY)).html).toContain('Sign-in ended');
	});

	it('ends no session of anybody else, whatever a form says', async () => {
		const [alices, bobs] = [await signedIn('alice'), await signedIn('bob')];
		const [session] = await world.vault.sessions.listByUser('workflow-1:node-1', bob);
		const token = (await alices.visit(ACTIVITY)).forms[0]!.hidden.token!;
		await alices.visit(`${PORTAL_URL}/sessions`, { form: { session: session!.idHash, token } });
		expect((await bobs.visit(PORTAL_URL)).html).toContain('Signed in as');
		expect((await alices.open(`${PORTAL_URL}/sessions`, { form: { others: '1', token: 'forged' } })).status).toBe(403);
	});

	it('gives everything that is kept of a person as a file, without any token', async () => {
		const browser = await signedIn();
		await signedIn('bob');
		await world.vault.grants.recordUse({ connectionId: connection.id, userKey: alice }, 3, use);
		const tokens = await world.vault.grants.openTokens((await world.vault.grants.find({ connectionId: connection.id, userKey: alice }))!);
		const file = await browser.open(`${PORTAL_URL}/export`);
		expect(file.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'content-disposition': 'attachment; filename="my-connected-apps.json"', 'cache-control': 'no-store' });
		const data = JSON.parse(file.body as string) as { user: string; apps: Record<string, unknown>[]; activity: unknown[] };
		expect(data).toMatchObject({ user: alice, apps: [{ app: 'Salesforce', status: 'connected', useCount: 3, workflows: [{ workflowName: 'A flow', useCount: 3 }] }], activity: expect.arrayContaining([expect.objectContaining({ type: 'connected' })]) });
		for (const secret of [tokens.accessToken, tokens.refreshToken, 'bob@', 'sealed']) expect(file.body).not.toContain(secret);
	});

	it.each(['activity', 'export', 'disconnect?all=1'])('nobody sees %s without being signed in', async (page) => {
		await signedIn();
		expect(await world.browser().open(`${PORTAL_URL}/${page}`)).toMatchObject({ status: 303, headers: { location: PORTAL_URL } });
	});

	it('a session that idles out ends here as well', async () => {
		const browser = await signedIn();
		world.advance(61 * MINUTE_MS);
		expect((await browser.open(ACTIVITY)).headers.location).toBe(PORTAL_URL);
		expect(formOf(await browser.visit(ACTIVITY), '/connect', 'portalSignIn')).toBeDefined();
	});
});
