// A portal whose people sign in by OpenID: what its administrator sees and ends, and what everybody does for themselves.
// More than 300 lines: one portal and its people go through it all, in this order.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ConnectionId, UserKey } from '../../lib/types';
import { deriveVaultKey, openVault, type Vault } from '../../lib/vault';
import { screenshot, type Page, type Profile } from '../host/browser';
import type { StoredCredential } from '../host/n8nClient';
import { n8nFolder } from '../host/n8nProcess';
import { flow, httpRequest, own, respondToWebhook, webhook, withCredentials } from '../host/workflows';
import { genericLogin, secretOf } from './apps';
import { clickThrough, openPortal, shoot } from './portals';
import { answerOf, walkFlow } from './walk';
import { ADMIN_CANARY, createWorld, credentialData, CREDENTIAL_TYPE, ownersOf, waitFor, type World } from './world';

const PATH = 'company-apps';
const SOQL = { resource: 'query', operation: 'soql', soql: 'SELECT Id, Name FROM Account ORDER BY Name', returnAll: true };

let world: World;
let salesforce: StoredCredential;
/** Flows that nobody's browser waits for. */
let [report, check] = ['', ''];
let [alice, bob]: { profile: Profile; page: Page }[] = [];

const portalUrl = () => world.flowUrl(PATH);
const adminUrl = (query = '') => `${portalUrl()}/admin${query}`;
const main = async (page: Page) => await page.locator('main').innerText();
const press = async (page: Page, name: string | RegExp) => await page.getByRole('button', { name }).first().click();
const follow = async (page: Page, name: string | RegExp) => await page.getByRole('link', { name }).first().click();
const notice = async (page: Page) => await page.locator('.notice').innerText();
/** The cells of the table's rows, the first in each row is its head. */
const rows = async (page: Page) => await page.locator('tbody tr').evaluateAll((trs) => trs.map((tr) => Array.from(tr.children, (cell) => (cell as HTMLElement).innerText.trim())));
const start = async (path: string, user: string) => await fetch(`${world.flowUrl(path)}?user=${user}@example.com`);
const waiting = async (workflowId: string) => await waitFor(async () => (await world.client.executions({ workflowId, status: 'waiting' }))[0]?.id, 'a flow that waits');
/** Whose rows the flow *My accounts* answers with, without a browser. */
const accountsOf = async (user: string) => ownersOf(await (await start('accounts', user)).json());
/** Whose refresh tokens ended at which app since then. What an administrator ends is revoked by the trigger, within a second or so. */
const revokedSince = async (since: number, count = 1) => await waitFor(async () => {
	const found = (await world.control<{ at: string; kind: string; user?: string; provider: string }[]>('revocations')).filter(({ at, kind }) => kind === 'RefreshToken' && Date.parse(at) >= since);
	return found.length >= count && found.map(({ provider, user }) => `${user} at ${provider}`).sort();
}, `${count} refresh tokens to end`);

async function download(page: Page, click: () => Promise<void>): Promise<string> {
	const [file] = await Promise.all([page.waitForEvent('download'), click()]);
	return await readFile(await file.path(), 'utf8');
}

/** Of Salesforce. Once it is deleted, it stands below those that are offered. */
async function openConnection(page: Page): Promise<void> {
	await page.goto(adminUrl());
	await page.locator('tbody tr', { hasText: 'company' }).locator('a').first().click();
	await page.waitForURL((url) => url.searchParams.get('show') === 'connection');
}

