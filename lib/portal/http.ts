// Room `portal`: the pages behind the owner trigger's addresses and what their forms do. It owns requests, cookies, links and
// the walk of a browser through a sign-in. It must never know n8n: it is handed requests as plain data and a way to resume.
import type { ConnectionId } from '../types';
import { contentSecurityPolicy } from './pages';

export interface PortalRequest {
	method: string;
	/** Path below the portal's address without leading slash: `''`, `sign-in`, `connect`, `<app>/callback`, … */
	page: string;
	query: URLSearchParams;
	/** Body of a form post; empty for GET. */
	form: URLSearchParams;
	cookies: Readonly<Record<string, string | undefined>>;
	/** `Origin` header. */
	origin?: string;
	/** A header by its name in small letters: read for nothing but the portal's trusted headers. */
	header?(name: string): string | undefined;
	/** The client's network address, as n8n knows it. */
	clientAddress?: string;
}

export interface PortalCookie {
	name: string;
	value: string;
	/** Path of the page that reads it. */
	path: string;
	/** 0 deletes it. */
	maxAgeSeconds: number;
}

export interface PortalResponse {
	status: number;
	headers: Record<string, string>;
	cookies: PortalCookie[];
	body: string | Uint8Array;
}

const BASE_HEADERS = {
	'cache-control': 'no-store',
	'referrer-policy': 'no-referrer',
	'x-content-type-options': 'nosniff',
	'x-frame-options': 'DENY',
	'cross-origin-opener-policy': 'same-origin',
	'x-robots-tag': 'noindex',
};

/** An HTML page of ours with every security header (S13, S14). */
export function htmlPage(body: string, options: { status?: number; cookies?: PortalCookie[]; formOrigins?: string[]; /** Forms of this page may lead to this origin and to our own, and nowhere else. */ onlyFormOrigin?: string } = {}): PortalResponse {
	return {
		status: options.status ?? 200,
		headers: { ...BASE_HEADERS, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': options.onlyFormOrigin === undefined ? contentSecurityPolicy(options.formOrigins) : contentSecurityPolicy([options.onlyFormOrigin], { anyHttps: false }) },
		cookies: options.cookies ?? [],
		body,
	};
}

/** A file to be saved, never shown. */
export function downloadOf(body: string, { type, fileName }: { type: string; fileName: string }): PortalResponse {
	return { status: 200, headers: { ...BASE_HEADERS, 'content-type': type, 'content-disposition': `attachment; filename="${fileName}"`, 'content-security-policy': "default-src 'none'; sandbox" }, cookies: [], body };
}

/** For machines: no cookie, no page. */
export function jsonAnswer(value: unknown, status = 200): PortalResponse {
	return { status, headers: { ...BASE_HEADERS, 'content-type': 'application/json; charset=utf-8' }, cookies: [], body: JSON.stringify(value) };
}

/** For machines that want to know nothing but that it is done. */
export function emptyAnswer(): PortalResponse {
	return { status: 200, headers: { ...BASE_HEADERS }, cookies: [], body: '' };
}

/** 303: the browser turns to GET, whatever it came with (S16). */
export function seeOther(location: string, cookies: PortalCookie[] = []): PortalResponse {
	return { status: 303, headers: { ...BASE_HEADERS, location }, cookies, body: '' };
}

/** What a form posts; closed, so that a page cannot invent an act. */
export type ConnectAct =
	| { kind: 'request'; requestId: string }
	| { kind: 'link'; code: string }
	| { kind: 'connection'; connectionId: ConnectionId }
	| { kind: 'portalSignIn'; connectionId: ConnectionId; thenRequestId?: string }
	| { kind: 'sendLink'; requestId: string }
	| { kind: 'cancel'; requestId: string }
	| { kind: 'cancelLink'; code: string }
	| { kind: 'openIdSignIn'; thenRequestId?: string; asksAgain: boolean }
	| { kind: 'confirmAccount'; told: string }
	| { kind: 'signOut' };

/** Reads exactly one act from a form; undefined if there is none or more than one. */
export function readConnectAct(form: URLSearchParams): ConnectAct | undefined {
	const acts: ConnectAct[] = [];
	const value = (name: string) => form.get(name) ?? '';
	if (form.has('request')) acts.push({ kind: 'request', requestId: value('request') });
	if (form.has('link')) acts.push({ kind: 'link', code: value('link') });
	if (form.has('connection')) acts.push({ kind: 'connection', connectionId: value('connection') as ConnectionId });
	if (form.has('portalSignIn')) acts.push({ kind: 'portalSignIn', connectionId: value('portalSignIn') as ConnectionId, thenRequestId: form.get('then') ?? undefined });
	if (form.has('sendLink')) acts.push({ kind: 'sendLink', requestId: value('sendLink') });
	if (form.has('cancel')) acts.push({ kind: 'cancel', requestId: value('cancel') });
	if (form.has('cancelLink')) acts.push({ kind: 'cancelLink', code: value('cancelLink') });
	if (form.has('openIdSignIn')) acts.push({ kind: 'openIdSignIn', thenRequestId: form.get('then') ?? undefined, asksAgain: value('openIdSignIn') === 'again' });
	if (form.has('confirmAccount')) acts.push({ kind: 'confirmAccount', told: value('confirmAccount') });
	if (form.has('signOut')) acts.push({ kind: 'signOut' });
	return acts.length === 1 ? acts[0] : undefined;
}
