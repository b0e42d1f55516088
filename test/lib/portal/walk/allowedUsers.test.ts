import { openSignInRequest, portalLinkFor, usersHashOf } from '../../../../lib/connections';
import { readPeople } from '../../../../lib/identity';
import { personalLinkAccess, type PortalAccess } from '../../../../lib/portal';
import { alice, bob, owner, PORTAL_URL } from '../../connections/support/world';
import { openIdAccess, signInToPortal } from './openIdWorld';
import { RESUME_URL, usePortal } from './portalWorld';

const REFUSED = { status: 403, title: 'Not allowed' };

describe('whoever is not among the allowed users', () => {
	const world = usePortal();
	const only = (allowed: string): PortalAccess => ({ ...personalLinkAccess(owner), allowed: readPeople(allowed, 'Allowed Users') });
	const noTrace = async () => expect([await world.calls(), world.resumed, world.errors]).toEqual([[], [], []]);

	it('reads so in the browser that waits, before anything is asked of them; the flow waits on', async () => {
		const connection = await world.register();
		const request = await world.request(connection);
		const browser = world.browser({ access: only('bob@example.com, @example.org') });
		const page = await browser.visit(await world.handOver(connection, request));
		expect(page).toMatchObject(REFUSED);
		expect(page.html).toContain('alice@example.com is not among those who may use these apps');
		expect(page.forms).toEqual([]);
		expect(await world.vault.requests.find(request.id)).toMatchObject({ state: 'open' });
		await noTrace();
		// Once an administrator has added them, the same link asks.
		expect((await world.browser({ access: only('@example.com') }).visit(await world.handOver(connection, request))).title).toBe('Connect Salesforce');
	});

	it('reads so on a personal link, which stays unused', async () => {
		const connection = await world.register();
		const link = await world.personalLink(connection, await world.request(connection));
		expect(await world.browser({ access: only('bob@example.com') }).visit(link)).toMatchObject(REFUSED);
		expect((await world.browser().visit(link)).title).toBe('Connect Salesforce');
	});

	it('reads so on a link to the portal, which stays unused', async () => {
		const link = await portalLinkFor(world.vault, await world.register(), alice);
		expect(await world.browser({ access: only('bob@example.com') }).visit(link)).toMatchObject(REFUSED);
		expect((await world.browser().visit(link)).title).toBe('Open your connected apps');
	});

	it('reads so as whom the session names; who has no session is told nothing of the list', async () => {
		const connection = await world.register();
		const request = await world.request(connection, { user: bob });
		const access = openIdAccess(world);
		const browser = world.browser({ access });
		await signInToPortal(world, browser, await browser.visit(PORTAL_URL), 'bob');
		access.allowed = readPeople('alice@example.com', 'Allowed Users');
		const address = `${PORTAL_URL}/sign-in?request=${request.id}`;
		expect(await browser.visit(address)).toMatchObject(REFUSED);
		expect((await world.browser({ access }).visit(address)).title).toBe('Is this sign-in yours?');
	});

	it('may still be admitted by a claim that their sign-in to the portal will tell; then they are asked', async () => {
		const connection = await world.register();
		const request = await world.request(connection);
		const access = openIdAccess(world, { allowedUsers: 'claim:preferred_username=alice@example.com' });
		const browser = world.browser({ access });
		const confirm = await browser.visit(await world.handOver(connection, request));
		expect(confirm.title).toBe('Connect Salesforce');
		// Somebody else is signed in here: it is not the person who is waited for.
		const others = openIdAccess(world, { allowedUsers: 'claim:preferred_username=bob@example.com' });
		const shared = world.browser({ access: others });
		await signInToPortal(world, shared, await shared.visit(PORTAL_URL), 'bob');
		expect(await shared.visit(await world.handOver(connection, await world.request(connection, { executionId: '78' })))).toMatchObject(REFUSED);
	});

	it('can still let a flow go on that wants to hear of it, and no other', async () => {
		const connection = await world.register();
		const request = await openSignInRequest(world.vault, connection, { run: { executionId: '77', nodeName: 'Node', runIndex: 0 }, userKey: alice, workflowId: 'flow-1', workflowName: 'Quarterly report', answer: 'responseNode', usersHash: usersHashOf([alice]), terms: { endsOnFailure: true }, resumeUrl: RESUME_URL, expiresInMs: 0 });
		const browser = world.browser({ access: only('bob@example.com') });
		const page = await browser.visit(await world.handOver(connection, request));
		expect(page).toMatchObject(REFUSED);
		expect(page.forms.map(({ label }) => label)).toEqual(['Go on without signing in']);
		expect(await browser.press(page, 'cancel')).toMatchObject({ status: 200, html: '{"rows":3}' });
		expect(await world.vault.requests.find(request.id)).toMatchObject({ failureCode: 'signInDeclined' });
	});

	it('never is the service account', async () => {
		const connection = await world.register({ serviceAccountUse: 'explicit', serviceAccountLogin: 'integration@example.com' });
		expect((await world.browser({ access: only('bob@example.com') }).visit(await world.personalLink(connection))).title).toBe('Connect Salesforce');
	});
});