beforeAll(async () => {
	world = await createWorld();
	const { issuer, clients } = world.sandbox.oauth2;
	for (const below of ['openid/callback', 'salesforce/callback', 'oauth2/callback']) await world.control('redirect-uris', { uri: `${portalUrl()}/${below}` });
	const openId = await world.client.createCredential({ name: 'Our sign-in', type: 'connectedAppsOpenIdApi', data: { issuer, ...secretOf(clients.confidentialBasic), scopes: 'openid email profile', userClaim: 'email', allowedDomains: 'example.com', endProviderSession: true } });
	salesforce = await world.client.createCredential({ name: 'Salesforce (company)', type: CREDENTIAL_TYPE, data: credentialData(world.sandbox, { connectionName: 'company', serviceAccountUse: 'explicit' }) });
	const items = await world.client.createCredential({ name: 'Example ID', type: 'userLoginOAuth2Api', data: genericLogin(world.sandbox, 'items', secretOf(clients.confidentialPost, 'post')) });
	const trigger = withCredentials(own('Connected Apps Trigger', 'connectedAppsTrigger', { path: PATH, portalName: 'Example Corp', signInMethod: 'openId', admins: 'alice@example.com' }), openId, salesforce, items);
	const mail = httpRequest({ url: `${world.sandbox.control}/control/mailbox`, method: 'POST', name: 'Mail', parameters: { sendBody: true, specifyBody: 'json', jsonBody: '={{ JSON.stringify($json) }}' } });
	await world.publish(flow('Company apps').chain(trigger, mail));
	const accounts = withCredentials(own('Salesforce', 'salesforceRetrieveData', { user: '={{ $json.query.user }}', ...SOQL }), salesforce);
	report = await world.publish(flow('Monthly report').chain(webhook({ path: 'report', respond: 'onReceived' }), accounts));
	check = await world.publish(flow('Account check').chain(webhook({ path: 'check', respond: 'onReceived' }), accounts));
	await world.publish(flow('My accounts').chain(webhook({ path: 'accounts' }), accounts, respondToWebhook('={{ JSON.stringify($input.all().map(item => item.json)) }}')));
	for (const path of [PATH, 'report', 'check', 'accounts']) await world.client.waitForWebhook(path);
}, 300_000);

afterAll(async () => await world?.close());

describe('everybody for themselves', () => {
	test('two flows wait; one Connect lets both go on', async () => {
		await Promise.all([start('report', 'bob'), start('check', 'bob')]);
		const executions = [await waiting(report), await waiting(check)];
		bob = await openPortal(world, portalUrl(), 'bob');
		const asked = bob.page.locator('.asked');
		expect(await asked.innerText()).toContain('2 flows are waiting for you');
		expect(await asked.innerText()).toMatch(/Monthly report|Account check/);
		await shoot(bob.page, 'portal-two-waiting');
		expect(await asked.locator('button').count()).toBe(1);
		await clickThrough(world, bob.page, '.asked button', 'bob');
		for (const id of executions) {
			const done = await world.client.waitForExecution(id, 'success');
			expect(ownersOf(done.data.resultData.runData['Salesforce']?.at(-1)?.data?.['main']?.[0]?.map(({ json }) => json))).toEqual(['Bob', 'Bob']);
		}
		await bob.page.goto(portalUrl());
		expect(await bob.page.locator('.asked').count()).toBe(0);
	});

	test('sees what happened of late, and takes all of it along as a file without any token', async () => {
		const { page } = bob!;
		await page.goto(portalUrl());
		await follow(page, 'Activity');
		await page.waitForURL((url) => url.pathname.endsWith('/activity'));
		expect(await main(page)).toMatch(/Connected · Salesforce[\s\S]*Signed in here/);
		await shoot(page, 'portal-activity');
		// Uses are written down within a second.
		const data = await waitFor(async () => {
			const file = await download(page, async () => await follow(page, 'Download my data'));
			return /"useCount":\s*2\b/.test(file) && file;
		}, 'both uses in the file');
		expect(JSON.parse(data)).toMatchObject({ user: 'bob@example.com', apps: expect.arrayContaining([expect.objectContaining({ app: 'Salesforce', status: 'connected', useCount: 2 })]), sessions: [expect.objectContaining({ signedInBy: 'openId' })] });
		expect(data).not.toMatch(/"(access|refresh|id)_?token"\s*:/i);
	});

	test('gets nothing of the administration, and is told so', async () => {
		const { page } = bob!;
		await page.goto(portalUrl());
		expect(await page.locator('.tabs').innerText()).not.toContain('Administration');
		for (const query of ['', '?show=people', '?show=sessions&format=csv', '?show=confirm&act=leaver&user=alice%40example.com']) {
			const answer = await page.goto(adminUrl(query));
			expect(answer?.status()).toBe(403);
			expect(await main(page)).toContain('for the administrators of this portal');
		}
		await shoot(page, 'admin-forbidden');
		const visitor = await world.newProfile();
		const stranger = await visitor.newPage();
		await stranger.goto(adminUrl());
		expect(await stranger.locator('h1').innerText()).toBe('Sign in');
		await visitor.close();
	});

	test('disconnects everything: asked first, revoked at both apps, with a receipt', async () => {
		const { page } = bob!;
		await page.goto(portalUrl());
		await clickThrough(world, page, 'article:has-text("Example ID") button[type=submit]', 'bob');
		expect(await notice(page)).toContain('Example ID is connected');
		await follow(page, 'Disconnect everything');
		await page.waitForURL((url) => url.pathname.endsWith('/disconnect'));
		expect(await main(page)).toMatch(/Example ID[\s\S]*Monthly report/);
		await shoot(page, 'portal-disconnect-everything');
		const since = Date.now();
		await press(page, 'Yes, disconnect everything');
		await page.waitForURL((url) => url.searchParams.has('told'));
		expect(await notice(page)).toContain('2 apps are disconnected.');
		await shoot(page, 'portal-disconnected-everything');
		expect(await revokedSince(since, 2)).toEqual(['bob at oauth2', 'bob at salesforce']);
	});
});

