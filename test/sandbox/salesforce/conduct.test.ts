import { get } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { salesforceFaults } from './faultBodies';
import { startApiWorld, type ApiWorld } from './support';

let world: ApiWorld;
beforeAll(async () => {
	world = await startApiWorld();
});
afterAll(async () => world.close());
afterEach(() => {
	world.set();
	world.faults.clear();
});

const soql = 'SELECT Id, Name FROM Account';

describe('the daily quota', () => {
	test('is told on every answer, errors too, but not on the list of versions', async () => {
		world.set({ apiRequestsUsed: 90_000 });
		const usage = async (path: string) => /^api-usage=(\d+)\/100000$/.exec((await world.call('alice', path)).headers.get('sforce-limit-info') ?? '')?.[1];
		const first = Number(await usage('/limits'));
		expect(first).toBeGreaterThan(90_000);
		expect(Number(await usage('/nothing'))).toBe(first + 1);
		expect((await fetch(`${world.salesforce.instanceUrl}/services/data`)).headers.get('sforce-limit-info')).toBeNull();
		expect((await world.call('alice', '/limits')).body.DailyApiRequests).toEqual({ Max: 100_000, Remaining: 100_000 - first - 2 });
	});

	test('spent is a 403', async () => {
		world.set({ apiRequestsUsed: 100_000 });
		expect(await world.query('alice', soql)).toMatchObject({ status: 403, body: [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }] });
		world.set();
		expect((await world.query('alice', soql)).status).toBe(200);
	});
});

test.each(Object.entries(salesforceFaults))('%s comes as the vendor says it, once', async (_name, fault) => {
	world.faults.add({ match: { pathIncludes: '/query' }, ...fault });
	expect(await world.query('alice', soql)).toMatchObject({ status: fault.status, body: fault.body });
	expect((await world.query('alice', soql)).status).toBe(200);
});

test('latency holds every call', async () => {
	world.set({ apiLatencyMs: 60 });
	const before = performance.now();
	await world.query('alice', soql);
	// A timer may fire a little before its time.
	expect(performance.now() - before).toBeGreaterThan(55);
});

describe('an org that moves', () => {
	test.each([
		['urlNotReset' as const, 400, 'URL_NOT_RESET', 'Destination URL not reset. The URL returned from login must be set'],
		['invalidSession' as const, 401, 'INVALID_SESSION_ID', 'Session expired or invalid'],
	])('leaves a host that answers %s; the new address is in the next token answer', async (movedInstanceAnswer, status, errorCode, message) => {
		expect((await world.query('alice', soql)).status).toBe(200);
		world.set({ instanceMoved: true, movedInstanceAnswer });
		expect(await world.query('alice', soql)).toMatchObject({ status, body: [{ errorCode, message }] });
		const { clientId, clientSecret } = world.salesforce.clients.clientCredentials;
		const answer = await fetch(`${world.salesforce.loginUrl}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }) });
		const { instance_url, access_token } = (await answer.json()) as Record<string, string>;
		expect(instance_url).toBe(world.salesforce.movedInstanceUrl);
		expect((await fetch(`${instance_url}/services/data/v62.0/limits`, { headers: { authorization: `Bearer ${access_token}` } })).status).toBe(200);
	});
});

describe('compression', () => {
	/** Without a client that unpacks by itself. */
	const raw = async (path: string, encoding: string): Promise<{ encoding: string | undefined; bytes: Buffer }> => {
		const headers = { authorization: `Bearer ${await world.tokenOf('alice')}`, 'accept-encoding': encoding };
		return new Promise((resolve, reject) => {
			get(`${world.salesforce.instanceUrl}/services/data/v62.0${path}`, { headers }, (response) => {
				const chunks: Buffer[] = [];
				response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve({ encoding: response.headers['content-encoding'], bytes: Buffer.concat(chunks) }));
			}).on('error', reject);
		});
	};
	const contacts = `/query?q=${encodeURIComponent('SELECT Id, Name FROM Contact')}`;

	test('is there for who takes gzip, and only then', async () => {
		const packed = await raw(contacts, 'gzip, deflate');
		expect(packed.encoding).toBe('gzip');
		const plain = await raw(contacts, 'identity');
		expect(plain.encoding).toBeUndefined();
		const strip = (bytes: Buffer) => bytes.toString().replace(/query\/\w+-/, '');
		expect(strip(gunzipSync(packed.bytes))).toBe(strip(plain.bytes));
		expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 4);
		world.set({ gzip: false });
		expect((await raw(contacts, 'gzip')).encoding).toBeUndefined();
	});

	test('of results of a query job, as they stream', async () => {
		world.set({ bulkQueuedMs: 0, bulkProcessingMs: 0 });
		const { body } = await world.call('alice', '/jobs/query', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ operation: 'query', query: 'SELECT Id FROM Contact' }) });
		const packed = await raw(`/jobs/query/${body.id}/results`, 'gzip');
		expect(packed.encoding).toBe('gzip');
		expect(gunzipSync(packed.bytes).toString().split('\n')).toHaveLength(4_502);
	});
});

test('calls are recorded with what was asked', async () => {
	world.calls.clear();
	await world.call('bob', '/jobs/query', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ operation: 'query', query: soql }) });
	await world.query('bob', soql);
	expect(world.calls.list().filter(({ server }) => server === 'api').map(({ user, soql: asked, status }) => [user, asked, status])).toEqual([['bob', soql, 200], ['bob', soql, 200]]);
});
