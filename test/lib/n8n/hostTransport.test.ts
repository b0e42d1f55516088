import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { IHttpRequestOptions } from 'n8n-workflow';

import type * as HostTransport from '../../../lib/n8n/hostTransport';
import { removeTemporary, temporaryDirectory } from '../../host/system/temporary';

type Module = typeof HostTransport;

describe('the way out of a credential', () => {
	let folder: string;
	beforeEach(() => {
		folder = temporaryDirectory('host-transport');
	});
	afterEach(async () => await removeTemporary(folder));

	/** An n8n whose packages are these; its main file. */
	function host(packages: Record<string, string>): string {
		for (const [name, source] of Object.entries(packages)) {
			const at = join(folder, 'node_modules', name);
			mkdirSync(at, { recursive: true });
			writeFileSync(join(at, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
			writeFileSync(join(at, 'index.js'), source);
		}
		const main = join(folder, 'bin', 'n8n');
		mkdirSync(join(folder, 'bin'), { recursive: true });
		writeFileSync(main, '');
		return main;
	}
	const di = (container = '{ get: (type) => new type() }') => ({ '@n8n/di': `exports.Container = ${container};` });
	const network = (outbound = 'class { requests() { return { request: async ({ url }) => ({ statusCode: 200, headers: {}, body: `host ${url}` }) }; } }') => ({ '@n8n/backend-network': `exports.OutboundHttp = ${outbound};` });

	/** As a process that has just started. */
	async function fresh(run: (module: Module) => Promise<void>): Promise<void> {
		await jest.isolateModulesAsync(async () => await run(jest.requireActual<Module>('../../../lib/n8n/hostTransport')));
	}
	const node = (name: string) => ({ httpRequest: async ({ url }: IHttpRequestOptions) => await Promise.resolve({ statusCode: 200, headers: {}, body: `${name} ${url}` }) });
	const said = async (module: Module, main: string) => await (await module.hostFetch(main)('https://login.example.com/token', { method: 'POST' })).text();

	it('is n8n’s own, with its proxy settings and its SSRF protection, whatever node came by', async () => {
		const main = host({ ...di(), ...network() });
		await fresh(async (module) => {
			module.rememberTransport(node('node'));
			expect(await said(module, main)).toBe('host https://login.example.com/token');
			module.rememberTransport(node('another'));
			expect(await said(module, main)).toMatch(/^host/);
		});
	});

	it.each<[string, Record<string, string>]>([
		['has no such packages', {}],
		['has no container', { ...di('undefined'), ...network() }],
		['has no such service', { ...di(), ...network('undefined') }],
		['has a service of another shape', { ...di(), ...network('class { send() {} }') }],
		['has a service that gives nothing', { ...di(), ...network('class { requests() { return {}; } }') }],
		['cannot make it', { ...di('{ get() { throw new Error("not registered"); } }'), ...network() }],
		['cannot load it', { ...di(), '@n8n/backend-network': 'throw new Error("broken");' }],
	])('where this n8n %s, it is that of the node that came by last', async (_what, packages) => {
		const main = host(packages);
		await fresh(async (module) => {
			expect(() => module.hostFetch(main)).toThrow(expect.objectContaining({ code: 'internal', details: { advice: expect.stringContaining('before this one') } }));
			module.rememberTransport(node('first'));
			expect(await said(module, main)).toMatch(/^first/);
			module.rememberTransport(node('last'));
			expect(await said(module, main)).toMatch(/^last/);
		});
	});

	it('is looked for once', async () => {
		const main = host({ ...di('{ get: (type) => { globalThis.lookedUp = (globalThis.lookedUp ?? 0) + 1; return new type(); } }'), ...network() });
		await fresh(async (module) => {
			for (let times = 0; times < 3; times++) await said(module, main);
			expect((globalThis as { lookedUp?: number }).lookedUp).toBe(1);
		});
	});

	it('S20 S35 follows no redirect and throws on no status, like every other of ours', async () => {
		const seen = 'class { requests() { return { request: async (options) => ({ statusCode: 302, headers: { location: "https://evil.example" }, body: JSON.stringify(options) }) }; } }';
		const main = host({ ...di(), ...network(seen) });
		await fresh(async (module) => {
			const response = await module.hostFetch(main)('https://login.example.com/token', { method: 'POST', body: 'a=1', timeoutMs: 1_000 });
			expect(response.status).toBe(302);
			expect(await response.json()).toMatchObject({ disableFollowRedirect: true, ignoreHttpStatusErrors: true, timeout: 1_000, body: 'a=1' });
		});
	});

	it('is found in the n8n that these tests have', async () => {
		await fresh(async (module) => {
			const fetch = module.hostFetch(require.resolve('n8n-core'));
			await expect(fetch('http://127.0.0.1:9/', { method: 'GET', timeoutMs: 1_000 })).rejects.toThrow(/ECONNREFUSED/);
		});
	});
});
