// What a trigger may be told about its portal: how it looks, how people get in, who may, and whose page its apps stand on.
import type { INodeParameters } from 'n8n-workflow';

import type { Page } from '../host/browser';
import type { StoredCredential } from '../host/n8nClient';
import { flow, own, respondToWebhook, webhook, withCredentials } from '../host/workflows';
import { genericLogin, itemsByHand, secretOf } from './apps';
import { clickThrough, shoot } from './portals';
import { answerOfRun, AUDIENCE, connectFor, offerFromPortal, pressRun, publishAccounts, queriesOf, runNow } from './runs';
import { createWorld, credentialData, CREDENTIAL_TYPE, type World } from './world';

const SECRET = 'a long random text that only the proxy knows';
const WIDE_LOGO = `data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="160" height="40" viewBox="0 0 160 40"><rect width="160" height="40" rx="8" fill="#0a7d5a"/><circle cx="22" cy="20" r="10" fill="#fff"/><rect x="42" y="16" width="100" height="8" rx="4" fill="#fff"/></svg>').toString('base64')}`;
const ACCENT = '#0a7d5a';

let world: World;

const main = async (page: Page) => await page.locator('main').innerText();
const heading = async (page: Page) => await page.locator('h1').innerText();

async function publishTrigger(path: string, parameters: INodeParameters, ...credentials: StoredCredential[]): Promise<void> {
	await world.publish(flow(`Trigger at ${path}`).chain(withCredentials(own('Connected Apps Trigger', 'connectedAppsTrigger', { path, ...parameters }), ...credentials)));
	await world.client.waitForWebhook(path);
}

async function salesforceAt(path: string): Promise<StoredCredential> {
	await world.control('redirect-uris', { uri: `${world.flowUrl(path)}/salesforce/callback` });
	return await world.client.createCredential({ name: `Salesforce at ${path}`, type: CREDENTIAL_TYPE, data: credentialData(world.sandbox, { connectionName: path }) });
}

async function itemsAt(path: string): Promise<StoredCredential> {
	await world.control('redirect-uris', { uri: `${world.flowUrl(path)}/oauth2/callback` });
	return await world.client.createCredential({ name: `Example ID at ${path}`, type: 'userLoginOAuth2Api', data: genericLogin(world.sandbox, path, secretOf(world.sandbox.oauth2.clients.confidentialPost, 'post')) });
}

/** A person's browser behind (or beside) the proxy. */
async function visit(path: string, headers: Record<string, string> = {}): Promise<{ page: Page; close(): Promise<void> }> {
	const profile = await world.browser.newProfile({ extraHTTPHeaders: headers });
	const page = await profile.newPage();
	await page.goto(world.flowUrl(path));
	return { page, close: async () => await profile.close() };
}

const asPerson = (name: string, secret = SECRET) => ({ 'x-forwarded-user': `${name}@example.com`, 'x-proxy-secret': secret });

beforeAll(async () => {
	world = await createWorld();
}, 300_000);

afterAll(async () => await world?.close());

