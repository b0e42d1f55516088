/** The two services of SharePoint as apps of a world, the node on them, and a person in Chromium at their sign-in pages. */
import type { INodeParameters } from 'n8n-workflow';

import type { Page } from '../host/browser';
import type { StoredCredential, WorkflowNode } from '../host/n8nClient';
import { own, withCredentials } from '../host/workflows';
import { forEverybody, offerApp, type App } from './apps';
import type { World } from './world';

/** @param path of its owner trigger, and the name of its connection @param changes to what the admin enters */
export async function offerOnline(world: World, path: string, changes: Record<string, unknown> = {}): Promise<App> {
	const { loginUrl, graphUrl, tenants, clients } = world.sandbox.microsoft;
	const { clientId, clientSecret } = clients.confidential;
	const data = { ...forEverybody(path), appName: 'SharePoint Online', tenant: tenants.home.id, cloud: 'custom', authorityUrl: loginUrl, graphUrl, clientId, clientSecret, clientAuthentication: 'post', scopeMode: 'custom', scopes: ['User.Read', 'Sites.ReadWrite.All'], serviceAccountUse: 'fallback', serviceAccountLogin: 'integration@example.com', ...changes };
	return await offerApp(world, path, data, 'sharePointOnlineUserLoginOAuth2Api');
}

/** @param path of its owner trigger, and the name of its connection */
export async function offerServer(world: World, path: string): Promise<App> {
	const { issuer, siteUrl, clients } = world.sandbox.adfs;
	const { clientId, clientSecret } = clients.confidential;
	const data = { ...forEverybody(path), appName: 'SharePoint Server', siteUrl, endpointMode: 'discovery', issuer, clientId, clientSecret, clientAuthentication: 'post', treatEmailsAsVerified: true };
	return await offerApp(world, path, data, 'sharePointServerUserLoginOAuth2Api');
}

/** *SharePoint* with that credential, of whichever service it is. */
export function sharePoint({ credential }: { credential: StoredCredential }, parameters: INodeParameters, name = 'SharePoint', settings: Partial<WorkflowNode> = {}): WorkflowNode {
	const service = credential.type.startsWith('sharePointServer') ? 'server' : 'online';
	return withCredentials(own(name, 'sharePoint', { service, ...parameters }, settings), credential);
}

/** As the editor stores a choice of a picker that was entered by hand. */
export const entered = (value: string, mode = 'name') => ({ __rl: true, mode, value });

/** As the resource mapper stores values that somebody has filled in. */
export const mapped = (value: INodeParameters, matchingColumns: string[] = []) => ({ mappingMode: 'defineBelow', value, matchingColumns, schema: [] });

/** Goes on from our own page through the provider's pages at `origin`, where the browser has no session yet. */
export async function signInAt(page: Page, origin: string, name: string): Promise<void> {
	await page.click('main button[type=submit]');
	await page.waitForURL((url) => url.origin === origin);
	await page.fill('#username', `${name}@example.com`);
	await page.fill('#password', `${name}-password`);
	const login = page.url();
	await page.click('#login');
	await page.waitForURL((url) => url.href !== login);
	if (new URL(page.url()).origin === origin && (await page.locator('#allow').count()) > 0) await page.click('#allow');
}
