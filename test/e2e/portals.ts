/** People before a portal with a sign-in of its own: through it, through the providers, and what its pages look like. */
import { screenshot, type Page, type Profile } from '../host/browser';
import type { World } from './world';

/** Signs in and consents wherever the browser is asked to, until it is back at n8n. */
export async function throughProviders(world: World, page: Page, name: string): Promise<void> {
	const home = new URL(world.n8n.url).origin;
	for (let step = 0; step < 8; step++) {
		await page.waitForLoadState();
		const before = page.url();
		if (new URL(before).origin === home) return;
		if ((await page.locator('#login').count()) > 0) {
			await page.fill('#username', `${name}@example.com`);
			await page.fill('#password', `${name}-password`);
			await page.click('#login');
		} else await page.click('#allow');
		await page.waitForURL((url) => url.href !== before);
	}
	throw new Error(`${name} is still asked at ${page.url()}`);
}

/** Clicks what leads to a provider, and comes back from there. */
export async function clickThrough(world: World, page: Page, selector: string, name: string): Promise<void> {
	const home = new URL(world.n8n.url).origin;
	const before = page.url();
	await page.click(selector);
	await page.waitForURL((url) => url.origin !== home || url.href !== before);
	await throughProviders(world, page, name);
}

/** A browser of its own, signed in to the portal by the organisation's OpenID provider. */
export async function openPortal(world: World, portalUrl: string, name: string): Promise<{ profile: Profile; page: Page }> {
	const profile = await world.newProfile();
	const page = await profile.newPage();
	await page.goto(portalUrl);
	await clickThrough(world, page, 'main button[type=submit]', name);
	return { profile, page };
}

/** As on a desk, as on a phone, and in the dark; says where something is wider than the phone. */
export async function shoot(page: Page, name: string): Promise<void> {
	const look = async (colorScheme: 'light' | 'dark') => {
		await page.emulateMedia({ colorScheme });
		// Buttons take a moment to change their colour.
		await page.waitForTimeout(200);
	};
	await look('light');
	await screenshot(page, name, { fullPage: true });
	await look('dark');
	await screenshot(page, `${name}-dark`, { fullPage: true });
	await page.setViewportSize({ width: 390, height: 800 });
	await screenshot(page, `${name}-390`, { fullPage: true });
	const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
	await page.emulateMedia({ colorScheme: 'light' });
	await page.setViewportSize({ width: 1280, height: 800 });
	if (isTooWide) throw new Error(`${name} is wider than 390 px`);
}
