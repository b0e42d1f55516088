// What the SharePoint node does with SharePoint Server in a real n8n: as people who sign in at AD FS, and as one account by password.
import { createHash } from 'node:crypto';

import type { INodeParameters } from 'n8n-workflow';

import { itemsOf, type StoredCredential } from '../host/n8nClient';
import { flow, manualTrigger, node, respondToWebhook, webhook } from '../host/workflows';
import { siteFaults } from '../sandbox/adfs/site/siteFaults';
import { itemsByHand, runByHand, signIn, type App } from './apps';
import { entered, mapped, offerServer, sharePoint } from './sharePointApps';
import { answerOf, walkFlow } from './walk';
import { createWorld, type World } from './world';

type Rows = Record<string, unknown>[];

const ODD_NAME = "O'Hara 100% #1 & co 🚀.txt";
/** Of `large.bin`, whose byte n is n modulo 251. */
const LARGE_BYTES = 25 * 1024 * 1024 + 7;
const SHARED = entered('/sites/shared', 'url');

let world: World;
let app: App;

beforeAll(async () => {
	world = await createWorld({ sandbox: { settings: { siteLargeFileBytes: LARGE_BYTES } }, env: { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem', GENERIC_TIMEZONE: 'Europe/Berlin' } });
	app = await offerServer(world, 'farm');
	await signIn(world, app, 'alice', 'bob');
}, 300_000);

afterAll(async () => await world?.close());

beforeEach(async () => {
	await world.control('settings', undefined, 'DELETE');
	await world.control('faults', undefined, 'DELETE');
	await world.control('calls', undefined, 'DELETE');
});

const siteCalls = async () => (await world.calls({ provider: 'adfs' })).filter(({ server }) => server === 'api');
const asUser = (name: string, parameters: INodeParameters) => sharePoint(app, { user: `${name}@example.com`, ...parameters });

async function passwordOf(authentication: 'basic' | 'ntlm', username: string, password: string): Promise<StoredCredential> {
	return await world.client.createCredential({ name: `${username} by ${authentication}`, type: 'sharePointServerPasswordApi', data: { siteUrl: `${world.sandbox.adfs.siteUrl}/sites/shared`, authentication, username, password } });
}

test('whoever starts the flow signs in at AD FS, and the flow answers with the sites that they may see', async () => {
	const sites = await offerServer(world, 'farm-sites');
	await world.publish(flow('farm').chain(webhook({ path: 'farm-flow' }), sharePoint(sites, { user: '={{ $json.query.user }}@example.com', resource: 'site', operation: 'search', searchText: '', returnAll: true }), respondToWebhook('={{ JSON.stringify($input.all().map(item => item.json.title)) }}')));
	const seen: Record<string, string[]> = {};
	for (const name of ['alice', 'bob']) {
		const walked = await walkFlow(world, `${world.flowUrl('farm-flow')}?user=${name}`, name);
		seen[name] = answerOf<string[]>(walked);
		expect(walked.seen.some((address) => address.startsWith(`${world.sandbox.adfs.issuer}/`))).toBe(true);
	}
	expect(seen.alice).toEqual(['Contoso Intranet', 'Aerospace', 'Shared Projects', 'Apollo Project']);
	expect(seen.bob).toEqual(['Contoso Intranet', 'Bakery', 'Shared Projects']);
	expect(new Set((await siteCalls()).map(({ user }) => user))).toEqual(new Set(['alice', 'bob']));
}, 120_000);

/** A person by token, and an account by password, do the same. */
describe.each(['token', 'ntlm', 'basic'] as const)('by %s', (login) => {
	let at: (parameters: INodeParameters) => ReturnType<typeof sharePoint>;
	beforeAll(async () => {
		if (login === 'token') at = (parameters) => asUser('alice', parameters);
		else {
			const credential = await passwordOf(login, 'CONTOSO\\alice', 'alice-password');
			at = (parameters) => sharePoint({ credential }, { authentication: 'password', ...parameters });
		}
	});
	const rows = async (parameters: INodeParameters): Promise<Rows> => await itemsByHand(world, [at(parameters)]);

	test('the account is told', async () => {
		expect(await rows({ resource: 'site', operation: 'getCurrentUser', site: SHARED })).toEqual([expect.objectContaining({ email: 'alice@example.com' })]);
	});

	test('items are created, read, changed, made or changed by a key, and deleted by value', async () => {
		const list = { resource: 'item', site: SHARED, list: entered('Projects') };
		const key = `e2e-${login}`;
		const values = { Title: ODD_NAME, ExternalKey: key, Status: 'Active', Categories: '={{ ["Sales", "Support"] }}', Customer: 'urgent', Tags: '={{ ["customer", 1] }}', Owner: 'bob@example.com', Reviewers: 'alice@example.com; carol@example.com', Budget: '1500.5', Progress: 0.25, Due_x0020_Date: '2026-06-01T10:00:00+02:00', Billable: 'yes', Website: 'https://example.com/a' };
		const [made] = await rows({ ...list, operation: 'create', columns: mapped(values) });
		const itemId = String(made?.id);
		const [read] = await rows({ ...list, operation: 'get', itemId });
		expect(read?.fields).toMatchObject({
			Title: ODD_NAME,
			Status: 'Active',
			Categories: ['Sales', 'Support'],
			Customer: { id: 2, value: 'urgent' },
			Tags: [{ value: 'customer' }, { value: 'internal' }],
			Owner: { email: 'bob@example.com' },
			Reviewers: [{ email: 'alice@example.com' }, { email: 'carol@example.com' }],
			Budget: 1_500.5,
			Progress: 0.25,
			Due_x0020_Date: '2026-06-01T08:00:00Z',
			Billable: true,
			Website: { url: 'https://example.com/a' },
		});
		await rows({ ...list, operation: 'update', itemId, columns: mapped({ Status: 'Done', Reviewers: 'bob@example.com' }) });
		const upserted = await rows({ ...list, operation: 'upsert', columns: mapped({ ExternalKey: key, Progress: 1 }, ['ExternalKey']) });
		expect(upserted).toEqual([expect.objectContaining({ id: itemId, wasCreated: false })]);
		expect(upserted[0]?.fields).toMatchObject({ Status: 'Done', Progress: 1, Reviewers: [{ email: 'bob@example.com' }] });
		expect(await rows({ ...list, operation: 'delete', itemId })).toEqual([{ id: itemId, deleted: true }]);
	});

	test('a file of many megabytes with an odd name goes up in spite of a broken connection and comes down the same', async () => {
		const hash = node('Hash', 'n8n-nodes-base.crypto', 1, { action: 'hash', type: 'SHA256', binaryData: true, binaryPropertyName: 'data', dataPropertyName: 'sha256', encoding: 'hex' });
		await world.control('faults', { match: { provider: 'adfs', pathIncludes: 'continue', method: 'POST' }, kind: 'breakRequest', bytes: 1_000_000 });
		const there = { resource: 'file', site: SHARED };
		const source = at({ ...there, operation: 'download', file: entered('/large.bin', 'path') });
		const upload = at({ ...there, operation: 'upload', folder: entered('/Reports', 'path'), fileName: ODD_NAME, conflict: 'replace' });
		const back = at({ ...there, operation: 'download', file: entered(`/Reports/${ODD_NAME}`, 'path') });
		const { id } = await world.client.createWorkflow(flow('Large').chain(manualTrigger(), { ...source, name: 'Source' }, { ...upload, name: 'Upload' }, { ...back, name: 'Back' }, hash).draft());
		const ended = await world.client.waitForExecution(await world.client.runManually(id, { from: 'Manual Trigger', to: 'Hash' }), 'success', { timeoutMs: 100_000 });
		expect(itemsOf(ended, 'Upload')).toEqual([expect.objectContaining({ name: ODD_NAME, path: `/Reports/${ODD_NAME}`, size: LARGE_BYTES })]);
		expect(itemsOf(ended, 'Hash')).toEqual([expect.objectContaining({ sha256: createHash('sha256').update(Buffer.alloc(LARGE_BYTES, Buffer.from(Array.from({ length: 251 }, (_, index) => index)))).digest('hex') })]);
		expect(await world.control('faults')).toEqual([]);
	});

	test('a farm that is busy is waited for', async () => {
		await world.control('faults', { match: { provider: 'adfs', pathIncludes: '/_api/web/lists' }, ...siteFaults.throttled });
		const lists = await rows({ resource: 'site', operation: 'getLists', site: SHARED, returnAll: true });
		expect(lists.map(({ title }) => title)).toEqual(['Documents', 'Tags', 'Projects', 'Readings']);
		expect((await siteCalls()).map(({ status }) => status)).toContain(503);
	});
});

describe('refused in words', () => {
	const errorOf = async (target: ReturnType<typeof sharePoint>) => (await runByHand(world, [target], 'error')).data.resultData.error as unknown as { message: string; description: string };
	const lists = { resource: 'site', operation: 'getLists', site: entered('/sites/aerospace', 'url'), returnAll: true };

	test('is an individual user with a credential that holds a password', async () => {
		const credential = await passwordOf('ntlm', 'CONTOSO\\alice', 'alice-password');
		expect((await errorOf(sharePoint({ credential }, { ...lists, authentication: 'individualUser', user: 'bob@example.com' }))).message).toContain('Individual users are not available with a user name and a password');
		expect((await errorOf(sharePoint({ credential }, { ...lists, authentication: '={{ "individualUser" }}', user: 'bob@example.com' }))).message).toContain('Individual users are not available with a user name and a password');
		expect(await siteCalls()).toEqual([]);
	});

	test('is a wrong password, without telling it', async () => {
		const credential = await passwordOf('basic', 'CONTOSO\\alice', 'wrong-password-canary');
		const error = await errorOf(sharePoint({ credential }, { ...lists, authentication: 'password' }));
		expect(error.message).toMatch(/password/i);
		expect(JSON.stringify(error)).not.toContain('wrong-password-canary');
	});

	test('is another’s site, and what only SharePoint Online can do', async () => {
		const theirs = await errorOf(asUser('bob', lists));
		expect(theirs.message).toMatch(/bob@example\.com/);
		expect(theirs.message).toMatch(/aerospace/);
		const online = await errorOf(asUser('alice', { resource: 'item', operation: 'getChanges', site: SHARED, list: entered('Projects') }));
		expect([online.message, online.description]).toEqual(['SharePoint Server cannot do this: "Get Changes"', 'Only SharePoint Online has it']);
	});
});
