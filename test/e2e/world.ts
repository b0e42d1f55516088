/**
 * What every end-to-end test stands on: a sandbox provider, a real n8n with the packed package, a browser, one credential,
 * and the owner trigger whose events are delivered to the sandbox's mailbox.
 */
import { randomUUID } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';

import { launchBrowser, type Page, type Profile, type TestBrowser } from '../host/browser';
import { itemsOf, N8nClient, type Owner, type StoredCredential, type WorkflowNode } from '../host/n8nClient';
import { startN8n, type N8nProcess } from '../host/n8nProcess';
import { flow, httpRequest, own, respondToWebhook, webhook, withCredentials } from '../host/workflows';
import type { Call } from '../sandbox/calls';
import { startSandbox, type Sandbox, type SandboxOptions } from '../sandbox/sandbox';

export const CREDENTIAL_TYPE = 'salesforceUserLoginOAuth2Api';
export const PORTAL_PATH = 'connected-apps';
export const ACCOUNTS = 'SELECT Id, Name FROM Account ORDER BY Name';
export const ADMIN_CANARY = 'integration@example.com';

/** For what hangs, not for what is slow: machines with two processors start an n8n beside whatever is tested. */
const PATIENCE_MS = 60_000;

export interface Mail {
	event: string;
	eventId: string;
	user: string;
	app: string;
	executionId?: string;
	workflow?: { id: string; name: string };
	signInUrl?: string;
	[name: string]: unknown;
}

/** Whose rows they are: every row's name begins with its owner's. */
export function ownersOf(rows: unknown): string[] {
	return (rows as { Name: string }[]).map((row) => row.Name.split(' ')[0] ?? '');
}

export class World {
	constructor(
		readonly sandbox: Sandbox,
		readonly n8n: N8nProcess,
		readonly client: N8nClient,
		readonly browser: TestBrowser,
		readonly credential: StoredCredential,
		/** As the admin entered it. */
		readonly credentialData: Record<string, unknown>,
		readonly triggerId: string,
	) {}

	get portalUrl(): string {
		return `${this.n8n.url}/webhook/${PORTAL_PATH}`;
	}

	flowUrl(path: string): string {
		return `${this.n8n.url}/webhook/${path}`;
	}

	/** *Salesforce Retrieve Data* with the world's credential. */
	salesforce(parameters: INodeParameters = {}, name = 'Salesforce', settings: Partial<WorkflowNode> = {}): WorkflowNode {
		return withCredentials(own(name, 'salesforceRetrieveData', { user: '={{ $json.query.user }}', resource: 'query', operation: 'soql', soql: ACCOUNTS, returnAll: true, ...parameters }, settings), this.credential);
	}

	/** A published flow: Webhook → Salesforce → Respond with all rows. */
	async browserFlow(path: string, parameters: INodeParameters = {}): Promise<string> {
		return await this.publish(flow(path).chain(webhook({ path }), this.salesforce(parameters), respondToWebhook('={{ JSON.stringify($input.all().map(item => item.json)) }}', { parameters: { respondWith: 'json' } })));
	}

	/** Changes the credential as an admin would, and publishes the owner trigger again so that it applies now. */
	async changeCredential(changes: Record<string, unknown>): Promise<void> {
		Object.assign(this.credentialData, changes);
		await this.client.updateCredential(this.credential.id, { name: this.credential.name, type: this.credential.type, data: this.credentialData });
		await this.client.deactivate(this.triggerId);
		await this.client.activate(this.triggerId);
		await this.client.waitForWebhook(PORTAL_PATH);
	}

	/** *Execute step* on an owner trigger, as the editor's button does; returns its items. */
	async executeStep(workflowId: string): Promise<Record<string, unknown>[]> {
		const before = await this.client.executions({ workflowId });
		await this.client.session.request('POST', `/workflows/${workflowId}/run`, { triggerToStartFrom: { name: 'Connected Apps Trigger' }, destinationNode: { nodeName: 'Connected Apps Trigger', mode: 'inclusive' } });
		const shown = await waitFor(async () => (await this.client.executions({ workflowId })).find((execution) => execution.mode === 'manual' && execution.status === 'success' && !before.some(({ id }) => id === execution.id)), 'Execute step of the owner trigger');
		return itemsOf(await this.client.execution(shown.id), 'Connected Apps Trigger');
	}

	async serviceAccountLink(): Promise<string> {
		return String((await this.executeStep(this.triggerId))[0]?.serviceAccountSignInLink);
	}

	/** The admin opens the one-time link and signs in. */
	async signInServiceAccount(name = 'integration'): Promise<void> {
		const profile = await this.newProfile();
		const page = await profile.newPage();
		await page.goto(await this.serviceAccountLink());
		await page.click('main button[type=submit]');
		await this.signInAtProvider(page, name);
		await page.waitForURL((url) => url.searchParams.has('told'));
		await profile.close();
	}

	async publish(draft: ReturnType<typeof flow>): Promise<string> {
		const { id } = await this.client.createWorkflow(draft.draft());
		await this.client.activate(id);
		return id;
	}

