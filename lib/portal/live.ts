// Pages on which something goes on by itself are loaded again by the browser: there is no script that could watch it. Only while it
// goes on, and for two minutes at most: that must neither keep a session alive that nobody uses nor move the focus for ever (WCAG 2.2).
import type { PortalResponse } from './http';
import type { LiveView } from './pages';

const REFRESH_SECONDS = 5;
const MOST_REFRESHES = 24;

/** In the page's own address: how often it was loaded again, or `stop`. */
const FIELD = 'watched';

/** It was loaded by itself, or by the link of a page that was. */
export const isWatched = (query: URLSearchParams): boolean => query.has(FIELD);

/** @param address of the page, as it is to be loaded again */
export function liveView(query: URLSearchParams, address: string): LiveView {
	const at = (value: string) => `${address}${address.includes('?') ? '&' : '?'}${FIELD}=${value}`;
	const refreshes = Number(query.get(FIELD) ?? 0);
	// Anything that is no number is as good as `stop`.
	if (!(refreshes >= 0 && refreshes < MOST_REFRESHES)) return { againHref: at('0') };
	return { nextHref: at(String(Math.trunc(refreshes) + 1)), stopHref: at('stop') };
}

/** A header: the page's own element would be told to screen readers as a fault. */
export function keepLive(page: PortalResponse, { nextHref }: LiveView): PortalResponse {
	return nextHref === undefined ? page : { ...page, headers: { ...page.headers, refresh: `${REFRESH_SECONDS}; url=${nextHref}` } };
}
