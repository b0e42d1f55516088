import { SignJWT, importPKCS8 } from 'jose';

import { screenshot, type Page } from '../host/browser';
import type { StoredCredential } from '../host/n8nClient';
import { flow, httpRequest, own, respondToWebhook, webhook, withCredentials } from '../host/workflows';
import { issuerKeyPem } from '../sandbox/oauth2/testKeys';
import { CREDENTIAL_TYPE, createWorld, credentialData, ownersOf, waitFor, type World } from './world';

const PATH = 'company-apps';
const AUDIENCE = 'n8n-flows';

let world: World;
let openId: StoredCredential;
let triggerId: string;

const portalUrl = () => world.flowUrl(PATH);
const heading = async (page: Page) => await page.locator('h1').innerText();

beforeAll(async () => {
	world = await createWorld();
	const { issuer, clients } = world.sandbox.oauth2;
	for (const below of ['openid/callback', 'salesforce/callback']) await world.control('redirect-uris', { uri: `${portalUrl()}/${below}` });
	openId = await world.client.createCredential({ name: 'Our sign-in', type: 'connectedAppsOpenIdApi', data: { issuer, ...clients.confidentialBasic, clientAuthentication: 'basic', scopes: 'openid email profile', userClaim: 'email', allowedDomains: 'example.com', endProviderSession: true } });
	const data = credentialData(world.sandbox, { connectionName: 'company', userIdentity: 'verifiedToken', identityIssuer: issuer, identityAudience: AUDIENCE, identityClaim: 'email' });
	const app = await world.client.createCredential({ name: 'Salesforce (verified)', type: CREDENTIAL_TYPE, data });
	const trigger = withCredentials(own('Connected Apps Trigger', 'connectedAppsTrigger', { path: PATH, portalName: 'Example Corp', signInMethod: 'openId', admins: 'alice@example.com' }), app, openId);
	const mail = httpRequest({ url: `${world.sandbox.control}/control/mailbox`, method: 'POST', name: 'Mail', parameters: { sendBody: true, specifyBody: 'json', jsonBody: '={{ JSON.stringify($json) }}' } });
	triggerId = await world.publish(flow('Company apps').chain(trigger, mail));
	await world.client.waitForWebhook(PATH);
	const salesforce = withCredentials(own('Salesforce', 'salesforceRetrieveData', { user: '={{ $json.headers.authorization }}', resource: 'query', operation: 'soql', soql: 'SELECT Id, Name FROM Account ORDER BY Name', returnAll: true, options: { answerTheCaller: 'json' } }), app);
	await world.publish(flow('verified').chain(webhook({ path: 'verified' }), salesforce, respondToWebhook('={{ JSON.stringify($input.all().map(item => item.json)) }}', { parameters: { respondWith: 'json' } })));
	await world.client.waitForWebhook('verified');
}, 300_000);

afterAll(async () => await world?.close());

async function signInAtOrganisation(page: Page, name: string): Promise<void> {
	const { origin } = new URL(world.sandbox.oauth2.issuer);
	await page.waitForURL((url) => url.origin === origin || url.pathname.endsWith(PATH) || url.pathname.endsWith('/sign-in'));
	if ((await page.locator('#login').count()) > 0) {
		await page.fill('#username', `${name}@example.com`);
		await page.fill('#password', `${name}-password`);
		const login = page.url();
		await page.click('#login');
		await page.waitForURL((url) => url.href !== login);
	}
	if (new URL(page.url()).origin === origin && (await page.locator('#allow').count()) > 0) await page.click('#allow');
	await page.waitForURL((url) => url.origin !== origin);
}

async function tokenOf(email: string, changes: { audience?: string; expiresInSeconds?: number } = {}): Promise<string> {
	const now = Math.floor(Date.now() / 1_000);
	return await new SignJWT({ email, email_verified: true })
		.setProtectedHeader({ alg: 'RS256', kid: 'sandbox-issuer' })
		.setIssuer(world.sandbox.oauth2.issuer)
		.setSubject(email)
		.setAudience(changes.audience ?? AUDIENCE)
		.setIssuedAt(now - 300)
		.setExpirationTime(now + (changes.expiresInSeconds ?? 300))
		.sign(await importPKCS8(issuerKeyPem, 'RS256'));
}

