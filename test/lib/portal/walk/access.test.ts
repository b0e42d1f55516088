import type { Clock } from '../../../../lib/clock';
import { portalLinkFor } from '../../../../lib/connections';
import { handlePortalRequest, personalLinkAccess, portalLimits, type PortalAccess } from '../../../../lib/portal';
import { networkOf, RateLimit } from '../../../../lib/portal/limits';
import { alice, bob, otherOwner, OTHER_PORTAL_URL, owner, PORTAL_URL } from '../../connections/support/world';
import { openIdAccess, PROXY_SECRET, signInToPortal, trustedHeaderAccess } from './openIdWorld';
import { usePortal } from './portalWorld';

describe('S32 the header of a trusted proxy', () => {
	const world = usePortal();
	const open = async (headers: Record<string, string>, access = trustedHeaderAccess(world)) =>
		await handlePortalRequest(world.parts({ access }), { method: 'GET', page: '', query: new URLSearchParams(), form: new URLSearchParams(), cookies: {}, header: (name) => headers[name] });

	it('says who somebody is, together with its secret', async () => {
		const { body } = await open({ 'x-forwarded-user': 'Alice@example.com', 'x-proxy-secret': PROXY_SECRET });
		expect(String(body)).toContain('alice@example.com');
		expect(String(body)).toContain('My connected apps');
		expect(String(body)).not.toContain('Sign out');
	});

	it.each<[string, Record<string, string>]>([
		['without a secret', {}],
		['with another one', { 'x-proxy-secret': `${PROXY_SECRET}x` }],
		['with an empty one', { 'x-proxy-secret': '' }],
		['with the secret twice', { 'x-proxy-secret': `${PROXY_SECRET}, ${PROXY_SECRET}` }],
	])('is ignored %s', async (_what, more) => {
		const { body } = await open({ 'x-forwarded-user': 'alice@example.com', ...more });
		expect(String(body)).not.toContain('alice@example.com');
		expect(String(body)).toContain('didn’t tell us who you are');
	});

	it('names nobody if it was sent twice, or names what is no person', async () => {
		for (const value of ['bob@example.com, alice@example.com', 'service:account', '', 'a\u200Bb']) expect(String((await open({ 'x-forwarded-user': value, 'x-proxy-secret': PROXY_SECRET })).body)).toContain('didn’t tell us who you are');
	});

	it('is nothing where it was not switched on', async () => {
		for (const access of [personalLinkAccess(owner), openIdAccess(world)]) expect(String((await open({ 'x-forwarded-user': 'alice@example.com', 'x-proxy-secret': PROXY_SECRET }, access)).body)).not.toContain('alice@example.com');
	});
});

describe('a personal link to the portal', () => {
	const world = usePortal();

	it('S7 S39 opens it once, for the person it names, after a page that says so', async () => {
		const connection = await world.register();
		const link = await portalLinkFor(world.vault, connection, alice);
		await world.browser().visit(link);
		const browser = world.browser();
		const page = await browser.visit(link);
		expect(page.title).toBe('Open your connected apps');
		expect(page.html).toContain('alice@example.com');
		const opened = await browser.press(page, 'link');
		expect(opened.title).toBe('My connected apps');
		expect(await world.browser().visit(link)).toMatchObject({ status: 404 });
		const [session] = await world.vault.sessions.listByUser('workflow-1:node-1', alice);
		expect(session).toMatchObject({ method: 'link' });
	});

	it('S34 opens no other trigger’s portal, and stays unused there', async () => {
		const link = await portalLinkFor(world.vault, await world.register(), alice);
		const rogue = world.rogue();
		expect(await rogue.visit(link.replace('connected-apps', 'other-apps'))).toMatchObject({ status: 404 });
		await world.register({ connectionName: 'rogue' }, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL });
		const { token } = (await rogue.visit(OTHER_PORTAL_URL)).forms[0]!.hidden;
		for (const act of ['link', 'cancelLink']) expect(await rogue.visit(`${OTHER_PORTAL_URL}/connect`, { form: { [act]: new URL(link).searchParams.get('link')!, token: token! } })).toMatchObject({ status: 404 });
		expect((await world.browser().visit(link)).title).toBe('Open your connected apps');
	});

	it('is made neither for the service account nor where people sign in by themselves', async () => {
		const connection = await world.register({}, { portal: openIdAccess(world).portal });
		await expect(portalLinkFor(world.vault, connection, alice)).rejects.toMatchObject({ code: 'forbidden' });
	});
});

