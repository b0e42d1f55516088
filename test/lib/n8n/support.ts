// What tests of this room share: the process's runtime on a test's vault, n8n's own way to call an API, and an n8n to resume.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import { closeRuntime } from '../../../lib/n8n';
import { RESUMED_HEADER } from '../../../lib/n8n/restartWebhooks';
import type { VaultUnderTest } from '../vault/contract/setup';

/** From now on, `getRuntime()` opens the vault of the test that runs. Registers the hooks of the surrounding `describe`. */
export function useRuntimeOf(under: VaultUnderTest): void {
	const before = { ...process.env };
	beforeEach(async () => {
		await closeRuntime();
		if (under.place.backend.kind !== 'sqlite') throw new Error('SQLite only');
		process.env.CONNECTED_APPS_DATABASE_URL = `sqlite:${under.place.backend.path}`;
		process.env.CONNECTED_APPS_ENCRYPTION_KEY = 'the key of this n8n';
	});
	afterEach(async () => {
		await closeRuntime();
		process.env = { ...before };
	});
}

/** Request options as n8n's older helper has them. */
export type LegacyOptions = Record<string, unknown>;

interface Requests {
	/** What `helpers.httpRequest` is. */
	request(options: IHttpRequestOptions): Promise<unknown>;
	/** What HTTP Request and credential tests use (`helpers.request`). */
	requestLegacy(options: LegacyOptions): Promise<unknown>;
}

/** n8n's own code, as it is installed with n8n-core. */
export function n8nRequests(): Requests {
	const requireFromCore = createRequire(require.resolve('n8n-core'));
	const { Container } = requireFromCore('@n8n/di') as { Container: { get(type: unknown): { requests(): Requests } } };
	const { OutboundHttp } = requireFromCore('@n8n/backend-network') as { OutboundHttp: unknown };
	return Container.get(OutboundHttp).requests();
}

/** What `authenticate` is handed by either helper. */
export type Options = IHttpRequestOptions & { uri?: string; rejectUnauthorized?: boolean };

/** As n8n hands it over, with the caller that its expression gives. */
export function credentialOf({ workflowId, executionId, sharedItems, ...raw }: Record<string, unknown>): ICredentialDataDecryptedObject {
	return { ...raw, caller: { workflowId, executionId, sharedItems } } as unknown as ICredentialDataDecryptedObject;
}
export const headersOf = (options: IHttpRequestOptions) => Object.fromEntries(Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]));

/** The error as n8n shows it: message and description. */
export const failure = async (promise: Promise<unknown>) => await promise.then(() => { throw new Error('it did not fail'); }, (error: unknown) => error as Error & { description?: string });

/** An n8n that takes resumes: which executions were resumed, and what it answers for one. Both begin anew before each test. */
export interface PlayedN8n {
	url: string;
	resumed: string[];
	answers: Record<string, [status: number, body: unknown]>;
}

export function usePlayedN8n(): PlayedN8n {
	const played: PlayedN8n = { url: '', resumed: [], answers: {} };
	const server = createServer((request, response) => {
		const id = /webhook-waiting\/([^?/]+)/.exec(request.url ?? '')?.[1] ?? '';
		played.resumed.push(id);
		const [status, body] = played.answers[id] ?? [200, { message: 'Workflow was started' }];
		response.writeHead(status, { 'content-type': 'application/json', ...(status === 200 && { [RESUMED_HEADER]: '1' }) }).end(JSON.stringify(body));
	});
	beforeAll(async () => {
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		played.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});
	beforeEach(() => void Object.assign(played, { resumed: [], answers: {} }));
	afterAll(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});
	return played;
}
