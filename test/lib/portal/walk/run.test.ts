import { decodeJwt } from 'jose';

import { portalLinkFor, verifiedUser, type Connection } from '../../../../lib/connections';
import { personalLinkAccess, type PortalAccess } from '../../../../lib/portal';
import type { RunnableFlow } from '../../../../lib/vault';
import { alice, bob, otherOwner, OTHER_PORTAL_URL, owner, plainFetch, PORTAL_URL, resolveEndpoints } from '../../connections/support/world';
import { openIdAccess, signInToPortal } from './openIdWorld';
import type { Page, PageForm, PortalBrowser, Post } from './portalBrowser';
import { usePortal } from './portalWorld';

const REPORT: RunnableFlow = { name: 'My report', description: 'What is open', url: 'https://flows.example.com/webhook/report', audience: 'n8n-flows' };
const OTHER: RunnableFlow = { name: 'Other', url: 'http://127.0.0.1:5678/webhook/other' };
const FIELD = 'connected_apps_assertion';
const RUN = `${PORTAL_URL}/run`;

describe('Flows that people run from My connected apps', () => {
	const world = usePortal();
	let access: PortalAccess;
	let connection: Connection;
	beforeEach(async () => {
		access = openIdAccess(world);
		connection = await world.register({ userIdentity: 'verifiedToken', identityIssuer: PORTAL_URL, identityAudience: 'n8n-flows' }, { portal: { ...access.portal, flows: [REPORT, OTHER] } });
	});

	async function signedIn(person: 'alice' | 'bob' = 'alice'): Promise<{ browser: PortalBrowser; page: Page }> {
		const browser = world.browser({ access });
		return { browser, page: await signInToPortal(world, browser, await browser.visit(PORTAL_URL), person) };
	}
	const runForms = ({ forms }: Page): PageForm[] => forms.filter(({ action }) => action === '/webhook/connected-apps/run');
	const runForm = (page: Page, name: string): PageForm => runForms(page).find(({ label }) => label.endsWith(name))!;
	async function press(browser: PortalBrowser, page: Page, name = REPORT.name): Promise<Page> {
		const form = runForm(page, name);
		return await browser.visit(new URL(form.action, page.url), { form: form.hidden });
	}
	const assertionOf = (page: Page): string => page.forms.find(({ hidden }) => hidden[FIELD] !== undefined)?.hidden[FIELD] ?? '';
	const read = async (token: string, executionId: string) => await verifiedUser(world.vault, connection, token, { executionId, fetch: plainFetch, resolveEndpoints });

	it('are listed with what they do, each with a button, of every trigger of the portal', async () => {
		await world.register({ connectionName: 'second' }, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL, portal: { ...access.portal, mode: 'connectionsOnly', flows: [{ name: 'Of the other trigger', url: 'https://flows.example.com/webhook/third' }] } });
		// A second app of the same trigger lists the same flows, not once more.
		await world.register({ connectionName: 'third' }, { portal: { ...access.portal, flows: [REPORT, OTHER] } });
		const { page } = await signedIn();
		for (const words of ['Flows you can run', 'My report', 'What is open']) expect(page.html).toContain(words);
		expect(runForms(page).map(({ label }) => label)).toEqual(expect.arrayContaining(['Run My report', 'Run Other', 'Run Of the other trigger']));
		expect(runForms(page)).toHaveLength(3);
	});

	it('S34 of another portal, or of a trigger that is not published any more, are not', async () => {
		await world.register({ connectionName: 'rogue' }, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL, portal: { id: 'rogue', mode: 'portal', signInMethod: 'openId', flows: [{ name: 'Rogue flow', url: 'https://evil.example/' }] } });
		const { browser, page } = await signedIn();
		expect(page.html).not.toContain('Rogue flow');
		const form = runForm(page, REPORT.name);
		await world.vault.registrations.deactivate(owner);
		expect((await browser.visit(PORTAL_URL)).html).not.toContain('Flows you can run');
		expect(await browser.visit(RUN, { form: form.hidden })).toMatchObject({ status: 404 });
	});

	it('S7 S16 are asked about first: which flow, as whom, at which host; pressing Run starts nothing yet', async () => {
		const { browser, page } = await signedIn();
		const form = runForm(page, REPORT.name);
		const answer = await browser.open(new URL(form.action, page.url), { form: form.hidden });
		expect(answer.status).toBe(303);
		const asking = await browser.visit(new URL(answer.headers.location!, page.url));
		expect(asking.title).toBe('Run My report?');
		for (const words of ['alice@example.com', 'flows.example.com', 'What is open']) expect(asking.html).toContain(words);
		expect(asking.forms).toMatchObject([{ action: REPORT.url, hidden: { [FIELD]: expect.any(String) }, label: 'Run now' }]);
		expect((await world.vault.audit.listByUser(alice, 20)).filter(({ type }) => type === 'runStarted')).toEqual([]);
	});

	it('S28 bring the flow a word about exactly this person, for exactly this flow, that lives two minutes', async () => {
		const { browser, page } = await signedIn();
		const claims = decodeJwt(assertionOf(await press(browser, page)));
		expect(claims).toMatchObject({ iss: PORTAL_URL, aud: 'n8n-flows', sub: alice, email: alice, email_verified: true, portal: access.portal.id, flow: 'My report' });
		expect(claims.exp! - claims.iat!).toBe(120);
		expect(decodeJwt(assertionOf(await press(browser, page, OTHER.name)))).toMatchObject({ aud: OTHER.url });
		const bobs = await signedIn('bob');
		expect(await read(assertionOf(await press(bobs.browser, bobs.page)), '1')).toBe(bob);
		await expect(read(assertionOf(await press(browser, page, OTHER.name)), '2')).rejects.toMatchObject({ code: 'userInvalid', message: expect.stringContaining('somebody else') });
	});

	it('S12 S13 keep that word in the body of one page: in no address, no header, no database', async () => {
		const { browser, page } = await signedIn();
		const asking = await press(browser, page);
		const assertion = assertionOf(asking);
		expect(asking.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
		expect(browser.received.filter((text) => text.includes(assertion.slice(-40)))).toHaveLength(1);
		expect(asking.url.href + JSON.stringify(asking.headers)).not.toContain(assertion.split('.')[2]!);
		expect(await read(assertion, '1')).toBe(alice);
		expect(await world.place.dump()).not.toContain(assertion.split('.')[2]!);
		expect(world.errors).toEqual([]);
	});

	it('S14 hand it over from a page that nobody frames and that posts to the flow’s own origin only', async () => {
		const { browser, page } = await signedIn();
		const policyOf = ({ headers }: Page) => headers['content-security-policy'] ?? '';
		const asking = policyOf(await press(browser, page));
		expect(asking).toContain("form-action 'self' https://flows.example.com;");
		expect(asking).toContain("frame-ancestors 'none'");
		expect(asking).not.toMatch(/https:[ ;]|script-src/);
		expect(policyOf(await press(browser, page, OTHER.name))).toContain("form-action 'self' http://127.0.0.1:5678;");
		expect(policyOf(page)).not.toContain('flows.example.com');
	});

	it('S17 S6 no form of anybody else, and no address, leads to the page that asks', async () => {
		const { browser, page } = await signedIn();
		const { flow = '' } = runForm(page, REPORT.name).hidden;
		const posts: Post[] = [{ form: { flow } }, { form: { flow, token: 'forged' } }, { form: runForm(page, REPORT.name).hidden, origin: 'https://evil.example' }];
		for (const post of posts) expect(await browser.open(RUN, post)).toMatchObject({ status: 403 });
		expect((await browser.open(`${RUN}?flow=${flow}`)).headers.location).toBe(PORTAL_URL);
		// Bob's own way there shows Alice nothing, and nobody who is not signed in.
		const bobs = await signedIn('bob');
		const way = (await bobs.browser.open(RUN, { form: runForm(bobs.page, REPORT.name).hidden })).headers.location!;
		expect(assertionOf(await bobs.browser.open(way))).not.toBe('');
		for (const stranger of [browser, world.browser({ access })]) expect((await stranger.open(way)).headers.location).toBe(PORTAL_URL);
		expect((await browser.open(way.replace(/told=./, 'told=x'))).headers.location).toBe(PORTAL_URL);
	});

	it('a page that was open for too long says so, before the flow would, and leads to a new start', async () => {
		const { browser, page } = await signedIn();
		const asking = await press(browser, page);
		const [, seconds, again] = /^(\d+); url=(.+)$/.exec(asking.headers.refresh ?? '') ?? [];
		expect(Number(seconds)).toBeLessThan(120);
		world.advance(Number(seconds) * 1_000);
		const late = await browser.open(new URL(again!, PORTAL_URL));
		expect(late).toMatchObject({ status: 410, title: 'This page was open for too long' });
		expect(assertionOf(late)).toBe('');
		expect(late.headers.refresh).toBeUndefined();
		expect((await press(browser, { ...late, forms: late.forms.map((form) => ({ ...form, label: REPORT.name })) })).title).toBe('Run My report?');
	});

	it('a start is told on the page of activity', async () => {
		const { browser, page } = await signedIn();
		await read(assertionOf(await press(browser, page)), '1');
		const { html } = await browser.visit(`${PORTAL_URL}/activity`);
		expect(html).toContain('Flow run from here');
		expect(html).toContain('My report');
	});

	it('S33 are started by one person so often and no more', async () => {
		const { browser, page } = await signedIn();
		const statuses = new Set<number>();
		for (let i = 0; i < 40; i++) statuses.add((await browser.open(RUN, { form: runForm(page, REPORT.name).hidden })).status);
		expect(statuses).toEqual(new Set([303, 429]));
	});

	it('end with the session', async () => {
		const { browser, page } = await signedIn();
		const way = (await browser.open(RUN, { form: runForm(page, REPORT.name).hidden })).headers.location!;
		await world.vault.sessions.deleteByUser(access.portal.id, alice);
		expect((await browser.open(way)).headers.location).toBe(PORTAL_URL);
		expect((await browser.open(RUN, { form: runForm(page, REPORT.name).hidden })).headers.location).toBe(PORTAL_URL);
	});
});

