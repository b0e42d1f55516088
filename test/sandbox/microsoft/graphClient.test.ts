// Microsoft's own client of Graph uses the sandbox as it uses the real one: over TLS, for it knows no other.
/* eslint-disable @typescript-eslint/no-explicit-any -- bodies of the wire, asserted field by field */
import { createHash, randomBytes } from 'node:crypto';
import { createServer, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { AuthenticationHandler, Client, FileUpload, LargeFileUploadTask, OneDriveLargeFileUploadTask, PageIterator, RedirectHandler, RedirectHandlerOptions, ResponseType, RetryHandler, RetryHandlerOptions, type Context, type Middleware } from '@microsoft/microsoft-graph-client';
import type { RequestListener } from 'node:http';
import { openLoopback, type LoopbackServer } from '../loopback';
import { appKey } from '../testKeys';
import { openServers, type StartOptions } from '../testServers';
import { defaultSettings } from '../settings';
import { startMicrosoft, type StartedMicrosoft } from './start';
import { graphFaults } from './graph/faultBodies';

let servers: LoopbackServer[];
let options: StartOptions;
let microsoft: StartedMicrosoft;
let client: Client;
let drive: string;

/** Two names for this machine: the client sends its token to the host of Graph and to no other. */
async function openTls(hostname: 'localhost' | '127.0.0.1'): Promise<LoopbackServer> {
	const server = createServer({ key: appKey.privateKeyPem, cert: appKey.certificatePem });
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `https://${hostname}:${(server.address() as AddressInfo).port}`,
		handle: (listener: RequestListener) => void server.on('request', listener),
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

/** The end of the client's chain: a request over TLS that trusts the sandbox's certificate. */
class TrustingHandler implements Middleware {
	async execute(context: Context): Promise<void> {
		const { method = 'GET', headers, body } = (context.options ?? {}) as { method?: string; headers?: Record<string, string>; body?: string | Blob | ArrayBuffer | null };
		const bytes = body === undefined || body === null ? undefined : typeof body === 'string' ? Buffer.from(body) : Buffer.from(body instanceof Blob ? await body.arrayBuffer() : body);
		context.response = await new Promise<Response>((resolve, reject) => {
			const sent = httpsRequest(context.request as string, { method, headers, ca: appKey.certificatePem, checkServerIdentity: () => undefined }, (answer) => {
				const chunks: Buffer[] = [];
				answer.on('data', (chunk: Buffer) => void chunks.push(chunk)).on('error', reject);
				answer.on('end', () => {
					const status = answer.statusCode!;
					const response = new Response([204, 304].includes(status) ? null : Buffer.concat(chunks), { status, headers: answer.headers as Record<string, string> });
					// The client tells by it whether a redirect leads to another host.
					resolve(Object.defineProperty(response, 'url', { value: context.request }));
				});
			});
			sent.on('error', reject).end(bytes);
		});
	}
}

beforeAll(async () => {
	const opened = await openServers(0, ['https://unregistered.invalid/callback']);
	options = opened.options;
	servers = [await openLoopback(0), await openTls('localhost'), await openLoopback(0), await openTls('127.0.0.1')];
	microsoft = startMicrosoft(servers[0]!, servers[1]!, servers[2]!, servers[3]!, options);
	const { graphUrl } = microsoft.description;
	const token = await microsoft.mintUserToken('alice', { audience: graphUrl, scope: 'User.Read Sites.ReadWrite.All Files.ReadWrite.All' });
	const chain = [new AuthenticationHandler({ getAccessToken: async () => token }), new RetryHandler(new RetryHandlerOptions(0, 3)), new RedirectHandler(new RedirectHandlerOptions()), new TrustingHandler()] as const;
	chain.slice(0, -1).forEach((handler, index) => (handler as { setNext(next: Middleware): void }).setNext(chain[index + 1]!));
	client = Client.initWithMiddleware({ middleware: chain[0], baseUrl: `${graphUrl}/`, customHosts: new Set(['localhost']) });
	drive = (await client.api('/sites/127.0.0.1:/sites/everyone:/drive').get()).id;
});
afterAll(async () => {
	await Promise.all(servers.map((server) => server.close()));
	await microsoft.close();
});
beforeEach(() => {
	Object.assign(options.settings, defaultSettings);
	options.faults.clear();
	options.calls.clear();
});

test('walks a list of several pages to its end, also where pages are empty', async () => {
	Object.assign(options.settings, { graphReadings: 1_234, graphEmptyPages: true });
	const first = await client.api('/sites/127.0.0.1:/sites/everyone:/lists/Readings/items').expand('fields($select=Title)').top(500).get();
	const titles: string[] = [];
	await new PageIterator(client, first, (item: any) => titles.push(item.fields.Title as string) > 0).iterate();
	expect(titles).toHaveLength(1_234);
	expect(new Set(titles).size).toBe(1_234);
	expect(titles.at(-1)).toBe('Reading 1234');
});

test('uploads a large file in pieces', async () => {
	const bytes = randomBytes(3 * 1024 * 1024 + 17);
	const task = await OneDriveLargeFileUploadTask.createTaskWithFileObject(client, new FileUpload(bytes as unknown as ArrayBuffer, 'x', bytes.length), {
		uploadSessionURL: `/drives/${drive}/root:/client/large.bin:/createUploadSession`,
		fileName: 'large.bin',
		rangeSize: 4 * 327_680,
	});
	const { responseBody } = await task.upload();
	const { id, size } = responseBody as { id: string; size: number };
	expect(size).toBe(bytes.length);
	expect(microsoft.contentOf(drive, id)?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
	// The pieces went to the host of the files, without a token.
	const pieces = options.calls.list().filter(({ path }) => path.includes('uploadSession') && !path.includes('/v1.0/'));
	expect(pieces.map(({ method, scheme, status }) => ({ method, scheme, status }))).toEqual([202, 202, 201].map((status) => ({ method: 'PUT', scheme: null, status })));
});

test('resumes an upload that was interrupted', async () => {
	const bytes = randomBytes(5 * 327_680);
	const session = await LargeFileUploadTask.createUploadSession(client, `/drives/${drive}/root:/client/resumed.bin:/createUploadSession`, { item: { '@microsoft.graph.conflictBehavior': 'replace' } });
	const task = new LargeFileUploadTask(client, new FileUpload(bytes, 'resumed.bin', bytes.length), session, { rangeSize: 2 * 327_680 });
	options.faults.add({ match: { method: 'PUT', pathIncludes: 'uploadSession' }, kind: 'delay', times: 1 });
	options.faults.add({ match: { method: 'PUT', pathIncludes: 'uploadSession' }, kind: 'breakRequest', bytes: 100_000, times: 1 });
	await expect(task.upload()).rejects.toThrow();
	const { responseBody } = await task.resume() as { responseBody: { id: string } };
	expect(microsoft.contentOf(drive, responseBody.id)?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test('downloads by way of the pre-signed address, and leaves its token at home', async () => {
	const bytes = Buffer.from(await client.api(`/drives/${drive}/root:/large.bin:/content`).responseType(ResponseType.ARRAYBUFFER).get() as ArrayBuffer);
	const { id } = await client.api(`/drives/${drive}/root:/large.bin`).get();
	expect(createHash('sha256').update(bytes).digest('hex')).toBe(microsoft.contentOf(drive, id)!.sha256);
	expect(options.calls.list().find(({ path }) => path.endsWith('download.aspx'))).toMatchObject({ scheme: null, status: 200 });
});

test('waits as long as a throttled answer says, and reads errors', async () => {
	options.faults.add({ match: { pathIncludes: '/me' }, ...graphFaults.throttled });
	const before = Date.now();
	expect(await client.api('/me').get()).toMatchObject({ userPrincipalName: 'alice@example.com' });
	expect(Date.now() - before).toBeGreaterThanOrEqual(990);
	await expect(client.api('/sites/127.0.0.1:/sites/none').get()).rejects.toMatchObject({ statusCode: 404, code: 'itemNotFound', message: 'Requested site could not be found' });
});
