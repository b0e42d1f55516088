import { readPeople } from '../../../../lib/identity';
import type { Connection } from '../../../../lib/connections';
import type { PortalAccess } from '../../../../lib/portal';
import { alice, otherOwner, OTHER_PORTAL_URL, PORTAL_URL } from '../../connections/support/world';
import { openIdAccess, signInToPortal } from './openIdWorld';
import { PortalBrowser, type Page } from './portalBrowser';
import { usePortal } from './portalWorld';

describe('an app of another trigger of the same portal', () => {
	const world = usePortal();
	let at: { access: PortalAccess; owner?: typeof otherOwner; portalUrl?: string };

	/** One browser that goes from the portal's page to the address of the other trigger. */
	async function connectFromPage(allowed: string): Promise<{ page: Page; other: Connection }> {
		const access = openIdAccess(world, { admins: 'claim:email=alice@example.com' });
		const there = { ...access, allowed: readPeople(allowed, 'Allowed Users'), portal: { ...access.portal, mode: 'connectionsOnly' as const } };
		await world.register({}, { portal: access.portal });
		const other = await world.register({ connectionName: 'second' }, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL, portal: there.portal });
		at = { access };
		const browser = new PortalBrowser(() => world.parts(at));
		const page = await signInToPortal(world, browser, await browser.visit(PORTAL_URL), 'alice');
		const back = await world.atProvider(browser, { ...page, forms: page.forms.filter(({ hidden }) => hidden.connection === other.id) }, 'alice');
		at = { access: there, owner: otherOwner, portalUrl: OTHER_PORTAL_URL };
		return { page: await browser.visit(back), other };
	}

	it('S24 another account is confirmed where the person is signed in, and takes the place of the one before', async () => {
		const access = openIdAccess(world);
		const there = { ...access, portal: { ...access.portal, mode: 'connectionsOnly' as const } };
		await world.register({}, { portal: access.portal });
		const other = await world.register({ connectionName: 'second', accountMatch: 'any' }, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL, portal: there.portal });
		await world.signIn(other, 'bob', alice);
		const [here, elsewhere] = [{ access }, { access: there, owner: otherOwner, portalUrl: OTHER_PORTAL_URL }];
		at = here;
		const browser = new PortalBrowser(() => world.parts(at));
		const form = (page: Page, field: string) => ({ ...page, forms: page.forms.filter(({ hidden }) => hidden[field] !== undefined && (field !== 'connection' || hidden.connection === other.id)) });
		const page = await signInToPortal(world, browser, await browser.visit(PORTAL_URL), 'alice');
		const back = await world.atProvider(browser, form(page, 'connection'), 'carol');
		at = elsewhere;
		const told = await browser.visit(back);
		expect(told.headers.location).toMatch(new RegExp(`^${PORTAL_URL}/sign-in\\?told=`));
		expect(await grantOf(other)).toMatchObject({ account: { email: 'bob@example.com' } });
		at = here;
		const asked = await browser.visit(told.headers.location!);
		expect(asked).toMatchObject({ status: 403, title: 'Another account' });
		const again = await world.atProvider(browser, form(asked, 'confirmAccount'), 'carol');
		at = elsewhere;
		await browser.visit(again);
		expect(await grantOf(other)).toMatchObject({ state: 'active', account: { email: 'carol@example.com' } });
	});

	const grantOf = async ({ id }: Connection) => await world.vault.grants.find({ connectionId: id, userKey: alice });

	it('S34 is connected by those only whom its own trigger admits: others are refused before the code is exchanged', async () => {
		const { page, other } = await connectFromPage('bob@example.com, claim:groups=finance');
		expect(page).toMatchObject({ status: 403, title: 'Not allowed' });
		expect(await grantOf(other)).toBeUndefined();
		// The one of the portal's own sign-in.
		expect(await world.exchanges()).toBe(1);
	});

	it.each(['', 'alice@example.com', '@example.com', 'claim:email=alice@example.com'])('is connected by whom it admits as "%s"', async (allowed) => {
		const { page, other } = await connectFromPage(allowed);
		expect(page.headers.location).toMatch(new RegExp(`^${PORTAL_URL}\\?told=`));
		expect(await grantOf(other)).toMatchObject({ state: 'active' });
	});
});
