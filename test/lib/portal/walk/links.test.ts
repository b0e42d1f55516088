import { HAND_OVER_MS, PERSONAL_LINK_MS, type Connection } from '../../../../lib/connections';
import { SERVICE_ACCOUNT } from '../../../../lib/types';
import type { StoredSignInRequest } from '../../../../lib/vault';
import { alice, bob, OTHER_PORTAL_URL, otherOwner, owner, PORTAL_URL } from '../../connections/support/world';
import { usePortal } from './portalWorld';

describe('links', () => {
	const world = usePortal();
	let connection: Connection;
	let request: StoredSignInRequest;
	const plain = () => `${PORTAL_URL}/sign-in?request=${request.id}`;
	const transactions = async () => (await world.place.query(`select count(*) as n from ${world.place.table('transactions')}`))[0]!.n;
	beforeEach(async () => {
		connection = await world.register();
		request = await world.request(connection);
	});

	it('S39 the plain link of a request has no authority: in another browser it is a 403 that offers ways to prove oneself', async () => {
		const page = await world.browser().visit(plain());
		expect(page).toMatchObject({ status: 403, title: 'Is this sign-in yours?' });
		expect(page.forms.flatMap(({ hidden }) => Object.keys(hidden)).filter((name) => name !== 'token')).toEqual(['sendLink', 'portalSignIn', 'then']);
		expect(page.html).not.toContain('alice@example.com');
		expect(page.html).not.toContain('Quarterly report');
	});

	it('S6 S39 a browser that posts a request which is not its own is refused and audited, and nothing starts', async () => {
		const browser = world.browser();
		const { forms } = await browser.visit(plain());
		const refused = await browser.visit(`${PORTAL_URL}/connect`, { form: { request: request.id, token: forms[0]!.hidden.token! } });
		expect(refused).toMatchObject({ status: 403 });
		expect(refused.html).toContain('wrongBrowser');
		expect(await transactions()).toBe(0);
		expect(await world.vault.audit.listByUser(alice, 5)).toEqual([expect.objectContaining({ type: 'refused', detail: expect.stringMatching(/browser that is not known/) })]);
	});

	it('S6 a link of Alice that Bob opens with his own session stays Alice’s', async () => {
		const bobs = await world.request(connection, { user: bob, executionId: '88' });
		const browser = world.browser();
		await world.walk(browser, await browser.visit(await world.handOver(connection, bobs)), 'bob');
		expect((await browser.visit(PORTAL_URL)).html).toContain('Signed in as');
		const page = await browser.visit(plain());
		expect(page).toMatchObject({ status: 403, title: 'Is this sign-in yours?' });
		const before = await world.exchanges();
		const posted = await browser.visit(`${PORTAL_URL}/connect`, { form: { request: request.id, token: page.forms[0]!.hidden.token! } });
		expect(posted.status).toBe(403);
		expect(await world.exchanges()).toBe(before);
	});

	it('S6 a callback that reaches another browser is refused before the code is exchanged', async () => {
		const browser = world.browser();
		const callback = await world.atProvider(browser, await browser.visit(await world.handOver(connection, request)), 'alice');
		const stolen = await world.browser().visit(callback);
		expect(stolen).toMatchObject({ status: 403 });
		expect(stolen.html).toContain('wrongBrowser');
		expect(await world.exchanges()).toBe(0);
		expect((await browser.visit(callback)).html).toContain('stateInvalid');
	});

	it('S39 the hand-over code works once, for the first browser only', async () => {
		const address = await world.handOver(connection, request);
		const first = world.browser();
		expect((await first.visit(address)).title).toBe('Connect Salesforce');
		const second = world.browser();
		expect(await second.visit(address)).toMatchObject({ status: 403 });
		expect(second.cookies.filter(({ name }) => name.includes('request'))).toEqual([]);
		expect((await first.visit(address)).title).toBe('Connect Salesforce');
	});

	it('S39 the hand-over code is over after two minutes, and an invented one binds nobody', async () => {
		const address = await world.handOver(connection, request);
		expect((await world.browser().visit(address.replace(/code=.*/, 'code=invented'))).status).toBe(403);
		world.advance(HAND_OVER_MS + 1);
		expect((await world.browser().visit(address)).status).toBe(403);
	});

	it('the bound browser may come back by the plain link; binding cookies go to exact pages only', async () => {
		const browser = world.browser();
		await browser.visit(await world.handOver(connection, request));
		expect((await browser.visit(plain())).title).toBe('Connect Salesforce');
		const paths = browser.cookies.filter(({ name }) => name.startsWith('connected_apps_request_')).map(({ path }) => path);
		expect(paths.sort()).toEqual(['connect', 'continue', 'salesforce/callback', 'sign-in'].map((page) => `/webhook/connected-apps/${page}`));
	});

	it('S7 link scanners may GET a personal link as often as they like: it is not used up, starts nothing, and then works', async () => {
		const link = await world.personalLink(connection, request);
		for (let scans = 0; scans < 3; scans++) {
			const scanned = await world.browser().visit(link);
			expect(scanned.title).toBe('Connect Salesforce');
		}
		expect(await transactions()).toBe(0);
		expect(await world.calls()).toEqual([]);
		const browser = world.browser();
		const end = await world.walk(browser, await browser.visit(link), 'alice');
		expect(end.html).toBe('{"rows":3}');
	});

	it('S39 a personal link is used up by the first who confirms it', async () => {
		const link = await world.personalLink(connection, request);
		const [first, second] = [world.browser(), world.browser()];
		const [mine, theirs] = [await first.visit(link), await second.visit(link)];
		await world.atProvider(first, mine, 'alice');
		expect(await second.press(theirs, 'link')).toMatchObject({ status: 404, title: 'This link does not work any more' });
		// Whoever opens it later is shown the way on, without any authority.
		expect(await world.browser().visit(link)).toMatchObject({ status: 403, title: 'Is this sign-in yours?' });
	});

	it('S39 whoever holds a personal link gets no answer of the flow, unless they sign in as the person themselves', async () => {
		const [holder, person] = [world.browser(), world.browser()];
		await holder.press(await holder.visit(await world.personalLink(connection, request)), 'link');
		// The person signs in elsewhere: by another link, which binds their own browser.
		await world.walk(person, await person.visit(await world.handOver(connection, await world.request(connection, { executionId: '78' }))), 'alice');
		const page = await holder.visit(`${PORTAL_URL}/continue?request=${request.id}`);
		expect(page.html).not.toContain('"rows"');
		expect(world.resumed.map(({ id }) => id)).not.toContain(request.id);
	});

	it('S39 a personal link of a request that was completed meanwhile binds no browser', async () => {
		const link = await world.personalLink(connection, request);
		const [holder, person] = [world.browser(), world.browser()];
		const confirm = await holder.visit(link);
		await world.walk(person, await person.visit(await world.handOver(connection, await world.request(connection, { executionId: '78' }))), 'alice');
		const page = await holder.press(confirm, 'link');
		expect(page.html).not.toContain('"rows"');
		expect((await holder.visit(`${PORTAL_URL}/continue?request=${request.id}`)).html).not.toContain('"rows"');
	});

	it('S39 a personal link is over after a quarter of an hour, and serves its own request only', async () => {
		const link = await world.personalLink(connection, request);
		world.advance(PERSONAL_LINK_MS + 1);
		// The request still waits: its plain page offers a new link.
		const page = await world.browser().visit(link);
		expect(page).toMatchObject({ status: 403, title: 'Is this sign-in yours?' });
		expect(page.url.searchParams.has('link')).toBe(false);
		expect(await world.browser().visit(`${PORTAL_URL}/sign-in?link=invented`)).toMatchObject({ status: 404 });
	});

	it('the link of a request that somebody has completed meanwhile says so', async () => {
		const link = await world.personalLink(connection, request);
		const browser = world.browser();
		await world.walk(browser, await browser.visit(await world.handOver(connection, request)), 'alice');
		expect((await world.browser().visit(link)).title).toBe('Nothing left to do');
	});

	it('sends a new personal link on request, once in two minutes, and answers everybody alike', async () => {
		const events = async () => (await world.vault.outbox.lease('workflow-1:node-1', 'test', 1, 50)).filter(({ type }) => type === 'authenticationNeeded').length;
		expect(await events()).toBe(1);
		for (let times = 0; times < 2; times++) {
			const browser = world.browser();
			const sent = await browser.press(await browser.visit(plain()), 'sendLink');
			expect(sent).toMatchObject({ status: 200, title: 'Check your messages' });
			expect(sent.html).not.toContain('alice');
			world.advance(1_000);
			expect(await events()).toBe(2);
		}
		world.advance(121_000);
		const browser = world.browser();
		await browser.press(await browser.visit(plain()), 'sendLink');
		world.advance(1_000);
		expect(await events()).toBe(3);
	});

	it('signs the service account in by the admin’s one-time link, and opens no session for it', async () => {
		connection = await world.register({ serviceAccountUse: 'explicit', serviceAccountLogin: 'integration@example.com' });
		const link = await world.personalLink(connection);
		const browser = world.browser();
		const confirm = await browser.visit(link);
		expect(confirm.html).toContain('service account');
		const done = await world.walk(browser, confirm, 'integration');
		expect(done.html).toContain('integration@example.com');
		expect(await world.vault.grants.find({ connectionId: connection.id, userKey: SERVICE_ACCOUNT })).toMatchObject({ state: 'active' });
		expect(browser.cookies.filter(({ name }) => name === 'connected_apps_session')).toEqual([]);
		expect(await world.browser().visit(link)).toMatchObject({ status: 404 });
	});

	describe('S34 at the address of another trigger', () => {
		beforeEach(async () => void (await world.register({ connectionName: 'rogue' }, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL })));

		it('a request, its hand-over code and its bound browser are unknown', async () => {
			const address = await world.handOver(connection, request);
			for (const path of [`sign-in?request=${request.id}`, `sign-in?${address.split('?')[1]}`, `continue?request=${request.id}`]) {
				expect(await world.rogue().visit(`${OTHER_PORTAL_URL}/${path}`)).toMatchObject({ status: 404 });
			}
			expect((await world.browser().visit(address)).title).toBe('Connect Salesforce');
		});

		it.each([
			['a copy of the workflow, with the same node id', { ...owner, workflowId: 'workflow-copy' }],
			['another node of the same workflow', { ...owner, nodeId: 'node-copy' }],
		])('%s is another trigger', async (_what, rogueOwner) => {
			await world.signIn(connection, 'alice');
			const rogue = world.browser({ owner: rogueOwner });
			expect(await rogue.visit(plain())).toMatchObject({ status: 404 });
			expect(await rogue.visit(await world.personalLink(connection, request))).toMatchObject({ status: 404 });
			expect((await rogue.visit(PORTAL_URL)).forms).toEqual([]);
		});

		it('a personal link is refused and not even used up', async () => {
			const link = await world.personalLink(connection, request);
			const code = new URL(link).searchParams.get('link')!;
			const rogue = world.rogue();
			const entry = await rogue.visit(OTHER_PORTAL_URL);
			expect(await rogue.visit(`${OTHER_PORTAL_URL}/sign-in?link=${code}`)).toMatchObject({ status: 404 });
			expect(await rogue.visit(`${OTHER_PORTAL_URL}/connect`, { form: { link: code, token: entry.forms[0]!.hidden.token! } })).toMatchObject({ status: 404 });
			expect((await world.browser().visit(link)).title).toBe('Connect Salesforce');
		});

		it('a connection, its sendLink and its disconnect are refused', async () => {
			await world.signIn(connection, 'alice');
			const rogue = world.rogue();
			const token = (await rogue.visit(OTHER_PORTAL_URL)).forms[0]!.hidden.token!;
			for (const [page, form] of [['connect', { portalSignIn: connection.id }], ['connect', { sendLink: request.id }], ['connect', { request: request.id }], ['disconnect', { connection: connection.id }]] as const) {
				const answer = await rogue.visit(`${OTHER_PORTAL_URL}/${page}`, { form: { ...form, token } });
				expect([page, form, answer.title]).toEqual([page, form, page === 'disconnect' ? 'Sign in' : expect.stringMatching(/not known here|does not work any more/)]);
			}
			expect(await world.vault.grants.find({ connectionId: connection.id, userKey: alice })).toMatchObject({ state: 'active' });
		});

		it('a session is no session, and a callback is refused without a token call', async () => {
			const browser = world.browser();
			const callback = await world.atProvider(browser, await browser.visit(await world.handOver(connection, request)), 'alice');
			const rogue = world.rogue();
			const there = await rogue.visit(callback.href.replace(PORTAL_URL, OTHER_PORTAL_URL));
			expect(there.html).toContain('stateInvalid');
			expect(await world.exchanges()).toBe(0);
			expect(await world.vault.grants.find({ connectionId: connection.id, userKey: alice })).toBeUndefined();
		});
	});
});
