import { newSecret, portalLinkFor, type Connection } from '../../lib/connections';
import { ConnectedAppsError } from '../../lib/errors';
import { readPeople } from '../../lib/identity';
import { handlePortalRequest, personalLinkAccess, portalLimits, type PortalAccess, type PortalResponse } from '../../lib/portal';
import { sha256 } from '../../lib/vault';
import { alice, bob, owner, PORTAL_URL } from '../lib/connections/support/world';
import { openIdAccess, PROXY_SECRET, trustedHeaderAccess } from '../lib/portal/walk/openIdWorld';
import { usePortal } from '../lib/portal/walk/portalWorld';
import { amount, randomOf } from './amount';
import { PORTAL_ADDRESSES } from '../security/portalServer';
import { strangeRequest, type Material } from './requests';

/** Together 100,000. */
const REQUESTS = amount(25_000, 2_000);
/** Without deadline of their own: the full number takes minutes. */
const LIMIT_MS = 1_800_000;
/** Rows that a stranger may leave behind for as long as a sign-in may take: they are gone when it is over. */
const SHORT_LIVED = new Set(['transactions', 'links', 'seen']);
/** What ends something, as a page of ours says it. */
const ACTS = [['signOut', '1'], ['everything', '1'], ['others', '1'], ['all', '1'], ['act', 'reauthorize'], ['act', 'disconnect']] as const;
const STATUSES = [200, 303, 400, 403, 404];

describe.each<[string, (world: ReturnType<typeof usePortal>) => PortalAccess, number]>([
	['personal links', () => personalLinkAccess(owner), 20_260_101],
	['the organisation’s sign-in', (world) => openIdAccess(world), 20_260_102],
	['a trusted header', (world) => trustedHeaderAccess(world), 20_260_103],
	['administrators', () => ({ ...personalLinkAccess(owner), admins: readPeople('alice@example.com', 'Administrators') }), 20_260_104],
])('strange requests to a portal with %s', (_how, accessOf, seed) => {
	const world = usePortal();
	let material: Material;
	let access: PortalAccess;
	let kept: Connection;
	/** What browsers prove themselves with, the key of their forms aside: pages hold that in another form. */
	let proofs: string[];

	beforeEach(async () => {
		access = { ...accessOf(world), limits: portalLimits({ requestsPerMinute: 1_000_000_000 }) };
		const connection = await world.register({}, { portal: access.portal });
		kept = await world.register({ connectionName: 'kept' }, { portal: access.portal });
		for (const person of ['alice', 'carol']) await world.signIn(kept, person);
		const request = await world.request(connection);
		const waiting = await world.request(connection, { user: bob, executionId: 'of-bob' });
		const browser = world.browser({ access });
		const handOver = await world.handOver(connection, request);
		await browser.visit(handOver);
		const link = await world.personalLink(connection, waiting);
		const own = access.portal.signInMethod === 'personalLink' ? [await portalLinkFor(world.vault, connection, alice)] : [];
		const confirm = await browser.visit(`${PORTAL_URL}/sign-in?request=${request.id}`);
		// Alice herself, as far as her cookie goes: no form of hers comes with it.
		const [session, elsewhere] = [newSecret(), newSecret()];
		for (const secret of [session, elsewhere]) await world.vault.sessions.create(sha256(secret), access.portal.id, { userKey: alice, method: access.portal.signInMethod === 'openId' ? 'openId' : 'account', claims: {} }, { idleMs: 86_400_000, absoluteMs: 86_400_000 });
		const { connected_apps_form: _key, ...binding } = browser.cookiesFor(`${new URL(PORTAL_URL).pathname}/sign-in`);
		proofs = [session, elsewhere, ...Object.values(binding)];
		expect(proofs.length).toBeGreaterThan(2);
		const fields = [...[handOver, link, ...own].flatMap((address) => [...new URL(address).searchParams]), ...confirm.forms.flatMap(({ hidden }) => Object.entries(hidden)), ['request', waiting.id] as const, ['connection', connection.id] as const, ['connection', kept.id] as const, ...ACTS];
		material = {
			values: [...new Set([...fields.map(([, value]) => value), request.id])],
			fields: fields.map(([name, value]) => [name, value] as const),
			// Of a browser that has its hands on a request of Alice’s, but is not signed in; of nobody; of Alice.
			cookies: [browser.cookiesFor(`${new URL(PORTAL_URL).pathname}/sign-in`), {}, { connected_apps_session: session }],
		};
	});

	const rows = async (): Promise<Record<string, number>> => {
		const tables = (await world.place.query("select name from sqlite_master where type = 'table' and name like 'connected_apps_%'")).map(({ name }) => String(name));
		const counts: Record<string, number> = {};
		for (const table of tables) counts[table.slice('connected_apps_'.length)] = Number((await world.place.query(`select count(*) as n from "${table}"`))[0]!.n);
		return counts;
	};

	/** Whoever only bends what they have may start a sign-in or use up a link; nobody becomes anybody, and nothing ends. */
	it(`S12 S33 ${REQUESTS} of them: no failure of ours, no word of a secret, nothing left behind`, async () => {
		const request = await world.vault.requests.listForExecution('77');
		const grants = async () => (await world.vault.grants.listByConnection(kept.id)).map(({ userKey, state, version }) => ({ userKey, state, version }));
		const [grantsBefore, tokens] = [await grants(), await Promise.all((await world.vault.grants.listByConnection(kept.id)).map(async (grant) => await world.vault.grants.openTokens(grant)))];
		expect(grantsBefore.map(({ state }) => state)).toEqual(['active', 'active']);
		const secrets = [...tokens.flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken!]), world.sandbox.salesforce.clients.confidential.clientSecret, world.sandbox.oauth2.clients.confidentialBasic.clientSecret, PROXY_SECRET, 'carol@example.com', ...proofs];
		const before = await rows();
		const random = randomOf(seed);
		const failures: string[] = [];
		const reached = new Set<string>();
		const statuses = new Set<number>();
		for (let index = 0; index < REQUESTS; index++) {
			const asked = strangeRequest(random, material);
			const answered = await handlePortalRequest(world.parts({ access, fetch: nobodyAnswers }), asked);
			const wrong = wrongWith(answered, secrets);
			statuses.add(answered.status);
			// What is not there, or was held up, has no say in this.
			if (![404, 429].includes(answered.status)) reached.add(`${asked.method} ${asked.page}`);
			if (wrong !== undefined) failures.push(`${index} ${asked.method} ${asked.page}: ${wrong}`);
		}
		expect(failures.slice(0, 5)).toEqual([]);
		expect(world.errors).toEqual([]);
		expect(world.resumed).toEqual([]);
		expect([...statuses]).toEqual(expect.arrayContaining(STATUSES));
		// Each page that this portal has came to words of its own.
		expect(PORTAL_ADDRESSES.map(({ method, page }) => `${method} ${page}`).filter((address) => !reached.has(address))).toEqual([]);
		expect((await world.vault.requests.listForExecution('77')).map(({ id, userKey }) => [id, userKey])).toEqual(request.map(({ id, userKey }) => [id, userKey]));
		expect(await grants()).toEqual(grantsBefore);
		world.advance(3_600_000);
		await world.vault.prune({ finishedMs: 86_400_000, endedGrantsMs: 86_400_000, auditMs: 86_400_000 });
		const after = await rows();
		const changed = Object.keys(before).filter((table) => (SHORT_LIVED.has(table) ? after[table]! > before[table]! : before[table] !== after[table]));
		expect(changed.filter((table) => !['audit', 'outbox'].includes(table))).toEqual([]);
		// Refused attempts are audited and a new link is sent where a page offers one: both far from once for each request.
		for (const table of ['audit', 'outbox']) expect((after[table] ?? 0) - (before[table] ?? 0)).toBeLessThan(REQUESTS / 10);
	}, LIMIT_MS);
});

