// S6 where an account of any name may be connected: nothing of the account says whose it is, so the portal's own sign-in must.
import type { Connection } from '../../../../lib/connections';
import { personalLinkAccess, type PortalAccess } from '../../../../lib/portal';
import type { UserKey } from '../../../../lib/types';
import { sha256 } from '../../../../lib/vault';
import { alice, bob, owner, PORTAL_URL } from '../../connections/support/world';
import { openIdAccess, PROXY_SECRET, signInToPortal, trustedHeaderAccess } from './openIdWorld';
import type { Page, PortalBrowser } from './portalBrowser';
import { usePortal } from './portalWorld';

describe.each(['any', 'sameDomain'] as const)('S6 Account Match %s, and a verified token that names the user', (accountMatch) => {
	const world = usePortal();
	const register = async ({ portal }: PortalAccess) => await world.register({ userIdentity: 'verifiedToken', identityIssuer: PORTAL_URL, identityAudience: 'n8n-flows', accountMatch }, { portal });
	const grantOf = async ({ id: connectionId }: Connection, userKey: UserKey) => await world.vault.grants.find({ connectionId, userKey });
	/** Presses the button of a page that asks. @returns where the browser is sent */
	async function go(browser: PortalBrowser, { forms: [form], url }: Page): Promise<string> {
		return (await browser.open(new URL(form!.action, url), { form: form!.hidden })).headers.location ?? '';
	}

	it('a flow that Bob started with his own token does not get the account of whoever he sends its address to', async () => {
		const access = openIdAccess(world);
		const connection = await register(access);
		const bobs = await world.request(connection, { user: bob });
		const browser = world.browser({ access });
		const led = await go(browser, await browser.visit(await world.handOver(connection, bobs)));
		expect(new URL(led).origin).toBe(new URL(world.sandbox.oauth2.issuer).origin);
		// Alice is signed in to the portal: the request is not hers.
		const alices = world.browser({ access });
		await signInToPortal(world, alices, await alices.visit(PORTAL_URL), 'alice');
		const page = await alices.visit(await world.handOver(connection, await world.request(connection, { user: bob, executionId: '78' })));
		const before = await world.exchanges();
		expect(await alices.press(page, 'request')).toMatchObject({ status: 403, title: 'Not allowed' });
		expect(await world.exchanges()).toBe(before);
		expect(await grantOf(connection, bob)).toBeUndefined();
	});

	it('whoever intercepts a personal link connects nothing with it; the person whom it names still does', async () => {
		const access = openIdAccess(world);
		const connection = await register(access);
		const link = await world.personalLink(connection, await world.request(connection));
		const thief = world.browser({ access });
		await signInToPortal(world, thief, await thief.visit(PORTAL_URL), 'bob');
		expect(await thief.press(await thief.visit(link), 'link')).toMatchObject({ status: 403, title: 'Not allowed' });
		expect(await grantOf(connection, alice)).toBeUndefined();
		const browser = world.browser({ access });
		await signInToPortal(world, browser, await browser.visit(PORTAL_URL), 'alice');
		expect(await world.walk(browser, await browser.visit(link), 'carol')).toMatchObject({ status: 200, html: '{"rows":3}' });
		expect(await grantOf(connection, alice)).toMatchObject({ account: { email: 'carol@example.com' } });
	});

	it('behind a proxy that signs people in, it is whom the proxy names', async () => {
		const access = trustedHeaderAccess(world);
		const connection = await register(access);
		const browserOf = (user?: string) => world.browser({ access }, user === undefined ? {} : { 'x-forwarded-user': user, 'x-proxy-secret': PROXY_SECRET });
		for (const stranger of [browserOf(), browserOf('bob@example.com')]) {
			const request = await world.request(connection, { executionId: crypto.randomUUID() });
			const page = await stranger.visit(await world.handOver(connection, request));
			expect(await stranger.press(page, 'request')).toMatchObject({ status: 403, title: 'Not allowed' });
		}
		expect(await grantOf(connection, alice)).toBeUndefined();
		const browser = browserOf('Alice@example.com');
		await world.walk(browser, await browser.visit(await world.handOver(connection, await world.request(connection))), 'carol');
		expect(await grantOf(connection, alice)).toMatchObject({ account: { email: 'carol@example.com' } });
	});

	it('a portal that has personal links only connects nothing, whatever was registered before', async () => {
		const connection = await register(openIdAccess(world));
		const browser = world.browser({ access: personalLinkAccess(owner) });
		const page = await browser.visit(await world.handOver(connection, await world.request(connection)));
		expect(await browser.press(page, 'request')).toMatchObject({ status: 403, title: 'Not allowed' });
		const link = await world.personalLink(connection, await world.request(connection, { executionId: '78' }));
		expect(await browser.press(await browser.visit(link), 'link')).toMatchObject({ status: 403 });
		// Nor from My connected apps, which a link or an account of any name opens there.
		for (const method of ['link', 'account'] as const) {
			const secret = `secret of ${method}`;
			await world.vault.sessions.create(sha256(secret), 'workflow-1:node-1', { userKey: alice, method, claims: {} }, { idleMs: 60_000, absoluteMs: 60_000 });
			const visitor = world.browser({ access: personalLinkAccess(owner) });
			visitor.keep('connected_apps_session', secret);
			const apps = await visitor.visit(PORTAL_URL);
			expect(apps.html).toContain('Signed in as');
			const form = apps.forms.find(({ hidden }) => hidden.connection === connection.id)!;
			expect(await visitor.visit(new URL(form.action, apps.url), { form: form.hidden })).toMatchObject({ status: 403 });
		}
		expect(await grantOf(connection, alice)).toBeUndefined();
		expect(await world.tokenCalls('authorization_code')).toEqual([]);
	});
});
