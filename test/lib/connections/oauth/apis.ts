// One sign-in, several APIs: the played Microsoft gives each access token for one of them.
import { HOUR_MS } from '../../../../lib/clock';
import { isSignedIn, onBehalfOfTokenFor, readCallersToken, type AccessToken, type Connection } from '../../../../lib/connections';
import type { Fetch } from '../../../../lib/types';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, bob, plainFetch, use } from '../support/world';
import { useOAuth, type Raw } from './oauthWorld';

const TYPE = 'sharePointOnlineUserLoginOAuth2Api';

export function describeApis(makePlace: MakePlace): void {
	describe('a sign-in that serves several APIs', () => {
		const world = useOAuth(makePlace);
		const request = { fetch: plainFetch, use };
		const graph = () => world.sandbox.microsoft.graphUrl;
		const sharePoint = () => world.sandbox.microsoft.sharePointUrl;
		const allSites = () => `${sharePoint()}/AllSites.Read`;
		const raw = (changes: Raw = {}): Raw => {
			const { loginUrl, graphUrl, tenants, clients } = world.sandbox.microsoft;
			return { connectionName: 'both', userIdentity: 'workflow', cloud: 'custom', authorityUrl: loginUrl, graphUrl, tenant: tenants.home.id, clientId: clients.confidential.clientId, clientSecret: clients.confidential.clientSecret, scopeMode: 'custom', scopes: ['User.Read'], additionalScopes: allSites(), ...changes };
		};
		const offer = async (changes?: Raw): Promise<Connection> => await world.offer(raw(changes), TYPE);
		/** Both APIs' word on whose token this is. */
		const saysWho = async ({ accessToken }: Pick<AccessToken, 'accessToken'>) =>
			await Promise.all([`${graph()}/v1.0/me`, `${sharePoint()}/_api/web/currentuser`].map(async (url) => {
				const response = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
				const told = response.ok ? ((await response.json()) as { displayName?: string; Title?: string }) : {};
				return told.displayName ?? told.Title ?? response.status;
			}));
		const grantOf = async (connection: Connection) => (await world.vault.grants.find({ connectionId: connection.id, userKey: alice }))!;
		/** What Entra says of a token for SharePoint, whatever it says of others. */
		const refusingSharePoint = (description: string): Fetch => async (url, init) => {
			const scope = new URLSearchParams(String(init.body ?? '')).get('scope') ?? '';
			if (!scope.includes('AllSites')) return await plainFetch(url, init);
			return new Response(JSON.stringify({ error: 'invalid_grant', error_description: description, suberror: 'consent_required' }), { status: 400, headers: { 'content-type': 'application/json' } });
		};
		const notConsented = "AADSTS65001: The user or administrator has not consented to use the application with ID 'x' named 'y'. Send an interactive authorization request for this user and resource.";

		it('S29 asks the person once for all, and has a token for each; no API takes the other’s', async () => {
			const connection = await offer();
			const { grant } = await world.walk(connection, 'alice');
			expect(grant!.grantedScopes).toEqual(expect.arrayContaining(['User.Read', allSites()]));
			const engine = world.engine();
			const own = await engine.accessTokenFor(connection, alice, request);
			const other = await engine.accessTokenFor(connection, alice, { ...request, target: sharePoint() });
			expect([own.apiBaseUrl, other.apiBaseUrl]).toEqual([graph(), sharePoint()]);
			expect([await saysWho(own), await saysWho(other)]).toEqual([['Alice Archer', 401], [401, 'Alice Archer']]);
			expect(await engine.accessTokenFor(connection, alice, { ...request, target: graph() })).toEqual(own);
		});

		it('S29 an address of none of them gets the token of the first, which is for the first alone', async () => {
			const connection = await offer();
			await world.walk(connection, 'alice');
			expect((await world.engine().accessTokenFor(connection, alice, { ...request, target: 'https://evil.example' })).apiBaseUrl).toBe(graph());
		});

		it('an operation may name the API by its scopes, also one that the person agreed to for it alone', async () => {
			const connection = await offer({ additionalScopes: '' });
			await world.walk(connection, 'alice');
			const engine = world.engine();
			const asked = { ...request, scopes: [allSites()], exactScopes: true };
			await expect(engine.accessTokenFor(connection, alice, asked)).rejects.toMatchObject({ code: 'consentNeeded', details: { missingScopes: [allSites()] } });
			await world.walk(connection, 'alice', { request: await world.waiting(connection, { scopes: [allSites()], terms: { exactScopes: true } }) });
			expect(await saysWho(await engine.accessTokenFor(connection, alice, asked))).toEqual([401, 'Alice Archer']);
			expect(await saysWho(await engine.accessTokenFor(connection, alice, request))).toEqual(['Alice Archer', 401]);
		});

		it('whoever signed in for the further API alone has not agreed to the first one', async () => {
			const connection = await offer();
			await world.walk(connection, 'alice', { request: await world.waiting(connection, { scopes: [allSites()], terms: { exactScopes: true } }) });
			const engine = world.engine();
			expect((await engine.accessTokenFor(connection, alice, { ...request, scopes: [allSites()], exactScopes: true })).apiBaseUrl).toBe(sharePoint());
			await expect(engine.accessTokenFor(connection, alice, request)).rejects.toMatchObject({ code: 'consentNeeded', details: { missingScopes: ['User.Read'] } });
		});

		it('is asked for once while it lives, by however many, and again after its end; the renewal of one forgets no other', async () => {
			const connection = await offer();
			await world.walk(connection, 'alice');
			const engine = world.engine();
			const fetchOther = async () => await engine.accessTokenFor(connection, alice, { ...request, target: sharePoint() });
			const tokens = await Promise.all(Array.from({ length: 20 }, fetchOther));
			tokens.push(await world.engine().accessTokenFor(connection, alice, { ...request, target: sharePoint() }));
			expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
			expect(await world.tokenCalls('refresh_token')).toHaveLength(1);
			world.advance(3 * HOUR_MS);
			const renewed = await engine.accessTokenFor(connection, alice, request);
			expect(renewed).toMatchObject({ apiBaseUrl: graph(), scopes: expect.arrayContaining(['User.Read', allSites()]) });
			const later = await fetchOther();
			expect(later.accessToken).not.toBe(tokens[0]!.accessToken);
			expect([await saysWho(renewed), await saysWho(later)]).toEqual([['Alice Archer', 401], [401, 'Alice Archer']]);
		});

		it('a token that its API rejects is replaced, and only that one', async () => {
			const connection = await offer();
			await world.walk(connection, 'alice');
			const engine = world.engine();
			const own = await engine.accessTokenFor(connection, alice, request);
			const first = await engine.accessTokenFor(connection, alice, { ...request, target: sharePoint() });
			const second = await engine.accessTokenFor(connection, alice, { ...request, target: sharePoint(), rejectedTokenHash: first.tokenHash });
			expect(second.accessToken).not.toBe(first.accessToken);
			expect(await saysWho(second)).toEqual([401, 'Alice Archer']);
			expect((await engine.accessTokenFor(connection, alice, request)).tokenHash).toBe(own.tokenHash);
		});

		it('S27 is each person’s own, and ends with the sign-in', async () => {
			const connection = await offer();
			for (const person of ['alice', 'bob']) await world.walk(connection, person);
			const engine = world.engine();
			const users = Array.from({ length: 20 }, (_, index) => (index % 3 === 0 ? bob : alice));
			const names = await Promise.all(users.map(async (user) => (await saysWho(await engine.accessTokenFor(connection, user, { ...request, target: sharePoint() })))[1]));
			expect(names).toEqual(users.map((user) => (user === alice ? 'Alice Archer' : 'Bob Baker')));
			await world.vault.grants.end({ connectionId: connection.id, userKey: alice }, 'disconnected', { revoke: false });
			await expect(engine.accessTokenFor(connection, alice, { ...request, target: sharePoint() })).rejects.toMatchObject({ code: 'authenticationNeeded' });
		});

		it('consent that was withdrawn for one API is asked for again, and the sign-in stays good for the others', async () => {
			const connection = await offer();
			await world.walk(connection, 'alice');
			const engine = world.engine();
			const other = { ...request, fetch: refusingSharePoint(notConsented), target: sharePoint() };
			await expect(engine.accessTokenFor(connection, alice, other)).rejects.toMatchObject({ code: 'consentNeeded', details: { missingScopes: [allSites()], advice: expect.stringMatching(/agree first/) } });
			// Else a node that waits for the consent would be told at once that it has it.
			expect(await isSignedIn(world.vault, connection, alice, { scopes: [allSites()], exactScopes: true })).toBe(false);
			expect(await isSignedIn(world.vault, connection, alice, { scopes: ['User.Read'], exactScopes: true })).toBe(true);
			expect(await saysWho(await engine.accessTokenFor(connection, alice, { ...request, scopes: ['User.Read'], exactScopes: true }))).toEqual(['Alice Archer', 401]);
			await world.walk(connection, 'alice');
			expect(await saysWho(await engine.accessTokenFor(connection, alice, { ...request, target: sharePoint() }))).toEqual([401, 'Alice Archer']);
		});

		it('a sign-in that the provider has ended is found out, whichever API is asked for', async () => {
			const connection = await offer();
			await world.walk(connection, 'alice');
			await world.control('POST', 'revoke-grants', { provider: 'microsoft' });
			await expect(world.engine().accessTokenFor(connection, alice, { ...request, target: sharePoint() })).rejects.toMatchObject({ code: 'authenticationNeeded' });
			expect(await grantOf(connection)).toMatchObject({ state: 'ended', endReason: 'invalidGrant' });
		});

		it('a provider that is away ends nothing', async () => {
			const connection = await offer();
			await world.walk(connection, 'alice');
			const away: Fetch = async (url, init) => (String(init.body).includes('AllSites') ? new Response('<html>busy</html>', { status: 503, headers: { 'retry-after': '7' } }) : await plainFetch(url, init));
			await expect(world.engine().accessTokenFor(connection, alice, { ...request, fetch: away, target: sharePoint() })).rejects.toMatchObject({ code: 'providerUnavailable', details: { retryAfterMs: 7_000 } });
			expect(await grantOf(connection)).toMatchObject({ state: 'active', grantedScopes: expect.arrayContaining([allSites()]) });
		});

		it('S29 on behalf of the caller, too: each exchange is for one API, the one that is called or whose scopes are asked for', async () => {
			await world.control('POST', 'settings', { microsoftAdminConsent: true });
			const connection = await offer({ userIdentity: 'onBehalfOf' });
			const caller = readCallersToken(await world.sandbox.mintMicrosoftUserToken('alice'));
			const exchanged = async (changes: Partial<Parameters<typeof onBehalfOfTokenFor>[3]>) => await onBehalfOfTokenFor(world.vault, connection, caller, { ...request, ...changes });
			const wishes = [{}, { target: graph() }, { target: sharePoint() }, { scopes: [allSites()], exactScopes: true }, { target: 'https://evil.example' }];
			const found = [];
			for (const wish of wishes) found.push(await exchanged(wish));
			expect(found.map(({ apiBaseUrl }) => apiBaseUrl)).toEqual([graph(), graph(), sharePoint(), sharePoint(), graph()]);
			expect([await saysWho(found[0]!), await saysWho(found[2]!)]).toEqual([['Alice Archer', 401], [401, 'Alice Archer']]);
			// One for each API serves all wishes.
			expect(new Set(found.map(({ accessToken }) => accessToken)).size).toBe(2);
		});

		it('a server that answers with a token for another API is not believed', async () => {
			const connection = await offer();
			await world.walk(connection, 'alice');
			const mixesUp: Fetch = async (url, init) => await plainFetch(url, String(init.body).includes('AllSites') ? { ...init, body: String(init.body).replace(/scope=[^&]*/, 'scope=User.Read') } : init);
			await expect(world.engine().accessTokenFor(connection, alice, { ...request, fetch: mixesUp, target: sharePoint() })).rejects.toMatchObject({ code: 'providerError', message: expect.stringContaining('another API') });
		});
	});
}
