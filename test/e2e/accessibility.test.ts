// axe-core in Chromium on every page of the portal, light and dark, narrow and wide: no violation. No n8n: the pages are the same.
import { readFileSync } from 'node:fs';

import type { AxeResults } from 'axe-core';

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

/** Everything that axe knows, best practices included. */
async function violations(tab: Page): Promise<string[]> {
	await tab.evaluate(AXE);
	const { violations: found } = await tab.evaluate(async () => await (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run());
	return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

describe.each([['light', 390], ['light', 1280], ['dark', 390], ['dark', 1280]] as const)('every page in %s, %d px wide', (colorScheme, width) => {
	it.each([['as it comes', {}], ['in the company’s look', LOOK]])('has no fault that axe finds, fits, and breaks no policy, %s', async (_name, look) => {
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
});

it('axe would find a fault: the check is not blind', async () => {
	const profile = await browser.newProfile();
	const tab = await profile.newPage();
	await tab.setContent('<html><body><p style="color:#ccc;background:#fff">pale</p><input></body></html>');
	const found = await violations(tab);
	for (const rule of ['color-contrast', 'html-has-lang', 'label']) expect(found.some((violation) => violation.startsWith(`${rule}:`))).toBe(true);
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
