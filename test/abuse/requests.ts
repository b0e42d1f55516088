// Requests that nobody would make by accident: every address of the portal, every method, known and unknown fields, values that
// are too long, broken, of another kind, or nearly right.
import type { PortalRequest } from '../../lib/portal';
import { PORTAL_ADDRESSES } from '../security/portalServer';

const METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'CONNECT', 'get', 'POST\r\n', '', 'QUERY'];
const STRANGE_PAGES = ['nothing', 'callback', '/callback', '//callback', '../admin', '..%2f..%2fetc', 'sign-in/', 'SIGN-IN', 'connect/connect', 'constructor', '__proto__/callback', 'toString/callback', '\u0000', 'a'.repeat(5_000), '%00/callback', 'salesforce//callback', 'unknown/callback', '?', '#', ' '];
const FIELDS = ['request', 'link', 'code', 'state', 'told', 'error', 'error_description', 'iss', 'session_state', 'connection', 'all', 'everything', 'search', 'after', 'user', 'portalSignIn', 'then', 'sendLink', 'cancel', 'cancelLink', 'openIdSignIn', 'confirmAccount', 'signOut', 'token', 'session', 'others', 'run', 'workflow', 'name', 'description', 'returnTo', '__proto__', 'constructor', 'toString', ''];
export const VALUES = [
	'', '0', '-1', '1e309', 'NaN', 'true', 'null', 'undefined', '[object Object]', '[]', '{}', '{"$ne":1}', "' or 1=1 --", '"; drop table requests; --', '%', '%%', '%E0%A4%A', '%00', '\u0000', '\r\nset-cookie: a=b', '\r\n\r\n<html>', '<script>alert(1)</script>',
	'../../etc/passwd', '//evil.example', 'https://evil.example', 'javascript:alert(1)', '~', '~~', 'e30~x', 'eyJraW5kIjoiZXJyb3IifQ~aaaa.bbbb', '\ud800', '\udfff\ud800', '🙂'.repeat(50), 'ﬀ', '\u202e', '\ufeff', 'x'.repeat(4_096), 'x'.repeat(70_000), 'A'.repeat(43), 'service:account', 'alice@example.com', 'ALICE@EXAMPLE.COM', 'alice@example.com\u200b', '__proto__', 'constructor',
];
const COOKIES = ['connected_apps_session', 'connected_apps_form', 'connected_apps_request_0000000000000000', 'connected_apps_sign_in_0000000000000000', '__proto__', 'constructor'];
const ORIGINS = [undefined, 'null', '', 'https://evil.example', 'http://127.0.0.1:9', 'http://127.0.0.1:9.evil.example', 'not a url', '\u0000'];
const ADDRESSES = [undefined, '', '203.0.113.7', '::1', '::ffff:1.2.3.4', '2001:db8::1', ':::', 'unknown', '1.2.3.4, 5.6.7.8', 'x'.repeat(1_000), '[::1]:80', '%'];
const HEADERS = ['x-forwarded-user', 'x-proxy-secret', 'authorization', 'host', 'x-forwarded-host'];

export interface Material {
	/** What really exists: ids, links, codes, tokens, cookies; nearly right is worse than wrong. */
	values: readonly string[];
	/** Field and value, as a page of ours would send them: only then does a page look further. */
	fields: readonly (readonly [string, string])[];
	cookies: readonly Readonly<Record<string, string>>[];
}

function pick<T>(random: () => number, from: readonly T[]): T {
	return from[Math.floor(random() * from.length)] as T;
}

/** Cut, doubled, with another case or a character changed: what a careless comparison would take. */
function bent(random: () => number, value: string): string {
	const at = Math.floor(random() * value.length);
	return pick(random, [value, value, value.slice(0, at), value + value, value.toUpperCase(), `${value.slice(0, at)}${String.fromCharCode(Math.floor(random() * 0x3000))}${value.slice(at + 1)}`, ` ${value}`, `${value}\u0000`, encodeURIComponent(value), `${value}~`]);
}

function fields(random: () => number, { values, fields: known }: Material): URLSearchParams {
	const chosen = new URLSearchParams();
	// Now and then nothing else: a form with two acts is refused before anything is looked at.
	const isAlone = random() < 0.4;
	for (let count = isAlone ? 1 : Math.floor(random() * 3); count > 0 && known.length > 0; count--) {
		const [name, value] = pick(random, known);
		chosen.append(name, random() < 0.8 ? value : bent(random, value));
	}
	for (let count = isAlone ? 0 : Math.floor(random() * 4); count > 0; count--) chosen.append(pick(random, FIELDS), random() < 0.4 && values.length > 0 ? bent(random, pick(random, values)) : pick(random, VALUES));
	return chosen;
}

/** @param random gives the request: the same again for the same numbers */
export function strangeRequest(random: () => number, material: Material): PortalRequest {
	const known = pick(random, PORTAL_ADDRESSES);
	const cookies: Record<string, string> = { ...(random() < 0.75 ? pick(random, material.cookies) : {}) };
	for (let count = random() < 0.5 ? 0 : Math.floor(random() * 3); count > 0; count--) Object.defineProperty(cookies, pick(random, COOKIES), { value: pick(random, VALUES), enumerable: true, configurable: true });
	const headers = Object.fromEntries(HEADERS.filter(() => random() < 0.2).map((name) => [name, pick(random, VALUES)]));
	return {
		method: random() < 0.75 ? known.method : pick(random, METHODS),
		page: random() < 0.85 ? known.page : pick(random, STRANGE_PAGES),
		query: fields(random, material),
		form: fields(random, material),
		cookies,
		origin: random() < 0.6 ? undefined : pick(random, ORIGINS),
		clientAddress: pick(random, ADDRESSES),
		header: (name) => headers[name],
	};
}
