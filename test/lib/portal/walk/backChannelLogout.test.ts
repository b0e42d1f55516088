import { decodeJwt, importPKCS8, SignJWT, type JWTPayload } from 'jose';

import { handlePortalRequest, portalLimits, type PortalParts, type PortalResponse } from '../../../../lib/portal';
import { sha256 } from '../../../../lib/vault';
import { Browser } from '../../../sandbox/browser';
import { issuerKeyPem } from '../../../sandbox/oauth2/testKeys';
import { alice, bob, OTHER_PORTAL_URL, otherOwner, plainFetch, PORTAL_URL } from '../../connections/support/world';
import { servePortal } from '../../../security/portalServer';
import { openIdAccess, signInToPortal, trustedHeaderAccess } from './openIdWorld';
import type { PortalBrowser } from './portalBrowser';
import { usePortal } from './portalWorld';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

describe('S28 the provider tells that somebody has signed out there', () => {
	const world = usePortal();
	let made = 0;

	async function logoutToken(changes: JWTPayload = {}): Promise<string> {
		const now = Math.floor(Date.now() / 1_000);
		const { issuer, clients } = world.sandbox.oauth2;
		return await new SignJWT({ iss: issuer, aud: clients.confidentialBasic.clientId, iat: now, exp: now + 120, jti: `j${++made}`, sub: 'user-alice', events: { [EVENT]: {} }, ...changes })
			.setProtectedHeader({ alg: 'RS256', kid: 'sandbox-issuer', typ: 'logout+jwt' })
			.sign(await importPKCS8(issuerKeyPem, 'RS256'));
	}
	const post = async (form: Record<string, string>, changes: Partial<PortalParts> = {}, clientAddress?: string): Promise<PortalResponse> =>
		await handlePortalRequest(world.parts({ access: openIdAccess(world), ...changes }), { method: 'POST', page: 'openid/logout', query: new URLSearchParams(), form: new URLSearchParams(form), cookies: {}, clientAddress });
	const errorOf = ({ body }: PortalResponse) => JSON.parse(String(body)) as { error: string; error_description: string };
	async function signedIn(person: string): Promise<PortalBrowser> {
		const browser = world.browser({ access: openIdAccess(world) });
		expect((await signInToPortal(world, browser, await browser.visit(PORTAL_URL), person)).title).toBe('My connected apps');
		return browser;
	}
	const titleOf = async (browser: PortalBrowser) => (await browser.visit(PORTAL_URL)).title;
	const sessionsOf = async (user = alice) => await world.vault.sessions.listByUser(openIdAccess(world).portal.id, user);

	it('ends what was opened in that sign-in, at once; another sign-in and other people stay', async () => {
		const [here, there, bobs] = [await signedIn('alice'), await signedIn('alice'), await signedIn('bob')];
		const sessions = await sessionsOf();
		expect(new Set(sessions.map(({ providerSession }) => providerSession)).size).toBe(2);
		const { value } = here.cookies.find(({ name }) => name === 'connected_apps_session')!;
		const ended = sessions.find(({ idHash }) => idHash === sha256(value))!;
		expect(decodeJwt(ended.idToken!).sid).toBe(ended.providerSession);
		const answer = await post({ logout_token: await logoutToken({ sid: ended.providerSession }) });
		expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' }, cookies: [], body: '' });
		expect([await titleOf(here), await titleOf(there), await titleOf(bobs)]).toEqual(['Sign in', 'My connected apps', 'My connected apps']);
		expect((await world.vault.audit.listByUser(alice, 20)).filter(({ type }) => type === 'sessionEnded')).toMatchObject([{ userKey: alice, detail: `Signed out at ${new URL(world.sandbox.oauth2.issuer).host}` }]);
		expect((await world.vault.audit.listByUser(bob, 20)).map(({ type }) => type)).not.toContain('sessionEnded');
		expect(world.errors).toEqual([]);
	});

	it('is told so by a real provider, over HTTP, when somebody signs out there', async () => {
		const access = openIdAccess(world);
		const portal = await servePortal((portalUrl) => world.parts({ access, portalUrl }));
		try {
			await world.control('POST', 'redirect-uris', { uri: `${portal.url}/openid/callback`, provider: 'oauth2' });
			const [here, there, at] = [world.browser({ access }), await signedIn('alice'), new Browser()];
			const bobs = await signedIn('bob');
			expect((await signInToPortal(world, here, await here.visit(PORTAL_URL), 'alice', at)).title).toBe('My connected apps');
			const { issuer } = world.sandbox.oauth2;
			const page = await (await at.request(`${issuer}/session/end`)).text();
			const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)![1]!;
			expect((await at.request(`${issuer}/session/end/confirm`, { xsrf, logout: 'yes' })).status).toBe(303);
			expect(portal.seen).toEqual([expect.objectContaining({ method: 'POST', page: 'openid/logout', status: 200, signedIn: false })]);
			expect([await titleOf(here), await titleOf(there), await titleOf(bobs)]).toEqual(['Sign in', 'My connected apps', 'My connected apps']);
		} finally {
			await portal.close();
		}
	});

	it('ends all of a person where no sign-in is told, at whichever trigger of the portal it is told', async () => {
		const browsers = [await signedIn('alice'), await signedIn('alice')];
		const bobs = await signedIn('bob');
		const access = openIdAccess(world, { mode: 'connectionsOnly' });
		expect(await post({ logout_token: await logoutToken() }, { access, owner: otherOwner, portalUrl: OTHER_PORTAL_URL })).toMatchObject({ status: 200 });
		for (const browser of browsers) expect(await titleOf(browser)).toBe('Sign in');
		expect(await titleOf(bobs)).toBe('My connected apps');
		expect((await world.vault.audit.listByUser(alice, 20)).filter(({ type }) => type === 'sessionEnded')).toHaveLength(2);
	});

	it('is fine with it where nobody was signed in', async () => {
		expect(await post({ logout_token: await logoutToken({ sub: 'user-carol' }) })).toMatchObject({ status: 200 });
	});

	it('S34 ends nothing of another portal, though the provider and the client are the same', async () => {
		const access = openIdAccess(world, { credential: { userClaim: 'preferred_username' } });
		const browser = await signedIn('alice');
		expect(await post({ logout_token: await logoutToken() }, { access, owner: otherOwner, portalUrl: OTHER_PORTAL_URL })).toMatchObject({ status: 200 });
		expect(await titleOf(browser)).toBe('My connected apps');
	});

	it('takes a token once, in all processes and at all triggers of the portal, for as long as it would hold', async () => {
		const token = await logoutToken();
		expect(await post({ logout_token: token })).toMatchObject({ status: 200 });
		const browser = await signedIn('alice');
		for (const changes of [{}, { processId: 'process-2' }, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL }]) {
			const again = await post({ logout_token: token }, changes);
			expect(again).toMatchObject({ status: 400, headers: { 'cache-control': 'no-store' } });
			expect(errorOf(again)).toEqual({ error: 'invalid_request', error_description: 'The logout token was used already' });
		}
		world.advance(170_000);
		expect(errorOf(await post({ logout_token: token })).error_description).toBe('The logout token was used already');
		world.advance(15_000);
		expect(errorOf(await post({ logout_token: token })).error_description).toBe('The logout token has expired');
		expect(await titleOf(browser)).toBe('My connected apps');
	});

	it('leaves one word in the audit log of a token that came before, and nothing more, however often it comes', async () => {
		const token = await logoutToken();
		expect(await post({ logout_token: token })).toMatchObject({ status: 200 });
		const refusals = async () => await world.place.query(`select detail from ${world.place.table('audit')} where type = 'refused'`);
		const again = async (changes?: Partial<PortalParts>) => expect(errorOf(await post({ logout_token: token }, changes)).error_description).toBe('The logout token was used already');
		await again();
		expect(await refusals()).toEqual([{ detail: 'A sign-out that the provider told came a second time' }]);
		const before = await world.place.dump();
		for (const changes of [{}, { processId: 'process-2' }, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL }]) await again(changes);
		expect((await world.place.dump()) === before).toBe(true);
		// Another one is another word.
		const next = await logoutToken();
		expect(await post({ logout_token: next })).toMatchObject({ status: 200 });
		await post({ logout_token: next });
		expect(await refusals()).toHaveLength(2);
	});

	it('can tell it again when it could not be written down', async () => {
		const browser = await signedIn('alice');
		const token = await logoutToken();
		const failing = { ...world.vault, sessions: { ...world.vault.sessions, deleteByProvider: async () => await Promise.reject(new Error('the disk is full')) } };
		const answer = await post({ logout_token: token }, { vault: failing });
		expect([answer.status, errorOf(answer)]).toEqual([400, { error: 'server_error', error_description: 'The sign-out could not be taken; the log of this n8n says why' }]);
		expect(world.errors).toEqual(['a sign-out that the provider told could not be taken: Error: the disk is full']);
		expect(await post({ logout_token: token })).toMatchObject({ status: 200 });
		expect(await titleOf(browser)).toBe('Sign in');
	});

	it.each<[string, () => Promise<Record<string, string>>, string]>([
		['no token', async () => await Promise.resolve({}), 'The request holds no logout_token'],
		['an empty one', async () => await Promise.resolve({ logout_token: '' }), 'The request holds no logout_token'],
		['no JWT', async () => await Promise.resolve({ logout_token: 'alice' }), 'The logout token is no signed token (JWT)'],
		['one for another client', async () => ({ logout_token: await logoutToken({ aud: 'sandbox-post' }) }), 'The logout token is meant for somebody else'],
		['one without the event', async () => ({ logout_token: await logoutToken({ events: undefined }) }), "The logout token lacks the claim 'events'"],
		['an ID token', async () => ({ logout_token: (await sessionsOf())[0]!.idToken! }), "The logout token lacks the claim 'events'"],
	])('is told why %s is not taken, and nobody is signed out', async (_what, make, reason) => {
		const browser = await signedIn('alice');
		const answer = await post(await make());
		expect(answer).toMatchObject({ status: 400, headers: { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' } });
		expect(errorOf(answer)).toEqual({ error: 'invalid_request', error_description: reason });
		expect(await titleOf(browser)).toBe('My connected apps');
	});

	it('is believed only where people sign in by OpenID', async () => {
		for (const access of [world.parts().access, trustedHeaderAccess(world)]) expect(errorOf(await post({ logout_token: await logoutToken() }, { access }))).toEqual({ error: 'invalid_request', error_description: 'People sign in to this portal otherwise' });
	});

	it('is asked to come again while its keys cannot be had, and the log says why', async () => {
		const browser = await signedIn('alice');
		const access = openIdAccess(world);
		const { signIn } = access;
		if (signIn.kind !== 'openId') throw new Error('no OpenID');
		const away = { ...access, signIn: { ...signIn, endpoints: async () => ({ ...(await signIn.endpoints()), jwksUrl: 'http://127.0.0.1:9/jwks' }) } };
		const token = await logoutToken();
		const answer = await post({ logout_token: token }, { access: away });
		expect([answer.status, errorOf(answer).error]).toEqual([400, 'temporarily_unavailable']);
		expect(world.errors).toHaveLength(1);
		expect(await post({ logout_token: token })).toMatchObject({ status: 200 });
		expect(await titleOf(browser)).toBe('Sign in');
	});

	it('S33 is told nothing but to wait with wrong ones again and again; what the provider tells is heard', async () => {
		await world.register();
		const browser = await signedIn('alice');
		const access = { ...openIdAccess(world), limits: portalLimits({ clock: { nowMs: () => 0 } }) };
		const statuses: number[] = [];
		for (let index = 0; index < 61; index++) statuses.push((await post({ logout_token: 'x' }, { access }, '203.0.113.7')).status);
		expect([new Set(statuses.slice(0, 60)), statuses[60]]).toEqual([new Set([400]), 429]);
		expect(await post({ logout_token: await logoutToken() }, { access }, '203.0.113.7')).toMatchObject({ status: 200 });
		expect(await titleOf(browser)).toBe('Sign in');
	});

	describe('while a sign-in to the portal is under way', () => {
		const audited = async (type: string) => (await world.vault.audit.listByUser(alice, 20)).filter((entry) => entry.type === type).map(({ detail }) => detail);

		/** Whoever signs in with these parts has exchanged the code, and has no session yet, when the first sign-out is told. */
		function toldMeanwhile(whom: (idToken: JWTPayload) => JWTPayload): Partial<PortalParts> {
			let isTold = false;
			return {
				access: openIdAccess(world),
				async fetch(url, init) {
					const answer = await plainFetch(url, init);
					const { id_token: idToken } = (await answer.clone().json()) as { id_token?: string };
					if (idToken !== undefined && !isTold) {
						isTold = true;
						expect(await sessionsOf()).toEqual([]);
						expect(await post({ logout_token: await logoutToken(whom(decodeJwt(idToken))) })).toMatchObject({ status: 200 });
					}
					return answer;
				},
			};
		}

		it.each<[string, (idToken: JWTPayload) => JWTPayload]>([
			['the person', ({ sub }) => ({ sub })],
			['the sign-in', ({ sid }) => ({ sub: undefined, sid })],
			['the person and the sign-in', ({ sub, sid }) => ({ sub, sid })],
		])('lets nobody in whom it is told of before there is a session, by %s; they sign in again at once', async (_what, whom) => {
			const browser = world.browser(toldMeanwhile(whom));
			const refused = await signInToPortal(world, browser, await browser.visit(PORTAL_URL), 'alice');
			const { host } = new URL(world.sandbox.oauth2.issuer);
			expect([refused.status, refused.title]).toEqual([401, 'Please sign in']);
			expect(refused.html).toContain(`You were signed out at ${host} before this sign-in was complete.`);
			expect(refused.url.search).not.toMatch(/code=|state=/);
			expect([await sessionsOf(), await titleOf(browser), browser.cookies.map(({ name }) => name)]).toEqual([[], 'Sign in', expect.not.arrayContaining(['connected_apps_session'])]);
			expect([await audited('portalSignedIn'), await audited('sessionEnded')]).toEqual([[`At ${host}`], [`Signed out at ${host}`]]);
			expect((await signInToPortal(world, browser, refused, 'alice')).title).toBe('My connected apps');
			expect(world.errors).toEqual([]);
		});

		it('goes back to the flow that waits, once they have signed in again', async () => {
			const { access } = toldMeanwhile((claims) => claims);
			const connection = await world.register({}, { portal: access!.portal });
			const request = await world.request(connection);
			const browser = world.browser(toldMeanwhile(({ sub }) => ({ sub })));
			const refused = await signInToPortal(world, browser, await browser.visit(`${PORTAL_URL}/sign-in?request=${request.id}`), 'alice');
			expect(refused.title).toBe('Please sign in');
			expect((await signInToPortal(world, browser, refused, 'alice')).title).toBe('Connect Salesforce');
		});

		it('lets in whom it is not told of: another sign-in of the person, another person, at another portal', async () => {
			for (const whom of [({ sub }) => ({ sub, sid: 'another' }), () => ({ sub: 'user-bob' }), () => ({ sub: undefined, sid: 'another' })] satisfies ((idToken: JWTPayload) => JWTPayload)[]) {
				const browser = world.browser(toldMeanwhile(whom));
				expect((await signInToPortal(world, browser, await browser.visit(PORTAL_URL), 'alice')).title).toBe('My connected apps');
				await world.vault.sessions.deleteByUser(openIdAccess(world).portal.id, alice);
			}
			const elsewhere = { access: openIdAccess(world, { credential: { userClaim: 'preferred_username' } }) };
			const { fetch } = toldMeanwhile(({ sub }) => ({ sub }));
			const browser = world.browser({ ...elsewhere, fetch });
			expect((await signInToPortal(world, browser, await browser.visit(PORTAL_URL), 'alice')).title).toBe('My connected apps');
		});

		it.each(['before', 'after'])('ends the session also where it is told at the very moment %s it is made', async (when) => {
			const told = async () => expect(await post({ logout_token: await logoutToken() })).toMatchObject({ status: 200 });
			const create: PortalParts['vault']['sessions']['create'] = async (...args) => {
				if (when === 'before') await told();
				const made = await world.vault.sessions.create(...args);
				if (when === 'after') await told();
				return made;
			};
			const browser = world.browser({ access: openIdAccess(world), vault: { ...world.vault, sessions: { ...world.vault.sessions, create } } });
			await signInToPortal(world, browser, await browser.visit(PORTAL_URL), 'alice');
			expect([await sessionsOf(), await titleOf(browser), await audited('sessionEnded')]).toEqual([[], 'Sign in', [expect.any(String)]]);
		});

		it('knows of it for as long as a sign-in may take, and not for longer', async () => {
			const rows = async () => await world.place.query(`select * from ${world.place.table('ended_sign_ins')}`);
			for (const sub of ['user-alice', 'user-alice', 'user-bob']) await post({ logout_token: await logoutToken({ sub }) });
			expect(await rows()).toHaveLength(2);
			expect(JSON.stringify(await rows())).not.toContain('user-');
			world.advance(10 * 60_000);
			await world.vault.pruneExpired();
			expect(await rows()).toHaveLength(2);
			world.advance(5 * 60_000);
			await world.vault.pruneExpired();
			expect(await rows()).toEqual([]);
		});
	});

	it('is told by nobody with a mere GET', async () => {
		const parts = world.parts({ access: openIdAccess(world) });
		expect(await handlePortalRequest(parts, { method: 'GET', page: 'openid/logout', query: new URLSearchParams({ logout_token: await logoutToken() }), form: new URLSearchParams(), cookies: {} })).toMatchObject({ status: 404 });
	});
});
