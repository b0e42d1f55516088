/** The DocuSign node and its trigger in a real n8n: envelopes of their own users, signing in a browser, flows that wait. */
import type { INodeParameters } from 'n8n-workflow';

import { screenshot } from '../host/browser';
import { itemsOf, type StoredCredential, type WorkflowNode } from '../host/n8nClient';
import { code, flow, own, respondToWebhook, webhook, withCredentials } from '../host/workflows';
import { Browser } from '../sandbox/browser';
import { forEverybody, offerApp, runByHand, signIn, type App } from './apps';
import { entered, offerOnline, sharePoint } from './sharePointApps';
import { createWorld, waitFor, type World } from './world';

const TYPE = 'docuSignUserLoginOAuth2Api';

let world: World;
let app: App;
let jwt: StoredCredential;
let keys: StoredCredential;

beforeAll(async () => {
	world = await createWorld();
	const { authServerUrl, clients, accounts, userIds } = world.sandbox.docusign;
	const { integrationKey: clientId, secretKey, privateKeyPem } = clients.confidential;
	const common = { environment: 'custom', authServerUrl, clientId };
	app = await offerApp(world, 'docusign-app', { ...forEverybody('docusign'), ...common, clientSecret: secretKey, clientAuthentication: 'basic', allowedTenants: accounts.map(({ accountId }) => accountId).join(',') }, TYPE);
	await signIn(world, app, 'alice', 'bob');
	// The administrator of the account agrees to be acted for, once.
	const callback = `${app.portalUrl}/docusign/callback`;
	const consent = new URLSearchParams({ response_type: 'code', scope: 'signature impersonation', client_id: clientId, redirect_uri: callback });
	await new Browser().signIn(`${authServerUrl}/oauth/auth?${consent.toString()}`, world.sandbox.users.find(({ name }) => name === 'integration')!, 'allow', callback);
	jwt = await world.client.createCredential({ name: 'DocuSign admin', type: 'docuSignJwtBearerOAuth2Api', data: { ...common, privateKey: privateKeyPem, subject: userIds['integration'] } });
	keys = await world.client.createCredential({ name: 'Connect keys', type: 'docuSignConnectHmacApi', data: { hmacSecret: 'sandbox-connect-key-1' } });
}, 300_000);

afterAll(async () => await world?.close());

const docuSign = (name: string, parameters: INodeParameters): WorkflowNode => withCredentials(own(name, 'docuSign', { user: "={{ $('Webhook').item.json.query.user }}@example.com", resource: 'envelope', ...parameters }), app.credential);

const file = code("return [{ json: $input.first().json, binary: { data: { data: Buffer.from('I agree. /sn1/').toString('base64'), mimeType: 'text/plain', fileName: 'contract.txt', fileExtension: 'txt' } }, pairedItem: { item: 0 } }];", 'File');

const send = () => docuSign('Send', {
	operation: 'send',
	source: 'documents',
	inputDataFieldNames: 'data',
	emailSubject: 'Contract 4711',
	recipients: { recipient: [{ type: 'signer', name: 'Bob Baker', email: 'bob@example.com', routingOrder: 1, clientUserId: 'bob-1' }] },
	tabs: { tab: [{ type: 'signHereTabs', placement: 'anchor', anchorString: '/sn1/', recipientId: '1' }] },
});
const link = () => docuSign('Link', { resource: 'recipient', operation: 'getSigningLink', envelopeId: "={{ $('Send').item.json.envelopeId }}", recipientId: '1', returnUrl: 'http://127.0.0.1:9/signed' });
const wait = () => docuSign('Wait', { operation: 'waitUntilCompleted', envelopeId: "={{ $('Send').item.json.envelopeId }}" });

async function start(path: string, user: string): Promise<void> {
	expect((await fetch(`${world.flowUrl(path)}?user=${user}`)).status).toBe(200);
}

async function waiting(workflowId: string): Promise<string> {
	return await waitFor(async () => (await world.client.executions({ workflowId, status: 'waiting' }))[0]?.id, 'a waiting execution');
}

const trigger = () => withCredentials(own('DocuSign Trigger', 'docuSignTrigger', { authentication: 'jwtBearer', events: ['envelope-completed'], includeData: ['recipients'] }), jwt, keys);

