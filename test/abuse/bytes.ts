// Requests as bytes on a socket: what stands in `requests.ts`, and all that an HTTP client would never let out. What is sent can be
// written again for another address, so that two servers can be asked exactly the same.
import { deflateSync, gzipSync } from 'node:zlib';

import { strangeRequest, VALUES, type Material } from './requests';

export interface Written {
	/** As the bytes say it; empty where they begin with none. */
	method: string;
	page: string;
	/** The address is exactly that of the page, written as browsers write it. */
	isExact: boolean;
	/** No HTTP, or not to its end: a server may hang up without a word, or wait for the rest. */
	isBroken: boolean;
	/**
	 * @param address a path, with a query of its own or without
	 * @param below false: without the page, for an address that has none below it
	 */
	at(address: string, options?: { below: boolean }): Buffer;
}

/** A form that becomes 40 MB when it is unpacked: 2.5 times what n8n takes. */
const BOMB = gzipSync(Buffer.alloc(40 * 2 ** 20, 'a'));
/** Longer than Node lets a head be. */
const TOO_LONG_HEAD = 'x'.repeat(20_000);

const CONTENT_TYPES = ['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'multipart/form-data', 'application/x-www-form-urlencoded; charset=utf-16', 'application/x-www-form-urlencoded; charset=nonsense', 'application/octet-stream', 'text/html', 'a/b; c', ';', '', 'application/json; charset=utf-8; charset=utf-7', 'application/x-www-form-urlencoded; charset="%'];
const ENCODINGS: readonly { name: string; pack(body: Buffer): Buffer }[] = [
	{ name: 'gzip', pack: (body) => gzipSync(body) },
	{ name: 'deflate', pack: (body) => deflateSync(body) },
	// None of these is what it says.
	{ name: 'gzip', pack: (body) => body },
	{ name: 'deflate', pack: (body) => body },
	{ name: 'gzip', pack: (body) => gzipSync(body).subarray(0, -9) },
	{ name: 'gzip', pack: (body) => Buffer.concat([gzipSync(body), Buffer.from('more')]) },
	{ name: 'br', pack: (body) => body },
	{ name: 'nonsense', pack: (body) => body },
	{ name: 'gzip, gzip', pack: (body) => gzipSync(gzipSync(body)) },
	{ name: 'identity', pack: (body) => body },
];
const HEADERS = ['Accept: */*', 'Accept: application/json', `Accept-Language: ${'x'.repeat(3_000)}`, 'Accept-Encoding: nonsense', 'X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: javascript', 'Forwarded: for=1.2.3.4;host=evil.example', 'Origin: https://evil.example', 'Origin: null', 'Authorization: Bearer x', 'Authorization: Basic Og==', 'Range: bytes=0-1', 'If-None-Match: *', 'Expect: 100-continue', 'X-HTTP-Method-Override: DELETE', 'Referer: javascript:1', 'TE: trailers', 'X-\u00e4: \u00ff', 'Cookie: ;;;=;a', 'Cookie: connected_apps_session=%E0%A4%A; connected_apps_session=x', 'Sec-Fetch-Site: cross-site', 'User-Agent: Googlebot', 'Access-Control-Request-Method: POST', 'Content-Disposition: attachment; filename*=%', `X-Long: ${TOO_LONG_HEAD}`];
const BODIES = ['{', '[]', 'null', '"x"', '['.repeat(5_000), '{"__proto__":{"act":"delete"},"act":"delete"}', 'a=1&a=2&a[]=3&a[b][c]=4', '&&&=&=', '%', `token=${'x'.repeat(200_000)}`, 'a=1&'.repeat(3_000), '--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n1\r\n--x--\r\n', '--x\r\nContent-Disposition: form-data; name="token"; filename="../../a"\r\n\r\n1\r\n--x--\r\n', '--x\r\n\r\n', '\u0000\u0001', '\u001f\u008b\u0008', '\ufeff{}', ''];
const HOSTS = ['evil.example', '', 'a b', '[::1]:x', '127.0.0.1:99999', 'x'.repeat(300)];
/** Other ways to write an address, and addresses that only look like it. */
const PATHS: readonly ((path: string) => string)[] = [
	(path) => `${path}/`, (path) => `${path}//`, (path) => `/${path}`, (path) => `${path}/.`, (path) => `${path}/..`, (path) => `${path}/%2e%2e/admin`, (path) => `${path}/x/../..`, (path) => path.replace('/webhook', '/webhook/.'), (path) => path.replaceAll('/', '\\'), (path) => path.replaceAll('/', '%2f'), (path) => path.replaceAll('/', '//'),
	(path) => path.toUpperCase(), (path) => `${path};a=b`, (path) => `${path}%00`, (path) => `${path}\u0000`, (path) => `${path}%ff`, (path) => `${path}\u00ff\u00c0\u00ae`, (path) => `${path}%`, (path) => `${path}%c0%ae`, (path) => `${path}#x`, (path) => `${path}??`, (path) => `${path}.json`, (path) => path.replace(/[a-z](?=[^/]*$)/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
	(path) => `http://127.0.0.1${path}`, (path) => `http://evil.example${path}`, (path) => `http://[bad${path}`, (path) => `http://a:99999${path}`, (path) => `javascript:${path}`, (path) => `//evil.example${path}`, (path) => `http://a@b:c@d${path}`, (path) => `${path}/${'a/'.repeat(900)}`, (path) => path.slice(1), () => '*', (path) => `${path} HTTP/1.1 `,
];
/** @param path where else the request would go */
const BROKEN: readonly ((path: string, host: string) => string)[] = [
	() => '\r\n\r\n\r\n', () => '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', (path) => `GET ${path}\r\n\r\n`, (path) => `GET ${path} HTTP/9.9\r\nHost: a\r\n\r\n`, (path) => `GET ${path} HTTP/1.1\r\n\r\n`, (path) => `GET ${path} HTTP/1.0\r\n\r\n`, (path, host) => `GET ${path} HTTP/1.1\nHost: ${host}\n\n`,
	(path, host) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nno colon\r\n\r\n`, (path, host) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n folded: 1\r\n\r\n`, (path, host) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nX: \u0000\r\n\r\n`, (path, host) => `GET ${path} HTTP/1.1\r\nHost : ${host}\r\n\r\n`, (path, host) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\n\r\n`, (path, host) => `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n${path}`,
	(path, host) => `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, (path, host) => `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`, (path, host) => `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: -1\r\n\r\n`, (path, host) => `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1e3\r\n\r\n`,
	(path, host) => `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\nzz\r\n\r\n`, (path, host) => `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: nonsense\r\n\r\n`, (path, host) => `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n1\r\na\r\n`, (path, host) => `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nonly this`,
	(path, host) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`, (path, host) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\nGET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`, (path, host) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${'a: b\r\n'.repeat(3_000)}\r\n`, (path, host) => `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 3\r\n\r\na=1GET ${path} HTTP/1.1\r\nHost: evil.example\r\n\r\n`,
];

function pick<T>(random: () => number, from: readonly T[]): T {
	return from[Math.floor(random() * from.length)] as T;
}

function bodyOf(random: () => number, form: URLSearchParams): { type: string; encoding?: string; bytes: Buffer } {
	const isPlain = random() < 0.5;
	const type = isPlain || random() < 0.4 ? 'application/x-www-form-urlencoded' : pick(random, CONTENT_TYPES);
	const text = isPlain || random() < 0.5 ? form.toString() : pick(random, BODIES);
	const bytes = Buffer.from(text, random() < 0.5 ? 'utf8' : 'latin1');
	const packing = random();
	if (isPlain || packing < 0.6) return { type, bytes };
	if (packing < 0.63) return { type: 'application/x-www-form-urlencoded', encoding: 'gzip', bytes: BOMB };
	const { name, pack } = pick(random, ENCODINGS);
	return { type, encoding: name, bytes: pack(bytes) };
}

/** A header's value as it is or with what no header may hold taken out. */
const cookieValue = (random: () => number, value: string): string => (random() < 0.9 ? value.replace(/[^\x21-\x3a\x3c-\x7e]/g, '') : value);

/**
 * @param random gives the request: the same again for the same numbers
 * @param host what the server is called
 */
export function strangeBytes(random: () => number, material: Material, host: string): Written {
	const { method, page, query, form, cookies, clientAddress } = strangeRequest(random, material);
	const pathOf = (address: string, below: boolean): string => `${address}${!below || page === '' ? '' : `/${page}`}`;
	if (random() < 0.04) {
		const broken = pick(random, BROKEN);
		const written = (path: string) => broken(path.replace(/[^\x21-\x7e]/g, ''), host);
		return { method: /^[A-Z]*/.exec(written('/'))![0], page, isExact: false, isBroken: true, at: (address, { below } = { below: true }) => Buffer.from(written(pathOf(address, below)), 'latin1') };
	}
	// As it is now and then: what is no address is the parser's to refuse.
	const isWritten = random() < 0.95;
	const trick = random() < 0.12 ? pick(random, PATHS) : undefined;
	const text = query.toString();
	const wild = random() < 0.04 ? `&${pick(random, VALUES)}` : '';
	const body = method === 'GET' && random() < 0.95 ? undefined : bodyOf(random, form);
	const isChunked = body !== undefined && random() < 0.2;
	const strangeHost = random() < 0.1 ? pick(random, HOSTS) : undefined;
	const extra = Array.from({ length: random() < 0.6 ? 0 : Math.floor(random() * 4) }, () => pick(random, HEADERS));
	const cookie = Object.entries(cookies).map(([name, value = '']) => `${name}=${cookieValue(random, value)}`).join('; ');
	const head = [
		`Host: ${strangeHost ?? host}`,
		// n8n follows one proxy: strangers come from everywhere, so that not all of them are merely held up.
		`X-Forwarded-For: ${random() < 0.85 ? `198.51.${Math.floor(random() * 256)}.${Math.floor(random() * 256)}` : (clientAddress ?? '')}`,
		...(cookie === '' ? [] : [`Cookie: ${cookie}`]),
		...(body === undefined ? [] : [`Content-Type: ${body.type}`]),
		...(body?.encoding === undefined ? [] : [`Content-Encoding: ${body.encoding}`]),
		...(body === undefined ? [] : [isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.bytes.length}`]),
		...extra,
		'Connection: close',
	];
	const encoding = random() < 0.9 ? 'utf8' : 'latin1';
	const chunks = body === undefined ? [] : isChunked ? [Buffer.from(body.bytes.length === 0 ? '' : `${body.bytes.length.toString(16)}\r\n`), body.bytes, Buffer.from(`${body.bytes.length === 0 ? '' : '\r\n'}0\r\n\r\n`)] : [body.bytes];
	return {
		method,
		page,
		isExact: isWritten && trick === undefined,
		// No method at all, or one that asks for a tunnel: Node's server just hangs up.
		isBroken: !/^[A-Z]+$/.test(method) || method === 'CONNECT',
		at(address, { below } = { below: true }) {
			const [own = '', asked = ''] = address.split('?');
			const path = pathOf(own, below);
			const written = isWritten ? path.split('/').map((part) => encodeURIComponent(Buffer.from(part).toString())).join('/') : path;
			const all = `${[asked, text].filter((part) => part !== '').join('&')}${wild}`;
			const target = `${(trick ?? ((same) => same))(written)}${all === '' ? '' : `?${all}`}`;
			return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`, encoding), ...chunks]);
		},
	};
}
