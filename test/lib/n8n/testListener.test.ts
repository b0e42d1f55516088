import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { IHookFunctions } from 'n8n-workflow';

import { callOwnTestWebhook } from '../../../lib/n8n/testListener';

describe('Execute step on the owner trigger calls its own test address', () => {
	const before = { ...process.env };
	let server: Server;
	let asked: string[];
	/** It listens there from this call on. */
	let listensFrom: number;
	/** Settled by the call that the listener takes. */
	let taken: Promise<void>;
	let take: () => void;
	beforeEach(async () => {
		[asked, listensFrom] = [[], 1];
		taken = new Promise((resolve) => (take = resolve));
		server = createServer((request, response) => {
			asked.push(request.url ?? '');
			// As n8n does it: what it does not know gets its editor; a test address that nobody waits at is not found.
			if (!request.url?.startsWith('/webhook-test/')) return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>n8n’s editor</html>');
			if (asked.length < listensFrom) return response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
			take();
			return response.writeHead(200, { 'content-type': 'application/json' }).end('{"message":"Workflow was started"}');
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		process.env.CONNECTED_APPS_INTERNAL_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	afterEach(async () => {
		process.env = { ...before };
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});
	const call = (webhookTestBaseUrl: string, path = 'connected-apps') => callOwnTestWebhook({ additionalData: { webhookTestBaseUrl }, logger: { debug: () => undefined } } as unknown as IHookFunctions, path);

	it('until it listens', async () => {
		listensFrom = 2;
		call('https://n8n.example/webhook-test');
		await taken;
		expect(asked).toEqual(['/webhook-test/connected-apps', '/webhook-test/connected-apps']);
	});

	it.each(['https://n8n.example/n8n/webhook-test', 'https://n8n.example/tools/n8n/webhook-test/'])('also where a proxy publishes n8n below a path: %s', async (base) => {
		call(base, 'connected-apps/sandbox');
		await taken;
		expect(asked.at(-1)).toBe('/webhook-test/connected-apps/sandbox');
	});
});
