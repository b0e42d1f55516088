// The mails that flows delivered, as a page for a demo: newest first, the sign-in link to click.
import { html, page, type Html } from './html';
import type { Mail } from './control';

export function mailboxPage(mails: readonly Mail[]): string {
	const articles = mails.map(article).reverse();
	return page('Mailbox (sandbox)', html`<h1>Mailbox</h1>${articles.length > 0 ? articles : html`<p>No mail yet. Start a flow that needs somebody’s sign-in, then reload.</p>`}`, 'wide');
}

function article({ at, body }: Mail, index: number): Html {
	const link = signInUrlOf(body);
	return html`<article><p><b>Mail ${index + 1}</b> · ${at}</p>${link && html`<p><a class="sign-in" href="${link}" target="_blank" rel="noopener">${link}</a></p>`}<pre>${JSON.stringify(body, null, 2)}</pre></article>`;
}

/** At the top of the body or one level down; http and https only, so that a mail cannot bring a script. */
function signInUrlOf(body: unknown): string | undefined {
	if (typeof body !== 'object' || body === null) return undefined;
	const candidates = [body, ...Object.values(body)].map((part) => (part as { signInUrl?: unknown } | null)?.signInUrl);
	return candidates.find((url): url is string => typeof url === 'string' && /^https?:\/\//i.test(url));
}
