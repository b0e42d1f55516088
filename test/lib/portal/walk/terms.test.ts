// More than 300 lines: every way out of one page, told by the same few browsers.
import { openConnection, openSignInRequest, readConnectionSettings, registerConnection, usersHashOf, type Connection } from '../../../../lib/connections';
import type { SignInTerms, UserKey } from '../../../../lib/types';
import type { StoredSignInRequest } from '../../../../lib/vault';
import { Browser } from '../../../sandbox/browser';
import { alice, bob, OTHER_PORTAL_URL, otherOwner, owner, PORTAL_URL, resolveEndpoints } from '../../connections/support/world';
import type { Page, PortalBrowser } from './portalBrowser';
import { RESUME_URL, usePortal } from './portalWorld';

const ANSWER = '{"rows":3}';
const address = (page: string, { id }: StoredSignInRequest) => `${PORTAL_URL}/${page}?request=${id}`;

describe('a sign-in on a node’s own terms', () => {
	const world = usePortal();
	let connection: Connection;
	beforeEach(async () => {
		connection = await world.register();
	});

	async function request(terms: SignInTerms = { endsOnFailure: true }, changes: { executionId?: string; nodeName?: string; expiresInMs?: number; answer?: 'responseNode' | 'none'; to?: Connection; user?: UserKey } = {}): Promise<StoredSignInRequest> {
		const { executionId = '77', nodeName = 'Node', expiresInMs = 0, answer = 'responseNode', to = connection, user = alice } = changes;
		return await openSignInRequest(world.vault, to, { run: { executionId, nodeName, runIndex: 0 }, userKey: user, workflowId: 'flow-1', workflowName: 'Quarterly report', answer, usersHash: usersHashOf([user]), terms, resumeUrl: RESUME_URL, expiresInMs });
	}
	const found = async ({ id }: StoredSignInRequest) => (await world.vault.requests.find(id))!;

	/** The browser that called the flow. */
	async function caller(of: StoredSignInRequest, to = connection): Promise<{ browser: PortalBrowser; confirm: Page }> {
		const browser = world.browser();
		return { browser, confirm: await browser.visit(await world.handOver(to, of)) };
	}
	/** A browser that was only sent the personal link. */
	async function byPersonalLink(of: StoredSignInRequest): Promise<{ browser: PortalBrowser; confirm: Page }> {
		const browser = world.browser();
		return { browser, confirm: await browser.visit(await world.personalLink(connection, of)) };
	}
	async function signedIn(person: 'alice' | 'bob', browser = world.browser()): Promise<PortalBrowser> {
		const own = await world.request(connection, { user: person === 'alice' ? alice : bob, executionId: `session of ${person}`, answer: 'none' });
		await world.walk(browser, await browser.visit(await world.handOver(connection, own)), person);
		world.resumed.length = 0;
		return browser;
	}
	/** Continue, log in and decide at the provider, and come back. */
	async function walk(browser: PortalBrowser, confirm: Page, person: string, { decision, session = new Browser() }: { decision?: 'allow' | 'deny'; session?: Browser } = {}): Promise<Page> {
		const form = confirm.forms.find(({ hidden }) => hidden.cancel === undefined)!;
		const answer = await browser.open(new URL(form.action, confirm.url), { form: form.hidden });
		const { location } = answer.headers;
		if (location === undefined) return answer;
		if (location.startsWith(PORTAL_URL)) return await browser.visit(location);
		// The address of a pushed request does not tell where it leads back to.
		const redirectUri = new URL(location).searchParams.get('redirect_uri') ?? `${PORTAL_URL}/oauth2/callback`;
		return await browser.visit(await session.signIn(location, world.user(person), decision, redirectUri));
	}
	/** Any other provider: pushed or not, as told. */
	async function offerGeneric(changes: Record<string, unknown> = {}): Promise<Connection> {
		const { issuer, apiUrl, clients } = world.sandbox.oauth2;
		await world.control('POST', 'redirect-uris', { uri: `${PORTAL_URL}/oauth2/callback`, provider: 'oauth2' });
		const settings = readConnectionSettings('userLoginOAuth2Api', { connectionName: 'any', appName: 'Example ID', issuer, apiHosts: apiUrl, clientAuthentication: 'basic', ...clients.confidentialBasic, scopes: 'openid email read', userIdentity: 'workflow', ...changes });
		await registerConnection(world.vault, { owner, credentialId: 'credential-2', settings, portalUrl: PORTAL_URL, resolveEndpoints });
		return await openConnection(world.vault, settings);
	}

	describe('that the person does not want', () => {
		it('the flow goes on, and its answer is for the browser that called it', async () => {
			const waiting = await request();
			const { browser, confirm } = await caller(waiting);
			expect(await walk(browser, confirm, 'alice', { decision: 'deny' })).toMatchObject({ status: 200, html: ANSWER });
			expect([world.resumed.length, await found(waiting)]).toEqual([1, expect.objectContaining({ failureCode: 'signInDeclined' })]);
			expect(await world.vault.grants.find(waiting)).toBeUndefined();
		});

		it('who holds a personal link is told that it goes on, and reads nothing of it: neither then nor later', async () => {
			const waiting = await request();
			const { browser, confirm } = await byPersonalLink(waiting);
			const end = await walk(browser, confirm, 'alice', { decision: 'deny' });
			expect(end).toMatchObject({ status: 200, title: 'Salesforce is not connected' });
			expect(end.html).toContain('Quarterly report');
			expect(world.resumed).toHaveLength(1);
			for (const page of ['continue', 'sign-in']) expect((await browser.visit(address(page, waiting))).title).toBe('Salesforce is not connected');
			expect(browser.received.join('\n')).not.toContain(ANSWER);
		});

		it('S6 a flow that goes on to ask for the next app hands over to its caller only', async () => {
			for (const [executionId, enter, hands] of [['by the caller', caller, true], ['by link', byPersonalLink, false]] as const) {
				let next: StoredSignInRequest | undefined;
				world.answerWith(async () => {
					next = await request({ endsOnFailure: true }, { executionId, nodeName: 'Next' });
					return { status: 302, headers: {}, body: Buffer.from('') };
				});
				const { browser, confirm } = await enter(await request({ endsOnFailure: true }, { executionId }));
				const end = await walk(browser, confirm, 'alice', { decision: 'deny' });
				expect(end.title).toBe(hands ? 'Connect Salesforce' : 'Salesforce is not connected');
				expect((await found(next!)).browserHash !== undefined).toBe(hands);
				// Declined as well: the answer of the flow is the caller's, not that of whoever had a link.
				world.answerWith({ status: 200, headers: {}, body: Buffer.from(ANSWER) });
				const last = await browser.visit(address('sign-in', next!));
				if (hands) expect((await walk(browser, last, 'alice', { decision: 'deny' })).html).toBe(ANSWER);
				else expect(last).toMatchObject({ status: 403, title: 'Is this sign-in yours?' });
			}
		});

		it('a flow that owes no answer says on a page that it goes on', async () => {
			const { browser, confirm } = await caller(await request({ endsOnFailure: true }, { answer: 'none' }));
			expect(await walk(browser, confirm, 'alice', { decision: 'deny' })).toMatchObject({ title: 'Salesforce is not connected' });
		});

		it('a flow that was stopped meanwhile does not say that anybody is signed in', async () => {
			world.answerWith('gone');
			const { browser, confirm } = await caller(await request());
			const end = await walk(browser, confirm, 'alice', { decision: 'deny' });
			expect(end.status).toBe(410);
			expect(end.html).not.toContain('signed in now');
		});

		it('a flow that does not want to hear of it waits on', async () => {
			const waiting = await request({ prompt: 'consent' });
			const { browser, confirm } = await caller(waiting);
			expect(confirm.forms.map(({ label }) => label)).toEqual(['Continue to Salesforce']);
			expect(await walk(browser, confirm, 'alice', { decision: 'deny' })).toMatchObject({ status: 403 });
			expect([world.resumed, (await found(waiting)).state]).toEqual([[], 'open']);
		});
	});

	describe('S17 "Not now"', () => {
		it('goes on without leaving for the provider, and the caller gets the answer', async () => {
			const waiting = await request();
			const { browser, confirm } = await caller(waiting);
			expect(confirm.forms.map(({ label }) => label)).toContain('Not now');
			expect(await browser.press(confirm, 'cancel')).toMatchObject({ html: ANSWER });
			expect(await found(waiting)).toMatchObject({ failureCode: 'signInDeclined' });
			expect(await world.calls()).toEqual([]);
		});

		it('is there for whoever holds the personal link, once, and they read nothing', async () => {
			const waiting = await request();
			const browser = world.browser();
			const confirm = await browser.visit(await world.personalLink(connection, waiting));
			const over = await browser.press(confirm, 'cancelLink');
			expect(over.html).toContain('goes on without it');
			expect(over.html).not.toContain(ANSWER);
			expect(await found(waiting)).toMatchObject({ failureCode: 'signInDeclined' });
			expect(await browser.press(confirm, 'cancelLink')).toMatchObject({ status: 404 });
		});

		it('is there for the person wherever they are signed in, and they get the answer as ever', async () => {
			const browser = await signedIn('alice');
			const waiting = await request();
			expect(await browser.press(await browser.visit(address('sign-in', waiting)), 'cancel')).toMatchObject({ html: ANSWER });
			expect(await found(waiting)).toMatchObject({ failureCode: 'signInDeclined' });
		});

		it('S34 a personal link of another trigger ends nothing, and is not even used up', async () => {
			await world.register({ connectionName: 'rogue' }, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL });
			const waiting = await request();
			const link = new URL(await world.personalLink(connection, waiting)).searchParams.get('link')!;
			const rogue = world.rogue();
			const token = (await rogue.visit(OTHER_PORTAL_URL)).forms[0]!.hidden.token!;
			for (const form of [{ cancelLink: link }, { cancel: waiting.id }] as Record<string, string>[]) expect(await rogue.visit(`${OTHER_PORTAL_URL}/connect`, { form: { ...form, token } })).toMatchObject({ status: 404 });
			const browser = world.browser();
			expect((await browser.press(await browser.visit(`${PORTAL_URL}/sign-in?link=${link}`), 'cancelLink')).title).toBe('Salesforce is not connected');
		});

		it('is there for nobody else than the person and the browser that the request belongs to', async () => {
			const browsers = [world.browser(), await signedIn('bob')];
			const waiting = await request();
			for (const browser of browsers) {
				const pages = [await browser.visit(address('sign-in', waiting))];
				expect(pages.flatMap(({ forms }) => forms).filter(({ hidden }) => hidden.cancel !== undefined)).toEqual([]);
				// A form of another page of ours, filled in by hand.
				const token = pages.flatMap(({ forms }) => forms)[0]!.hidden.token!;
				expect(await browser.visit(`${PORTAL_URL}/connect`, { form: { cancel: waiting.id, token } })).toMatchObject({ status: 403 });
			}
			expect((await found(waiting)).state).toBe('open');
		});

		it.each<[string, (token: string) => Record<string, string>, string | undefined]>([
			['without a token of the form', () => ({}), undefined],
			['with another one', () => ({ token: 'guessed' }), undefined],
			['from another site', (token) => ({ token }), 'https://evil.example'],
		])('%s is refused', async (_what, fields, origin) => {
			const waiting = await request();
			const { browser, confirm } = await caller(waiting);
			expect(await browser.visit(`${PORTAL_URL}/connect`, { form: { cancel: waiting.id, ...fields(confirm.forms[0]!.hidden.token!) }, origin })).toMatchObject({ status: 403 });
			expect((await browser.visit(`${PORTAL_URL}/connect?cancel=${waiting.id}`)).status).toBe(404);
			expect((await found(waiting)).state).toBe('open');
		});

		it('ends no wait of a flow that did not ask for that', async () => {
			const waiting = await request({});
			const { browser, confirm } = await caller(waiting);
			const page = await browser.visit(`${PORTAL_URL}/connect`, { form: { cancel: waiting.id, token: confirm.forms[0]!.hidden.token! } });
			expect([page.title, (await found(waiting)).state]).toEqual(['Connect Salesforce', 'open']);
		});

		it('comes too late for one that has waited as long as it may', async () => {
			const waiting = await request({ endsOnFailure: true }, { expiresInMs: 60_000 });
			const { browser, confirm } = await caller(waiting);
			world.advance(61_000);
			await world.vault.requests.expireOverdue(10);
			expect(await browser.press(confirm, 'cancel')).toMatchObject({ status: 410 });
			expect(await found(waiting)).toMatchObject({ state: 'timedOut', timedOut: true });
			expect((await found(waiting)).failureCode).toBeUndefined();
		});
	});

	describe('without a page of the provider', () => {
		const terms: SignInTerms = { prompt: 'none', endsOnFailure: true };

		it('goes on with that failure where one would be needed', async () => {
			const generic = await offerGeneric();
			const waiting = await request(terms, { to: generic });
			const { browser, confirm } = await caller(waiting, generic);
			expect(await walk(browser, confirm, 'alice')).toMatchObject({ html: ANSWER });
			expect(await found(waiting)).toMatchObject({ failureCode: 'interactionRequired' });
		});

		it('signs in whom the provider knows', async () => {
			const generic = await offerGeneric();
			const session = new Browser();
			const first = await caller(await request({}, { to: generic, executionId: '1' }), generic);
			await walk(first.browser, first.confirm, 'alice', { session });
			const waiting = await request(terms, { to: generic });
			const { browser, confirm } = await caller(waiting, generic);
			expect(await walk(browser, confirm, 'alice', { session })).toMatchObject({ html: ANSWER });
			expect((await found(waiting)).failureCode).toBeUndefined();
		});

		it('a flow that does not want to hear of it shows why, and waits on', async () => {
			const generic = await offerGeneric();
			const waiting = await request({ prompt: 'none' }, { to: generic });
			const { browser, confirm } = await caller(waiting, generic);
			const end = await walk(browser, confirm, 'alice');
			expect(end.html).toContain('interactionRequired');
			expect([world.resumed, (await found(waiting)).state]).toEqual([[], 'open']);
		});
	});

	it.each([true, false])('where the request cannot even be pushed, the flow hears of it if it wants to (%p)', async (endsOnFailure) => {
		const generic = await offerGeneric();
		const waiting = await request({ endsOnFailure }, { to: generic });
		const { browser, confirm } = await caller(waiting, generic);
		await world.fault({ match: { provider: 'oauth2', pathIncludes: '/request' }, kind: 'status', status: 503 });
		const end = await walk(browser, confirm, 'alice');
		expect(endsOnFailure ? end.html : end.status).toBe(endsOnFailure ? ANSWER : 503);
		expect(await found(waiting)).toMatchObject(endsOnFailure ? { failureCode: 'providerUnavailable' } : { state: 'open' });
	});

	it('a sign-in of its own is asked for even of who is signed in, and no other counts', async () => {
		const waiting = await request({ prompt: 'consent', endsOnFailure: true });
		const browser = await signedIn('alice');
		const mine = await browser.visit(PORTAL_URL);
		await walk(browser, { ...mine, forms: mine.forms.filter(({ hidden }) => hidden.connection !== undefined) }, 'alice');
		expect((await found(waiting)).state).toBe('open');
		const confirm = await browser.visit(address('sign-in', waiting));
		expect(confirm.title).toBe('Connect Salesforce');
		expect(await walk(browser, confirm, 'alice')).toMatchObject({ html: ANSWER });
	});

	it('the page names just what is asked for', async () => {
		const generic = await offerGeneric({ scopes: 'openid email read' });
		const { request: waiting } = await world.vault.requests.open({ executionId: '5', nodeName: 'N', runIndex: 0, connectionId: generic.id, userKey: alice, workflowId: 'w', workflowName: 'W', answer: 'none', usersHash: 'u', scopes: ['reports'], terms: { exactScopes: true }, resumeUrl: RESUME_URL, expiresInMs: 0 }, 20);
		const { confirm } = await caller(waiting, generic);
		for (const scope of ['Know who you are', 'reports']) expect(confirm.html).toContain(scope);
		expect(confirm.html).not.toContain('<li>read');
	});

	describe('nobody is led in a circle, and only who may reads the answer', () => {
		type Kind = 'the caller' | 'the caller, signed in' | 'by personal link' | 'signed in elsewhere' | 'somebody else' | 'nobody';
		const KINDS: Kind[] = ['the caller', 'the caller, signed in', 'by personal link', 'signed in elsewhere', 'somebody else', 'nobody'];
		const enter: Record<Kind, (waiting: StoredSignInRequest) => Promise<PortalBrowser>> = {
			'the caller': async (waiting) => (await caller(waiting)).browser,
			'the caller, signed in': async (waiting) => await signedIn('alice', (await caller(waiting)).browser),
			async 'by personal link'(waiting) {
				const { browser, confirm } = await byPersonalLink(waiting);
				await browser.open(new URL(confirm.forms[0]!.action, confirm.url), { form: confirm.forms[0]!.hidden });
				return browser;
			},
			'signed in elsewhere': async () => await signedIn('alice'),
			'somebody else': async () => await signedIn('bob'),
			nobody: async () => await Promise.resolve(world.browser()),
		};
		const STATES: Record<string, (waiting: StoredSignInRequest) => Promise<unknown>> = {
			open: async () => await Promise.resolve(),
			completed: async (waiting) => await world.vault.requests.complete(waiting),
			failed: async ({ id }) => await world.vault.requests.fail(id, 'signInDeclined'),
			async resumed(waiting) {
				await world.vault.requests.complete(waiting);
				await world.vault.requests.markResumed(waiting);
			},
			async 'failed and resumed'(waiting) {
				await world.vault.requests.fail(waiting.id, 'signInDeclined');
				await world.vault.requests.markResumed(waiting);
			},
			async 'timed out'() {
				world.advance(61_000);
				await world.vault.requests.expireOverdue(10);
			},
			closed: async (waiting) => await world.vault.requests.close(waiting),
		};
		const READS: Record<string, Kind[]> = { completed: ['the caller, signed in'], failed: ['the caller', 'the caller, signed in'] };

		it.each(Object.keys(STATES).flatMap((state) => KINDS.map((kind) => [state, kind] as const)))('%s: %s', async (state, kind) => {
			for (const [index, page] of ['sign-in', 'continue'].entries()) {
				const waiting = await request({ endsOnFailure: true, prompt: 'consent' }, { executionId: `e${index}`, expiresInMs: 60_000 });
				const browser = await enter[kind](waiting);
				await STATES[state]!(waiting);
				const seen: string[] = [];
				let current = await browser.open(address(page, waiting));
				for (; current.headers.location !== undefined; current = await browser.open(current.headers.location)) {
					seen.push(current.url.href);
					expect(seen).toHaveLength(new Set(seen).size);
				}
				expect(current.html === ANSWER).toBe(READS[state]?.includes(kind) === true);
				expect([200, 403, 410]).toContain(current.status);
				expect(world.errors).toEqual([]);
			}
		});
	});
});
