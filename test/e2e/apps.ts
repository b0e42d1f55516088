/** Apps beside the world's own: each with a credential, an owner trigger at a path of its own, and people who sign in to it. */
import { randomUUID } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';

import { itemsOf, type Execution, type StoredCredential, type WorkflowNode } from '../host/n8nClient';
import { code, flow, manualTrigger, own, respondToWebhook, webhook, withCredentials } from '../host/workflows';
import { clients } from '../sandbox/oauth2/clients';
import type { Sandbox } from '../sandbox/sandbox';
import { answerOf, walkFlow } from './walk';
import { ownerFlow, type World } from './world';

export interface App {
	credential: StoredCredential;
	/** As the admin entered it. */
	data: Record<string, unknown>;
	/** Of its owner trigger. */
	path: string;
	triggerId: string;
	portalUrl: string;
	/** The value of *App* in the OAuth nodes. */
	providerId: string;
}

const REDIRECTS: Readonly<Record<string, { providerId: string; segment: string }>> = {
	userLoginOAuth2Api: { providerId: 'oauth2', segment: 'oauth2' },
	salesforceUserLoginOAuth2Api: { providerId: 'salesforce', segment: 'salesforce' },
	sharePointOnlineUserLoginOAuth2Api: { providerId: 'sharePointOnline', segment: 'sharepoint-online' },
	sharePointServerUserLoginOAuth2Api: { providerId: 'sharePointServer', segment: 'sharepoint-server' },
	docuSignUserLoginOAuth2Api: { providerId: 'docuSign', segment: 'docusign' },
};

/** Enters a User Login credential, registers its redirect URI at the sandbox, and publishes a trigger that offers it. */
export async function offerApp(world: World, path: string, data: Record<string, unknown>, type = 'userLoginOAuth2Api'): Promise<App> {
	const known = REDIRECTS[type];
	if (known === undefined) throw new Error(`no redirect URI is known for ${type}`);
	await world.control('redirect-uris', { uri: `${world.n8n.url}/webhook/${path}/${known.segment}/callback` });
	const credential = await world.client.createCredential({ name: `App at ${path}`, type, data });
	const triggerId = await world.publish(ownerFlow(credential, world.sandbox.control, path, `Offers ${path}`));
	await world.client.waitForWebhook(path);
	return { credential, data, path, triggerId, portalUrl: `${world.n8n.url}/webhook/${path}`, providerId: known.providerId };
}

/** Changes an app's credential as an admin would, and publishes its trigger again so that it applies now. */
export async function changeApp(world: World, app: App, changes: Record<string, unknown>): Promise<void> {
	Object.assign(app.data, changes);
	await world.client.updateCredential(app.credential.id, { name: app.credential.name, type: app.credential.type, data: app.data });
	await world.client.deactivate(app.triggerId);
	await world.client.activate(app.triggerId);
	await world.client.waitForWebhook(app.path);
}

/** Host and port of the generic provider's API. */
export function apiHostOf({ oauth2 }: Sandbox): string {
	return new URL(oauth2.apiUrl).host;
}

/** What every User Login credential is asked for, whatever the provider. */
export function forEverybody(connectionName: string): Record<string, unknown> {
	return { connectionName, connectionKey: randomUUID(), individualUsers: 'allowed', userIdentity: 'workflow', accountMatch: 'sameEmail' };
}

/** A `userLoginOAuth2Api` credential for the generic provider: discovered, and the user of each item in `email`. */
export function genericLogin(sandbox: Sandbox, connectionName: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
	return {
		...forEverybody(connectionName),
		appName: 'Example ID',
		appDescription: 'Your items',
		endpointMode: 'discovery',
		issuer: sandbox.oauth2.issuer,
		apiHosts: apiHostOf(sandbox),
		scopes: 'openid email read write',
		...secretOf(clients.confidentialBasic),
		user: '={{ $json.email }}',
		...changes,
	};
}

/** A `clientCredentialsOAuth2Api` or `jwtBearerOAuth2Api` credential for the generic provider. */
export function serverLogin(sandbox: Sandbox, changes: Record<string, unknown>): Record<string, unknown> {
	return { endpointMode: 'discovery', issuer: sandbox.oauth2.issuer, apiHosts: apiHostOf(sandbox), scopeMode: 'custom', scopes: 'read write', ...changes };
}

export function secretOf({ clientId, clientSecret }: { clientId: string; clientSecret: string }, clientAuthentication: 'basic' | 'post' = 'basic'): Record<string, unknown> {
	return { clientId, clientSecret, clientAuthentication };
}

/** A client of the generic provider that signs, with one of its keys. */
export function keyOf({ clientId, keys }: typeof clients.jwtBearer, alg: keyof typeof keys, clientAuthentication: 'privateKeyJwt' | 'none' = 'none'): Record<string, unknown> {
	const { privateKey, kid } = keys[alg];
	return { clientId, clientAuthentication, privateKey, keyId: kid, signingAlgorithm: alg };
}

/** *OAuth User Login*: who signs in stands in the caller's query. */
export function userLoginNode(app: App, parameters: INodeParameters = {}, name = 'OAuth User Login', settings: Partial<WorkflowNode> = {}): WorkflowNode {
	return withCredentials(own(name, 'oAuthUserLogin', { app: app.providerId, user: '={{ $json.query.user }}@example.com', ...parameters }, settings), app.credential);
}

/** Items with the e-mail addresses of these people. */
export function peopleNode(...names: string[]): WorkflowNode {
	return code(`return ${JSON.stringify(names)}.map((name) => ({ json: { email: name + '@example.com' } }));`, 'People');
}

const signInPaths = new WeakMap<App, Promise<string>>();

async function signInPathOf(world: World, app: App): Promise<string> {
	const path = `sign-in-to-${app.path}`;
	await world.publish(flow(path).chain(webhook({ path }), userLoginNode(app), respondToWebhook()));
	return path;
}

/** The address of a flow that lets the person sign in to the app, whether or not they are signed in already. */
export async function signInAddress(world: World, app: App, name: string): Promise<string> {
	if (!signInPaths.has(app)) signInPaths.set(app, signInPathOf(world, app));
	return `${world.flowUrl((await signInPaths.get(app)) ?? '')}?user=${name}`;
}

/** They sign in to the app, in a browser without windows. */
export async function signIn(world: World, app: App, ...names: string[]): Promise<void> {
	for (const name of names) {
		const answer = answerOf<{ statusCode?: number; statusMessage?: string }>(await walkFlow(world, await signInAddress(world, app, name), name));
		if (answer.statusCode !== 0) throw new Error(`${name} could not sign in: ${answer.statusCode} ${answer.statusMessage}`);
	}
}

/** Runs these nodes once by hand, one after the other, and waits for the end. */
export async function runByHand(world: World, nodes: WorkflowNode[], status: 'success' | 'error' = 'success'): Promise<Execution> {
	const last = nodes.at(-1)?.name ?? '';
	const { id } = await world.client.createWorkflow(flow(`By hand: ${last}`).chain(manualTrigger(), ...nodes).draft());
	return await world.client.waitForExecution(await world.client.runManually(id, { from: 'Manual Trigger', to: last }), status);
}

/** What the last node of a run by hand gave. */
export async function itemsByHand(world: World, nodes: WorkflowNode[]): Promise<Record<string, unknown>[]> {
	return itemsOf(await runByHand(world, nodes), nodes.at(-1)?.name ?? '');
}

/** What went wrong with one item of an HTTP Request that goes on (On Error: Continue). */
export function messageOf(item: Record<string, unknown> | undefined): string {
	return String((item?.details as { message?: string } | undefined)?.message);
}