describe('the administrator', () => {
	test('sees every connection with its numbers', async () => {
		await clickThrough(world, bob!.page, 'article:has-text("Salesforce") button[type=submit]', 'bob');
		expect(ownersOf(answerOf(await walkFlow(world, `${world.flowUrl('accounts')}?user=carol@example.com`, 'carol')))).toContain('Carol');
		await start('report', 'alice');
		await waiting(report);
		alice = await openPortal(world, portalUrl(), 'alice');
		const { page } = alice;
		await follow(page, 'Administration');
		await page.waitForURL((url) => url.pathname.endsWith('/admin'));
		const shown = await rows(page);
		expect(shown.map(([app]) => app?.split(/\s*\n\s*/).at(-1))).toEqual(['company', 'items']);
		expect(shown.map((cells) => cells.slice(1))).toEqual([['2', '0', '0', '1'], ['0', '0', '0', '0']]);
		await shoot(page, 'admin-connections');
		const csv = await download(page, async () => await follow(page, 'Download CSV'));
		expect(csv).toContain('company,Salesforce,active,2,0,0,1,salesforce');
	});

	test('tests a connection, renames and describes it for everybody', async () => {
		const { page } = alice!;
		await openConnection(page);
		await shoot(page, 'admin-connection');
		await press(page, 'Test the connection');
		await page.waitForURL((url) => url.searchParams.has('told'));
		expect(await notice(page)).toContain('accepts its credentials');
		await page.fill('input[name=name]', 'Customer records');
		await page.fill('input[name=description]', 'Accounts, contacts and <b>opportunities</b>');
		await press(page, 'Save');
		await page.locator('.notice', { hasText: 'Saved.' }).waitFor();
		await shoot(page, 'admin-renamed');
		await bob!.page.goto(portalUrl());
		expect(await main(bob!.page)).toMatch(/Customer records\s+Accounts, contacts and <b>opportunities<\/b>/);
	});

	test('signs in the service account', async () => {
		const { page } = alice!;
		await openConnection(page);
		expect(await main(page)).toContain('Not signed in');
		await press(page, 'Sign in the service account');
		await page.waitForURL((url) => url.pathname.endsWith('/sign-in'));
		await shoot(page, 'admin-service-account');
		await clickThrough(world, page, 'main button[type=submit]', 'integration');
		await openConnection(page);
		expect(await main(page)).toContain(ADMIN_CANARY);
	});

	test('sees which workflow uses what', async () => {
		const { page } = alice!;
		await page.goto(adminUrl());
		await follow(page, 'Usage');
		await page.waitForURL((url) => url.searchParams.get('show') === 'usage');
		const shown = (await rows(page)).map(([workflow, app, people]) => [workflow?.split('\n')[0], app, people]);
		expect(shown).toEqual(expect.arrayContaining([['Monthly report', 'Customer records', '1'], ['My accounts', 'Customer records', '1']]));
		await shoot(page, 'admin-usage');
	});

	test('finds somebody who has left and ends everything: revoked at the app, and the next run waits', async () => {
		const { page } = alice!;
		await page.goto(adminUrl('?show=people'));
		await shoot(page, 'admin-people');
		await page.fill('input[name=find]', 'CAROL');
		await press(page, 'Find');
		await page.waitForURL((url) => url.searchParams.get('find') === 'CAROL');
		expect((await rows(page)).map(([person]) => person)).toEqual(['carol@example.com']);
		await follow(page, 'carol@example.com');
		await page.waitForURL((url) => url.searchParams.get('show') === 'person');
		await shoot(page, 'admin-person');
		await follow(page, 'End everything');
		await page.waitForURL((url) => url.searchParams.get('act') === 'leaver');
		expect(await main(page)).toMatch(/End everything of carol@example.com[\s\S]*Customer records[\s\S]*My accounts/);
		await shoot(page, 'admin-leaver');
		const since = Date.now();
		await press(page, 'Yes, end everything');
		await page.waitForURL((url) => url.searchParams.has('told'));
		expect(await notice(page)).toContain('one app');
		await shoot(page, 'admin-left');
		expect(await revokedSince(since)).toEqual(['carol at salesforce']);
		await start('check', 'carol');
		await waiting(check);
	});

	test('ends a session: that browser is signed out', async () => {
		const { page } = alice!;
		await page.goto(adminUrl('?show=sessions'));
		expect(await main(page)).toMatch(/bob@example.com · Organisation’s sign-in/);
		await shoot(page, 'admin-sessions');
		await page.locator('li:has-text("bob@example.com") button').click();
		await page.waitForURL((url) => url.searchParams.has('told'));
		expect(await notice(page)).toBe('The session has ended.');
		await bob!.page.goto(portalUrl());
		expect(await bob!.page.locator('h1').innerText()).toBe('Sign in');
	});

	test('lets everybody sign in again, and each of them is told', async () => {
		const { page } = alice!;
		await openConnection(page);
		await follow(page, 'Require everybody to sign in again');
		await page.waitForURL((url) => url.searchParams.get('act') === 'reauthorize');
		await shoot(page, 'admin-reauthorize');
		await press(page, 'Yes, everybody signs in again');
		await page.waitForURL((url) => url.searchParams.has('told'));
		expect(await notice(page)).toBe('2 sign-ins have ended.');
		await world.waitForMail({ event: 'needsSignIn', user: 'bob@example.com' });
		await bob!.profile.close();
		bob = await openPortal(world, portalUrl(), 'bob');
		expect(await main(bob.page)).toContain('Sign-in needed');
		await shoot(bob.page, 'portal-sign-in-needed');
		await clickThrough(world, bob.page, 'article:has-text("Customer records") button[type=submit]', 'bob');
		expect(await notice(bob.page)).toContain('is connected');
	});

	test('deletes a connection: asked with its flows, revoked at the app, and nobody is offered it any more', async () => {
		const { page } = alice!;
		await openConnection(page);
		await follow(page, 'Delete this connection');
		await page.waitForURL((url) => url.searchParams.get('act') === 'delete');
		expect(await main(page)).toMatch(/Delete Customer records\?[\s\S]*Monthly report/);
		await shoot(page, 'admin-delete');
		const since = Date.now();
		await press(page, 'Yes, delete it');
		await page.waitForURL((url) => url.searchParams.has('told'));
		expect(await notice(page)).toBe('Deleted; one sign-in has ended.');
		expect(await main(page)).toContain('Deleted by alice@example.com');
		await shoot(page, 'admin-deleted');
		expect(await revokedSince(since)).toEqual(['bob at salesforce']);
		await bob!.page.goto(portalUrl());
		expect(await main(bob!.page)).not.toContain('Customer records');
		await start('report', 'bob');
		const failed = await world.client.waitForNewestExecution(report, 'error');
		expect(failed.data.resultData.error?.message).toContain('The connection "company" was deleted by an administrator');
	});

	test('allows it again: its trigger offers it by itself, and everybody signs in anew', async () => {
		const { page } = alice!;
		await openConnection(page);
		await press(page, 'Allow again');
		await page.waitForURL((url) => url.searchParams.has('told'));
		expect(await notice(page)).toBe('Allowed again. It is offered as soon as its trigger registers it.');
		expect(await main(page)).not.toContain('Deleted by');
		await shoot(page, 'admin-allowed-again');
		await waitFor(async () => {
			await bob!.page.goto(portalUrl());
			return (await main(bob!.page)).includes('Customer records');
		}, 'the trigger to register it');
		expect(await bob!.page.locator('article:has-text("Customer records")').innerText()).toContain('Not connected');
		await clickThrough(world, bob!.page, 'article:has-text("Customer records") button[type=submit]', 'bob');
		expect(await notice(bob!.page)).toContain('is connected');
		expect(await accountsOf('bob')).toEqual(['Bob', 'Bob']);
	});

	test('reads in the audit log who did what', async () => {
		const { page } = alice!;
		await page.goto(adminUrl('?show=activity'));
		const log = await main(page);
		for (const words of ['Connection deleted', 'Allowed again', 'Called "Customer records" on the portal', 'by alice@example.com']) expect(log).toContain(words);
		await shoot(page, 'admin-audit');
		const csv = await download(page, async () => await follow(page, 'Download CSV'));
		expect(csv).toContain('at,type,connectionName,user,administrator');
		expect(csv).toMatch(/administered,company,,alice@example.com/);
	});
});

