// Request digests: whoever comes by password shows one with each write. A site gives one for half an hour.
// @see https://learn.microsoft.com/en-us/sharepoint/dev/sp-add-ins/complete-basic-operations-using-sharepoint-rest-endpoints
import type { FetchInit } from '../../../../lib/types';

interface Digest {
	value: string;
	untilMs: number;
}

/** A digest that ends while a large body is on its way would be refused at its end. */
const SPARE_MS = 60_000;

export class RequestDigests {
	private readonly known = new Map<string, Promise<Digest>>();

	constructor(
		private readonly call: (url: string, init: FetchInit) => Promise<Response>,
		private readonly nowMs: () => number = Date.now,
	) {}

	/** The digest for a write to this address; undefined where none is to be had: then the write itself tells why. @param userAgent the name of that write */
	async of(url: URL, userAgent?: string): Promise<string | undefined> {
		const site = siteOf(url);
		if (site === undefined) return undefined;
		const known = await this.known.get(site)?.catch(() => undefined);
		if (known !== undefined && known.untilMs > this.nowMs()) return known.value;
		const asked = this.ask(site, userAgent);
		this.known.set(site, asked);
		// A failure is not remembered.
		asked.catch(() => this.known.delete(site));
		return (await asked).value || undefined;
	}

	forget(url: URL): void {
		this.known.delete(siteOf(url) ?? '');
	}

	private async ask(site: string, userAgent: string | undefined): Promise<Digest> {
		const response = await this.call(`${site}/_api/contextinfo`, { method: 'POST', headers: { accept: 'application/json;odata=nometadata', ...(userAgent !== undefined && { 'user-agent': userAgent }) }, body: '' });
		const read = response.ok ? ((await response.json()) as { FormDigestValue?: unknown; FormDigestTimeoutSeconds?: unknown }) : {};
		if (typeof read.FormDigestValue !== 'string') return { value: '', untilMs: 0 };
		const seconds = Number(read.FormDigestTimeoutSeconds);
		return { value: read.FormDigestValue, untilMs: this.nowMs() + (Number.isFinite(seconds) ? seconds * 1_000 : 1_800_000) - SPARE_MS };
	}
}

function siteOf(url: URL): string | undefined {
	const at = url.pathname.toLowerCase().indexOf('/_api/');
	return at < 0 ? undefined : `${url.origin}${url.pathname.slice(0, at)}`;
}

/** Expired, of another session, or none: all say so with 403 and a code of their own. */
export async function isDigestRefused(response: Response): Promise<boolean> {
	return response.status === 403 && /"-2130575(?:252|251)[,"]/.test(await response.clone().text());
}
