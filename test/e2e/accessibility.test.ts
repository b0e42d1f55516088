// axe-core in Chromium on every page of the portal, light and dark, narrow and wide: no violation. No n8n: the pages are the same.
import { readFileSync } from 'node:fs';

import type { AxeResults, RunOptions } from 'axe-core';

import { contentSecurityPolicy, dressed, policyFor, type CompanyLook } from '../../lib/portal/pages';
import { launchBrowser, type Page, type TestBrowser } from '../host/browser';
import { samples } from '../lib/portal/pages/samples';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** A hard one: it can be read neither on white nor on black as it is. */
const LOOK: CompanyLook = { accent: '#00e5a0', logo: 'data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSIxNjAiIGhlaWdodD0iNDAiPjxyZWN0IHdpZHRoPSIxNjAiIGhlaWdodD0iNDAiIGZpbGw9IiMwMGU1YTAiLz48L3N2Zz4=' };

let browser: TestBrowser;
beforeAll(async () => {
	browser = await launchBrowser();
});
afterAll(async () => await browser.close());

/** Everything that axe knows, best practices included, and the size of what is pressed (WCAG 2.5.8), which it asks only when told to. */
async function violations(tab: Page): Promise<string[]> {
	await tab.evaluate(AXE);
	const { violations: found } = await tab.evaluate(async () => await (globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }).axe.run({ rules: { 'target-size': { enabled: true } } }));
	return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** Colours depend on scheme and look, places on the width: each with each would find the same faults again. */
const VIEWS = [['light', 'as it comes', 320, {}], ['light', 'as it comes', 1280, {}], ['dark', 'as it comes', 390, {}], ['light', 'in the company’s look', 390, LOOK], ['dark', 'in the company’s look', 1280, LOOK]] as const;

it.each(VIEWS)('every page in %s, %s, %d px wide, has no fault that axe finds, fits, and breaks no policy', async (colorScheme, _name, width, look) => {
	const profile = await browser.newProfile({ colorScheme, viewport: { width, height: 800 } });
	const tab = await profile.newPage();
	const faults: string[] = [];
	tab.on('console', (message) => faults.push(`${tab.url()}: ${message.text()}`));
	await tab.route('**/*', async (route) => {
		const html = samples[new URL(route.request().url()).pathname.slice(1)] ?? '';
		await route.fulfill({ contentType: 'text/html; charset=utf-8', headers: { 'content-security-policy': policyFor(contentSecurityPolicy(), look) }, body: dressed(html, look) });
	});
	for (const name of Object.keys(samples)) {
		await tab.goto(`https://portal.example/${name}`);
		for (const violation of await violations(tab)) faults.push(`${name}: ${violation}`);
		if (await tab.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) faults.push(`${name}: wider than the window`);
	}
	await profile.close();
	expect(faults).toEqual([]);
});

it('axe would find a fault: the check is not blind', async () => {
	const profile = await browser.newProfile();
	const tab = await profile.newPage();
	await tab.setContent('<html><body><p style="color:#ccc;background:#fff">pale</p><input><div><button style="width:9px;height:9px;padding:0">a</button><button style="width:9px;height:9px;padding:0">b</button></div></body></html>');
	const found = await violations(tab);
	for (const rule of ['color-contrast', 'html-has-lang', 'label', 'target-size']) expect(found.some((violation) => violation.startsWith(`${rule}:`))).toBe(true);
	await profile.close();
});

it('where the colours are the person’s own, the main action, the current tab and every state can still be told', async () => {
	const profile = await browser.newProfile({ forcedColors: 'active' });
	const tab = await profile.newPage();
	await tab.setContent(samples.connectedApps ?? '');
	const styleOf = async (selector: string, property: string) => await tab.locator(selector).first().evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
	expect(await styleOf('.primary', 'background-color')).not.toBe(await styleOf('.secondary', 'background-color'));
	expect(await styleOf('.tabs a[aria-current]', 'border-bottom-color')).not.toBe(await styleOf('.tabs a:not([aria-current])', 'border-bottom-color'));
	expect(await styleOf('.tabs a:not([aria-current])', 'border-bottom-color')).toBe(await styleOf('body', 'background-color'));
	expect(await styleOf('.status', 'border-top-style')).toBe('solid');
	await profile.close();
});

it('on paper stands what the page says, dark on white, and nothing to press', async () => {
	const profile = await browser.newProfile({ colorScheme: 'dark' });
	const tab = await profile.newPage();
	await tab.emulateMedia({ media: 'print', colorScheme: 'dark' });
	await tab.setContent(samples.connectedApps ?? '');
	for (const words of ['alice.moreau@acme.example', 'Quarterly pipeline report', 'Sign-in needed']) expect(await tab.getByText(words).first().isVisible()).toBe(true);
	expect(await tab.locator('button:visible, a.button:visible, nav:visible').count()).toBe(0);
	expect(await tab.locator('h1').evaluate((element) => getComputedStyle(element).color)).toBe('rgb(23, 26, 33)');
	await profile.close();
});

it('every page can be used with the keyboard alone: what takes the focus shows it', async () => {
	const profile = await browser.newProfile({ viewport: { width: 1280, height: 800 } });
	const tab = await profile.newPage();
	await tab.route('**/*', async (route) => await route.fulfill({ contentType: 'text/html; charset=utf-8', body: samples[new URL(route.request().url()).pathname.slice(1)] ?? '' }));
	for (const name of ['connectedApps', 'adminConnection', 'confirmDisconnect']) {
		await tab.goto(`https://portal.example/${name}`);
		const expected = await tab.evaluate(() => document.querySelectorAll('a[href], button, input:not([type=hidden]), summary').length);
		const seen = new Set<string>();
		for (let i = 0; i < expected; i++) {
			await tab.keyboard.press('Tab');
			seen.add(await tab.evaluate(() => {
				const at = document.activeElement!;
				const { outlineStyle, outlineWidth } = getComputedStyle(at);
				return `${Array.from(document.querySelectorAll('*')).indexOf(at)} ${outlineStyle !== 'none' && outlineWidth !== '0px' ? 'shown' : 'hidden'}`;
			}));
		}
		expect(seen.size).toBe(expected);
		expect([...seen].filter((entry) => entry.endsWith('hidden'))).toEqual([]);
	}
	await profile.close();
});
