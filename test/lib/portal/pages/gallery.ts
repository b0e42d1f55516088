// Takes pictures of every page, to be looked at: `tsx test/lib/portal/pages/gallery.ts [folder]`.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { contentSecurityPolicy } from '../../../../lib/portal/pages';
import { samples } from './samples';

async function main(): Promise<void> {
	const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'portal-pages-'));
	mkdirSync(folder, { recursive: true });
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
		args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
	});
	try {
		for (const colorScheme of ['light', 'dark'] as const) {
			for (const width of [390, 1200]) {
				const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } });
				const tab = await context.newPage();
				tab.on('console', (message) => console.error(`${tab.url()} ${message.text()}`));
				// Served with the real header, so that a style that the policy forbids shows (and is printed).
				await tab.route('**/*', async (route) => {
					const name = new URL(route.request().url()).pathname.slice(1);
					await route.fulfill({ contentType: 'text/html; charset=utf-8', headers: { 'content-security-policy': contentSecurityPolicy() }, body: samples[name] });
				});
				for (const [name, html] of Object.entries(samples)) {
					writeFileSync(join(folder, `${name}.html`), html);
					await tab.goto(`https://portal.example/${name}`);
					const overflow = await tab.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
					if (overflow) console.error(`${name} ${width}: ${String(overflow)} px too wide`);
					await tab.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
				}
				await context.close();
			}
		}
	} finally {
		await browser.close();
	}
	console.log(folder);
}

void main();
