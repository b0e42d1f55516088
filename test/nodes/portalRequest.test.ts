import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import express, { type Request } from 'express';

import type { PortalResponse } from '../../lib/portal';
import { sendPortalResponse, toPortalRequest } from '../../nodes/ConnectedAppsTrigger/transport/portalRequest';
import { PORTAL_WEBHOOKS } from '../../nodes/ConnectedAppsTrigger/webhooks';

const request = (changes: Partial<Request> = {}) => ({ method: 'GET', originalUrl: '/webhook/connected-apps', headers: {}, body: {}, ...changes }) as unknown as Request;

describe('a request of n8n as plain data', () => {
	it.each([
		['connected-apps', '/webhook/connected-apps', ''],
		['connected-apps', '/webhook/connected-apps/', ''],
		['connected-apps', '/webhook/connected-apps/sign-in?request=1', 'sign-in'],
		['connected-apps', '/webhook/connected-apps/salesforce/callback?state=x', 'salesforce/callback'],
		['connected-apps', '/prefix/hooks/connected-apps/continue', 'continue'],
		['team/apps', '/webhook/team/apps/connect', 'connect'],
		['webhook', '/webhook/webhook', ''],
		['webhook', '/webhook/webhook/sign-in', 'sign-in'],
		['salesforce', '/webhook/salesforce/salesforce/callback', 'salesforce/callback'],
		['sign-in', '/webhook/sign-in/sign-in', 'sign-in'],
		['sign-in', '/webhook/sign-in', ''],
		['connect', '/webhook/connect/connect', 'connect'],
		['connect', '/webhook/connect', ''],
		['a/sign-in', '/webhook/a/sign-in/sign-in', 'sign-in'],
		['connected-apps', 'http://evil.example/webhook/connected-apps/sign-in?request=1', 'sign-in'],
		['connected-apps', 'http://a:99999/webhook/connected-apps/sign-in', 'sign-in'],
		['connected-apps', 'http://[bad/webhook/connected-apps', ''],
		['connected-apps', '/webhook/connected-apps/s%69gn-in?a=%ff#b', 'sign-in'],
		['connected-apps', '/webhook/connected-apps%2Fsign-in', 'sign-in'],
		['connected-apps', '/webhook/connected-apps/sign-in#/admin', 'sign-in'],
		['connected-apps', '/webhook/connected-apps?/sign-in', ''],
		['connected-apps', '/webhook/connected-apps/%ff', ''],
	])('the trigger at "%s" sees %s as page "%s"', (path, originalUrl, page) => {
		expect(toPortalRequest(request({ originalUrl }), path).page).toBe(page);
	});

	it('S8 holds nothing of Host or of what a proxy forwards', () => {
		const seen = toPortalRequest(request({ originalUrl: '/webhook/connected-apps?x=1', headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example', referer: 'https://evil.example' } }), 'connected-apps');
		expect(JSON.stringify({ ...seen, query: [...seen.query], form: [...seen.form] })).not.toContain('evil');
	});

	it('reads cookies, origin, query and form', () => {
		const seen = toPortalRequest(request({ method: 'POST', originalUrl: '/webhook/connected-apps/connect?a=1', headers: { cookie: 'x=1; y=a%20b', origin: 'https://n8n.example' }, body: { request: 'r', token: 't' } }), 'connected-apps');
		expect(seen).toMatchObject({ method: 'POST', page: 'connect', cookies: { x: '1', y: 'a b' }, origin: 'https://n8n.example' });
		expect(Object.fromEntries(seen.form)).toEqual({ request: 'r', token: 't' });
	});

	it.each<[string, unknown]>([['nothing', undefined], ['null', null], ['text', 'request=1'], ['a list', ['request']], ['nested fields', { request: { $ne: '' }, token: ['a'] }], ['a field that is too long', { request: 'x'.repeat(4_097) }]])('takes no form fields from %s', (_what, body) => {
		expect([...toPortalRequest(request({ method: 'POST', body } as Partial<Request>), 'connected-apps').form.keys()].filter((name) => Number.isNaN(Number(name)))).toEqual([]);
	});

	it('knows every address that the trigger registers', () => {
		const pages = PORTAL_WEBHOOKS.map(({ path }) => / \+ "\/(.*)"/.exec(String(path))?.[1] ?? '');
		expect(pages).toEqual(['', 'sign-in', 'connect', 'disconnect', 'disconnect', 'continue', 'run', 'run', 'activity', 'export', 'sessions', 'admin', 'admin', 'openid/logout', 'openid/callback', 'signed-out', 'jwks', ...['salesforce', 'sharepoint-online', 'sharepoint-server', 'docusign', 'oauth2'].map((segment) => `${segment}/callback`)]);
		for (const page of pages) expect(toPortalRequest(request({ originalUrl: `/webhook/connected-apps${page === '' ? '' : `/${page}`}` }), 'connected-apps').page).toBe(page);
	});
});

describe('an answer of the portal over HTTP', () => {
	let server: Server;
	let url: string;
	let answer: PortalResponse;
	let secure = true;
	beforeAll(async () => {
		const app = express();
		app.use((_request, response) => sendPortalResponse(response, answer, secure));
		server = createServer(app);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	afterAll(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});

	it('S1 S17 cookies are HttpOnly, SameSite=Lax, Secure over https, and for one path', async () => {
		answer = { status: 303, headers: { location: '/x', 'cache-control': 'no-store' }, cookies: [{ name: 'a', value: 'v', path: '/webhook/connected-apps/sign-in', maxAgeSeconds: 60 }, { name: 'gone', value: '', path: '/p', maxAgeSeconds: 0 }], body: '' };
		secure = true;
		const response = await fetch(url, { redirect: 'manual' });
		expect([response.status, response.headers.get('location'), response.headers.get('cache-control')]).toEqual([303, '/x', 'no-store']);
		const [set, gone] = response.headers.getSetCookie();
		expect(set).toMatch(/^a=v; Max-Age=60; Path=\/webhook\/connected-apps\/sign-in; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/);
		expect(gone).toMatch(/^gone=; Max-Age=0; Path=\/p; /);
		secure = false;
		expect((await fetch(url, { redirect: 'manual' })).headers.getSetCookie()[0]).not.toMatch(/Secure/);
	});

	it('bytes go out as they are', async () => {
		answer = { status: 200, headers: { 'content-type': 'application/octet-stream' }, cookies: [], body: new Uint8Array([0, 255, 128]) };
		expect([...new Uint8Array(await (await fetch(url)).arrayBuffer())]).toEqual([0, 255, 128]);
	});
});