describe('S24 another account on reconnect', () => {
	const world = usePortal();

	async function connectedWithAnother() {
		const access = openIdAccess(world);
		const connection = await world.register({ accountMatch: 'any' }, { portal: access.portal });
		await world.signIn(connection, 'bob', alice);
		const browser = world.browser({ access });
		return { access, connection, browser };
	}

	it('takes the place of the one before only after the person has confirmed it', async () => {
		const connection = await world.register();
		const { grant } = await world.signIn(connection, 'alice');
		await world.vault.grants.save(grant!, await world.vault.grants.openTokens(grant!), { ...grant!.account, subject: 'org/old', username: 'alice.old@example.com' }, { revokeReplaced: false });
		await world.vault.grants.end(grant!, 'invalidGrant', { revoke: false });
		const request = await world.request(connection);
		const browser = world.browser();
		const page = await world.walk(browser, await browser.visit(await world.handOver(connection, request)), 'alice');
		expect(page).toMatchObject({ status: 403, title: 'Another account' });
		expect(page.html).toContain('alice.old@example.com');
		expect(await world.vault.grants.find(request)).toMatchObject({ state: 'ended', account: { subject: 'org/old' } });

		// The page alone is worth nothing elsewhere.
		const stranger = world.browser();
		const seen = await stranger.visit(page.url);
		expect(await stranger.press(seen, 'confirmAccount')).toMatchObject({ status: 403, title: 'Another browser' });

		const end = await world.walk(browser, { ...page, forms: page.forms.filter(({ hidden }) => hidden.confirmAccount !== undefined) }, 'alice');
		expect(end).toMatchObject({ status: 200, html: '{"rows":3}' });
		expect(await world.vault.grants.find(request)).toMatchObject({ state: 'active', account: { subject: grant!.account.subject } });
		expect((await world.vault.audit.listByUser(alice, 10)).map(({ type }) => type)).toContain('accountChanged');
	});

	it('is not confirmed for an account other than the one that the page named', async () => {
		const { browser, connection } = await connectedWithAnother();
		const request = await world.request(connection);
		const confirm = await signInToPortal(world, browser, await browser.visit(`${PORTAL_URL}/sign-in?request=${request.id}`), 'alice');
		const page = await world.walk(browser, confirm, 'carol');
		expect(page).toMatchObject({ title: 'Another account' });
		const again = await world.walk(browser, { ...page, forms: page.forms.filter(({ hidden }) => hidden.confirmAccount !== undefined) }, 'integration');
		expect(again).toMatchObject({ title: 'Another account' });
		expect(await world.vault.grants.find(request)).toMatchObject({ account: { email: 'bob@example.com' } });
	});
});