const call = async (token: string) => await fetch(world.flowUrl('verified'), { headers: { authorization: `Bearer ${token}` }, redirect: 'manual' });

describe('the organisation’s own sign-in', () => {
	test('opens My connected apps in a real browser, connects an app from there, and ends with single logout', async () => {
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.goto(portalUrl());
		await screenshot(page, 'portal-sign-in', { fullPage: true });
		expect(await heading(page)).toBe('Sign in');
		await page.click('main button[type=submit]');
		await signInAtOrganisation(page, 'alice');
		await page.waitForURL((url) => url.pathname.endsWith(PATH));
		expect(await heading(page)).toBe('My connected apps');
		expect(await page.locator('header').innerText()).toContain('alice@example.com');
		expect(page.url()).toBe(portalUrl());

		await page.click('main article button[type=submit]');
		await world.signInAtProvider(page, 'alice');
		await page.waitForURL((url) => url.pathname.endsWith(PATH) && url.searchParams.has('told'));
		await screenshot(page, 'portal-connected', { fullPage: true });
		expect(await page.locator('main').innerText()).toContain('Salesforce is connected');

		await page.click('header button[type=submit]');
		await page.waitForURL((url) => url.origin === new URL(world.sandbox.oauth2.issuer).origin);
		await page.click('#logout');
		await page.waitForURL((url) => url.pathname.endsWith('/signed-out'));
		await screenshot(page, 'portal-signed-out', { fullPage: true });
		expect(await heading(page)).toBe('You’re signed out');
		await page.goto(portalUrl());
		expect(await heading(page)).toBe('Sign in');
		// The provider asks for the password again: the sign-in there has ended, too.
		await page.click('main button[type=submit]');
		await page.waitForURL((url) => url.origin === new URL(world.sandbox.oauth2.issuer).origin);
		expect(await page.locator('#login').count()).toBe(1);
		expect(profile.addresses.visited.filter((address) => new URL(address).origin === new URL(world.n8n.url).origin && /[?&](code|state)=/.test(address))).toEqual([]);
		await profile.close();
	});

	test('ends at once when somebody signs out at the provider itself: in that browser, and for nobody else', async () => {
		const { issuer, clients } = world.sandbox.oauth2;
		const [step] = await world.executeStep(triggerId);
		expect(step).toMatchObject({ portalSignInRedirectUri: `${portalUrl()}/openid/callback`, portalSignedOutUri: `${portalUrl()}/signed-out`, portalBackChannelLogoutUri: `${portalUrl()}/openid/logout` });
		const visits = await Promise.all(['alice', 'alice', 'bob'].map(async (name) => ({ name, profile: await world.newProfile() })));
		const pages: Page[] = [];
		for (const { name, profile } of visits) {
			const page = await profile.newPage();
			await page.goto(portalUrl());
			await page.click('main button[type=submit]');
			await signInAtOrganisation(page, name);
			expect(await heading(page)).toBe('My connected apps');
			pages.push(page);
		}
		const [alices, elsewhere] = pages as [Page, Page, Page];
		const headings = async () => {
			for (const page of pages) await page.goto(portalUrl());
			return await Promise.all(pages.map(heading));
		};
		// In another tab of the same browser, at the provider; the portal is asked nothing.
		const tab = await visits[0]!.profile.newPage();
		await tab.goto(`${issuer}/session/end`);
		await Promise.all([tab.waitForURL((url) => url.pathname.endsWith('/success')), tab.click('#logout')]);
		await alices.reload();
		expect(await heading(alices)).toBe('Sign in');
		await screenshot(alices, 'portal-signed-out-at-provider', { fullPage: true });
		expect(await headings()).toEqual(['Sign in', 'My connected apps', 'My connected apps']);
		await elsewhere.goto(`${portalUrl()}/activity`);
		expect(await elsewhere.locator('main').innerText()).toMatch(new RegExp(`Sign-in ended[\\s\\S]*Signed out at ${new URL(issuer).host}`));
		await screenshot(elsewhere, 'portal-activity-signed-out', { fullPage: true });

		// The same, from a provider that names no sign-in: all that this person has opened. Its word counts once.
		const now = Math.floor(Date.now() / 1_000);
		const word = async (audience: string) =>
			await new SignJWT({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }).setProtectedHeader({ alg: 'RS256', kid: 'sandbox-issuer', typ: 'logout+jwt' }).setIssuer(issuer).setAudience(audience).setSubject('user-alice').setIssuedAt(now).setExpirationTime(now + 120).setJti('once').sign(await importPKCS8(issuerKeyPem, 'RS256'));
		const tell = async (logoutToken: string) => await fetch(`${portalUrl()}/openid/logout`, { method: 'POST', body: new URLSearchParams({ logout_token: logoutToken }) });
		const foreign = await tell(await word(clients.confidentialPost.clientId));
		expect([foreign.status, await foreign.json()]).toEqual([400, { error: 'invalid_request', error_description: 'The logout token is meant for somebody else' }]);
		expect(await headings()).toEqual(['Sign in', 'My connected apps', 'My connected apps']);
		const told = await tell(await word(clients.confidentialBasic.clientId));
		expect([told.status, told.headers.get('cache-control'), await told.text()]).toEqual([200, 'no-store', '']);
		expect(await headings()).toEqual(['Sign in', 'Sign in', 'My connected apps']);
		const again = await tell(await word(clients.confidentialBasic.clientId));
		expect([again.status, again.headers.get('cache-control'), await again.json()]).toEqual([400, 'no-store', { error: 'invalid_request', error_description: 'The logout token was used already' }]);
		await Promise.all(visits.map(async ({ profile }) => await profile.close()));
	});

	test('keeps somebody of another domain out, in words, with a way on', async () => {
		const profile = await world.newProfile();
		const page = await profile.newPage();
		const { issuer, clients } = world.sandbox.oauth2;
		await world.client.updateCredential(openId.id, { name: openId.name, type: openId.type, data: { issuer, ...clients.confidentialBasic, clientAuthentication: 'basic', userClaim: 'email', allowedDomains: 'example.org' } });
		await page.goto(portalUrl());
		await page.click('main button[type=submit]');
		await signInAtOrganisation(page, 'bob');
		await page.waitForURL((url) => url.searchParams.has('told'));
		await screenshot(page, 'portal-wrong-domain', { fullPage: true });
		expect(await page.locator('main').innerText()).toContain('not admitted here');
		await page.click('main button[type=submit]');
		await page.waitForURL((url) => url.origin === new URL(issuer).origin);
		expect(await page.locator('#login').count()).toBe(1);
		await profile.close();
		await world.client.updateCredential(openId.id, { name: openId.name, type: openId.type, data: { issuer, ...clients.confidentialBasic, clientAuthentication: 'basic', scopes: 'openid email profile', userClaim: 'email', allowedDomains: 'example.com' } });
	});
});

