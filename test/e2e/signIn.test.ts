import { screenshot } from '../host/browser';
import { createWorld, waitFor, type World } from './world';

interface Row {
	Id: string;
	Name: string;
}

let world: World;

beforeAll(async () => {
	world = await createWorld();
}, 300_000);

afterAll(async () => await world?.close());

describe('a flow runs as the person who started it', () => {
	test("1. Alice's browser goes from the flow's address through the sign-in to the flow's own answer, in one execution", async () => {
		const workflowId = await world.browserFlow('accounts');
		const profile = await world.newProfile();
		const page = await profile.newPage();

		await page.goto(`${world.flowUrl('accounts')}?user=alice@example.com`);
		await page.waitForURL((url) => url.pathname.endsWith('/connected-apps/sign-in'));
		await screenshot(page, '1-confirm');
		expect(await page.locator('main').innerText()).toContain('alice@example.com');
		expect(new URL(page.url()).searchParams.has('code')).toBe(false);
		const [waiting] = await world.client.executions({ workflowId });
		expect(waiting?.status).toBe('waiting');

		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'alice');
		await page.waitForURL((url) => url.pathname.endsWith('/continue'));
		await screenshot(page, '1-answer');
		const rows = JSON.parse(await page.locator('body').innerText()) as Row[];
		expect(rows.length).toBe(3);
		expect(rows.every((row) => row.Name.startsWith('Alice'))).toBe(true);
		expect(page.url()).not.toContain('code=');

		const executions = await world.client.executions({ workflowId });
		expect(executions).toHaveLength(1);
		const execution = await world.client.waitForExecution(waiting!.id, 'success');
		expect(execution.id).toBe(waiting!.id);
		expect(execution.data?.resultData.metadata).toMatchObject({ authentication: 'needed', app: 'Salesforce' });

		await page.goto(`${world.flowUrl('accounts')}?user=alice@example.com`);
		expect(new URL(page.url()).pathname).toBe('/webhook/accounts');
		expect(JSON.parse(await page.locator('body').innerText())).toEqual(rows);
		await profile.close();
	});
});