/** Only the portal is under test; and nobody may send it anywhere. */
async function nobodyAnswers(): Promise<never> {
	throw await Promise.resolve(new ConnectedAppsError('providerUnavailable', 'The provider is away'));
}

/** Of whatever failed inside, and the resume address, whose signature says so. */
const INNER = /canary|-----BEGIN|at Object\.|node_modules|\/lib\/portal|SQLITE|webhook-waiting/i;

function wrongWith({ status, headers, body, cookies }: PortalResponse, secrets: readonly string[]): string | undefined {
	const text = typeof body === 'string' ? body : Buffer.from(body).toString();
	// 502 and 503 say that the provider is away, which it is.
	if (status < 200 || (status >= 500 && status !== 502 && status !== 503)) return `status ${status}`;
	for (const part of [text, JSON.stringify(headers), JSON.stringify(cookies)]) {
		if (INNER.test(part)) return `tells ${INNER.exec(part)![0]}`;
		if (secrets.some((secret) => part.includes(secret))) return 'tells a secret';
	}
	for (const value of [...Object.values(headers), ...cookies.map((cookie) => `${cookie.value} ${cookie.path}`)]) if (/[\r\n\0]/.test(value)) return 'splits a header';
	if (headers['cache-control'] !== 'no-store') return 'may be cached';
	if (headers.location !== undefined && !headers.location.startsWith(PORTAL_URL) && !/^http:\/\/127\.0\.0\.1:\d+\/.*(authorize|auth)/.test(headers.location)) return `leads to ${headers.location}`;
	return undefined;
}