describe('a change of the encryption key', () => {
	/** More than a round seals anew, so that the page can be seen while it goes on. */
	const PEOPLE = 1_500;
	const NEW_KEY = 'the key that this company gives the package from now on';
	let vault: Vault | undefined;

	afterAll(async () => await vault?.close());

	async function openWith(key: string): Promise<Vault> {
		return await openVault({ backend: { kind: 'sqlite', path: join(n8nFolder(world.n8n), 'connected-apps.sqlite') }, keys: { current: deriveVaultKey(key), previous: [] } });
	}

	test('S25 is told row by row until it is over; flows run meanwhile as those who are connected, and everybody stays signed in to the portal', async () => {
		await openConnection(alice!.page);
		const id = new URL(alice!.page.url()).searchParams.get('id') as ConnectionId;
		const { encryptionKey } = JSON.parse(await readFile(join(n8nFolder(world.n8n), 'config'), 'utf8')) as { encryptionKey: string };
		const before = await openWith(encryptionKey);
		const { account } = (await before.grants.find({ connectionId: id, userKey: 'bob@example.com' as UserKey }))!;
		for (let i = 0; i < PEOPLE; i++) await before.grants.save({ connectionId: id, userKey: `person-${i}@example.com` as UserKey }, { accessToken: `token-${i}`, tokenType: 'bearer', scopes: [] }, account, { revokeReplaced: false });
		await before.close();

		await world.n8n.restart({ CONNECTED_APPS_ENCRYPTION_KEY: NEW_KEY, CONNECTED_APPS_PREVIOUS_ENCRYPTION_KEYS: encryptionKey });
		await world.client.waitForWebhook(PATH);
		const { page } = alice!;
		await bob!.page.goto(portalUrl());
		expect(await main(bob!.page)).toContain('Customer records');
		const told: number[] = [];
		await waitFor(async () => {
			await page.goto(adminUrl());
			const left = /(\d+|One) rows? of the vault (?:is|are) still sealed/.exec(await main(page))?.[1];
			if (left !== undefined) told.push(left === 'One' ? 1 : Number(left));
			if (told.length === 1) {
				await screenshot(page, 'admin-change-of-keys', { fullPage: true });
				expect(await accountsOf('bob')).toEqual(['Bob', 'Bob']);
			}
			return left === undefined;
		}, 'every row to be sealed anew', 120_000);
		expect(told.length).toBeGreaterThan(1);
		expect(told).toEqual([...told].sort((a, b) => b - a));
		expect(await main(page)).not.toContain('Change of the encryption key');
		// Nobody has to connect again: Bob's token is the same one.
		await bob!.page.goto(portalUrl());
		expect(await bob!.page.locator('article:has-text("Customer records")').innerText()).toContain('Connected');
		expect(await accountsOf('bob')).toEqual(['Bob', 'Bob']);

		// Nothing needs the old key any more.
		vault = await openWith(NEW_KEY);
		expect(await vault.rekeyProgress()).toEqual({ left: 0, unreadable: 0 });
		const last = await vault.grants.find({ connectionId: id, userKey: `person-${PEOPLE - 1}@example.com` as UserKey });
		expect(await vault.grants.openTokens(last!)).toMatchObject({ accessToken: `token-${PEOPLE - 1}` });
		await expect(openWith(encryptionKey)).rejects.toThrow(/the encryption key changed; set CONNECTED_APPS_PREVIOUS_ENCRYPTION_KEYS or restore the key/);
	}, 300_000);
});