describe('S33 what one address may ask', () => {
	const world = usePortal();
	let nowMs = 0;
	const clock: Clock = { nowMs: () => nowMs };
	const open = async (access = personalLinkAccess(owner), page = 'sign-in', query = 'request=unknown', clientAddress = '203.0.113.7') =>
		await handlePortalRequest(world.parts({ access }), { method: 'GET', page, query: new URLSearchParams(query), form: new URLSearchParams(), cookies: {}, clientAddress });

	it('is bounded, and told with the time to wait; other addresses are not held up', async () => {
		const access = personalLinkAccess(owner, portalLimits({ clock, requestsPerMinute: 3 }));
		for (let index = 0; index < 3; index++) expect((await open(access, '', '')).status).toBe(200);
		expect(await open(access, '', '')).toMatchObject({ status: 429, headers: { 'retry-after': '20' } });
		expect((await open(access, '', '', '203.0.113.8')).status).toBe(200);
		nowMs += 20_000;
		expect((await open(access, '', '')).status).toBe(200);
	});

	it('does not use up what all have together: who is held up takes nothing of it', async () => {
		const access = personalLinkAccess(owner, { ...portalLimits({ clock, requestsPerMinute: 3 }), requestsInAll: new RateLimit(10, 60_000, clock) });
		for (let index = 0; index < 20; index++) await open(access, '', '');
		expect((await open(access, '', '', '203.0.113.8')).status).toBe(200);
	});

	it.each([['links that nobody made', 'sign-in', 'link=guess'], ['requests that nobody made', 'sign-in', 'request=guess'], ['answers that nobody asked for', 'salesforce/callback', 'state=guess&code=x']])('who tries %s is soon told nothing but to wait', async (_what, page, query) => {
		await world.register();
		const access = personalLinkAccess(owner, portalLimits({ clock }));
		const statuses: number[] = [];
		for (let index = 0; index < 61; index++) statuses.push((await open(access, page, `${query}${index}`)).status);
		expect(new Set(statuses.slice(0, 60)).has(429)).toBe(false);
		expect(statuses[60]).toBe(429);
		expect((await open(access, page, query)).headers['retry-after']).toBe('1');
		expect((await open(access, page, query, '203.0.113.8')).status).not.toBe(429);
	});

	async function heldUp(access: PortalAccess): Promise<void> {
		for (let index = 0; index < 61; index++) await open(access, 'sign-in', `link=guess${index}`);
		expect((await open(access, 'sign-in', 'link=guess')).status).toBe(429);
	}

	it('wrong ones hold up nobody else of the same network: who has the right link, state and form goes on', async () => {
		const connection = await world.register();
		const access = personalLinkAccess(owner, portalLimits({ clock }));
		await heldUp(access);
		const browser = world.browser({ access });
		browser.clientAddress = '203.0.113.7';
		const end = await world.walk(browser, await browser.visit(await world.handOver(connection, await world.request(connection))), 'alice');
		expect(end).toMatchObject({ status: 200, html: '{"rows":3}' });
		expect(await browser.visit(PORTAL_URL)).toMatchObject({ status: 200, title: 'My connected apps' });
		const link = await world.personalLink(connection, await world.request(connection, { user: bob, executionId: '78' }));
		const byLink = world.browser({ access });
		byLink.clientAddress = '203.0.113.7';
		expect(await world.walk(byLink, await byLink.visit(link), 'bob')).toMatchObject({ status: 200 });
		// Once more is wrong, and that is all that is told.
		expect(await byLink.visit(`${PORTAL_URL}/salesforce/callback?state=guess`)).toMatchObject({ status: 429 });
	});

	it('and by OpenID Connect, too', async () => {
		await world.register({}, { portal: openIdAccess(world).portal });
		const access = { ...openIdAccess(world), limits: portalLimits({ clock }) };
		await heldUp(access);
		const browser = world.browser({ access });
		browser.clientAddress = '203.0.113.7';
		expect(await signInToPortal(world, browser, await browser.visit(PORTAL_URL), 'alice')).toMatchObject({ status: 200, title: 'My connected apps' });
		expect(await browser.visit(`${PORTAL_URL}/openid/callback?state=guess`)).toMatchObject({ status: 429 });
	});

	it('who is refused again and again does not fill the audit log', async () => {
		const connection = await world.register();
		const access = personalLinkAccess(owner, portalLimits({ clock }));
		const browser = world.browser({ access });
		browser.clientAddress = '203.0.113.7';
		const request = await world.request(connection);
		const { token } = (await browser.visit(`${PORTAL_URL}/sign-in?request=${request.id}`)).forms[0]!.hidden;
		for (let index = 0; index < 100; index++) await browser.open(`${PORTAL_URL}/connect`, { form: { request: request.id, token: token! } });
		expect((await world.vault.audit.listByUser(alice, 200)).filter(({ type }) => type === 'refused')).toHaveLength(60);
	});

	it('people who are not known yet start so many sign-ins and no more, here and at the organisation', async () => {
		const connection = await world.register();
		for (const [access, form] of [[openIdAccess(world, { pushed: true }), { openIdSignIn: '1' }], [personalLinkAccess(owner), { portalSignIn: connection.id }]] as [PortalAccess, Record<string, string>][]) {
			const limits = { ...portalLimits({ clock }), unknownStarts: new RateLimit(3, 60_000, clock) };
			const from = async (clientAddress: string) => {
				const browser = world.browser({ access: { ...access, limits } });
				browser.clientAddress = clientAddress;
				const { token } = (await browser.visit(PORTAL_URL)).forms[0]!.hidden;
				return await browser.open(`${PORTAL_URL}/connect`, { form: { ...form, token: token! } });
			};
			const statuses: number[] = [];
			for (let index = 0; index < 4; index++) statuses.push((await from('203.0.113.7')).status);
			expect(statuses).toEqual([303, 303, 303, 429]);
			expect(await from('203.0.113.7')).toMatchObject({ headers: { 'retry-after': '20' } });
			expect((await from('203.0.113.8')).status).toBe(303);
		}
		// The one that was held up left nothing behind.
		expect(Number((await world.place.query(`select count(*) as n from ${world.place.table('transactions')}`))[0]!.n)).toBe(8);
	});

	it('tells nobody who exists: a link is sent or held up in the same words', async () => {
		const connection = await world.register();
		const limits = portalLimits({ clock });
		const answers = new Set<string>();
		for (let index = 0; index < 12; index++) {
			const request = await world.request(connection, { user: index === 11 ? bob : alice, executionId: `e${index}` });
			const browser = world.browser({ access: personalLinkAccess(owner, limits) });
			const sent = await browser.press(await browser.visit(`${PORTAL_URL}/sign-in?request=${request.id}`), 'sendLink');
			answers.add(`${sent.status} ${sent.html}`);
		}
		expect(answers.size).toBe(1);
	});

	it('is remembered for so many names and no more', () => {
		const limit = new RateLimit(1, 60_000, clock, 100);
		for (let index = 0; index < 10_000; index++) expect(limit.take(`name ${index}`)).toBe(0);
		expect((limit as unknown as { buckets: Map<string, unknown> }).buckets.size).toBe(100);
		expect(limit.take('name 9999')).toBeGreaterThan(0);
	});

	it('forgets whom it has not seen for longest, without looking at all the others', () => {
		const limit = new RateLimit(1, 60_000, clock, 2);
		const { buckets } = limit as unknown as { buckets: Map<string, unknown> };
		let looked = 0;
		const keys = buckets.keys.bind(buckets);
		buckets.keys = () => {
			const all = keys();
			const next = all.next.bind(all);
			all.next = () => {
				looked++;
				return next();
			};
			return all;
		};
		for (const name of ['a', 'b', 'a', 'c']) limit.take(name);
		expect([[...buckets].map(([name]) => name), looked]).toEqual([['a', 'c'], 1]);
	});

	it.each([['203.0.113.7', '203.0.113.7'], ['::ffff:203.0.113.7', '203.0.113.7'], ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'], ['2001:db8::1', '2001:db8:0:0::/64'], ['::1', '0:0:0:0::/64']])('%s counts as %s', (address, network) => expect(networkOf(address)).toBe(network));
});