test('Alice sends, Bob signs in the browser by the link, Connect wakes the waiting flow, and the signed PDF is there; Bob does not see the envelope as a sender', async () => {
	const listening = await world.publish(flow('Signed').chain(trigger()));
	const pdf = docuSign('PDF', { resource: 'document', operation: 'download', envelopeId: "={{ $('Send').item.json.envelopeId }}", what: 'combined', binaryPropertyName: 'data' });
	const workflowId = await world.publish(flow('contract').chain(webhook({ path: 'contract', respond: 'onReceived' }), file, send(), link(), wait(), pdf));
	await start('contract', 'alice');
	const id = await waiting(workflowId);
	const before = await world.client.execution(id);
	const [sent] = itemsOf(before, 'Send') as { envelopeId: string }[];
	const [made] = itemsOf(before, 'Link') as { url: string }[];
	// S36: n8n's own resume URL stands nowhere in the execution that people may read.
	expect(JSON.stringify(before)).not.toContain('webhook-waiting/');

	const profile = await world.newProfile();
	const page = await profile.newPage();
	await page.goto(made!.url);
	await screenshot(page, 'docusign-signing');
	expect(await page.locator('#signer').innerText()).toContain('Bob Baker');
	// The way back leads to nobody here; that it was signed shows below.
	await page.click('#finish').catch(() => undefined);
	await profile.close();

	const finished = await world.client.waitForExecution(id, 'success');
	expect(itemsOf(finished, 'Wait')).toMatchObject([{ envelopeId: sent!.envelopeId, status: 'completed' }]);
	expect(itemsOf(finished, 'PDF')).toMatchObject([{ mimeType: 'application/pdf', fileName: 'Contract 4711.pdf' }]);
	const heard = await waitFor(async () => (await world.client.executions({ workflowId: listening, status: 'success' }))[0]?.id, 'the trigger');
	expect(itemsOf(await world.client.execution(heard), 'DocuSign Trigger')).toMatchObject([{ event: 'envelope-completed', envelopeId: sent!.envelopeId, envelopeSummary: { status: 'completed' } }]);

	const mine = docuSign('Mine', { operation: 'getMany', returnAll: true });
	await world.publish(flow('mine').chain(webhook({ path: 'mine' }), mine, respondToWebhook('={{ JSON.stringify($input.all().map(item => item.json.envelopeId)) }}', { parameters: { respondWith: 'json' } })));
	const listed = async (user: string) => await (await fetch(`${world.flowUrl('mine')}?user=${user}`)).text();
	expect(await listed('alice')).toContain(sent!.envelopeId);
	// Bob's own account is another one.
	expect(await listed('bob')).not.toContain(sent!.envelopeId);

	// Unpublishing takes the configuration away: nothing is delivered any more.
	await world.client.deactivate(listening);
	await world.control('docusign/settle', {});
	const delivered = (await world.control<unknown[]>('docusign/deliveries')).length;
	await start('contract', 'alice');
	await waiting(workflowId);
	await world.control('docusign/settle', {});
	expect(await world.control<unknown[]>('docusign/deliveries')).toHaveLength(delivered);
}, 240_000);

test('the signed PDF is filed to SharePoint in the same flow, as the same person', async () => {
	const files = await offerOnline(world, 'files');
	await signIn(world, files, 'alice', 'bob');
	await world.publish(flow('Signed, to be filed').chain(trigger()));
	const pdf = docuSign('PDF', { resource: 'document', operation: 'download', envelopeId: "={{ $('Send').item.json.envelopeId }}", what: 'combined', binaryPropertyName: 'data' });
	const library = { resource: 'file', site: entered('/sites/alice-projects', 'url') };
	const filed = sharePoint(files, { user: "={{ $('Webhook').item.json.query.user }}@example.com", ...library, operation: 'upload', binaryPropertyName: 'data', folder: entered('/', 'path'), fileName: 'signed contract.pdf', conflict: 'replace' }, 'File It');
	const workflowId = await world.publish(flow('contract to file').chain(webhook({ path: 'file-contract', respond: 'onReceived' }), file, send(), link(), wait(), pdf, filed));
	await start('file-contract', 'alice');
	const id = await waiting(workflowId);
	const [made] = itemsOf(await world.client.execution(id), 'Link') as { url: string }[];
	const profile = await world.newProfile();
	const page = await profile.newPage();
	await page.goto(made!.url);
	await page.click('#finish').catch(() => undefined);
	await profile.close();

	const finished = await world.client.waitForExecution(id, 'success');
	const [{ size = 0, createdBy } = {}] = itemsOf(finished, 'File It') as { size?: number; createdBy?: { email?: string; name?: string } }[];
	expect(itemsOf(finished, 'File It')).toMatchObject([{ type: 'file', name: 'signed contract.pdf' }]);
	expect(size).toBeGreaterThan(500);
	expect(JSON.stringify(createdBy)).toContain('Alice');
	// Every call of either API was made as her.
	const put = (await world.calls({ provider: 'microsoft', method: 'PUT' })).filter(({ path }) => path.includes('signed'));
	expect(put.map(({ user, status }) => [user, status])).toEqual([['alice', 201]]);
	const got = sharePoint(files, { user: 'bob@example.com', ...library, operation: 'get', file: entered('/signed contract.pdf', 'path') }, 'As Bob');
	expect((await runByHand(world, [got], 'error')).data.resultData.error?.message).toContain('bob@example.com may not do this');
}, 240_000);

test('S36 nobody resumes a flow that waits for an envelope before its time', async () => {
	const leak = code("return [{ json: { ...$input.first().json, resumeUrl: $execution.resumeUrl } }];", 'Leak');
	const workflowId = await world.publish(flow('early').chain(webhook({ path: 'early', respond: 'onReceived' }), file, send(), leak, wait()));
	await start('early', 'alice');
	const id = await waiting(workflowId);
	const [{ resumeUrl } = { resumeUrl: '' }] = itemsOf(await world.client.execution(id), 'Leak') as { resumeUrl: string }[];
	const early = await fetch(resumeUrl);
	expect([early.status, (await early.json() as { message: string }).message]).toEqual([403, 'This execution waits for something that has not happened yet']);
	expect((await world.client.execution(id)).status).toBe('waiting');
});
