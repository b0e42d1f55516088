/** A person's way from a flow's address over the portal's and the provider's pages to the flow's answer, without Chromium. */
import { Browser } from '../sandbox/browser';
import type { World } from './world';

export interface Walked {
	status: number;
	body: string;
	/** Where it ended. */
	url: URL;
	/** Every address on the way, without queries: `confirm` and the provider's pages were seen, or not. */
	seen: string[];
}

export interface WalkOptions {
	/** At the provider's consent page. */
	decision?: 'allow' | 'deny';
	/** *Not Now* on our own page. */
	notNow?: boolean;
	/** One that has been somewhere before. */
	browser?: Browser;
}

interface Form {
	action: string;
	hidden: Record<string, string>;
}

const MAX_STEPS = 40;

const decode = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

function formsOf(html: string): Form[] {
	return [...html.matchAll(/<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].map(([, action = '', inner = '']) => ({
		action: decode(action),
		hidden: Object.fromEntries([...inner.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [decode(name ?? ''), decode(value ?? '')])),
	}));
}

/** Goes wherever the flow sends a browser, signs in as `name` and returns what the flow (or a page of ours) answers in the end. */
export async function walkFlow({ n8n }: World, address: string, name: string, { decision = 'allow', notNow = false, browser = new Browser() }: WalkOptions = {}): Promise<Walked> {
	const origin = new URL(n8n.url).origin;
	const seen: string[] = [];
	let next: { url: URL; form?: Record<string, string> } = { url: new URL(address) };
	for (let step = 0; step < MAX_STEPS; step++) {
		const { url, form } = next;
		seen.push(`${url.origin}${url.pathname}`);
		const response = await browser.request(url.href, form);
		const location = response.headers.get('location');
		if (location !== null) {
			await response.body?.cancel();
			next = { url: new URL(location, url) };
			continue;
		}
		const body = await response.text();
		if (url.origin !== origin) {
			if (body.includes('id="error"')) throw new Error(`the provider shows an error: ${/id="error"[^>]*>([^<]*)/.exec(body)?.[1]}`);
			next = { url, form: body.includes('id="login"') ? { username: `${name}@example.com`, password: `${name}-password` } : { decision } };
			continue;
		}
		const acts = notNow ? ['cancel', 'cancelLink'] : ['request', 'link'];
		const wanted = url.pathname.endsWith('/sign-in') ? formsOf(body).find(({ hidden }) => acts.some((act) => act in hidden)) : undefined;
		if (wanted === undefined) return { status: response.status, body, url, seen };
		next = { url: new URL(wanted.action, url), form: wanted.hidden };
	}
	throw new Error(`no end after ${MAX_STEPS} steps: ${seen.join(' → ')}`);
}

/** The JSON that the flow answered. @throws Error that shows the page which came instead */
export function answerOf<T>({ body, url, status, seen }: Walked): T {
	try {
		return JSON.parse(body) as T;
	} catch (cause) {
		const words = body.replace(/<head>.*<\/head>/s, '').replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
		throw new Error(`no answer of the flow but ${status} at ${url.pathname}: ${words.slice(0, 500)}\n${seen.join('\n')}`, { cause });
	}
}
