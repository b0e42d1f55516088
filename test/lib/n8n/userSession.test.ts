// Answers of any size through n8n's own HTTP helper: what it does with streams is what counts here.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';

import type { IHttpRequestOptions } from 'n8n-workflow';

import { toAccessToken } from '../../../lib/connections';
import { fetchThroughN8n, streamThroughN8n, type HttpHelpers } from '../../../lib/n8n/fetch';
import { createUserSession, type UserSession } from '../../../lib/n8n/userSession';

const { httpRequest } = jest.requireActual<{ httpRequest(options: IHttpRequestOptions): Promise<unknown> }>('../../../node_modules/@n8n/backend-network/dist/http/axios/request.js');
const helpers: HttpHelpers = { httpRequest: async (options) => await httpRequest(options) };

describe('a user’s session streams', () => {
	let server: Server;
	let url: string;
	let answer: (request: IncomingMessage, response: ServerResponse) => void;
	const seen: { path?: string; authorization?: string }[] = [];
	const renewed: string[] = [];

	beforeAll(async () => {
		server = createServer((request, response) => {
			seen.push({ path: request.url, authorization: request.headers.authorization });
			answer(request, response);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	afterAll(() => {
		server.closeAllConnections();
		server.close();
	});
	beforeEach(() => {
		seen.length = 0;
		renewed.length = 0;
	});

	const token = (accessToken: string) => toAccessToken({ accessToken, tokenType: 'bearer', scopes: [], apiBaseUrl: url });
	const session = (): UserSession =>
		createUserSession({
			activity: { accepted: false },
			appName: 'App',
			actsAs: 'alice@example.com',
			fetch: fetchThroughN8n(helpers),
			openStream: streamThroughN8n(helpers),
			isTokenRejected: async (response) => response.status === 401 || (response.status === 400 && (await response.clone().text()).includes('SESSION')),
			token: token('old'),
			renew: async (rejected) => {
				renewed.push(rejected);
				return await Promise.resolve(token('new'));
			},
		});

	it('a body before it is complete, and of any encoding', async () => {
		let finish = (): void => undefined;
		answer = (_request, response) => {
			response.writeHead(200, { 'content-type': 'text/csv', 'x-locator': 'abc' });
			response.write('first\n');
			finish = () => void response.end('last\n');
		};
		const { status, headers, body } = await session().stream('/rows');
		expect([status, headers.get('x-locator')]).toEqual([200, 'abc']);
		finish();
		expect(await text(body)).toBe('first\nlast\n');

		answer = (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed'));
		expect(await text((await session().stream('/packed')).body)).toBe('packed');
	});

	it('after one renewal, if the token was rejected', async () => {
		answer = (request, response) => {
			if (request.headers.authorization === 'Bearer new') response.end('rows');
			else response.writeHead(400).end('[{"errorCode":"SESSION"}]');
		};
		const of = session();
		expect(await text((await of.stream('/rows')).body)).toBe('rows');
		expect(await text((await of.stream('/more')).body)).toBe('rows');
		expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer new', 'Bearer new']);
		expect(renewed).toHaveLength(1);
	});

	it('a failure with its status and its words, however long it is', async () => {
		answer = (_request, response) => void response.writeHead(500).end(`wrong${'x'.repeat(3_000_000)}`);
		const { status, body } = await session().stream('/rows');
		const told = await text(body);
		expect([status, told.length, told.slice(0, 6)]).toEqual([500, 1_000_000, 'wrongx']);
	});

	it('from the grant’s own host only, and along no redirect (S35)', async () => {
		await expect(session().stream('https://evil.example/rows')).rejects.toMatchObject({ code: 'hostForbidden' });
		answer = (_request, response) => void response.writeHead(302, { location: '/elsewhere' }).end();
		expect((await session().stream('/rows')).status).toBe(302);
		expect(seen.map(({ path }) => path)).toEqual(['/rows']);
	});

	it('until somebody cancels', async () => {
		answer = (_request, response) => {
			response.writeHead(200);
			response.write('first');
		};
		const cancelled = new AbortController();
		const { body } = await session().stream('/rows', { signal: cancelled.signal });
		const reading = text(body);
		cancelled.abort();
		await expect(reading).rejects.toThrow(/cancel|abort/i);
	});
});
