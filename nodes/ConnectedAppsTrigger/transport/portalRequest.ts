import { parse as parseCookies } from 'cookie';
import type { Request, Response } from 'express';

import type { PortalRequest, PortalResponse } from '../../../lib/portal';
import { PORTAL_PAGES } from '../webhooks';

/** Sign-in forms hold a link code and a token; anything longer is not ours. */
const MAX_FIELD_LENGTH = 4_096;

/** Postgres takes no text with it (`%00`) and would fail where SQLite finds nothing; no name or code of ours holds it. */
const NUL = '\0';

function formOf(body: unknown): URLSearchParams {
	const form = new URLSearchParams();
	if (typeof body !== 'object' || body === null) return form;
	for (const [name, value] of Object.entries(body)) if (typeof value === 'string' && value.length <= MAX_FIELD_LENGTH && !value.includes(NUL)) form.set(name, value);
	return form;
}

function headerOf({ headers }: Request, name: string): string | undefined {
	const value = headers[name];
	return Array.isArray(value) ? value.join(', ') : value;
}

/** As n8n reads it when it looks for a webhook; what cannot be read has not come through there. */
function decoded(pathname: string): string {
	try {
		return decodeURIComponent(pathname);
	} catch {
		return pathname;
	}
}

/**
 * Of the path only its end is ever looked at: before it there may be a scheme and a host that are no URL, such as `http://a:99999`.
 * @see RFC 9112 section 3.2.2 (absolute-form)
 */
function targetOf(originalUrl: string): { pathname: string; query: URLSearchParams } {
	const [, pathname = '', query = ''] = /^([^?#]*)\??([^#]*)/.exec(originalUrl) ?? [];
	return { pathname: decoded(pathname).replace(/\/+$/, ''), query: new URLSearchParams(query) };
}

/**
 * An Express request of n8n as plain data. Host and X-Forwarded-* are never read (S8): addresses come from the configuration.
 * @param path the trigger's own path, e.g. `connected-apps`
 */
export function toPortalRequest(request: Request, path: string): PortalRequest {
	const { pathname, query } = targetOf(request.originalUrl);
	// From the known pages: a trigger's path may itself be called `salesforce` or `sign-in`.
	const page = PORTAL_PAGES.find((candidate) => pathname.endsWith(`/${path}/${candidate}`)) ?? '';
	return {
		method: request.method,
		page,
		query: new URLSearchParams([...query].filter(([, value]) => !value.includes(NUL))),
		form: formOf(request.body),
		cookies: parseCookies(request.headers.cookie ?? ''),
		origin: request.headers.origin,
		header: (name) => headerOf(request, name),
		// n8n follows proxies as N8N_PROXY_HOPS says.
		clientAddress: request.ip,
	};
}

export function sendPortalResponse(response: Response, answer: PortalResponse, secure: boolean): void {
	for (const { name, value, path, maxAgeSeconds } of answer.cookies) {
		response.cookie(name, value, { path, httpOnly: true, sameSite: 'lax', secure, maxAge: maxAgeSeconds * 1_000, encode: (text) => text });
	}
	for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
	response.status(answer.status).end(answer.body);
}
