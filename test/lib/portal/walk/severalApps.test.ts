import { openConnection, openSignInRequest, readConnectionSettings, registerConnection, usersHashOf, type Connection } from '../../../../lib/connections';
import type { UserKey } from '../../../../lib/types';
import type { StoredSignInRequest } from '../../../../lib/vault';
import { Browser } from '../../../sandbox/browser';
import { alice, bob, owner, PORTAL_URL, resolveEndpoints } from '../../connections/support/world';
import type { Page, PortalBrowser } from './portalBrowser';
import { RESUME_URL, usePortal } from './portalWorld';

describe('a node run that waits for several apps of one person', () => {
	const world = usePortal();
	let salesforce: Connection;
	let generic: Connection;
	beforeEach(async () => {
		salesforce = await world.register();
		const { issuer, apiUrl, clients } = world.sandbox.oauth2;
		await world.control('POST', 'redirect-uris', { uri: `${PORTAL_URL}/oauth2/callback`, provider: 'oauth2' });
		const settings = readConnectionSettings('userLoginOAuth2Api', { connectionName: 'any', appName: 'Example ID', issuer, apiHosts: apiUrl, clientAuthentication: 'basic', ...clients.confidentialBasic, scopes: 'openid email read', userIdentity: 'workflow' });
		await registerConnection(world.vault, { owner, credentialId: 'credential-2', settings, portalUrl: PORTAL_URL, resolveEndpoints });
		generic = await openConnection(world.vault, settings);
	});
	const people: UserKey[] = [alice];
	async function request(to: Connection, user: UserKey = alice): Promise<StoredSignInRequest> {
		return await openSignInRequest(world.vault, to, { run: { executionId: '77', nodeName: 'Gate', runIndex: 0 }, userKey: user, workflowId: 'flow-1', workflowName: 'Quarterly report', answer: 'responseNode', usersHash: usersHashOf(people), resumeUrl: RESUME_URL, expiresInMs: 0 });
	}
	/** Confirms, signs in at the provider and comes back. */
	async function walk(browser: PortalBrowser, confirm: Page, person: string): Promise<Page> {
		const form = confirm.forms.find(({ hidden }) => hidden.cancel === undefined)!;
		const { headers } = await browser.open(new URL(form.action, confirm.url), { form: form.hidden });
		// The address of a pushed request does not tell where it leads back to.
		const redirectUri = new URL(headers.location!).searchParams.get('redirect_uri') ?? generic.registration.redirectUri;
		return await browser.visit(await new Browser().signIn(headers.location!, world.user(person), 'allow', redirectUri));
	}

	it('leads the browser from one to the next, and goes on once, with the flow’s answer', async () => {
		const [first, second] = [await request(salesforce), await request(generic)];
		const browser = world.browser();
		const confirmSecond = await walk(browser, await browser.visit(await world.handOver(salesforce, first)), 'alice');
		expect(confirmSecond.url.href).toBe(`${PORTAL_URL}/sign-in?request=${second.id}`);
		expect(confirmSecond.html).toContain('Example ID');
		expect(world.resumed).toEqual([]);
		expect(await walk(browser, confirmSecond, 'alice')).toMatchObject({ status: 200, html: '{"rows":3}' });
		expect(world.resumed).toHaveLength(1);
	});

	it('does so for whoever comes with a personal link, too', async () => {
		const [, second] = [await request(generic), await request(salesforce)];
		const browser = world.browser();
		const next = await walk(browser, await browser.visit(await world.personalLink(salesforce, second)), 'alice');
		expect(next.html).toContain('Example ID');
	});

	it('hands nobody over to what somebody else has to do (S38)', async () => {
		const [first] = [await request(salesforce), await request(generic), await request(generic, bob)];
		const browser = world.browser();
		const page = await walk(browser, await browser.visit(await world.handOver(salesforce, first)), 'alice');
		expect(page.url.pathname).toBe('/webhook/connected-apps/continue');
		expect(world.resumed).toEqual([]);
	});

	it('hands over no browser that has not signed in as the person', async () => {
		const [first, second] = [await request(salesforce), await request(generic)];
		const stranger = world.browser();
		await stranger.visit(await world.handOver(salesforce, first));
		await world.signIn(salesforce, 'alice');
		const page = await stranger.visit(`${PORTAL_URL}/continue?request=${first.id}`);
		expect(page.url.href).not.toContain(second.id);
		expect((await world.vault.requests.find(second.id))!.browserHash).toBeUndefined();
	});
});
