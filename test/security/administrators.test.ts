import { portalLinkFor } from '../../lib/connections';
import { readPeople } from '../../lib/identity';
import { personalLinkAccess } from '../../lib/portal';
import { alice, owner, PORTAL_URL } from '../lib/connections/support/world';
import { usePortal } from '../lib/portal/walk/portalWorld';

describe('S39 a personal link to My connected apps', () => {
	const world = usePortal();
	const access = () => ({ ...personalLinkAccess(owner), admins: readPeople('alice@example.com', 'Administrators') });

	it('opens the page of an administrator, and no administration', async () => {
		const connection = await world.register();
		await world.signIn(connection, 'alice');
		const browser = world.browser({ access: access() });
		const opened = await browser.press(await browser.visit(await portalLinkFor(world.vault, connection, alice)), 'link');
		expect(opened).toMatchObject({ status: 200 });
		expect(opened.html).toContain('alice@example.com');
		expect(opened.html).not.toContain('Administration');
		for (const address of ['/admin', '/admin?show=people&format=csv', `/admin?show=confirm&act=delete&id=${connection.id}`]) expect(await browser.open(`${PORTAL_URL}${address}`)).toMatchObject({ status: 403, title: 'Not allowed' });
		const { token } = opened.forms[0]!.hidden;
		expect(await browser.visit(`${PORTAL_URL}/admin`, { form: { act: 'delete', id: connection.id, token: token! } })).toMatchObject({ status: 403 });
		expect(await world.vault.grants.countActive(connection.id)).toBe(1);
		expect((await world.vault.audit.listByUser(alice, 10)).filter(({ type }) => type === 'refused')).toHaveLength(4);
	});

	it('the same person is one once they have signed in with the account that is connected', async () => {
		const connection = await world.register();
		const browser = world.browser({ access: access() });
		await world.walk(browser, await browser.visit(await world.handOver(connection, await world.request(connection, { answer: 'none' }))), 'alice');
		expect(await browser.open(`${PORTAL_URL}/admin`)).toMatchObject({ status: 200 });
	});
});