describe('the company’s look', () => {
	test('logo, colour and name stand on every page, in the light and in the dark', async () => {
		await publishTrigger('our-apps', { portalName: 'Fjällräven & Söhne', look: { accentColor: ACCENT, logo: WIDE_LOGO } }, await salesforceAt('our-apps'));
		const { page, close } = await visit('our-apps');
		const faults: string[] = [];
		page.on('console', (message) => faults.push(message.text()));
		await page.reload();
		expect(await page.locator('header').innerText()).toContain('Fjällräven & Söhne');
		expect(await page.title()).toContain('Fjällräven & Söhne');
		expect(await page.locator('header img.logo').evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(160);
		const accentIn = async (colorScheme: 'light' | 'dark') => {
			await page.emulateMedia({ colorScheme });
			return await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent').trim());
		};
		expect(await accentIn('light')).toBe(ACCENT);
		// As it is, it could not be read on black.
		expect(await accentIn('dark')).not.toBe(ACCENT);
		await shoot(page, 'look-sign-in');
		await world.publish(flow('look').chain(webhook({ path: 'look' }), withCredentials(own('Gate', 'connectedApps', { operation: 'requireSignIn', user: 'alice@example.com' }), await lookedAt()), respondToWebhook()));
		await page.goto(world.flowUrl('look'));
		await page.waitForURL((url) => url.pathname.endsWith('/our-apps/sign-in'));
		await shoot(page, 'look-confirm');
		expect(faults).toEqual([]);
		await close();
	});

	/** The credential that the trigger above offers. */
	async function lookedAt(): Promise<StoredCredential> {
		const found = (await world.client.session.request<StoredCredential[]>('GET', '/credentials')).find(({ name }) => name === 'Salesforce at our-apps');
		if (found === undefined) throw new Error('the credential is gone');
		return found;
	}
});

describe('a proxy that signs people in', () => {
	const RUN_PATH = 'run-behind-the-proxy';
	let proxy: StoredCredential;

	beforeAll(async () => {
		proxy = await world.client.createCredential({ name: 'Our proxy', type: 'connectedAppsTrustedHeaderApi', data: { userHeader: 'X-Forwarded-User', proofHeader: 'X-Proxy-Secret', secret: SECRET } });
		const salesforce = await offerFromPortal(world, world.flowUrl('proxied'), 'proxied');
		const flows = [{ name: 'My accounts', description: 'Everything that you may see in Salesforce', url: world.flowUrl(RUN_PATH), audience: AUDIENCE }];
		await publishTrigger('proxied', { portalName: 'Example Corp', signInMethod: 'trustedHeader', admins: 'alice@example.com', flowsToRun: { flow: flows } }, proxy, salesforce);
		await publishAccounts(world, salesforce, RUN_PATH);
		await publishTrigger('more-apps', { signInMethod: 'trustedHeader', mode: 'connectionsOnly' }, proxy, await itemsAt('more-apps'));
	});

	test('S32 opens My connected apps with the right secret, and to nobody without', async () => {
		const alice = await visit('proxied', asPerson('alice'));
		expect(await heading(alice.page)).toBe('My connected apps');
		expect(await alice.page.locator('header').innerText()).toContain('alice@example.com');
		expect(await alice.page.locator('.tabs').innerText()).toContain('Administration');
		await shoot(alice.page, 'proxy-apps');
		for (const headers of [asPerson('alice', 'a wrong secret of the same kind and size.'), { 'x-forwarded-user': 'alice@example.com' }, { 'x-proxy-secret': SECRET }, {}] as Record<string, string>[]) {
			const other = await visit('proxied', headers);
			expect(await heading(other.page)).toBe('Sign in');
			expect(await main(other.page)).toContain('Your organisation signs you in before you get here');
			if (Object.keys(headers).length === 0) await shoot(other.page, 'proxy-nobody');
			await other.close();
		}
		await alice.close();
	});

	test('whoever was let in is out again as soon as the proxy says nothing more', async () => {
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await profile.context.setExtraHTTPHeaders(asPerson('bob'));
		await page.goto(world.flowUrl('proxied'));
		expect(await heading(page)).toBe('My connected apps');
		await profile.context.setExtraHTTPHeaders({});
		await page.goto(world.flowUrl('proxied'));
		expect(await heading(page)).toBe('Sign in');
		await profile.close();
	});

	test('the apps of a second trigger stand on the first one’s page, and connect from there', async () => {
		const { page, close } = await visit('proxied', asPerson('bob'));
		expect(await page.locator('article h2').allInnerTexts()).toEqual(['Salesforce', 'Example ID']);
		await clickThrough(world, page, 'article:has-text("Example ID") button[type=submit]', 'bob');
		await page.waitForURL((url) => url.searchParams.has('told'));
		expect(page.url()).toContain(`${world.flowUrl('proxied')}?told=`);
		expect(await page.locator('.notice').innerText()).toContain('Example ID is connected');
		await shoot(page, 'connections-only-connected');
		// The second one has no page of its own.
		await page.goto(world.flowUrl('more-apps'));
		expect(page.url()).toBe(world.flowUrl('proxied'));
		await close();
	});

	test('S28 S32 Run starts a flow as whom the proxy names, and as nobody once it names somebody else', async () => {
		const profile = await world.browser.newProfile({ extraHTTPHeaders: asPerson('bob') });
		const page = await profile.newPage();
		await page.goto(world.flowUrl('proxied'));
		await pressRun(page, 'My accounts');
		await shoot(page, 'proxy-run');
		await runNow(page);
		await connectFor(world, page, 'bob');
		expect(await answerOfRun(page, RUN_PATH)).toEqual(['Bob', 'Bob']);
		await page.goto(world.flowUrl('proxied'));
		await pressRun(page, 'My accounts');
		const asking = page.url();
		await runNow(page);
		expect(await answerOfRun(page, RUN_PATH)).toEqual(['Bob', 'Bob']);
		const before = await queriesOf(world, 'bob');
		for (const headers of [asPerson('alice'), {}]) {
			await profile.context.setExtraHTTPHeaders(headers);
			await page.goto(asking);
			expect(page.url()).toBe(world.flowUrl('proxied'));
			expect(await main(page)).not.toContain('bob@example.com');
		}
		expect(await queriesOf(world, 'bob')).toBe(before);
		await profile.close();
	});
});

describe('who may', () => {
	test('only allowed users connect an app; whoever else is told so', async () => {
		const credential = await salesforceAt('for-few');
		await publishTrigger('for-few', { portalName: 'Example Corp', allowedUsers: 'alice@example.com, @example.org' }, credential);
		await world.publish(flow('few').chain(webhook({ path: 'few' }), withCredentials(own('Gate', 'connectedApps', { operation: 'requireSignIn', user: '={{ $json.query.user }}' }), credential), respondToWebhook('={{ JSON.stringify({ user: $json.query.user }) }}')));
		const [bob, alice] = [await world.newProfile(), await world.newProfile()];
		const page = await bob.newPage();
		await page.goto(`${world.flowUrl('few')}?user=bob@example.com`);
		await page.getByText('bob@example.com is not among those who may use these apps').waitFor();
		await shoot(page, 'not-allowed');
		expect(await world.walk(await alice.newPage(), `${world.flowUrl('few')}?user=alice@example.com`, 'alice')).toEqual({ user: 'alice@example.com' });
		await Promise.all([bob.close(), alice.close()]);
	});

	test('S7 S39 a personal link asks first, opens once, and shows a second visitor nothing', async () => {
		const node = withCredentials(own('Connected Apps', 'connectedApps', { operation: 'getSignInLink', user: 'alice@example.com' }), world.credential);
		const [link] = await itemsByHand(world, [node]);
		const address = String(link?.signInUrl);
		// What a link scanner does takes nothing away.
		for (let i = 0; i < 3; i++) expect((await fetch(address)).status).toBe(200);
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.goto(address);
		expect(await main(page)).toMatch(/alice@example\.com[\s\S]*Continue only if you are/);
		await shoot(page, 'personal-link');
		await page.click('main button[type=submit]');
		await page.waitForURL(world.portalUrl);
		expect(await heading(page)).toBe('My connected apps');
		// By a link nobody is an administrator, and the address is forgotten.
		expect(await page.locator('.tabs').innerText()).not.toContain('Administration');
		const other = await world.newProfile();
		const second = await other.newPage();
		await second.goto(address);
		expect(await main(second)).toContain('used already');
		await shoot(second, 'personal-link-used');
		await second.goto(world.portalUrl);
		expect(await heading(second)).toBe('Sign in');
		await Promise.all([profile.close(), other.close()]);
	});
});
