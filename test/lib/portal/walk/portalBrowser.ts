// A browser in front of `handlePortalRequest`: keeps cookies by path, follows 303s, fills in the forms that a page has.
import type { PortalCookie, PortalParts, PortalResponse } from '../../../../lib/portal';
import { handlePortalRequest } from '../../../../lib/portal';

export interface PageForm {
	action: string;
	hidden: Record<string, string>;
	/** The button's words. */
	label: string;
}

export interface Page extends PortalResponse {
	url: URL;
	/** Without head: that is the same on every page, and failed assertions would print it. */
	html: string;
	title: string;
	forms: PageForm[];
}

export interface Post {
	form: Record<string, string>;
	origin?: string;
}

const decode = (text: string): string => text.replace(/<[^>]*>/g, '').replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

function formsOf(html: string): PageForm[] {
	return [...html.matchAll(/<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].map(([, action = '', inner = '']) => ({
		action: decode(action),
		hidden: Object.fromEntries([...inner.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [decode(name ?? ''), decode(value ?? '')])),
		label: decode(/<button[^>]*>(.*?)<\/button>/s.exec(inner)?.[1] ?? ''),
	}));
}

export class PortalBrowser {
	/** Everything that ever reached this browser: for searching canaries. */
	readonly received: string[] = [];

	/** As n8n knows it. */
	clientAddress: string | undefined;

	private readonly jar = new Map<string, PortalCookie>();

	constructor(
		private readonly parts: () => PortalParts,
		/** What a proxy adds to every request, by names in small letters. */
		private readonly headers: Readonly<Record<string, string>> = {},
	) {}

	/** A cookie that this browser has from before. */
	keep(name: string, value: string): void {
		const path = new URL(this.parts().portalUrl).pathname;
		this.jar.set(`${path} ${name}`, { name, value, path, maxAgeSeconds: 3_600 });
	}

	/** Cookies that would go to this path. */
	cookiesFor(pathname: string): Record<string, string> {
		const sent = [...this.jar.values()].filter(({ path }) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`));
		return Object.fromEntries(sent.sort((a, b) => a.path.length - b.path.length).map(({ name, value }) => [name, value]));
	}

	get cookies(): PortalCookie[] {
		return [...this.jar.values()];
	}

	/** One request below the portal's address; redirects are not followed. */
	async open(address: string | URL, post?: Post): Promise<Page> {
		const parts = this.parts();
		const url = new URL(address, parts.portalUrl);
		const base = new URL(parts.portalUrl).pathname;
		if (url.origin !== new URL(parts.portalUrl).origin || !(url.pathname === base || url.pathname.startsWith(`${base}/`))) throw new Error(`not an address of this portal: ${url.origin}${url.pathname}`);
		const response = await handlePortalRequest(parts, {
			method: post === undefined ? 'GET' : 'POST',
			page: url.pathname.slice(base.length + 1),
			query: url.searchParams,
			form: new URLSearchParams(post?.form),
			cookies: this.cookiesFor(url.pathname),
			origin: post === undefined ? undefined : (post.origin ?? 'null'),
			header: (name) => this.headers[name],
			clientAddress: this.clientAddress,
		});
		for (const cookie of response.cookies) {
			const key = `${cookie.path} ${cookie.name}`;
			if (cookie.maxAgeSeconds === 0) this.jar.delete(key);
			else this.jar.set(key, cookie);
		}
		const body = typeof response.body === 'string' ? response.body : Buffer.from(response.body).toString();
		this.received.push(JSON.stringify(response.headers), JSON.stringify(response.cookies), body);
		const html = body.replace(/<head>.*<\/head>/s, '');
		return { ...response, body: html, url, html, title: decode(/<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.[1] ?? '').trim(), forms: formsOf(html) };
	}

	/** Follows redirects inside the portal; a redirect to elsewhere is returned as it came. */
	async visit(address: string | URL, post?: Post): Promise<Page> {
		let page = await this.open(address, post);
		for (let hops = 0; page.headers.location !== undefined && hops < 10; hops++) {
			const next = new URL(page.headers.location, page.url);
			if (next.origin !== page.url.origin || !next.pathname.startsWith(new URL(this.parts().portalUrl).pathname)) return page;
			page = await this.open(next);
		}
		return page;
	}

	/** Presses the first button whose form has this hidden field. */
	async press(page: Page, field: string, value?: string): Promise<Page> {
		const form = page.forms.find(({ hidden }) => hidden[field] !== undefined && (value === undefined || hidden[field] === value));
		if (form === undefined) throw new Error(`no form with "${field}" on "${page.title}"`);
		return await this.visit(new URL(form.action, page.url), { form: form.hidden });
	}
}
