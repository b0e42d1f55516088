/** Flows that people start from My connected apps: the credential and the flow that a portal lists, and a person's way to the answer in Chromium. */
import type { Page } from '../host/browser';
import type { StoredCredential } from '../host/n8nClient';
import { flow, own, respondToWebhook, webhook, withCredentials } from '../host/workflows';
import { ACCOUNTS, CREDENTIAL_TYPE, credentialData, ownersOf, type World } from './world';

export const AUDIENCE = 'portal-flows';
export const FIELD = 'connected_apps_assertion';

/** Salesforce for flows that are started from this portal: who somebody is, only its own word says. */
export async function offerFromPortal(world: World, portalUrl: string, connectionName: string): Promise<StoredCredential> {
	await world.control('redirect-uris', { uri: `${portalUrl}/salesforce/callback` });
	const data = credentialData(world.sandbox, { connectionName, userIdentity: 'verifiedToken', identityIssuer: portalUrl, identityAudience: AUDIENCE, identityClaim: 'sub' });
	return await world.client.createCredential({ name: `Salesforce (${connectionName})`, type: CREDENTIAL_TYPE, data });
}

/** Publishes a flow that answers with the accounts of whoever it was started as. */
export async function publishAccounts(world: World, credential: StoredCredential, path: string): Promise<void> {
	const salesforce = withCredentials(own('Salesforce', 'salesforceRetrieveData', { user: `={{ $json.body.${FIELD} }}`, resource: 'query', operation: 'soql', soql: ACCOUNTS, returnAll: true }), credential);
	await world.publish(flow(path).chain(webhook({ path, method: 'POST' }), salesforce, respondToWebhook('={{ JSON.stringify($input.all().map(item => item.json)) }}', { parameters: { respondWith: 'json' } })));
	await world.client.waitForWebhook(path, { method: 'POST' });
}

/** To the page that asks; returns the word that it holds. */
export async function pressRun(page: Page, name: string): Promise<string> {
	await page.getByRole('button', { name: `Run ${name}`, exact: true }).click();
	await page.waitForURL((url) => url.pathname.endsWith('/run'));
	return String(await page.locator(`[name=${FIELD}]`).getAttribute('value'));
}

export const runNow = async (page: Page): Promise<void> => await page.getByRole('button', { name: 'Run now' }).click();

/** Whose accounts the flow at `path` has answered with. */
export async function answerOfRun(page: Page, path: string): Promise<string[]> {
	await page.waitForURL((url) => url.pathname.endsWith('/continue') || url.pathname.endsWith(`/${path}`));
	return ownersOf(JSON.parse(await page.locator('body').innerText()));
}

/** From the page that tells the person about the sign-in that the flow needs, through the provider's pages. */
export async function connectFor(world: World, page: Page, name: string): Promise<void> {
	await page.waitForURL((url) => url.pathname.endsWith('/sign-in'));
	expect(await page.locator('main').innerText()).toContain(`${name}@example.com`);
	await page.click('main button[type=submit]');
	await world.signInAtProvider(page, name);
}

/** Hands a word to a flow, past any portal. @returns the status that the caller gets */
export async function handOver(world: World, path: string, word: string): Promise<number> {
	return (await fetch(world.flowUrl(path), { method: 'POST', body: new URLSearchParams({ [FIELD]: word }), redirect: 'manual' })).status;
}

/** Queries that Salesforce has seen of that person. */
export async function queriesOf(world: World, name: string): Promise<number> {
	return (await world.calls({ provider: 'salesforce' })).filter(({ user, path }) => user === name && path.includes('/query')).length;
}
