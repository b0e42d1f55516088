// A portal that alice administers, with one connection; nobody has signed in yet.
import type { Connection } from '../../../../lib/connections';
import { readPeople } from '../../../../lib/identity';
import { personalLinkAccess, type PortalAccess } from '../../../../lib/portal';
import { alice, bob, owner, PORTAL_URL } from '../../connections/support/world';
import type { PortalBrowser } from './portalBrowser';
import { usePortal, type PortalWorld } from './portalWorld';

export const ADMIN = `${PORTAL_URL}/admin`;
export const PORTAL_ID = 'workflow-1:node-1';

export interface Administration {
	world: PortalWorld;
	/** The one that is registered before each test. */
	readonly connection: Connection;
	/** @param admins alice alone, unless told otherwise */
	access(admins?: string): PortalAccess;
	/** A browser in which they have just connected the app, which opened their session. */
	signedIn(person: 'alice' | 'bob', admins?: string): Promise<PortalBrowser>;
}

export function useAdministration(): Administration {
	const world = usePortal();
	let connection: Connection;
	beforeEach(async () => {
		connection = await world.register();
	});
	const access = (admins = 'alice@example.com'): PortalAccess => ({ ...personalLinkAccess(owner), admins: readPeople(admins, 'Administrators') });
	return {
		world,
		get connection() {
			return connection;
		},
		access,
		async signedIn(person, admins) {
			const browser = world.browser({ access: access(admins) });
			const user = person === 'alice' ? alice : bob;
			await world.walk(browser, await browser.visit(await world.handOver(connection, await world.request(connection, { user, executionId: `x-${person}`, answer: 'none' }))), person);
			return browser;
		},
	};
}
