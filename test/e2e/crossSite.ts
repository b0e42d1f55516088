// Pages of somebody else, on another site than the portal, that want something of whoever is signed in there.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Page } from '../host/browser';
import { waitUntil } from '../host/system/polling';

export interface AttackerSite {
	/** On `localhost`: for a browser another site than 127.0.0.1. */
	readonly origin: string;
	/** Serves this page from now on at `/<name>`; returns its address. */
	page(name: string, html: string): string;
	close(): Promise<void>;
}

export async function startAttackerSite(): Promise<AttackerSite> {
	const pages = new Map<string, string>();
	const server = createServer((request, response) => {
		const html = pages.get(request.url ?? '');
		response.writeHead(html === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
	});
	await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
	const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
	return {
		origin,
		page(name, html) {
			pages.set(`/${name}`, `<!doctype html><title>${name}</title>${html}`);
			return `${origin}/${name}`;
		},
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** A form that a script of the page sends, into the page itself or into a frame of it. */
export function foreignForm(action: string, fields: Record<string, string>, { inFrame = false, enctype = 'application/x-www-form-urlencoded' } = {}): string {
	const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`);
	return `<form method="post" action="${escape(action)}" enctype="${enctype}"${inFrame ? ' target="hidden"' : ''}>${inputs.join('')}</form>${inFrame ? '<iframe name="hidden" width="10" height="10"></iframe>' : ''}`;
}

/** The texts of the frames of a page that frames `address`; what was blocked holds nothing of it. */
export async function framedTexts(page: Page, site: AttackerSite, address: string): Promise<{ url: string; text: string }[]> {
	await page.goto(site.page(`frames-${Buffer.from(address).toString('hex').slice(-40)}`, `<iframe src="${escape(address)}" width="900" height="600"></iframe>`), { waitUntil: 'networkidle' });
	const frames = await waitUntil(() => {
		const framed = page.frames().slice(1);
		// What is blocked has an address, too: that of Chromium's own page about it.
		return framed.length > 0 && framed.every((frame) => !['', 'about:blank'].includes(frame.url())) && framed;
	}, { for: 'the frames to be there' });
	return await Promise.all(frames.map(async (frame) => ({ url: frame.url(), text: await frame.locator('body').innerText({ timeout: 5_000 }).catch(() => '') })));
}