	async control<T = unknown>(path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST'): Promise<T> {
		const response = await fetch(`${this.sandbox.control}/control/${path}`, { method, headers: { 'content-type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body) });
		if (!response.ok) throw new Error(`control ${path}: ${response.status} ${await response.text()}`);
		const text = await response.text();
		return (text === '' ? undefined : JSON.parse(text)) as T;
	}

	async calls(filter: Partial<Call> = {}): Promise<Call[]> {
		const all = await this.control<Call[]>('calls');
		return all.filter((call) => Object.entries(filter).every(([name, value]) => call[name as keyof Call] === value));
	}

	async mails(filter: Partial<Mail> = {}): Promise<Mail[]> {
		const all = await this.control<Mail[]>('mailbox');
		return all.filter((mail) => Object.entries(filter).every(([name, value]) => mail[name] === value));
	}

	async waitForMail(filter: Partial<Mail>): Promise<Mail> {
		return await waitFor(async () => (await this.mails(filter)).at(-1), `mail ${JSON.stringify(filter)}`);
	}

	/** Signs in at the provider's pages, wherever the page has come to there. */
	async signInAtProvider(page: Page, name: string, answer: 'allow' | 'deny' = 'allow'): Promise<void> {
		const login = new URL(this.sandbox.salesforce.loginUrl).origin;
		// A remembered sign-in and consent pass the provider's pages by.
		await page.waitForURL((url) => url.origin === login || !/\/(sign-in|connect)$/.test(url.pathname) || url.searchParams.has('told'));
		if ((await page.locator('#login').count()) > 0) {
			await page.fill('#username', `${name}@example.com`);
			await page.fill('#password', `${name}-password`);
			const form = page.url();
			await page.click('#login');
			await page.waitForURL((url) => url.href !== form);
		}
		await page.waitForLoadState();
		if (new URL(page.url()).origin === login && (await page.locator(`#${answer}`).count()) > 0) await page.click(`#${answer}`);
	}

	/** The whole walk: flow address → confirmation → provider → the flow's answer. Returns its JSON. */
	async walk(page: Page, address: string, name: string): Promise<unknown> {
		await page.goto(address);
		await page.waitForURL((url) => url.pathname.endsWith('/sign-in'));
		await page.click('main button[type=submit]');
		await this.signInAtProvider(page, name);
		await page.waitForURL((url) => url.pathname.endsWith('/continue'));
		return JSON.parse(await page.locator('body').innerText()) as unknown;
	}

	async newProfile(): Promise<Profile> {
		return await this.browser.newProfile();
	}

	async close(): Promise<void> {
		await this.browser.close();
		await this.n8n.stop();
		await this.sandbox.close();
	}
}

/** Polls until it gives something else than undefined or false. */
export async function waitFor<T>(probe: () => Promise<T | undefined | false>, what: string, timeoutMs = PATIENCE_MS): Promise<T> {
	const until = Date.now() + timeoutMs;
	for (;;) {
		const found = await probe();
		if (found !== undefined && found !== false) return found;
		if (Date.now() > until) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

export function credentialData(sandbox: Sandbox, changes: Record<string, unknown> = {}): Record<string, unknown> {
	const { loginUrl, clients } = sandbox.salesforce;
	return {
		connectionName: 'salesforce',
		appName: 'Salesforce',
		appDescription: 'Customers and opportunities',
		environment: 'custom',
		loginUrl,
		clientId: clients.confidential.clientId,
		clientSecret: clients.confidential.clientSecret,
		clientAuthentication: 'post',
		connectionKey: randomUUID(),
		scopeMode: 'default',
		individualUsers: 'allowed',
		userIdentity: 'workflow',
		accountMatch: 'sameEmail',
		serviceAccountUse: 'fallback',
		serviceAccountLogin: ADMIN_CANARY,
		idleLifetimeDays: 30,
		absoluteLifetimeDays: 0,
		...changes,
	};
}

/** The owner trigger; every event goes to the sandbox's mailbox, as a mail would. */
export function ownerFlow(credential: StoredCredential, control: string, path = PORTAL_PATH, name = 'Connected apps') {
	return flow(name).chain(
		withCredentials(own('Connected Apps Trigger', 'connectedAppsTrigger', { path, portalName: 'Example Corp' }), credential),
		httpRequest({ url: `${control}/control/mailbox`, method: 'POST', name: 'Mail', parameters: { sendBody: true, specifyBody: 'json', jsonBody: '={{ JSON.stringify($json) }}' } }),
	);
}

export interface WorldOptions {
	sandbox?: SandboxOptions;
	editor?: boolean;
	/** Changes to the credential. */
	credential?: Record<string, unknown>;
	/** n8n's environment, e.g. another database. */
	env?: Record<string, string>;
	/** Of n8n: whose account its own sign-in opens. */
	owner?: Owner;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
	const started: (() => Promise<void>)[] = [];
	try {
		const sandbox = await startSandbox({ ...options.sandbox, settings: { approvalsPerUserAndApp: 500, ...options.sandbox?.settings } });
		started.push(async () => await sandbox.close());
		const n8n = await startN8n({ editor: options.editor ?? false, env: options.env });
		started.push(async () => await n8n.stop());
		const client = new N8nClient(n8n.url);
		await client.setupOwner(options.owner);
		const response = await fetch(`${sandbox.control}/control/redirect-uris`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ uri: `${n8n.url}/webhook/${PORTAL_PATH}/salesforce/callback` }) });
		if (!response.ok) throw new Error(`redirect URI: ${response.status}`);
		const data = credentialData(sandbox, options.credential);
		const credential = await client.createCredential({ name: 'Salesforce (users)', type: CREDENTIAL_TYPE, data });
		const { id: triggerId } = await client.createWorkflow(ownerFlow(credential, sandbox.control).draft());
		await client.activate(triggerId);
		await client.waitForWebhook(PORTAL_PATH);
		return new World(sandbox, n8n, client, await launchBrowser(), credential, data, triggerId);
	} catch (error) {
		// What runs already would keep Jest from ending.
		for (const stop of started.reverse()) await stop().catch(() => undefined);
		throw error;
	}
}
