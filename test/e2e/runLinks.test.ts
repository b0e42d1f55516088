// *Run* on My connected apps: from the button in a real browser over the sign-in that the flow still needs to its answer, as that person.
import { screenshot, type Page, type Profile } from '../host/browser';
import type { StoredCredential } from '../host/n8nClient';
import { flow, httpRequest, own, withCredentials } from '../host/workflows';
import { foreignForm, framedTexts, startAttackerSite, type AttackerSite } from './crossSite';
import { answerOfRun, AUDIENCE, connectFor, handOver, offerFromPortal, pressRun, publishAccounts, queriesOf, runNow } from './runs';
import { signInAt } from './sharePointApps';
import { createWorld, type World } from './world';

const PATH = 'company-apps';
const FLOW_PATH = 'my-accounts';

let world: World;
let app: StoredCredential;
let openId: StoredCredential;
let site: AttackerSite;
/** What n8n says of a trigger that it does not publish: it tries for 15 s before it gives up. */
let refusal: Promise<string>;

const portalUrl = () => world.flowUrl(PATH);

function trigger(path: string, flows: Record<string, string>[]) {
	return withCredentials(own('Connected Apps Trigger', 'connectedAppsTrigger', { path, portalName: 'Example Corp', signInMethod: 'openId', flowsToRun: { flow: flows } }), app, openId);
}

beforeAll(async () => {
	world = await createWorld();
	site = await startAttackerSite();
	await world.control('redirect-uris', { uri: `${portalUrl()}/openid/callback` });
	openId = await world.client.createCredential({ name: 'Our sign-in', type: 'connectedAppsOpenIdApi', data: { issuer: world.sandbox.oauth2.issuer, ...world.sandbox.oauth2.clients.confidentialBasic, clientAuthentication: 'basic', scopes: 'openid email profile', userClaim: 'email' } });
	app = await offerFromPortal(world, portalUrl(), 'company');
	const mail = httpRequest({ url: `${world.sandbox.control}/control/mailbox`, method: 'POST', name: 'Mail', parameters: { sendBody: true, specifyBody: 'json', jsonBody: '={{ JSON.stringify($json) }}' } });
	await world.publish(flow('Company apps').chain(trigger(PATH, [{ name: 'My accounts', description: 'Everything that you may see in Salesforce', url: world.flowUrl(FLOW_PATH), audience: AUDIENCE }, { name: 'Of another audience', description: '', url: world.flowUrl(FLOW_PATH), audience: '' }]), mail));
	await world.client.waitForWebhook(PATH);
	await publishAccounts(world, app, FLOW_PATH);
	const { id } = await world.client.createWorkflow(flow('Wrong address').chain(trigger('wrong-address', [{ name: 'My accounts', description: '', url: 'http://flows.example.com/webhook/a', audience: '' }])).draft());
	refusal = world.client.activate(id).then(
		() => 'published',
		(error: unknown) => String(error),
	);
}, 300_000);

afterAll(async () => {
	await site?.close();
	await world?.close();
});

async function openPortal(name: string): Promise<{ profile: Profile; page: Page }> {
	const profile = await world.newProfile();
	const page = await profile.newPage();
	const { origin } = new URL(world.sandbox.oauth2.issuer);
	await page.goto(portalUrl());
	await signInAt(page, origin, name);
	await page.waitForURL((url) => url.pathname.endsWith(PATH));
	return { profile, page };
}

const answerOf = async (page: Page): Promise<string[]> => await answerOfRun(page, FLOW_PATH);

/** How it looks where people read it. */
async function pictures(page: Page, name: string): Promise<void> {
	await screenshot(page, `run-${name}`, { fullPage: true });
	await page.emulateMedia({ colorScheme: 'dark' });
	await page.setViewportSize({ width: 390, height: 800 });
	expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
	await screenshot(page, `run-${name}-dark-390`, { fullPage: true });
	await page.emulateMedia({ colorScheme: 'light' });
	await page.setViewportSize({ width: 1280, height: 800 });
}

