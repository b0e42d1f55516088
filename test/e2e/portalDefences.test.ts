import type { Page, Profile } from '../host/browser';
import { flow, respondToWebhook, webhook } from '../host/workflows';
import { foreignForm, framedTexts, startAttackerSite, type AttackerSite } from './crossSite';
import { createWorld, type World } from './world';

let world: World;
let site: AttackerSite;
let profile: Profile;
let page: Page;

beforeAll(async () => {
	world = await createWorld();
	site = await startAttackerSite();
	await world.browserFlow('report');
	await world.publish(flow('plain').chain(webhook({ path: 'plain' }), respondToWebhook('anybody may frame this', { parameters: { respondWith: 'text' } })));
	for (const path of ['report', 'plain']) await world.client.waitForWebhook(path);
	profile = await world.newProfile();
	page = await profile.newPage();
	await world.walk(page, `${world.flowUrl('report')}?user=alice@example.com`, 'alice');
	await page.goto(world.portalUrl);
}, 300_000);

afterAll(async () => {
	await site?.close();
	await world?.close();
});

/** What My connected apps shows to its owner in this browser. */
async function ownPage(): Promise<string> {
	await page.goto(world.portalUrl);
	return await page.locator('body').innerText();
}

describe('another site in the same browser', () => {
	test('S14 cannot frame any page of the portal', async () => {
		const before = await ownPage();
		expect(before).toContain('alice@example.com');
		const [control] = await framedTexts(page, site, world.flowUrl('plain'));
		expect(control!.text).toContain('anybody may frame this');
		for (const below of ['', '/sign-in?request=unknown', '/activity', '/disconnect?all=1', '/continue?request=x', '/signed-out', '/salesforce/callback?state=x&code=y']) {
			const frames = await framedTexts(page, site, `${world.portalUrl}${below}`);
			expect(frames).toHaveLength(1);
			expect([below, frames[0]!.url]).toEqual([below, 'chrome-error://chromewebdata/']);
			expect(frames[0]!.text).not.toMatch(/alice|Salesforce|Sign in/);
		}
	});

	test('S17 a form of it is a 403 at every address that takes one, and changes nothing', async () => {
		expect(await ownPage()).toContain('Connected');
		const connection = await page.locator('[name=connection]').first().getAttribute('value').catch(() => null);
		const everything: [string, Record<string, string>][] = [
			['disconnect', { connection: connection ?? 'x' }],
			['disconnect', { everything: '1' }],
			['connect', { signOut: '1' }],
			['connect', { connection: connection ?? 'x' }],
			['sessions', { others: '1' }],
			['admin', { connection: connection ?? 'x', act: 'reauthorize' }],
		];
		for (const [below, fields] of everything) {
			for (const [how, options] of [['top', {}], ['frame', { inFrame: true }], ['text', { enctype: 'text/plain' }], ['multipart', { enctype: 'multipart/form-data' }]] as const) {
				for (const token of ['', 'A'.repeat(52)]) {
					const address = `${world.portalUrl}/${below}`;
					await page.goto(site.page(`form-${below}-${how}`, foreignForm(address, { ...fields, token }, options)));
					const answered = page.waitForResponse((response) => response.url().startsWith(address) && response.request().method() === 'POST');
					await page.evaluate(() => document.forms[0]!.submit());
					expect([below, how, (await answered).status()]).toEqual([below, how, 403]);
					// The next page must not come between. (A frame is refused: nothing more comes of it.)
					if (how !== 'frame') await page.waitForURL(address);
				}
			}
		}
		const after = await ownPage();
		expect(after).toContain('alice@example.com');
		expect(after).toContain('Connected');
		expect((await world.calls()).filter(({ path }) => path.includes('/revoke'))).toEqual([]);
	});

	test('S17 nor does anything that a page can ask for with GET or by script', async () => {
		const address = `${world.portalUrl}/disconnect?everything=1&connection=x`;
		await page.goto(site.page('get', `<img src="${address.replaceAll('&', '&amp;')}"><link rel="prefetch" href="${world.portalUrl}/export">`), { waitUntil: 'networkidle' });
		const read = await page.evaluate(async (portal) => {
			const outcomes: string[] = [];
			for (const [method, below] of [['GET', ''], ['GET', '/export'], ['POST', '/disconnect'], ['DELETE', '/disconnect']] as const) {
				const body = method === 'GET' ? undefined : new URLSearchParams({ everything: '1' });
				await fetch(`${portal}${below}`, { method, body, credentials: 'include' }).then(async (response) => outcomes.push(await response.text()), () => outcomes.push('not readable'));
			}
			return outcomes;
		}, world.portalUrl);
		expect(read).toEqual(['not readable', 'not readable', 'not readable', 'not readable']);
		expect(await ownPage()).toContain('Connected');
	});
});

test('S8 what a request says of its own host is in no page and in no redirect', async () => {
	const evil = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-prefix': '/evil', forwarded: 'host=evil.example;proto=https', 'x-original-url': '/evil', 'x-rewrite-url': '/evil', 'x-host': 'evil.example', referer: 'https://evil.example/' };
	for (const below of ['', '/sign-in?request=x', '/salesforce/callback?state=x&code=y', '/continue?request=x']) {
		const ask = async (headers: Record<string, string>) => await fetch(`${world.portalUrl}${below}`, { headers, redirect: 'manual' });
		const [plain, told] = [await ask({}), await ask(evil)];
		expect([below, told.status, told.headers.get('location')?.split('?')[0]]).toEqual([below, plain.status, plain.headers.get('location')?.split('?')[0]]);
		expect(`${JSON.stringify([...(told.headers as unknown as Iterable<[string, string]>)])}${await told.text()}`).not.toContain('evil');
	}
});