describe('S28 a flow whose user is proved by a token', () => {
	test('runs as whom the token names; another audience or a mere name is refused', async () => {
		const answer = await call(await tokenOf('alice@example.com'));
		expect(ownersOf(await answer.json())).toEqual(['Alice', 'Alice', 'Alice']);
		for (const token of [await tokenOf('alice@example.com', { audience: 'others' }), await tokenOf('alice@example.com', { expiresInSeconds: -3_600 }), 'alice@example.com']) {
			expect((await call(token)).status).toBe(500);
		}
		// A caller is answered before the execution is put down.
		const [failed] = await waitFor(async () => {
			const found = await world.client.executions({ status: 'error' });
			return found.length === 3 && found;
		}, 'the three that were refused');
		expect(JSON.stringify(await world.client.execution(failed!.id))).toContain('token in \\"User\\"');
	});

	test('waits for the sign-in longer than the token lives, and goes on as the same person', async () => {
		// Clocks may be a minute apart: it holds for two seconds more.
		const token = await tokenOf('bob@example.com', { expiresInSeconds: -50 });
		const expired = Date.now() + 10_500;
		const { signInUrl } = (await (await call(token)).json()) as { signInUrl: string };
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.goto(signInUrl);
		expect(await page.locator('main').innerText()).toContain('bob@example.com');
		await waitFor(async () => await Promise.resolve(Date.now() > expired), 'the end of the token');
		expect((await call(token)).status).toBe(500);
		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'bob');
		await page.waitForURL((url) => url.pathname.endsWith('/continue'));
		expect(ownersOf(JSON.parse(await page.locator('body').innerText()))).toEqual(['Bob', 'Bob']);
		await profile.close();
	});
});