describe('Run on My connected apps', () => {
	test('starts the flow as whoever pressed it: first the sign-in that is missing, then the answer; the next time at once', async () => {
		const { profile, page } = await openPortal('alice');
		await pictures(page, 'list');
		const word = await pressRun(page, 'My accounts');
		await pictures(page, 'ask');
		const asked = await page.locator('main').innerText();
		for (const words of ['My accounts', 'alice@example.com', new URL(world.n8n.url).host]) expect(asked).toContain(words);
		await runNow(page);
		await connectFor(world, page, 'alice');
		expect(await answerOf(page)).toEqual(['Alice', 'Alice', 'Alice']);

		await page.goto(portalUrl());
		const second = await pressRun(page, 'My accounts');
		await runNow(page);
		expect(await answerOf(page)).toEqual(['Alice', 'Alice', 'Alice']);
		expect(new URL(page.url()).pathname).toBe(`/webhook/${FLOW_PATH}`);

		await page.goto(`${portalUrl()}/activity`);
		expect((await page.locator('main').innerText()).match(/Flow run from here/g)).toHaveLength(2);
		await screenshot(page, 'run-activity', { fullPage: true });

		// S12: in no address, no referrer and no log.
		for (const each of [word, second]) {
			expect(each.split('.')).toHaveLength(3);
			expect(profile.addresses.containing(each.split('.')[2]!)).toEqual([]);
			expect(world.n8n.log()).not.toContain(each.split('.')[2]);
		}
		await profile.close();
	});

	test('Bob sees what is his, and nothing of Alice’s', async () => {
		const { profile, page } = await openPortal('bob');
		expect(await page.locator('header').innerText()).toContain('bob@example.com');
		await pressRun(page, 'My accounts');
		await runNow(page);
		await connectFor(world, page, 'bob');
		expect(await answerOf(page)).toEqual(['Bob', 'Bob']);
		await profile.close();
	});

	test('S28 what a flow got starts no second one, and nothing with another audience', async () => {
		const { profile, page } = await openPortal('alice');
		const word = await pressRun(page, 'My accounts');
		await runNow(page);
		expect(await answerOf(page)).toHaveLength(3);
		const before = await queriesOf(world, 'alice');
		expect(await handOver(world, FLOW_PATH, word)).toBe(500);
		await page.goto(portalUrl());
		expect(await handOver(world, FLOW_PATH, await pressRun(page, 'Of another audience'))).toBe(500);
		for (const made of ['alice@example.com', `${word.split('.').slice(0, 2).join('.')}.AAAA`, '']) expect(await handOver(world, FLOW_PATH, made)).toBe(500);
		expect(await queriesOf(world, 'alice')).toBe(before);
		// Back leads to a new one.
		await page.goto(portalUrl());
		await pressRun(page, 'My accounts');
		await runNow(page);
		await answerOf(page);
		await page.goBack();
		await page.waitForURL((url) => url.pathname.endsWith(`${PATH}/run`));
		await runNow(page);
		expect(await answerOf(page)).toEqual(['Alice', 'Alice', 'Alice']);
		await profile.close();
	});

	test('S14 S17 another site neither frames the page that asks, nor leads the browser to it', async () => {
		const { profile, page } = await openPortal('alice');
		const flowId = String(await page.locator('[name=flow]').first().getAttribute('value'));
		await pressRun(page, 'My accounts');
		const asking = page.url();
		const [frame] = await framedTexts(page, site, asking);
		expect(frame!.text).not.toContain('Run');
		for (const token of ['', 'A'.repeat(52)]) {
			await page.goto(site.page('form-run', foreignForm(`${portalUrl()}/run`, { flow: flowId, token })));
			const answered = page.waitForResponse((response) => response.url() === `${portalUrl()}/run` && response.request().method() === 'POST');
			await page.evaluate(() => document.forms[0]!.submit());
			expect((await answered).status()).toBe(403);
			await page.waitForURL(`${portalUrl()}/run`);
		}
		// Alice's own address shows Bob nothing.
		const bob = await openPortal('bob');
		await bob.page.goto(asking);
		expect(bob.page.url()).toBe(portalUrl());
		await bob.profile.close();
		await profile.close();
	});

	test('a trigger with an address that nobody should be sent to is not published, and says which one', async () => {
		await expect(refusal).resolves.toMatch(/"Webhook Address" of "Flows to Run" \(entry 1, "My accounts"\) must begin with https/);
	});
});
