/**
 * The system's Chromium without a window, driven by playwright-core, which brings none itself.
 * A profile is one person's browser: its own cookies and storage, its own record of addresses.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

import { artifactsDirectory } from './system/paths';

export type { BrowserContext, Page } from 'playwright-core';

/** Every address that a browser asked for or was sent to, for tests that look for secrets in them. */
export interface Addresses {
	/** Of main frames: what the address bar and the history showed. */
	readonly visited: string[];
	/** Of all requests, redirects included, with `Location` and `Referer` headers. */
	readonly requested: string[];
	/** Those of both that contain `text`, as it is or URL-encoded. */
	containing(text: string): string[];
}

export interface Profile {
	readonly context: BrowserContext;
	readonly addresses: Addresses;
	newPage(): Promise<Page>;
	close(): Promise<void>;
}

export interface TestBrowser {
	/** A browser profile that shares nothing with any other. */
	newProfile(options?: BrowserContextOptions): Promise<Profile>;
	close(): Promise<void>;
}

const candidates = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/usr/bin/google-chrome-stable',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const flags = [
	// As root, in containers and in CI there is no sandbox to be had; the pages are our own.
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--disable-dev-shm-usage',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** For what hangs, not for what is slow. */
const PATIENCE_MS = 60_000;

function executable(): string {
	const own = process.env['CHROMIUM_PATH'];
	const found = (own ? [own] : candidates).find((path) => existsSync(path));
	if (found) return found;
	throw new Error(
		own
			? `CHROMIUM_PATH names ${own}, which is not there`
			: 'No Chromium here: "apt-get install chromium", or set CHROMIUM_PATH to a Chrome or Chromium',
	);
}

function recordAddresses(context: BrowserContext): Addresses {
	const visited: string[] = [];
	const requested: string[] = [];
	context.on('page', (page) => {
		page.on('framenavigated', (frame) => {
			if (frame === page.mainFrame()) visited.push(frame.url());
		});
		page.on('websocket', (socket) => void requested.push(socket.url()));
	});
	context.on('request', (request) => {
		requested.push(request.url());
		const referer = request.headers()['referer'];
		if (referer) requested.push(referer);
	});
	context.on('response', (response) => {
		const location = response.headers()['location'];
		if (location) requested.push(location);
	});
	return {
		visited,
		requested,
		containing: (text) =>
			[...visited, ...requested].filter((url) => url.includes(text) || url.includes(encodeURIComponent(text))),
	};
}

/**
 * Starts the browser.
 * @throws Error that says what to install when there is none
 */
export async function launchBrowser(): Promise<TestBrowser> {
	const browser: Browser = await chromium.launch({ executablePath: executable(), headless: true, args: flags });
	return {
		async newProfile(options) {
			const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US', ...options });
			context.setDefaultTimeout(PATIENCE_MS);
			const addresses = recordAddresses(context);
			return {
				context,
				addresses,
				newPage: async () => await context.newPage(),
				close: async () => await context.close(),
			};
		},
		close: async () => await browser.close(),
	};
}

/** Writes what the page shows to `artifacts/<name>.png` and returns that path. */
export async function screenshot(page: Page, name: string, { fullPage = false } = {}): Promise<string> {
	await mkdir(artifactsDirectory, { recursive: true });
	const path = join(artifactsDirectory, `${name.replace(/[^\w.-]+/g, '-')}.png`);
	await page.screenshot({ path, fullPage });
	return path;
}
