// The templates of the guide, imported into a real editor as a user does, with credentials selected; and some of them run to their end.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { SignJWT } from 'jose';

import { screenshot, type Profile } from '../host/browser';
import { signInToEditor } from '../host/editor';
import { unneededModules } from '../host/n8nEnvironment';
import { defaultOwner, type StoredCredential, type StoredWorkflow, type WorkflowNode } from '../host/n8nClient';
import { projectDirectory } from '../host/system/paths';
import { genericLogin, secretOf } from './apps';
import { startSmtp, type SmtpServer } from './smtp';
import { createWorld, credentialData, CREDENTIAL_TYPE, ownersOf, waitFor, type World } from './world';

const FOLDER = join(projectDirectory, 'docs/templates');
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.json')).sort();
const CALLERS_SECRET = 'the secret that the company signs its callers’ tokens with';

let world: World;
let smtp: SmtpServer;
let builder: Profile;
/** By type: what a user selects wherever a node takes it. */
const credentials = new Map<string, StoredCredential>();
/** Ids of the imported workflows. */
const imported = new Map<string, string>();

beforeAll(async () => {
	smtp = await startSmtp();
	// n8n's own sign-in to forms is one of the modules that tests do without.
	world = await createWorld({ editor: true, env: { N8N_DISABLED_MODULES: unneededModules.filter((name) => name !== 'oauth-server').join(',') } });
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
	await signInToEditor(builder, world.client);
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

describe('imported', () => {
	test.each(FILES)('%s: every node is known, and with its credentials none has an issue', async (file) => {
		const id = await importFile(file);
		const { nodes } = await world.client.workflow(id);
		const page = await builder.newPage();
		await page.goto(`${world.n8n.url}/workflow/${id}`, { waitUntil: 'commit' });
		// A note is no node of the canvas.
		const drawn = nodes.filter(({ type }) => !type.endsWith('.stickyNote'));
		await waitFor(async () => (await page.locator('[data-test-id="canvas-node"]').count()) >= drawn.length, 'the nodes to be drawn', 30_000);
		await page.waitForTimeout(500);
		await screenshot(page, `template-${file.replace('.json', '')}`);
		const issues = await page.locator('[data-test-id="canvas-node"]:has([data-test-id="node-issues"])').evaluateAll((found) => found.map((node) => node.getAttribute('data-node-name')));
		// Site and list are chosen at the provider's own, as its note says.
		expect(issues).toEqual(file === 'salesforce-and-sharepoint.json' ? ['SharePoint'] : []);
		await page.close();
	});
});

describe('run to their end', () => {
	const workflowOf = async (file: string): Promise<StoredWorkflow> => await world.client.workflow(imported.get(file) ?? (await importFile(file)));
	const signed = async (email: string) => await new SignJWT({ email }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt().setExpirationTime('10m').sign(new TextEncoder().encode(CALLERS_SECRET));

	test('form-to-salesforce.json and events-by-mail.json: the form’s flow waits for whom n8n has signed in, and the mail is theirs', async () => {
		await world.client.activate((await workflowOf('events-by-mail.json')).id);
		await world.client.waitForWebhook('connected-apps');
		const form = await workflowOf('form-to-salesforce.json');
		await world.client.activate(form.id);
		const page = await builder.newPage();
		await page.goto(`${world.n8n.url}/form/${form.nodes.find(({ type }) => type.endsWith('.formTrigger'))?.webhookId}`);
		await page.getByRole('button', { name: 'Allow access' }).click();
		await page.waitForURL((url) => url.pathname.startsWith('/form/'));
		await page.waitForTimeout(1500);
		const frame = page.frames().at(-1)!;
		await screenshot(page, 'template-form');
		await frame.fill('input:not([type=hidden]), textarea', 'As Alice', { timeout: 3000 });
		await frame.click('button[type=submit]');
		const mail = await waitFor(async () => await Promise.resolve(smtp.mails.at(-1)), 'a mail', 30_000);
		expect(mail).toMatchObject({ to: defaultOwner.email, subject: 'Sign in to Salesforce' });
		expect(mail.text).toContain('"Salesforce as the person who fills in a form" waits for you to sign in to Salesforce:');
		await page.goto(/http\S+/.exec(mail.text)?.[0] ?? '');
		await screenshot(page, 'template-form-sign-in');
		expect(await page.locator('main').innerText()).toContain(defaultOwner.email);
		expect(await world.client.executions({ workflowId: form.id, status: 'waiting' })).toHaveLength(1);
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
