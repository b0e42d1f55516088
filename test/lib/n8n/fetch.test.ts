import { fetchThroughN8n } from '../../../lib/n8n/fetch';

const INIT = { method: 'GET', headers: {}, timeoutMs: 1_000 };

/** What the helper gives for these bytes, as a view into a larger buffer: n8n's helper may hand out one. */
function answering(text: string, statusCode = 200) {
	const bytes = Buffer.concat([Buffer.from('before'), Buffer.from(text), Buffer.from('after')]).subarray(6, 6 + Buffer.byteLength(text));
	return fetchThroughN8n({ httpRequest: async () => await Promise.resolve({ body: bytes, headers: { 'content-type': 'application/json' }, statusCode }) });
}

describe('an answer through n8n’s helper', () => {
	it('is read as the platform’s own fetch reads it', async () => {
		const text = JSON.stringify({ name: 'Zoë 漢 😀' });
		const fetched = answering(`\uFEFF${text}`);
		await expect((await fetched('http://127.0.0.1/', INIT)).text()).resolves.toBe(text);
		await expect((await fetched('http://127.0.0.1/', INIT)).json()).resolves.toEqual({ name: 'Zoë 漢 😀' });
		await expect((await fetched('http://127.0.0.1/', INIT)).arrayBuffer()).resolves.toHaveProperty('byteLength', Buffer.byteLength(text) + 3);
	});

	it('refuses what is no JSON, and is empty where there is no body', async () => {
		await expect((await answering('<html>')('http://127.0.0.1/', INIT)).json()).rejects.toThrow('not valid JSON');
		await expect((await answering('', 204)('http://127.0.0.1/', INIT)).text()).resolves.toBe('');
	});

	it('cannot be read as text once its stream was taken', async () => {
		const response = await answering('{}')('http://127.0.0.1/', INIT);
		await response.arrayBuffer();
		await expect(response.text()).rejects.toThrow('already been read');
	});
});
