import { decodeJwt } from 'jose';

import { portalAssertion } from '../../../../lib/connections';
import { isAdmin } from '../../../../lib/portal';
import { sha256 } from '../../../../lib/vault';
import { alice, bob, OTHER_PORTAL_URL, otherOwner, PORTAL_URL } from '../../connections/support/world';
import { Browser } from '../../../sandbox/browser';
import { atOrganisation, openIdAccess, signInToPortal, type AccessChanges } from './openIdWorld';
import { usePortal } from './portalWorld';

describe('signing in to the portal with OpenID Connect', () => {
	const world = usePortal();
	const browserOf = (changes?: AccessChanges) => {
		const access = openIdAccess(world, changes);
		return world.browser({ access });
	};
	const sessionsOf = async (changes?: AccessChanges) => await world.vault.sessions.list(openIdAccess(world, changes).portal.id, 100);

	it('opens My connected apps as the person whom the provider names, and nothing by a mere GET', async () => {
		await world.register();
		const browser = browserOf();
		const entry = await browser.visit(PORTAL_URL);
		expect(entry.title).toBe('Sign in');
		expect(entry.forms.map(({ label }) => label)).toEqual(['Sign in with your organisation']);
		expect(await sessionsOf()).toEqual([]);
		const page = await signInToPortal(world, browser, entry, 'alice');
		expect(page).toMatchObject({ status: 200, title: 'My connected apps' });
		expect(page.url.search).toBe('');
		expect(page.html).toContain('alice@example.com');
		expect(await sessionsOf()).toMatchObject([{ userKey: alice, method: 'openId', person: { issuer: world.sandbox.oauth2.issuer, email: 'alice@example.com' } }]);
		expect(world.errors).toEqual([]);
	});

	it('pushes its requests where the provider takes them', async () => {
		const browser = browserOf({ pushed: true });
		const entry = await browser.visit(PORTAL_URL);
		const { headers } = await browser.open(`${PORTAL_URL}/connect`, { form: entry.forms[0]!.hidden });
		expect(new URL(headers.location!).searchParams.get('request_uri')).toMatch(/^urn:/);
		expect((await signInToPortal(world, browser, await browser.visit(PORTAL_URL), 'alice')).title).toBe('My connected apps');
	});

	it('S2 sends PKCE, state and nonce of their own with every sign-in', async () => {
		const starts = [];
		for (let index = 0; index < 2; index++) {
			const browser = browserOf();
			const entry = await browser.visit(PORTAL_URL);
			const { headers } = await browser.open(`${PORTAL_URL}/connect`, { form: entry.forms[0]!.hidden });
			starts.push(new URL(headers.location!).searchParams);
		}
		for (const query of starts) expect(query.get('code_challenge_method')).toBe('S256');
		for (const name of ['state', 'nonce', 'code_challenge']) expect(new Set(starts.map((query) => query.get(name))).size).toBe(2);
	});

	it('S1 S3 takes an answer once, in the browser that asked for it, and no forged one', async () => {
		const browser = browserOf();
		const back = await atOrganisation(world, browser, await browser.visit(PORTAL_URL), 'alice');
		const before = await world.exchanges();
		expect(await browserOf().visit(back)).toMatchObject({ status: 403, title: 'Another browser' });
		expect(await browser.visit(back)).toMatchObject({ title: 'This sign-in is over' });
		const forged = new URL(back);
		forged.searchParams.set('state', 'forged');
		expect(await browser.visit(forged)).toMatchObject({ title: 'This sign-in is over' });
		expect(await world.exchanges()).toBe(before);
		expect(await sessionsOf()).toEqual([]);
	});

	it.each<[string, AccessChanges, RegExp]>([
		['of another domain', { credential: { allowedDomains: 'example.org' } }, /at example\.com are not admitted/],
		['in none of the groups', { credential: { groupsClaim: 'groups', allowedGroups: 'finance' } }, /none of the groups/],
		['whom the trigger does not name', { allowedUsers: 'bob@example.com' }, /not among those/],
	])('keeps out somebody %s, says so, and lets them try another account', async (_what, changes, words) => {
		const browser = browserOf(changes);
		const page = await signInToPortal(world, browser, await browser.visit(PORTAL_URL), 'alice');
		expect(page).toMatchObject({ status: 403, title: 'Not allowed' });
		expect(page.html).toMatch(words);
		expect(await sessionsOf(changes)).toEqual([]);
		expect((await world.vault.audit.listByUser(alice, 5))[0]).toMatchObject({ type: 'refused' });
		const [again] = page.forms;
		const { headers } = await browser.open(new URL(again!.action, page.url), { form: again!.hidden });
		expect(new URL(headers.location!).searchParams.get('prompt')).toBe('login');
	});

	it('lets in whom domain, groups and list name', async () => {
		const browser = browserOf({ credential: { allowedDomains: '@Example.com, example.org', groupsClaim: 'preferred_username', allowedGroups: 'IT, alice@example.com' }, allowedUsers: '@example.com' });
		expect((await signInToPortal(world, browser, await browser.visit(PORTAL_URL), 'alice')).title).toBe('My connected apps');
	});

	it('knows its administrators by key or claim, and only of a sign-in of its own', async () => {
		const access = openIdAccess(world, { admins: 'alice@example.com, claim:preferred_username=bob@example.com' });
		for (const person of ['alice', 'bob', 'carol']) {
			const browser = world.browser({ access });
			await signInToPortal(world, browser, await browser.visit(PORTAL_URL), person);
		}
		const sessions = await world.vault.sessions.list(access.portal.id, 10);
		expect(Object.fromEntries(sessions.map((session) => [session.userKey, isAdmin(access, session)]))).toEqual({ 'alice@example.com': true, 'bob@example.com': true, 'carol@example.com': false });
		for (const method of ['account', 'link'] as const) expect(isAdmin(access, { userKey: alice, method, claims: {} })).toBe(false);
		expect(isAdmin(access, undefined)).toBe(false);
	});

	it('ends with signing out, here and at the provider', async () => {
		const browser = browserOf();
		const page = await signInToPortal(world, browser, await browser.visit(PORTAL_URL), 'alice');
		const out = await browser.press(page, 'signOut');
		const logout = new URL(out.headers.location!);
		expect(logout.origin).toBe(new URL(world.sandbox.oauth2.issuer).origin);
		expect(decodeJwt(logout.searchParams.get('id_token_hint')!)).toMatchObject({ iss: world.sandbox.oauth2.issuer });
		const answer = await new Browser().request(logout.href);
		expect(answer.status).toBe(200);
		expect(logout.searchParams.get('post_logout_redirect_uri')).toBe(`${PORTAL_URL}/signed-out`);
		expect(await sessionsOf()).toEqual([]);
		expect((await browser.visit(PORTAL_URL)).title).toBe('Sign in');
		expect((await browser.visit(`${PORTAL_URL}/signed-out`)).title).toBe('You’re signed out');
	});

	it('ends when it is revoked, and when nobody comes for longer than the trigger says', async () => {
		const access = { ...openIdAccess(world), session: { idleMs: 60_000, absoluteMs: 600_000 } };
		const browser = world.browser({ access });
		await signInToPortal(world, browser, await browser.visit(PORTAL_URL), 'alice');
		const [session] = await world.vault.sessions.listByUser(access.portal.id, alice);
		expect(await world.vault.sessions.delete(session!.idHash, access.portal.id)).toBe(true);
		const entry = await browser.visit(PORTAL_URL);
		expect(entry.title).toBe('Sign in');
		expect((await signInToPortal(world, browser, entry, 'alice')).title).toBe('My connected apps');
		world.advance(61_000);
		expect((await browser.visit(PORTAL_URL)).title).toBe('Sign in');
	});

	it('is needed for My connected apps: the account of an app, or a link, opens nothing but what waits', async () => {
		const connection = await world.register();
		const access = openIdAccess(world);
		const browser = world.browser({ access });
		const request = await world.request(connection);
		expect(await world.walk(browser, await browser.visit(await world.handOver(connection, request)), 'alice')).toMatchObject({ html: '{"rows":3}' });
		expect((await browser.visit(PORTAL_URL)).title).toBe('Sign in');
		const link = await world.vault.links.create(sha256('code'), { purpose: 'portal', userKey: alice, ownerKey: 'workflow-1:node-1' }, 60_000).then(() => `${PORTAL_URL}/sign-in?link=code`);
		expect(await browser.visit(link)).toMatchObject({ status: 404 });
	});

	it('S6 S39 lets a person go on with a request of theirs in another browser, and nobody else', async () => {
		const connection = await world.register();
		const request = await world.request(connection);
		const address = `${PORTAL_URL}/sign-in?request=${request.id}`;
		const browser = browserOf();
		const unknown = await browser.visit(address);
		expect(unknown).toMatchObject({ status: 403, title: 'Is this sign-in yours?' });
		expect((await signInToPortal(world, browser, unknown, 'bob')).title).toBe('Is this sign-in yours?');
		const mine = browserOf();
		const confirm = await signInToPortal(world, mine, await mine.visit(address), 'alice');
		expect(confirm.title).toBe('Connect Salesforce');
		await world.walk(mine, confirm, 'alice');
		expect(await world.vault.grants.find(request)).toMatchObject({ state: 'active', userKey: alice });
	});

	it('S41 comes first where any account may be connected: the browser that started the flow proves nothing of it', async () => {
		const access = openIdAccess(world);
		const connection = await world.register({ accountMatch: 'any' }, { portal: access.portal });
		const request = await world.request(connection);
		const browser = world.browser({ access });
		const confirm = await browser.visit(await world.handOver(connection, request));
		const toOrganisation = await browser.open(new URL(confirm.forms[0]!.action, confirm.url), { form: confirm.forms[0]!.hidden });
		expect(new URL(toOrganisation.headers.location!).origin).toBe(new URL(world.sandbox.oauth2.issuer).origin);
		// Bob, who has the link, is told that it is not his.
		const again = await browser.visit(await new Browser().signIn(toOrganisation.headers.location!, world.user('bob')));
		const refused = await browser.press(again, 'request');
		expect(refused).toMatchObject({ status: 403, title: 'Not allowed' });
		expect(await world.exchanges()).toBe(1);
		// Alice connects an account of another name.
		const mine = world.browser({ access });
		const hers = await signInToPortal(world, mine, await mine.visit(`${PORTAL_URL}/sign-in?request=${request.id}`), 'alice');
		await world.walk(mine, hers, 'carol');
		expect(await world.vault.grants.find(request)).toMatchObject({ userKey: alice, account: { email: 'carol@example.com' } });
	});

	it('S34 makes one portal of the triggers that carry the same credential, and of no others', async () => {
		const access = openIdAccess(world);
		await world.register({}, { portal: access.portal });
		const other = await world.register({ connectionName: 'second' }, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL, portal: { ...access.portal, mode: 'connectionsOnly' } });
		const browser = world.browser({ access });
		const page = await signInToPortal(world, browser, await browser.visit(PORTAL_URL), 'alice');
		expect(page.forms.filter(({ label }) => label.startsWith('Connect'))).toHaveLength(2);
		// Connect of the other trigger's app leads to its own address, with the cookie for just that page.
		const form = page.forms.find(({ hidden }) => hidden.connection === other.id)!;
		const { headers } = await browser.open(new URL(form.action, page.url), { form: form.hidden });
		expect(new URL(headers.location!).searchParams.get('redirect_uri')).toBe(`${OTHER_PORTAL_URL}/salesforce/callback`);
		expect(Object.keys(browser.cookiesFor(new URL(`${OTHER_PORTAL_URL}/salesforce/callback`).pathname))).toEqual([expect.stringMatching(/^connected_apps_sign_in_/)]);
		// Its own address leads to the portal's page.
		const asOther = world.browser({ access: { ...access, portal: { ...access.portal, mode: 'connectionsOnly' } }, owner: otherOwner, portalUrl: OTHER_PORTAL_URL });
		expect((await asOther.open(OTHER_PORTAL_URL)).headers.location).toBe(PORTAL_URL);
		// Another secret is another portal.
		const rogue = openIdAccess(world, { credential: { clientSecret: 'guessed' } });
		expect(rogue.portal.id).not.toBe(access.portal.id);
		const stranger = world.browser({ access: rogue, owner: { ...otherOwner, nodeId: 'node-3' }, portalUrl: OTHER_PORTAL_URL });
		await world.vault.sessions.create(sha256('secret'), rogue.portal.id, { userKey: alice, method: 'openId', claims: {} }, { idleMs: 60_000, absoluteMs: 60_000 });
		expect((await stranger.open(OTHER_PORTAL_URL)).html).not.toContain('Salesforce');
	});

	it('S28 issues a short word of its own on whom it knows, and none for whoever came by a link', async () => {
		const what = { portalUrl: PORTAL_URL, portalId: 'p', audience: 'flow' };
		const token = decodeJwt(await portalAssertion(world.vault, what, { userKey: alice, method: 'openId', claims: {} }));
		expect(token).toMatchObject({ iss: PORTAL_URL, aud: 'flow', sub: alice, portal: 'p', email: alice, email_verified: true, jti: expect.any(String) });
		expect(token.exp! - token.iat!).toBe(120);
		await expect(portalAssertion(world.vault, what, { userKey: bob, method: 'link', claims: {} })).rejects.toMatchObject({ code: 'forbidden' });
		const { body } = await browserOf().open(`${PORTAL_URL}/jwks`);
		const { keys } = JSON.parse(String(body)) as { keys: Record<string, unknown>[] };
		expect(keys).toMatchObject([{ kty: 'EC', crv: 'P-256', use: 'sig', alg: 'ES256' }]);
		for (const key of keys) expect(key).not.toHaveProperty('d');
	});
});
