import { handlePortalRequest } from '../../../../lib/portal';
import { signTold } from '../../../../lib/portal/told';
import { ConnectedAppsError } from '../../../../lib/errors';
import type { Connection } from '../../../../lib/connections';
import { alice, PORTAL_URL } from '../../connections/support/world';
import type { Page } from './portalBrowser';
import { usePortal } from './portalWorld';

const EVIL = ['//evil.example', '/\\evil.example', 'https:evil.example', '%2f%2fevil.example', 'https://evil.example/x', 'javascript:alert(1)', '/\t/evil.example', 'http://127.0.0.1:9@evil.example'];

describe('defences of every page', () => {
	const world = usePortal();
	let connection: Connection;
	beforeEach(async () => {
		connection = await world.register();
	});

	function expectSafe(page: Page): void {
		expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
		if (page.status === 303) {
			expect(new URL(page.headers.location!).origin === new URL(PORTAL_URL).origin || page.headers.location!.startsWith(world.sandbox.salesforce.loginUrl)).toBe(true);
			return;
		}
		const policy = page.headers['content-security-policy']!;
		expect(policy).toContain("default-src 'none'");
		expect(policy).toContain("frame-ancestors 'none'");
		expect(policy).toContain("base-uri 'none'");
		expect(policy).not.toMatch(/script-src|unsafe/);
		expect(page.html).not.toMatch(/<script|<link|<iframe|\son\w+=|src="https?:/i);
	}

	/** Every page there is, as one browser sees it. */
	async function everyPage(): Promise<Page[]> {
		const request = await world.request(connection);
		const other = await world.request(connection, { executionId: '2' });
		const browser = world.browser();
		const pages = [
			await browser.open(PORTAL_URL),
			await browser.open(`${PORTAL_URL}/sign-in?request=${request.id}`),
			await browser.open(`${PORTAL_URL}/sign-in?request=unknown`),
			await browser.open(`${PORTAL_URL}/sign-in`),
			await browser.open(await world.personalLink(connection, request)),
			await browser.open(`${PORTAL_URL}/continue?request=${request.id}`),
			await browser.open(`${PORTAL_URL}/salesforce/callback?state=x&code=y`),
			await browser.open(`${PORTAL_URL}/elsewhere/callback?state=x&code=y`),
			await browser.open(`${PORTAL_URL}/nothing-here`),
			await browser.open(`${PORTAL_URL}/connect`, { form: {} }),
			await browser.open(`${PORTAL_URL}/disconnect`, { form: {} }),
			await browser.open(await world.handOver(connection, request)),
		];
		const confirm = await browser.visit(`${PORTAL_URL}/sign-in?request=${request.id}`);
		pages.push(confirm, await browser.open(new URL(confirm.forms[0]!.action, confirm.url), { form: confirm.forms[0]!.hidden }));
		await browser.visit(await world.handOver(connection, other));
		pages.push(await browser.open(await world.atProvider(browser, await browser.visit(`${PORTAL_URL}/sign-in?request=${other.id}`), 'alice')), await browser.open(PORTAL_URL), await browser.open(`${PORTAL_URL}/sign-in?request=${request.id}`));
		return pages;
	}

	it('S13 S14 every page and every redirect carries the headers, and none holds a script or a foreign asset', async () => {
		const pages = await everyPage();
		pages.forEach(expectSafe);
		expect(pages.map(({ status }) => status)).toEqual([200, 403, 404, 404, 200, 303, 303, 303, 404, 403, 403, 303, 200, 303, 303, 200, 303]);
		expect(world.errors).toEqual([]);
	});

	it('S14 an internal failure is a page with the same headers, without a word of what failed', async () => {
		jest.spyOn(world.vault.registrations, 'listByOwner').mockRejectedValue(new Error('password=canary of the database'));
		const page = await world.browser().open(PORTAL_URL);
		expectSafe(page);
		expect(page.status).toBe(500);
		expect(page.html).not.toContain('canary');
		expect(world.errors).toHaveLength(1);
	});

	it('a setting that is wrong is told to the administrator and not to the user', async () => {
		jest.spyOn(world.vault.requests, 'find').mockRejectedValue(new ConnectedAppsError('vaultUnavailable', 'canary host of the database'));
		const page = await world.browser().open(`${PORTAL_URL}/sign-in?request=x`);
		expect(page.status).toBe(503);
		expect(page.html).not.toContain('canary');
		expect(page.html).toContain('vaultUnavailable');
	});

	it('S16 every answer to a POST that did something is a 303', async () => {
		const browser = world.browser();
		const entry = await browser.open(PORTAL_URL);
		for (const [page, form] of [['connect', { portalSignIn: connection.id }], ['connect', { signOut: '1' }], ['disconnect', { connection: connection.id }]] as const) {
			expect((await browser.open(`${PORTAL_URL}/${page}`, { form: { ...form, token: entry.forms[0]!.hidden.token! } })).status).toBe(303);
		}
	});

	describe('S17 forms', () => {
		async function signedIn() {
			const browser = world.browser();
			await world.walk(browser, await browser.visit(await world.handOver(connection, await world.request(connection, { answer: 'none' }))), 'alice');
			const page = await browser.visit(PORTAL_URL);
			return { browser, token: page.forms[0]!.hidden.token! };
		}

		it.each([
			['no token', () => ({}), undefined],
			['a wrong token', () => ({ token: 'wrong' }), undefined],
			['an empty token', () => ({ token: '' }), undefined],
			['a foreign Origin', (token: string) => ({ token }), 'https://evil.example'],
			['the Origin of another port of this host', (token: string) => ({ token }), 'http://127.0.0.1:10'],
		])('%s is a 403 and changes nothing', async (_what, fields, origin) => {
			const { browser, token } = await signedIn();
			for (const [page, form] of [['disconnect', { connection: connection.id }], ['connect', { connection: connection.id }], ['connect', { signOut: '1' }]] as const) {
				const refused = await browser.visit(`${PORTAL_URL}/${page}`, { form: { ...form, ...fields(token) }, origin });
				expect(refused).toMatchObject({ status: 403 });
			}
			expect(await world.vault.grants.find({ connectionId: connection.id, userKey: alice })).toMatchObject({ state: 'active' });
			expect((await browser.visit(PORTAL_URL)).html).toContain('Signed in as');
		});

		it('a token of another browser is a 403', async () => {
			const [mine, theirs] = [await signedIn(), await signedIn()];
			expect(await mine.browser.visit(`${PORTAL_URL}/disconnect`, { form: { connection: connection.id, token: theirs.token } })).toMatchObject({ status: 403 });
		});

		it('a form is accepted from our own origin and, as browsers send it under no-referrer, from none', async () => {
			for (const origin of ['http://127.0.0.1:9', 'null', undefined]) {
				const { browser, token } = await signedIn();
				expect((await browser.visit(`${PORTAL_URL}/connect`, { form: { signOut: '1', token }, origin })).title).toBe('Sign in');
			}
		});

		it('every form of a first visit works, not only the last one', async () => {
			const request = await world.request(connection);
			const plain = `${PORTAL_URL}/sign-in?request=${request.id}`;
			for (const field of ['sendLink', 'portalSignIn']) {
				const browser = world.browser();
				const page = await browser.visit(plain);
				const form = page.forms.find(({ hidden }) => hidden[field] !== undefined)!;
				expect((await browser.open(new URL(form.action, page.url), { form: form.hidden })).status).toBe(303);
			}
		});

		it('GET changes nothing, whatever it asks for', async () => {
			const { browser, token } = await signedIn();
			// The first is the page that asks before anything is disconnected.
			for (const [address, status] of [[`disconnect?connection=${connection.id}&token=${token}`, 200], [`disconnect?all=1&token=${token}`, 200], [`connect?connection=${connection.id}&token=${token}`, 404], [`connect?signOut=1&token=${token}`, 404]] as const) {
				expect(await browser.visit(`${PORTAL_URL}/${address}`)).toMatchObject({ status });
			}
			expect(await world.vault.grants.find({ connectionId: connection.id, userKey: alice })).toMatchObject({ state: 'active' });
		});

		it('a form with two acts, or with none, does nothing', async () => {
			const { browser, token } = await signedIn();
			for (const form of [{ signOut: '1', connection: connection.id }, {}]) expect(await browser.visit(`${PORTAL_URL}/connect`, { form: { ...form, token } as Record<string, string> })).toMatchObject({ status: 403 });
			expect((await browser.visit(PORTAL_URL)).html).toContain('Signed in as');
		});
	});

	it('S8 addresses come from the configuration: no part of a request is in a redirect, a form or the redirect URI', async () => {
		const browser = world.browser();
		const entry = await browser.open(`${PORTAL_URL}?host=evil.example`);
		const started = await handlePortalRequest(world.parts(), { method: 'POST', page: 'connect', query: new URLSearchParams('host=evil.example'), form: new URLSearchParams(entry.forms[0]!.hidden), cookies: { ...browser.cookiesFor(`${new URL(PORTAL_URL).pathname}/connect`), host: 'evil.example' } });
		const authorize = new URL(started.headers.location!);
		expect(authorize.searchParams.get('redirect_uri')).toBe(`${PORTAL_URL}/salesforce/callback`);
		expect([JSON.stringify(entry.headers), entry.html, JSON.stringify(started)].filter((text) => text.includes('evil.example'))).toEqual([]);
	});

	it.each(EVIL)('S9 %s as any parameter leads nowhere else', async (evil) => {
		const request = await world.request(connection);
		for (const page of ['', 'sign-in', 'continue', 'salesforce/callback']) {
			for (const name of ['returnTo', 'redirect', 'redirect_uri', 'next', 'url', 'request', 'link', 'told', 'state', 'code']) {
				const query = new URLSearchParams(page === '' || name === 'request' ? '' : `request=${request.id}`);
				query.set(name, evil);
				const { headers } = await handlePortalRequest(world.parts(), { method: 'GET', page, query, form: new URLSearchParams(), cookies: {} });
				if (headers.location !== undefined) expect(`${new URL(headers.location).origin}${new URL(headers.location).pathname}`).toMatch(/^http:\/\/127\.0\.0\.1:9\/webhook\/connected-apps(\/|$)/);
			}
		}
	});

	it('S9 S18 nobody but the server can put words on a page: a told message without our proof is ignored', async () => {
		const told = signTold(world.vault, { kind: 'error', code: 'internal', message: 'true words' });
		const forged = `${Buffer.from(JSON.stringify({ kind: 'error', code: 'forbidden', message: 'call 0900-EVIL' })).toString('base64url')}~${told.split('~')[1]}`;
		for (const value of [forged, forged.split('~')[0]!, '~', '~~', 'a~b']) {
			expect((await world.browser().visit(`${PORTAL_URL}/sign-in?told=${encodeURIComponent(value)}`)).html).not.toContain('EVIL');
		}
	});

	it('S9 S18 nor can whoever makes up the answer of a provider, for anybody but themselves', async () => {
		const browser = world.browser();
		const confirm = await browser.visit(await world.handOver(connection, await world.request(connection)));
		const started = await browser.open(new URL(confirm.forms[0]!.action, confirm.url), { form: confirm.forms[0]!.hidden });
		const state = new URL(started.headers.location!).searchParams.get('state')!;
		const { headers } = await browser.open(`${PORTAL_URL}/salesforce/callback?${new URLSearchParams({ state, error: 'x', error_description: 'call 0900-EVIL' })}`);
		expect((await browser.visit(headers.location!)).html).toContain('0900-EVIL');
		const [fresh, other] = [world.browser(), world.browser()];
		await other.visit(PORTAL_URL);
		for (const victim of [fresh, other]) {
			const page = await victim.visit(headers.location!);
			expect(page).toMatchObject({ status: 403, title: 'Another browser' });
			expect(page.html).not.toContain('EVIL');
		}
	});

	it('S18 names that users and providers choose are escaped', async () => {
		const nasty = '"><img src=x onerror=alert(1)>';
		connection = await world.register({ appName: nasty, appDescription: nasty });
		const pages = await everyPage();
		for (const { html } of pages) expect(html).not.toContain('<img src=x');
		expect(pages.some(({ html }) => html.includes('&lt;img src=x'))).toBe(true);
	});
});
