import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { resumeAndWait, resumeExecution } from '../../../lib/n8n/resumeCall';
import { REFUSAL_HEADER, RESTART_WEBHOOKS, RESUMED_HEADER, withoutRestartPath, withRestartPath } from '../../../lib/n8n/restartWebhooks';

// Nobody listens there; port 9 and the like are refused by fetch itself.
const UNREACHABLE = 'http://127.0.0.1:59997';
const ALSO_UNREACHABLE = 'http://127.0.0.1:59998';

describe('resuming an execution', () => {
	let server: Server;
	let url: string;
	let asked: string[];
	let answer: (response: ServerResponse) => void;
	beforeAll(async () => {
		server = createServer((request, response) => {
			asked.push(`${request.method} ${request.url}`);
			answer(response);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	afterAll(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});
	beforeEach(() => {
		asked = [];
	});
	const reply = (status: number, body: unknown, headers: Record<string, string> = {}) => (response: ServerResponse) => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
	const RESUMED = { [RESUMED_HEADER]: '1' };
	const path = '/webhook-waiting/7/respond?signature=canary';

	it.each<[string, (response: ServerResponse) => void, Record<string, unknown>]>([
		['200 that our node let through', reply(200, { message: 'Workflow was started' }, RESUMED), { kind: 'accepted' }],
		['200 of something else, e.g. a sign-in page', reply(200, '<html>Sign in</html>'), { kind: 'failed' }],
		['409 that still runs', reply(409, { message: 'The execution "7" is running already.' }), { kind: 'busy' }],
		['409 that has finished', reply(409, { message: 'The execution "7 has finished already.' }), { kind: 'gone' }],
		['409 that has failed', reply(409, { message: 'The execution "7" has finished with error.' }), { kind: 'gone' }],
		['404 of the execution', reply(404, { message: 'The execution "7" does not exist.' }), { kind: 'gone' }],
		['404 of something else', reply(404, 'Not Found'), { kind: 'failed' }],
		['403 of our node', reply(403, { message: 'This execution waits for a sign-in' }, { [REFUSAL_HEADER]: '1' }), { kind: 'busy' }],
		['403 of a firewall', reply(403, { message: 'Forbidden' }), { kind: 'failed' }],
		['401 of n8n', reply(401, { error: 'Invalid token' }), { kind: 'gone' }],
		['401 of a proxy', reply(401, 'Authorization required'), { kind: 'failed' }],
		['502 of a proxy', reply(502, '<html>Bad gateway</html>'), { kind: 'failed' }],
		['500 of our node', reply(500, { message: 'This n8n cannot run a paused node again' }, { [REFUSAL_HEADER]: '1' }), { kind: 'failed', reason: 'This n8n cannot run a paused node again' }],
		['a redirect to a login page', reply(302, '', { location: 'https://sso.example/login' }), { kind: 'failed' }],
	])('%s', async (_name, how, expected) => {
		answer = how;
		const outcome = await resumeExecution(url + path, { internalUrl: url });
		expect(outcome).toMatchObject(expected);
		expect(JSON.stringify(outcome)).not.toContain('canary');
		expect(asked).toEqual(['GET /webhook-waiting/7?signature=canary']);
	});

	it('goes to n8n’s own listener, with path and token, where the public address cannot be connected to', async () => {
		answer = reply(200, {}, RESUMED);
		expect(await resumeExecution(UNREACHABLE + path, { internalUrl: url })).toEqual({ kind: 'accepted' });
		expect(asked).toEqual(['GET /webhook-waiting/7?signature=canary']);
	});

	it.each<[string, (address: string) => Promise<unknown>, unknown]>([
		['the sweeper’s', async (address) => await resumeExecution(address, { internalUrl: url }), { kind: 'accepted' }],
		['that of a browser', async (address) => await resumeAndWait(address, { internalUrl: url }), expect.objectContaining({ status: 200 })],
	])('n8n’s own listener knows nothing of the path below which a proxy publishes it (N8N_PATH): a resume reaches it all the same, %s', async (_whose, resume, taken) => {
		// For every address that it does not know n8n answers with its editor.
		answer = (response) => (asked.at(-1)?.startsWith('GET /webhook-waiting/7') === true ? reply(200, {}, RESUMED)(response) : reply(200, '<html>n8n’s editor</html>')(response));
		expect(await resume(`${UNREACHABLE}/tools/n8n${path}`)).toEqual(taken);
		expect(asked.at(-1)).toMatch(/^GET \/webhook-waiting\/7(\/respond)?\?signature=canary$/);
	});

	it('does not go there when the public address took the request, however badly it ended', async () => {
		answer = (response) => void response.destroy();
		expect(await resumeExecution(url + path, { internalUrl: url })).toMatchObject({ kind: 'failed' });
		expect(asked).toHaveLength(1);
	});

	it('takes no answer in time for a resume that may have been taken: it is neither failed nor sent to another address', async () => {
		const timeout = jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => AbortSignal.abort(new DOMException('too late', 'TimeoutError')));
		try {
			expect(await resumeExecution(url + path, { internalUrl: url })).toEqual({ kind: 'unknown' });
			expect(await resumeAndWait(url + path, { internalUrl: url })).toBe('late');
			expect(timeout).toHaveBeenCalledTimes(2);
		} finally {
			timeout.mockRestore();
		}
	});

	it('S36 a failure names both addresses, and never the resume URL', async () => {
		const outcome = await resumeExecution(UNREACHABLE + path, { internalUrl: ALSO_UNREACHABLE });
		expect(outcome).toEqual({ kind: 'failed', reason: expect.stringMatching(/127\.0\.0\.1:59997 nor at http:\/\/127\.0\.0\.1:59998 \(ECONNREFUSED\)/) });
		expect(JSON.stringify(outcome)).not.toMatch(/canary|webhook-waiting/);
	});

	it('waits for the answer of the flow and returns it as it came', async () => {
		answer = reply(201, '{"rows":3}', { 'x-flow': 'yes', ...RESUMED });
		const relayed = await resumeAndWait(url + path, { internalUrl: UNREACHABLE });
		expect(relayed).toMatchObject({ status: 201, headers: { 'content-type': 'application/json', 'x-flow': 'yes' }, body: new TextEncoder().encode('{"rows":3}') });
		expect(relayed).not.toMatchObject({ headers: { [RESUMED_HEADER]: '1' } });
		expect(asked).toEqual([`GET ${path}`]);
	});

	it('does not follow a redirect of the flow: it is the browser’s', async () => {
		answer = reply(302, '', { location: 'https://example.com/thanks', ...RESUMED });
		expect(await resumeAndWait(url + path, { internalUrl: UNREACHABLE })).toMatchObject({ status: 302, headers: { location: 'https://example.com/thanks' } });
	});

	it.each<[string, (response: ServerResponse) => void]>([
		['it still runs', reply(409, { code: 409, message: 'The execution "7" is running already.' })],
		['our node refused', reply(403, { message: 'This execution waits for a sign-in' }, { [REFUSAL_HEADER]: '1' })],
		['our node could not', reply(500, { message: 'The paused execution could not go on' }, { [REFUSAL_HEADER]: '1' })],
	])('tells n8n’s own refusal from the answer of a flow: %s', async (_name, how) => {
		answer = how;
		await expect(resumeAndWait(url + path, { internalUrl: UNREACHABLE })).rejects.toThrow(/not taken/);
	});

	it.each<[string, (response: ServerResponse) => void]>([
		['it has finished', reply(409, { code: 409, message: 'The execution "7 has finished already.' })],
		['it has failed', reply(409, { code: 409, message: 'The execution "7" has finished with error.' })],
		['it does not exist', reply(404, { code: 404, message: 'The execution "7" does not exist.' })],
	])('tells that nobody waits any more: %s', async (_name, how) => {
		answer = how;
		expect(await resumeAndWait(url + path, { internalUrl: url })).toBe('gone');
	});

	it('S36 the sign-in of a proxy before n8n is no answer of a flow: it is never relayed, and n8n’s own listener is asked', async () => {
		const proxy = createServer((_request, response) => void response.writeHead(302, { location: `https://sso.example/?rd=${encodeURIComponent(path)}` }).end());
		await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
		const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
		answer = reply(200, { rows: 3 }, RESUMED);
		expect(await resumeAndWait(proxyUrl + path, { internalUrl: url })).toMatchObject({ status: 200 });
		answer = reply(200, '<html>n8n’s editor</html>');
		await expect(resumeAndWait(proxyUrl + path, { internalUrl: url })).rejects.toThrow(/not taken/);
		await new Promise((resolve) => proxy.close(resolve));
	});

	it('an answer 404 or 409 of the flow itself is relayed', async () => {
		for (const status of [403, 404, 409, 500]) {
			answer = reply(status, { message: 'No such customer' }, RESUMED);
			expect(await resumeAndWait(url + path, { internalUrl: UNREACHABLE })).toMatchObject({ status });
		}
	});

	it('S36 an error of the call does not hold the resume URL', async () => {
		await expect(resumeAndWait(UNREACHABLE + path, { internalUrl: ALSO_UNREACHABLE })).rejects.toThrow(expect.objectContaining({ message: expect.not.stringMatching(/canary|webhook-waiting/) }));
	});
});

describe('restart addresses', () => {
	const resumeUrl = 'https://n8n.example/prefix/webhook-waiting/7?signature=s';
	it.each(RESTART_WEBHOOKS.map(({ path }) => path))('"%s" goes into a resume URL and out again', (path) => {
		const changed = withRestartPath(resumeUrl, path);
		expect(new URL(changed).searchParams.get('signature')).toBe('s');
		expect(new URL(changed).pathname).toBe(path === '' ? '/prefix/webhook-waiting/7' : `/prefix/webhook-waiting/7/${path}`);
		expect(withoutRestartPath(changed)).toBe(resumeUrl);
	});

	it('there is one for every way in which a flow owes its answer, all GET and restart only', () => {
		expect(RESTART_WEBHOOKS.map(({ path, responseMode, responseData }) => [path, responseMode, responseData])).toEqual([['', 'onReceived', undefined], ['respond', 'responseNode', undefined], ['last', 'lastNode', 'firstEntryJson'], ['last-all', 'lastNode', 'allEntries']]);
		expect(RESTART_WEBHOOKS.every(({ restartWebhook, isFullPath, httpMethod }) => restartWebhook === true && isFullPath === true && httpMethod === 'GET')).toBe(true);
	});
});