describe('Flows to run at a portal with personal links', () => {
	const world = usePortal();
	const portal = { id: 'workflow-1:node-1', mode: 'portal' as const, signInMethod: 'personalLink' as const, flows: [REPORT] };
	const runForms = ({ forms }: Page): PageForm[] => forms.filter(({ action }) => action.endsWith('/run'));
	async function byLink(connection: Connection, user = alice): Promise<{ browser: PortalBrowser; page: Page }> {
		const browser = world.browser();
		return { browser, page: await browser.press(await browser.visit(await portalLinkFor(world.vault, connection, user)), 'link') };
	}

	it('S6 S39 a personal link shows them and starts none, in words', async () => {
		const { browser, page } = await byLink(await world.register({}, { portal }));
		expect(page.html).toContain('My report');
		expect(page.html).toContain('A personal link doesn’t prove who you are');
		expect(runForms(page)).toEqual([]);
		const { token } = page.forms[0]!.hidden;
		// The id is no secret: it is the same for everybody.
		const signedIn = world.browser();
		await world.signIn((await world.register({}, { portal })), 'bob');
		const bobs = await world.walk(signedIn, await signedIn.visit(PORTAL_URL), 'bob');
		const { flow } = runForms(bobs)[0]!.hidden;
		const refused = await browser.open(RUN, { form: { flow: flow!, token: token! } });
		expect(refused).toMatchObject({ status: 403 });
		expect(refused.html).toContain('does not prove enough');
	});

	it('whoever signed in with an app of theirs runs them as the person of that app', async () => {
		const connection = await world.register({}, { portal });
		await world.signIn(connection, 'alice');
		const browser = world.browser();
		const page = await world.walk(browser, await browser.visit(PORTAL_URL), 'alice');
		const asking = await browser.visit(RUN, { form: runForms(page)[0]!.hidden });
		expect(decodeJwt(asking.forms[0]!.hidden[FIELD]!)).toMatchObject({ sub: alice, aud: 'n8n-flows', method: 'account' });
	});

	it('S41 an account of any name, connected before the portal went back to personal links, makes nobody an administrator and starts nothing', async () => {
		const connection = await world.register({ accountMatch: 'any' }, { portal: { ...portal, signInMethod: 'openId' } });
		await world.signIn(connection, 'bob', alice);
		const admins = { ...personalLinkAccess(owner), admins: { keys: new Set([alice]), domains: new Set<string>(), claims: new Map() } };
		const browser = world.browser();
		const page = await world.walk(browser, await browser.visit(PORTAL_URL), 'bob');
		expect(page.html).toContain('My report');
		expect(runForms(page)).toEqual([]);
		expect(await world.vault.sessions.listByUser(portal.id, alice)).toMatchObject([{ method: 'link' }]);
		const asAdmin = world.browser({ access: admins });
		const again = await world.walk(asAdmin, await asAdmin.visit(PORTAL_URL), 'bob');
		expect(again.html).toContain('Signed in as');
		expect(again.html).not.toContain('Administration');
		expect(await asAdmin.open(`${PORTAL_URL}/admin`)).toMatchObject({ status: 403 });
	});
});
