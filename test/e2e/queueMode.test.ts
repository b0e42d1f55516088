import { itemsOf } from '../host/n8nClient';
import { startN8n, type N8nProcess } from '../host/n8nProcess';
import { startPostgres, type Postgres, type PostgresDatabase } from '../host/postgres';
import { startRedis, type Redis } from '../host/redis';
import { flow, httpRequest, own, webhook, withCredentials } from '../host/workflows';
import { genericLogin, offerApp, peopleNode, secretOf, signIn } from './apps';
import { openPortal } from './portals';
import { answerOfRun, AUDIENCE, connectFor, handOver, offerFromPortal, pressRun, publishAccounts, queriesOf, runNow } from './runs';
import { createWorld, ownersOf as owners, type World } from './world';

let postgres: Postgres;
let database: PostgresDatabase;
let redis: Redis;
let world: World;
let workers: N8nProcess[] = [];

beforeAll(async () => {
	[postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
	database = await postgres.createDatabase();
	// No setting of our own: backend and key follow n8n's.
	const env = {
		EXECUTIONS_MODE: 'queue',
		QUEUE_BULL_REDIS_HOST: redis.host,
		QUEUE_BULL_REDIS_PORT: String(redis.port),
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: database.host,
		DB_POSTGRESDB_PORT: String(database.port),
		DB_POSTGRESDB_USER: database.user,
		DB_POSTGRESDB_PASSWORD: database.password,
		DB_POSTGRESDB_DATABASE: database.database,
		DB_TABLE_PREFIX: 'q_',
		N8N_ENCRYPTION_KEY: 'queue-mode-test-key',
	};
	world = await createWorld({ env });
	workers = await Promise.all([1, 2].map(async () => await startN8n({ command: 'worker', env })));
}, 300_000);

afterAll(async () => {
	await Promise.all(workers.map(async (worker) => await worker.stop()));
	await world?.close();
	await redis?.stop();
	await postgres?.stop();
});

describe('queue mode: Postgres, Redis, two workers', () => {
	test('the browser walk ends with the rows of the person, and interleaved runs keep to their own tokens', async () => {
		await world.browserFlow('queued', { soql: "=SELECT Id, Name FROM Account WHERE Name != '{{ $json.query.user }}' ORDER BY Name" });
		const [alice, bob] = [await world.newProfile(), await world.newProfile()];
		expect(owners(await world.walk(await alice.newPage(), `${world.flowUrl('queued')}?user=alice@example.com`, 'alice'))).toEqual(['Alice', 'Alice', 'Alice']);
		expect(owners(await world.walk(await bob.newPage(), `${world.flowUrl('queued')}?user=bob@example.com`, 'bob'))).toEqual(['Bob', 'Bob']);

		await world.control('expire-access-tokens', {});
		await world.control('calls', undefined, 'DELETE');
		const answers = await Promise.all(Array.from({ length: 20 }, async (_, index) => await (await fetch(`${world.flowUrl('queued')}?user=${index % 2 === 0 ? 'alice' : 'bob'}@example.com`)).json()));
		answers.forEach((rows, index) => expect(new Set(owners(rows))).toEqual(new Set([index % 2 === 0 ? 'Alice' : 'Bob'])));
		const calls = await world.calls();
		for (const call of calls.filter(({ soql }) => soql !== undefined)) if (call.status === 200) expect(call.soql).toContain(`${call.user}@example.com`);
		// Two workers, two people, one refresh each.
		expect(calls.filter((call) => call.grantType === 'refresh_token')).toHaveLength(2);
		await Promise.all([alice.close(), bob.close()]);
	});

	test('with no browser waiting the sweeper of the main process resumes what a worker paused', async () => {
		const id = await world.publish(flow('queued-report').chain(webhook({ path: 'queued-report', respond: 'onReceived' }), world.salesforce()));
		await fetch(`${world.flowUrl('queued-report')}?user=carol@example.com`);
		const mail = await world.waitForMail({ event: 'authenticationNeeded', user: 'carol@example.com' });
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.goto(mail.signInUrl ?? '');
		await page.click('main button[type=submit]');
		await world.signInAtProvider(page, 'carol');
		const done = await world.client.waitForNewestExecution(id, 'success');
		expect(owners(itemsOf(done, 'Salesforce'))).toEqual(['Carol', 'Carol', 'Carol', 'Carol']);
		await profile.close();
	});

	test('HTTP Request in a worker acts as the user of each item: the worker finds n8n’s way out, and renews there', async () => {
		await world.control('settings', { accessTokenTtlSeconds: 30 });
		const app = await offerApp(world, 'items', genericLogin(world.sandbox, 'items'));
		await signIn(world, app, 'alice', 'bob');
		await world.control('calls', undefined, 'DELETE');
		const id = await world.publish(flow('items').chain(webhook({ path: 'items-of-two', respond: 'onReceived' }), peopleNode('bob', 'alice'), httpRequest({ url: `${world.sandbox.oauth2.apiUrl}/me`, credential: app.credential })));
		await fetch(world.flowUrl('items-of-two'));
		const done = await world.client.waitForNewestExecution(id, 'success');
		expect(itemsOf(done, 'HTTP Request').map(({ user }) => user)).toEqual(['bob', 'alice']);
		const renewed = (await world.calls({ provider: 'oauth2', grantType: 'refresh_token', status: 200 })).map(({ user }) => user);
		expect(renewed.sort()).toEqual(['alice', 'bob']);
	});

	test('Run on My connected apps: a worker takes the portal’s word for who somebody is, and no other worker takes it again', async () => {
		const [path, portalUrl] = ['run-by-a-worker', world.flowUrl('company-apps')];
		await world.control('redirect-uris', { uri: `${portalUrl}/openid/callback` });
		const openId = await world.client.createCredential({ name: 'Our sign-in', type: 'connectedAppsOpenIdApi', data: { issuer: world.sandbox.oauth2.issuer, ...secretOf(world.sandbox.oauth2.clients.confidentialBasic), scopes: 'openid email profile', userClaim: 'email' } });
		const app = await offerFromPortal(world, portalUrl, 'company');
		const flows = [{ name: 'My accounts', description: '', url: world.flowUrl(path), audience: AUDIENCE }];
		await world.publish(flow('Company apps').chain(withCredentials(own('Connected Apps Trigger', 'connectedAppsTrigger', { path: 'company-apps', signInMethod: 'openId', flowsToRun: { flow: flows } }), openId, app)));
		await world.client.waitForWebhook('company-apps');
		await publishAccounts(world, app, path);

		const { profile, page } = await openPortal(world, portalUrl, 'bob');
		await pressRun(page, 'My accounts');
		await runNow(page);
		await connectFor(world, page, 'bob');
		expect(await answerOfRun(page, path)).toEqual(['Bob', 'Bob']);
		await page.goto(portalUrl);
		const word = await pressRun(page, 'My accounts');
		await runNow(page);
		expect(await answerOfRun(page, path)).toEqual(['Bob', 'Bob']);

		const before = await queriesOf(world, 'bob');
		const statuses = await Promise.all(Array.from({ length: 6 }, async () => await handOver(world, path, word)));
		expect(statuses).toEqual([500, 500, 500, 500, 500, 500]);
		expect(await queriesOf(world, 'bob')).toBe(before);
		// One that nobody has used yet is used by one of several at once, whichever worker each goes to.
		await page.goto(portalUrl);
		const fresh = await pressRun(page, 'My accounts');
		const raced = await Promise.all(Array.from({ length: 6 }, async () => await handOver(world, path, fresh)));
		expect(raced.sort()).toEqual([200, 500, 500, 500, 500, 500]);
		expect(await queriesOf(world, 'bob')).toBe(before + 1);
		await profile.close();
	});

	test('the vault stands in n8n’s own database with n8n’s table prefix', async () => {
		const { Client } = await import('pg');
		const client = new Client({ connectionString: database.url });
		await client.connect();
		const { rows } = await client.query<{ table_name: string }>("SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'q\\_connected\\_apps\\_%'");
		await client.end();
		expect(rows.map((row) => row.table_name)).toContain('q_connected_apps_grants');
		expect(rows.length).toBeGreaterThan(5);
	});
});
