// Chromium in front of the portal's own pages, with names that mean harm wherever somebody else may choose a name. No n8n: see
// portalDefences.test.ts for that.
import type { Connection } from '../../lib/connections';
import { readPeople } from '../../lib/identity';
import { personalLinkAccess } from '../../lib/portal';
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
	beforeAll(async () => {
		browser = await launchBrowser();
	});
	afterAll(async () => await browser?.close());
	beforeEach(async () => {
		const access = { ...personalLinkAccess(owner), admins: readPeople(alice, 'Administrators') };
		server = await servePortal((portalUrl) => world.parts({ portalUrl, portalName, access }));
	});
	afterEach(async () => await server.close());

	/** One connection, person, flow and account of that name, and the addresses of every page that shows them. */
	async function plant(payload: string): Promise<{ addresses: string[]; session: string }> {
		portalName = `Portal ${payload}`;
		const connection: Connection = await world.register({ appName: `App ${payload}`, appDescription: payload }, { portalUrl: server.url });
		const waiting = async (executionId: string, user = alice) =>
			(await world.vault.requests.open({ executionId, nodeName: payload, runIndex: 0, connectionId: connection.id, userKey: user, workflowId: `flow ${payload}`, workflowName: `Flow ${payload}`, answer: 'none', usersHash: 'u', scopes: [payload], resumeUrl: 'http://127.0.0.1:9/', expiresInMs: 0 }, 20)).request;
		const open = await waiting('open');
		const stranger = await waiting('stranger', 'somebody@example.com' as typeof alice);
		const key = { connectionId: connection.id, userKey: alice };
		await world.vault.grants.save(key, { accessToken: 'a', refreshToken: 'r', tokenType: 'Bearer', scopes: ['api', payload], apiBaseUrl: 'https://example.my.salesforce.com' }, { subject: payload, username: `account ${payload}`, email: payload, emailVerified: true }, { revokeReplaced: false });
		await world.vault.grants.recordUse(key, 1, { workflowId: `flow ${payload}`, workflowName: `Flow ${payload}`, nodeName: payload });
		await world.vault.audit.add({ type: 'refused', connectionId: connection.id, userKey: alice, detail: payload, use: { workflowName: payload, nodeName: payload } });
		const session = `session of ${payload}`;
		await world.vault.sessions.create(sha256(Buffer.from(session).toString('hex')), world.parts().access.portal.id, { userKey: alice, method: 'account', claims: { groups: [payload] } }, { idleMs: 3_600_000, absoluteMs: 3_600_000 });
		const told = (value: Parameters<typeof signTold>[1]) => `told=${encodeURIComponent(signTold(world.vault, value))}`;
		const at = encodeURIComponent(payload);
		return {
			session: Buffer.from(session).toString('hex'),
			addresses: [
				...PORTAL_ADDRESSES.filter(({ method, page }) => method === 'GET' && page !== 'export' && !/^(sharepoint|docusign|oauth2)/.test(page)).map(({ page }) => `${page}?request=${at}&connection=${at}&link=${at}&code=${at}&state=${at}&error=access_denied&error_description=${at}&search=${at}&after=${at}&told=${at}`),
				'',
				'activity',
				`disconnect?connection=${encodeURIComponent(connection.id)}`,
				'disconnect?all=1',
				`sign-in?request=${open.id}`,
				`sign-in?request=${stranger.id}`,
				`sign-in?${told({ kind: 'error', code: 'providerError', message: payload, advice: payload, requestId: payload })}`,
				`sign-in?${told({ kind: 'otherAccount', connectionId: connection.id, userKey: alice, subject: payload, name: payload, previousName: payload, requestId: open.id })}`,
				`sign-in?${told({ kind: 'declined', connectionId: connection.id, requestId: payload })}`,
				`sign-in?${told({ kind: 'serviceAccountDone', connectionId: connection.id, account: payload })}`,
				`?${told({ kind: 'connected', connectionId: connection.id })}`,
				`?${told({ kind: 'disconnected', connectionId: connection.id, revoked: 'notSupported' })}`,
				`?${told({ kind: 'allDisconnected', count: 2, queued: [payload], notSupported: [payload] })}`,
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
		const harmful: string[] = [];
		for (const address of addresses) {
			await page.goto(`${server.url}${address === '' || address.startsWith('?') ? '' : '/'}${address}`);
			harmful.push(...(await harm(page)).map((what) => `${address.slice(0, 30)}: ${what}`));
			if (visible(await page.locator('body').innerText()).includes(shown)) seen++;
		}
		expect([harmful, dialogs]).toEqual([[], []]);
		// The name was there: pages that leave it out would prove nothing.
		expect(seen).toBeGreaterThan(8);
		expect(profile.addresses.requested.filter((url) => !url.startsWith(new URL(server.url).origin))).toEqual([]);
		expect(server.seen.filter(({ status }) => status === 500)).toEqual([]);
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
