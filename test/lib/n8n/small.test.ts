import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionsBase, IHttpRequestOptions } from 'n8n-workflow';

import { assertHostVersion, fetchThroughN8n } from '../../../lib/n8n';
import { readHostVersion } from '../../../lib/n8n/hostVersion';
import { portalUrlOf, readPortalPath } from '../../../lib/n8n/ownerTrigger';
import { removeTemporary, temporaryDirectory } from '../../host/system/temporary';

describe('the version of n8n', () => {
	it.each([['2.20.0'], ['2.20.1'], ['2.41.1'], ['3.0.0'], ['2.20.0-rc.1'], [undefined]])('%p can run a paused node again', (version) => {
		expect(() => assertHostVersion(version)).not.toThrow();
	});

	it.each([['2.19.9'], ['1.123.4'], ['2.9.0'], ['0.236.0']])('%p is too old, and the error says which is not', (version) => {
		expect(() => assertHostVersion(version)).toThrow(expect.objectContaining({ code: 'n8nTooOld', message: expect.stringContaining(version), details: { advice: expect.stringContaining('2.20.0') } }));
	});

	it('is read from the package that runs this process, and unknown elsewhere', async () => {
		const folder = temporaryDirectory('host');
		mkdirSync(join(folder, 'n8n', 'bin'), { recursive: true });
		writeFileSync(join(folder, 'n8n', 'package.json'), '{"name":"n8n","version":"2.41.1"}');
		expect(readHostVersion(join(folder, 'n8n', 'bin', 'n8n'))).toBe('2.41.1');
		expect(readHostVersion(join(folder, '.bin', 'n8n'))).toBe('2.41.1');
		writeFileSync(join(folder, 'n8n', 'package.json'), '{"name":"other","version":"9"}');
		expect(readHostVersion(join(folder, 'n8n', 'bin', 'n8n'))).toBeUndefined();
		await removeTemporary(folder);
	});
});

describe('the path of the owner trigger', () => {
	it.each([['connected-apps', 'connected-apps'], [' /apps/ ', 'apps'], ['a/b-c/D_1', 'a/b-c/D_1'], ['x'.repeat(100), 'x'.repeat(100)]])('%p is %p', (value, expected) => {
		expect(readPortalPath(value)).toBe(expected);
	});

	it.each([[''], ['/'], [undefined], [null], ['../x'], ['a//b'], ['a b'], ['a?b'], ['a#b'], ['a%2fb'], [':id'], ['-x'], ['a/../b'], ['ä'], ['x'.repeat(101)], ['a\\b'], ['https://evil.example']])('%p is refused', (value) => {
		expect(() => readPortalPath(value)).toThrow(expect.objectContaining({ code: 'settingInvalid', details: expect.objectContaining({ field: 'path' }) }));
	});

	const base = (webhookBaseUrl?: string) => ({ additionalData: { webhookBaseUrl } }) as unknown as FunctionsBase;
	it('S8 its public address comes from n8n’s own base or the override', () => {
		const config = { internalUrl: 'x' } as Parameters<typeof portalUrlOf>[1];
		expect(portalUrlOf(base('https://n8n.example/webhook/'), config, 'apps')).toBe('https://n8n.example/webhook/apps');
		expect(portalUrlOf(base('https://n8n.example/webhook'), { ...config, publicUrl: 'https://apps.example' }, 'apps')).toBe('https://apps.example/apps');
		expect(() => portalUrlOf(base(), config, 'apps')).toThrow(expect.objectContaining({ code: 'configurationInvalid' }));
	});
});

describe('fetch through n8n’s helper', () => {
	const asked: IHttpRequestOptions[] = [];
	const through = (answer: Record<string, unknown>) =>
		fetchThroughN8n({
			async httpRequest(options) {
				asked.push(options);
				return await Promise.resolve(answer);
			},
		});

	it('S20 S35 asks without redirects, with its deadline, and without throwing on a status', async () => {
		const response = await through({ statusCode: 503, headers: { 'retry-after': '5', 'set-cookie': ['a=1', 'b=2'] }, body: Buffer.from('x') })('https://api.example/x', { method: 'POST', headers: { authorization: 'Bearer t' }, body: 'a=1', timeoutMs: 1_234 });
		expect(asked.at(-1)).toMatchObject({ url: 'https://api.example/x', method: 'POST', body: 'a=1', disableFollowRedirect: true, ignoreHttpStatusErrors: true, returnFullResponse: true, encoding: 'arraybuffer', timeout: 1_234 });
		expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([503, '5', 'x']);
	});

	it.each<[string, unknown, string]>([
		['bytes', Buffer.from('é'), 'é'],
		['a part of a buffer', Buffer.from('xéx').subarray(1, 3), 'é'],
		['an array buffer', new TextEncoder().encode('é').buffer, 'é'],
		['text', 'é', 'é'],
		['parsed JSON', { a: 1 }, '{"a":1}'],
		['nothing', undefined, ''],
	])('reads %s', async (_what, body, expected) => {
		const response = await through({ statusCode: 200, headers: { 'content-encoding': 'gzip', 'content-length': '999' }, body })('https://api.example/', { method: 'GET' });
		expect(await response.text()).toBe(expected);
		expect(response.headers.has('content-encoding')).toBe(false);
	});

	it.each([204, 304])('takes %i without a body', async (statusCode) => {
		expect((await through({ statusCode, headers: {}, body: Buffer.alloc(0) })('https://api.example/', { method: 'GET' })).status).toBe(statusCode);
	});
});
