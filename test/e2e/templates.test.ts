// The templates of the guide, imported into a real editor as a user does, with credentials selected; and some of them run to their end.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { SignJWT } from 'jose';
import type { Locator } from 'playwright-core';

import { screenshot, type Page, type Profile } from '../host/browser';
import { goWithinEditor, openEditor } from '../host/editor';
import { unneededModules } from '../host/n8nEnvironment';
import { defaultOwner, type StoredCredential, type StoredWorkflow, type WorkflowNode } from '../host/n8nClient';
import { projectDirectory } from '../host/system/paths';
import { genericLogin, secretOf } from './apps';
import { startSmtp, type SmtpServer } from './smtp';
import { createWorld, credentialData, CREDENTIAL_TYPE, ownersOf, waitFor, type World } from './world';

const FOLDER = join(projectDirectory, 'docs/templates');
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.json')).sort();
/** Whoever fills in the form is signed in to n8n, and is a person whom Salesforce knows. */
const owner = { ...defaultOwner, email: 'alice@example.com' };
const CALLERS_SECRET = 'the secret that the company signs its callers’ tokens with';

let world: World;
let smtp: SmtpServer;
let builder: Profile;
/** One editor for all of them: what takes its time is to load it. */
let editor: Page | undefined;
/** By type: what a user selects wherever a node takes it. */
const credentials = new Map<string, StoredCredential>();
/** Ids of the imported workflows. */
const imported = new Map<string, string>();

beforeAll(async () => {
	smtp = await startSmtp();
	// n8n's own sign-in to forms is one of the modules that tests do without.
	world = await createWorld({ editor: true, owner, env: { N8N_DISABLED_MODULES: unneededModules.filter((name) => name !== 'oauth-server').join(',') } });
	// The templates' trigger has the path and the apps of the world's own.
	await world.client.deactivate(world.triggerId);
	await world.control('redirect-uris', { uri: `${world.portalUrl}/oauth2/callback` });
	const { microsoft } = world.sandbox;
	const forms: [type: string, data: Record<string, unknown>][] = [
		[CREDENTIAL_TYPE, credentialData(world.sandbox, { connectionName: 'salesforce-of-templates' })],
		['userLoginOAuth2Api', genericLogin(world.sandbox, 'items-of-templates', { ...secretOf(world.sandbox.oauth2.clients.confidentialPost, 'post'), user: '={{ $json.jwtPayload.email }}' })],
		['sharePointOnlineUserLoginOAuth2Api', { connectionName: 'sharepoint', connectionKey: 'a key of the sharepoint template', individualUsers: 'allowed', userIdentity: 'workflow', accountMatch: 'sameEmail', appName: 'SharePoint Online', tenant: microsoft.tenants.home.id, cloud: 'custom', authorityUrl: microsoft.loginUrl, graphUrl: microsoft.graphUrl, ...secretOf(microsoft.clients.confidential, 'post'), scopeMode: 'custom', scopes: ['User.Read', 'Sites.ReadWrite.All'] }],
		['jwtAuth', { keyType: 'passphrase', secret: CALLERS_SECRET, algorithm: 'HS256' }],
		['smtp', { user: '', password: '', host: '127.0.0.1', port: smtp.port, secure: false, disableStartTls: true, hostName: '' }],
		['slackApi', { accessToken: 'xoxb-never-sent', signatureSecret: '' }],
	];
	for (const [type, data] of forms) credentials.set(type, await world.client.createCredential({ name: `Our ${type}`, type, data }));
	builder = await world.newProfile();
}, 300_000);

afterAll(async () => {
	await builder?.close();
	await world?.close();
	await smtp?.close();
});

/** What the note of the template says which credentials to select. */
function credentialsOf({ type, parameters }: WorkflowNode): string[] {
	const name = type.split('.').at(-1);
	const own: Record<string, string[]> = {
		connectedAppsTrigger: [CREDENTIAL_TYPE],
		connectedApps: [CREDENTIAL_TYPE],
		salesforceRetrieveData: [CREDENTIAL_TYPE],
		sharePoint: ['sharePointOnlineUserLoginOAuth2Api'],
		emailSend: ['smtp'],
		webhook: parameters['authentication'] === 'jwtAuth' ? ['jwtAuth'] : [],
		httpRequest: typeof parameters['nodeCredentialType'] === 'string' ? [parameters['nodeCredentialType']] : [],
	};
	return own[name ?? ''] ?? [];
}

const withSelected = (nodes: WorkflowNode[]): WorkflowNode[] => {
	const generic = nodes.some(({ parameters }) => parameters['nodeCredentialType'] === 'userLoginOAuth2Api');
	return nodes.map((node) => {
		const types = generic && node.type.endsWith('.connectedApps') ? ['userLoginOAuth2Api'] : credentialsOf(node);
		const selected = Object.fromEntries(types.map((type) => [type, { id: credentials.get(type)!.id, name: credentials.get(type)!.name }]));
		return types.length === 0 ? node : { ...node, credentials: selected };
	});
};

/** What the editor's *Import from File…* reads, with credentials selected. @returns its id */
async function importFile(file: string): Promise<string> {
	const { name, nodes, connections, settings } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as StoredWorkflow;
	const { id } = await world.client.createWorkflow({ name, nodes: withSelected(nodes), connections, settings });
	imported.set(file, id);
	return id;
}

async function showInEditor(id: string): Promise<Page> {
	if (editor === undefined) {
		editor = await openEditor(builder, world.client, id);
		return editor;
	}
	await goWithinEditor(editor, `/workflow/${id}`);
	return editor;
}

