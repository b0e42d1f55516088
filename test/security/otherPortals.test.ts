import { portalLinkFor } from '../../lib/connections';
import { readPeople } from '../../lib/identity';
import { personalLinkAccess } from '../../lib/portal';
import { alice, bob, otherOwner, OTHER_PORTAL_URL, PORTAL_URL } from '../lib/connections/support/world';
import { openIdAccess, signInToPortal } from '../lib/portal/walk/openIdWorld';
import { usePortal } from '../lib/portal/walk/portalWorld';

describe('S34 what happened at another portal of the same n8n', () => {
	const world = usePortal();
	const elsewhere = { access: { ...personalLinkAccess(otherOwner), admins: readPeople('bob@example.com', 'Administrators') }, owner: otherOwner, portalUrl: OTHER_PORTAL_URL };
	/** What stands in the entries of the other one. */
	const told = () => ['Everything ended', 'Salesforce of the company', `At ${new URL(world.sandbox.oauth2.issuer).host}`];

	/** Alice has signed in at the company's portal, and its administrator has ended everything of hers. */
	beforeEach(async () => {
		const access = openIdAccess(world, { admins: 'bob@example.com' });
		const connection = await world.register({ appName: 'Salesforce of the company' }, { portal: access.portal });
		await world.signIn(connection, 'alice');
		const hers = world.browser({ access });
		await signInToPortal(world, hers, await hers.visit(PORTAL_URL), 'alice');
		expect((await hers.visit(`${PORTAL_URL}/activity`)).html).toContain(`At ${new URL(world.sandbox.oauth2.issuer).host}`);
		const admin = world.browser({ access });
		await signInToPortal(world, admin, await admin.visit(PORTAL_URL), 'bob');
		await admin.press(await admin.visit(`${PORTAL_URL}/admin?show=confirm&act=leaver&user=alice%40example.com`), 'act', 'leaver');
		const person = await admin.visit(`${PORTAL_URL}/admin?show=person&user=alice%40example.com`);
		expect(person.html).toContain('Everything ended: Salesforce of the company');
	});

	it('is told neither to the person there, nor in their file', async () => {
		const connection = await world.register({ connectionName: 'theirs' }, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL });
		const browser = world.browser(elsewhere);
		await browser.press(await browser.visit(await portalLinkFor(world.vault, connection, alice)), 'link');
		const page = await browser.visit(`${OTHER_PORTAL_URL}/activity`);
		expect(page.html).toContain('By a personal link');
		const file = await browser.open(`${OTHER_PORTAL_URL}/export`);
		expect(file.status).toBe(200);
		for (const text of [page.html, String(file.body)]) for (const word of told()) expect(text).not.toContain(word);
	});

	it('nor to its administrators', async () => {
		const connection = await world.register({ connectionName: 'theirs' }, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL });
		const browser = world.browser(elsewhere);
		await world.walk(browser, await browser.visit(await world.handOver(connection, await world.request(connection, { user: bob, answer: 'none' }))), 'bob');
		const page = await browser.visit(`${OTHER_PORTAL_URL}/admin?show=person&user=alice%40example.com`);
		expect(page).toMatchObject({ status: 200 });
		expect(page.html).toContain('alice@example.com');
		for (const word of told()) expect(page.html).not.toContain(word);
	});
});
