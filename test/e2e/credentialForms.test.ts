// The forms of what signs people in to the portal, as n8n's editor shows them, and what it tells an admin who has mistaken something.
import { screenshot, type Page, type Profile } from '../host/browser';
import { signInToEditor } from '../host/editor';
import { clients } from '../sandbox/oauth2/clients';
import { secretOf } from './apps';
import { createWorld, type World } from './world';

let world: World;
let admin: Profile;

beforeAll(async () => {
	world = await createWorld({ editor: true });
	admin = await world.newProfile();
	await signInToEditor(admin, world.client);
}, 300_000);

afterAll(async () => {
	await admin?.close();
	await world?.close();
});

/** The form of a new credential with these entries. */
async function openForm(type: string, data: Record<string, unknown>): Promise<{ page: Page; labels: () => Promise<string[]> }> {
	const { id } = await world.client.createCredential({ name: `Form of ${type}`, type, data });
	const page = await admin.newPage();
	await page.goto(`${world.client.url}/home/credentials/${id}`);
	const form = page.locator('[role=dialog]:visible').first();
	await form.getByText('Need help filling out these fields?').waitFor({ timeout: 60_000 });
	return { page, labels: async () => (await form.innerText()).split('\n').map((line) => line.replace(/\s*\*$/, '').trim()) };
}

const inOrder = (lines: string[], wanted: string[]) => lines.filter((line) => wanted.includes(line));

test('OpenID Connect: first whom to ask, then as which client, then who may; a wrong secret is told with the way out', async () => {
	const { page, labels } = await openForm('connectedAppsOpenIdApi', { issuer: world.sandbox.oauth2.issuer, ...secretOf({ ...clients.confidentialBasic, clientSecret: 'mistaken' }) });
	const order = ['Issuer', 'Client ID', 'Client Authentication', 'Client Secret', 'Scopes', 'User Claim', 'Treat E-Mails as Verified', 'Allowed Domains', 'Groups Claim', 'Allowed Groups', 'Sign Out at the Provider'];
	expect(inOrder(await labels(), order)).toEqual(order);
	// Hidden until they are chosen.
	expect(inOrder(await labels(), ['Private Key', 'Certificate', 'Signing Algorithm'])).toEqual([]);
	await page.locator('[data-test-id="parameter-input-userClaim"] input').fill('sub');
	await page.locator('[data-test-id="credential-save-button"]').click();
	const banner = page.getByText('More details', { exact: true });
	await banner.waitFor({ timeout: 60_000 }).finally(async () => await screenshot(page, 'form-connectedAppsOpenIdApi'));
	await banner.click();
	await page.getByText(/Client Secret/).filter({ hasText: new URL(world.sandbox.oauth2.issuer).host }).first().waitFor({ timeout: 10_000 }).finally(async () => await screenshot(page, 'form-connectedAppsOpenIdApi-told'));
	expect(await page.locator('[role=dialog]:visible').first().innerText()).not.toContain('mistaken');
	await page.close();
});

test('a trusted header: both headers and the secret, and where it is right', async () => {
	const { page, labels } = await openForm('connectedAppsTrustedHeaderApi', {});
	const order = ['User Header', 'Proof Header', 'Secret'];
	expect(inOrder(await labels(), order)).toEqual(order);
	expect((await labels()).join(' ')).toContain('Only for an n8n behind a reverse proxy that signs people in.');
	await screenshot(page, 'form-connectedAppsTrustedHeaderApi');
	await page.close();
});