const namesOn = async (page: Page, which: string): Promise<(string | null)[]> => await page.locator(`[data-test-id="canvas-node"]${which}`).evaluateAll((found) => found.map((node) => node.getAttribute('data-node-name')));

describe('imported', () => {
	test.each(FILES)('%s: every node is known, and with its credentials none has an issue', async (file) => {
		const id = await importFile(file);
		const { name, nodes } = await world.client.workflow(id);
		const page = await showInEditor(id);
		// A note is no node of the canvas.
		const drawn = nodes.filter(({ type }) => !type.endsWith('.stickyNote')).map((node) => node.name).sort();
		await waitFor(async () => JSON.stringify((await namesOn(page, '')).sort()) === JSON.stringify(drawn) && (await page.title()).includes(name), 'the nodes to be drawn');
		// Site and list are chosen at the provider's own, as its note says.
		const unchosen = file === 'salesforce-and-sharepoint.json' ? ['SharePoint'] : [];
		const issues = page.locator('[data-test-id="canvas-node"]:has([data-test-id="node-issues"])');
		for (const node of unchosen) await issues.and(page.locator(`[data-node-name="${node}"]`)).waitFor();
		// What else there were would be drawn within this time.
		await page.waitForTimeout(500);
		await screenshot(page, `template-${file.replace('.json', '')}`);
		expect(await namesOn(page, ':has([data-test-id="node-issues"])')).toEqual(unchosen);
	});
});

/** The first of that kind in whichever frame of the page it is. */
async function firstIn(page: Page, selector: string): Promise<Locator | undefined> {
	for (const frame of page.frames()) if ((await frame.locator(selector).count()) > 0) return frame.locator(selector).first();
	return undefined;
}

/** What stands on a page, in all its frames. One that is being left has no text. */
async function textOf(page: Page): Promise<string> {
	return (await Promise.all(page.frames().map(async (frame) => await frame.locator('body').innerText().catch(() => '')))).join('\n');
}

describe('run to their end', () => {
	const workflowOf = async (file: string): Promise<StoredWorkflow> => await world.client.workflow(imported.get(file) ?? (await importFile(file)));
	const signed = async (email: string) => await new SignJWT({ email }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt().setExpirationTime('10m').sign(new TextEncoder().encode(CALLERS_SECRET));

	test('form-to-salesforce.json and events-by-mail.json: the form waits for whom n8n has signed in, their mail leads them to the sign-in, and the form goes on to its last page', async () => {
		await world.client.activate((await workflowOf('events-by-mail.json')).id);
		await world.client.waitForWebhook('connected-apps');
		const form = await workflowOf('form-to-salesforce.json');
		await world.client.activate(form.id);
		const page = await builder.newPage();
		await page.goto(`${world.n8n.url}/form/${form.nodes.find(({ type }) => type.endsWith('.formTrigger'))?.webhookId}`, { waitUntil: 'commit' });
		await page.getByRole('button', { name: 'Allow access' }).click({ timeout: 60_000 });
		await page.waitForURL((url) => url.pathname.startsWith('/form/'));
		// n8n shows its forms in a frame of their own.
		const comment = await waitFor(async () => await firstIn(page, 'input:not([type=hidden]), textarea'), 'the form');
		await screenshot(page, 'template-form');
		await comment.fill('As Alice');
		await (await firstIn(page, 'button[type=submit]'))!.click();
		const mail = await waitFor(async () => await Promise.resolve(smtp.mails.at(-1)), 'a mail');
		expect(mail).toMatchObject({ to: owner.email, subject: 'Sign in to Salesforce' });
		expect(mail.text).toContain('"Salesforce as the person who fills in a form" waits for you to sign in to Salesforce:');
		await world.client.waitForNewestExecution(form.id, 'waiting');
		expect(await world.client.executions({ workflowId: form.id })).toHaveLength(1);

		// The mail is read on another device; the page of the form stays open.
		const phone = await world.newProfile();
		const read = await phone.newPage();
		await read.goto(/http\S+/.exec(mail.text)?.[0] ?? '');
		expect(await read.locator('main').innerText()).toContain(owner.email);
		await screenshot(read, 'template-form-sign-in');
		await read.click('main button[type=submit]');
		await world.signInAtProvider(read, 'alice');
		const last = await waitFor(async () => {
			const text = await textOf(page);
			return text.includes('Alice ') && text;
		}, 'the last page of the form');
		await screenshot(page, 'template-form-last-page');
		await screenshot(read, 'template-form-signed-in');
		expect(last.match(/^(Alice|Bob|Carol) .*$/gm)?.map((line) => line.split(' ')[0])).toEqual(['Alice', 'Alice', 'Alice']);
		await world.client.waitForNewestExecution(form.id, 'success');
		await phone.close();
		await page.close();
	});

	test('webhook-jwt-to-salesforce.json: the caller is led to the sign-in and gets the rows of whom the token names', async () => {
		await world.client.activate((await workflowOf('webhook-jwt-to-salesforce.json')).id);
		const address = world.flowUrl('my-accounts');
		expect((await fetch(address)).status).toBe(401);
		const authorization = `Bearer ${await signed('bob@example.com')}`;
		const profile = await world.newProfile();
		const page = await profile.newPage();
		await page.route(address, async (route) => await route.continue({ headers: { ...route.request().headers(), authorization } }));
		expect(ownersOf(await world.walk(page, address, 'bob'))).toEqual(['Bob', 'Bob']);
		await profile.close();
		expect(ownersOf(await (await fetch(address, { headers: { authorization } })).json())).toEqual(['Bob', 'Bob']);
	});
});
