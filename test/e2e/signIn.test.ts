import { screenshot, type Page } from '../host/browser';
import { itemsOf } from '../host/n8nClient';
import { flow, respondToWebhook, set, webhook } from '../host/workflows';
import { createWorld, ownersOf as names, waitFor, type World } from './world';

let world: World;

beforeAll(async () => {
	world = await createWorld();
}, 300_000);

afterAll(async () => await world?.close());

const tokenCalls = async () => (await world.calls()).filter((call) => call.server === 'oauth' && call.path.endsWith('/token'));
const main = (page: Page) => page.locator('main').innerText();

describe('a flow runs as the person who started it', () => {
	test("1. Alice's browser goes from the flow's address through the sign-in to the flow's own answer, in one execution", async () => {
		const workflowId = await world.browserFlow('accounts');
		const profile = await world.newProfile();
		const page = await profile.newPage();

		await page.goto(`${world.flowUrl('accounts')}?user=alice@example.com`);
		await page.waitForURL((url) => url.pathname.endsWith('/connected-apps/sign-in'));
		await screenshot(page, '1-confirm', { fullPage: true });
		expect(await main(page)).toContain('alice@example.com');
		expect(new URL(page.url()).searchParams.has('code')).toBe(false);
		// The browser is sent away before the execution is put down.
		const waiting = await world.client.waitForNewestExecution(workflowId, 'waiting');

		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'alice');
		await page.waitForURL((url) => url.pathname.endsWith('/continue'));
		await screenshot(page, '1-answer');
		const rows: unknown = JSON.parse(await page.locator('body').innerText());
		expect(names(rows)).toEqual(['Alice', 'Alice', 'Alice']);
		expect(page.url()).not.toContain('code=');

		const execution = await world.client.waitForExecution(waiting.id, 'success');
		expect(await world.client.executions({ workflowId })).toHaveLength(1);
		expect(execution.data.resultData.metadata).toMatchObject({ authentication: 'needed', app: 'Salesforce' });

		// The second run asks nothing.
		await page.goto(`${world.flowUrl('accounts')}?user=alice@example.com`);
		expect(new URL(page.url()).pathname).toBe('/webhook/accounts');
		expect(JSON.parse(await page.locator('body').innerText())).toEqual(rows);

		// S36: the key to the execution was never in an address, nor in the execution's data.
		const token = execution.data.resumeToken as string;
		expect(token.length).toBeGreaterThan(20);
		expect(profile.addresses.containing(token)).toEqual([]);
		expect(profile.addresses.containing('webhook-waiting')).toEqual([]);
		expect(JSON.stringify(execution.data.resultData)).not.toContain(token);
		await profile.close();
	});

	test('2. S27 Bob gets his own rows at the same time, and 20 interleaved runs of both use only their own tokens', async () => {
		const soql = "=SELECT Id, Name FROM Account WHERE Name != '{{ $json.query.user }}' ORDER BY Name";
		await world.browserFlow('tagged', { soql });
		const [alice, bob] = [await world.newProfile(), await world.newProfile()];
		const rows = await world.walk(await bob.newPage(), `${world.flowUrl('tagged')}?user=bob@example.com`, 'bob');
		expect(names(rows)).toEqual(['Bob', 'Bob']);

		await world.control('calls', undefined, 'DELETE');
		const runs = await Promise.all(
			Array.from({ length: 20 }, async (_, index) => {
				const name = index % 2 === 0 ? 'alice' : 'bob';
				const response = await (name === 'alice' ? alice : bob).context.request.get(`${world.flowUrl('tagged')}?user=${name}@example.com`, { maxRedirects: 0 });
				return { name, status: response.status(), owners: new Set(names(await response.json())) };
			}),
		);
		for (const run of runs) expect([...run.owners].map((owner) => owner.toLowerCase())).toEqual([run.name]);
		const queries = (await world.calls()).filter((call) => call.server === 'api');
		expect(queries).toHaveLength(20);
		for (const call of queries) expect(call.soql).toContain(`${call.user}@example.com`);
		await Promise.all([alice.close(), bob.close()]);
	});

	test('4. Whoever declines at the provider is told so; the execution still waits and the link still works', async () => {
		const workflowId = await world.browserFlow('declined');
		await world.control('revoke-grants', { user: 'carol' });
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.goto(`${world.flowUrl('declined')}?user=carol@example.com`);
		const link = page.url();
		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'carol', 'deny');
		await page.waitForURL((url) => url.pathname.endsWith('/connected-apps/sign-in'));
		await screenshot(page, '4-declined');
		expect(await main(page)).toContain('still');
		expect(page.url()).not.toMatch(/[?&](code|state|error)=/);
		expect((await world.client.executions({ workflowId }))[0]?.status).toBe('waiting');

		await page.goto(link);
		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'carol');
		await page.waitForURL((url) => url.pathname.endsWith('/continue'));
		expect(names(JSON.parse(await page.locator('body').innerText()))).toEqual(['Carol', 'Carol', 'Carol', 'Carol']);
		await profile.close();
	});

	test('6. An expired access token is renewed silently; a revoked refresh token pauses the next run', async () => {
		const workflowId = await world.browserFlow('renewal');
		const profile = await world.newProfile();
		const address = `${world.flowUrl('renewal')}?user=bob@example.com`;
		await world.control('expire-access-tokens', { user: 'bob' });
		await world.control('calls', undefined, 'DELETE');
		const silent = await profile.context.request.get(address, { maxRedirects: 0 });
		expect(silent.status()).toBe(200);
		expect(names(await silent.json())).toEqual(['Bob', 'Bob']);
		expect((await tokenCalls()).map((call) => call.grantType)).toEqual(['refresh_token']);

		await world.control('revoke-grants', { user: 'bob' });
		const paused = await profile.context.request.get(address, { maxRedirects: 0 });
		expect(paused.status()).toBe(302);
		const page = await profile.newPage();
		expect(names(await world.walk(page, address, 'bob'))).toEqual(['Bob', 'Bob']);
		await waitFor(async () => (await world.client.executions({ workflowId, status: 'success' })).length >= 2, 'two successes');
		await profile.close();
	});

	test('7. Disconnect on My connected apps revokes at the provider, and the next run pauses', async () => {
		await world.browserFlow('disconnect');
		const address = `${world.flowUrl('disconnect')}?user=alice@example.com`;
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.goto(world.portalUrl);
		await screenshot(page, '7-portal-entry');
		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'alice');
		await page.waitForURL(world.portalUrl);
		await screenshot(page, '7-connected', { fullPage: true });
		expect(await main(page)).toContain('alice@example.com');

		const before = await world.control<unknown[]>('revocations');
		await page.click('main a[href*="disconnect?connection="]');
		await page.waitForURL((url) => url.pathname.endsWith('/disconnect'));
		await screenshot(page, '7-disconnect', { fullPage: true });
		await page.click('main button[type=submit]');
		await page.waitForURL((url) => url.searchParams.has('told'));
		await screenshot(page, '7-disconnected', { fullPage: true });
		expect((await world.control<unknown[]>('revocations')).length).toBeGreaterThan(before.length);

		await page.goto(address);
		await page.waitForURL((url) => url.pathname.endsWith('/sign-in'));
		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'alice');
		await page.waitForURL((url) => url.pathname.endsWith('/continue'));
		expect(names(JSON.parse(await page.locator('body').innerText()))).toEqual(['Alice', 'Alice', 'Alice']);
		await profile.close();
	});

	test("8. A wrong query fails the run natively with Salesforce's code and message, also after a resume, and takes the error output", async () => {
		const soql = 'SELECT Id Name FROM Account';
		const draft = flow('wrong').chain(webhook({ path: 'wrong' }), world.salesforce({ soql }), respondToWebhook());
		const workflowId = await world.publish(draft);
		const profile = await world.newProfile();
		await profile.context.request.get(`${world.flowUrl('wrong')}?user=alice@example.com`, { maxRedirects: 0 });
		const failed = await world.client.waitForNewestExecution(workflowId, 'error');
		expect(failed.data.resultData.error).toMatchObject({ name: 'NodeApiError', message: expect.stringContaining('MALFORMED_QUERY') as string, httpCode: '400' });
		expect(Object.keys(failed.data.resultData.runData)).not.toContain('Respond to Webhook');

		const page = await profile.newPage();
		await world.control('revoke-grants', { user: 'alice' });
		await page.goto(`${world.flowUrl('wrong')}?user=alice@example.com`);
		await page.waitForURL((url) => url.pathname.endsWith('/sign-in'));
		const [paused] = await world.client.executions({ workflowId });
		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'alice');
		await page.waitForURL((url) => url.pathname.endsWith('/continue'));
		const afterResume = await world.client.waitForExecution(paused!.id, 'error');
		expect(afterResume.data.resultData.error).toMatchObject({ name: 'NodeApiError', message: expect.stringContaining('MALFORMED_QUERY') as string });
		expect(Object.keys(afterResume.data.resultData.runData)).not.toContain('Respond to Webhook');

		const tolerant = flow('tolerant')
			.chain(webhook({ path: 'tolerant' }), world.salesforce({ soql }, 'Salesforce', { onError: 'continueErrorOutput' }))
			.node(respondToWebhook('={{ $json }}'))
			.node(set('={{ { "caught": $json.error } }}', 'Caught'))
			.connect('Salesforce', 'Caught', { output: 1 })
			.connect('Caught', 'Respond to Webhook');
		const tolerantId = await world.publish(tolerant);
		const answer = await profile.context.request.get(`${world.flowUrl('tolerant')}?user=alice@example.com`, { maxRedirects: 0 });
		expect(await answer.json()).toEqual({ caught: expect.stringContaining('MALFORMED_QUERY') as string });
		const tolerated = await world.client.waitForNewestExecution(tolerantId, 'success');
		expect(itemsOf(tolerated, 'Salesforce', { output: 0 })).toEqual([]);
		await profile.close();
	});

	test('9. S39 the sign-in link in another browser is refused, and no token call is made', async () => {
		await world.browserFlow('bound');
		await world.control('revoke-grants', { user: 'carol' });
		await fetch(`${world.flowUrl('bound')}?user=carol@example.com`, { redirect: 'manual' });
		const [carol, thief] = [await world.newProfile(), await world.newProfile()];
		const page = await carol.newPage();
		await page.goto(`${world.flowUrl('bound')}?user=carol@example.com`);
		await page.waitForURL((url) => url.pathname.endsWith('/sign-in'));
		const link = page.url();

		await world.control('calls', undefined, 'DELETE');
		const other = await thief.newPage();
		const answer = await other.goto(link);
		expect(answer?.status()).toBe(403);
		await screenshot(other, '9-other-browser', { fullPage: true });
		const token = await other.locator('input[name=token]').first().inputValue();
		// Even with a form of his own making he gets no further than the confirmation that he may not have.
		const forged = await thief.context.request.post(`${world.portalUrl}/connect`, { form: { request: new URL(link).searchParams.get('request') ?? '', token }, headers: { origin: world.n8n.url }, maxRedirects: 0 });
		expect(forged.status()).toBe(403);
		expect((await world.calls()).filter((call) => call.server === 'oauth')).toEqual([]);
		await Promise.all([carol.close(), thief.close()]);
	});

	test('6b. An idle lifetime that has passed asks for the sign-in again', async () => {
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await world.browserFlow('idle');
		const address = `${world.flowUrl('idle')}?user=bob@example.com`;
		const first = await profile.context.request.get(address, { maxRedirects: 0 });
		expect(first.status()).toBe(200);
		// Two seconds, in days. Narrower policies apply at the next registration, which publishing brings about.
		await world.changeCredential({ idleLifetimeDays: 2 / 86_400 });
		await waitFor(async () => {
			await new Promise((resolve) => setTimeout(resolve, 2_500));
			return (await profile.context.request.get(address, { maxRedirects: 0 })).status() === 302;
		}, 'a pause');
		await page.goto(address);
		await page.waitForURL((url) => url.pathname.endsWith('/sign-in'));
		await profile.close();
	});
});
