import type { Fetch } from '../../lib/types';
import type { Connection } from '../../lib/connections';
import { alice, PORTAL_URL } from '../lib/connections/support/world';
import type { PortalBrowser } from '../lib/portal/walk/portalBrowser';
import { usePortal } from '../lib/portal/walk/portalWorld';

const CALLBACK = `${PORTAL_URL}/salesforce/callback`;

/** Takes any code from anybody, looks at no verifier, and says of every account that it is just the right one. */
function carelessServer(): { fetch: Fetch; exchanged: string[] } {
	const exchanged: string[] = [];
	const json = (body: unknown) => new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
	const fetch: Fetch = async (url, { body }) => {
		if (url.endsWith('/userinfo')) return await Promise.resolve(json({ sub: 'x', user_id: '005000000000001AAA', organization_id: '00D000000000001EAA', preferred_username: alice, email: alice, email_verified: true }));
		exchanged.push(new URLSearchParams(String(body)).get('code') ?? '');
		return await Promise.resolve(json({ access_token: 'a', refresh_token: 'r', token_type: 'Bearer', scope: 'api refresh_token openid', instance_url: 'https://example.my.salesforce.com' }));
	};
	return { fetch, exchanged };
}

describe('S3 a server that ignores PKCE', () => {
	const world = usePortal();
	let server: ReturnType<typeof carelessServer>;
	let connection: Connection;
	beforeEach(async () => {
		server = carelessServer();
		connection = await world.register();
	});

	/** A browser on its way to the provider, and the state of the transaction that it has started there. */
	async function onItsWay(executionId: string): Promise<{ browser: PortalBrowser; state: string }> {
		const browser = world.browser({ fetch: server.fetch });
		const confirm = await browser.visit(await world.handOver(connection, await world.request(connection, { executionId })));
		const [form] = confirm.forms;
		const { headers } = await browser.open(new URL(form!.action, confirm.url), { form: form!.hidden });
		return { browser, state: new URL(headers.location!).searchParams.get('state')! };
	}
	const answer = (code: string, state?: string) => `${CALLBACK}?${new URLSearchParams({ code, ...(state !== undefined && { state }) })}`;
	const grant = async () => await world.vault.grants.find({ connectionId: connection.id, userKey: alice });

	it('accepts whatever code comes with the right state: nothing but the state stands in the way of a forged one', async () => {
		const { browser, state } = await onItsWay('1');
		await browser.visit(answer('code-of-anybody', state));
		expect([server.exchanged, (await grant())?.state]).toEqual([['code-of-anybody'], 'active']);
	});

	it.each<[string, (own: { victim: string; attacker: string }) => string | undefined]>([
		['no state', () => undefined],
		['an empty state', () => ''],
		['an invented state', () => 'A'.repeat(43)],
		['a state of the right form that is cut', ({ victim }) => victim.slice(0, -1)],
		['the state of a transaction of the attacker’s own browser', ({ attacker }) => attacker],
	])('a forged callback with %s is refused before the code is shown to anybody', async (_what, stateOf) => {
		const victim = await onItsWay('1');
		const attacker = await onItsWay('2');
		const page = await victim.browser.visit(answer('code-of-the-attacker', stateOf({ victim: victim.state, attacker: attacker.state })));
		expect(page.status).toBeGreaterThanOrEqual(400);
		expect([server.exchanged, await grant()]).toEqual([[], undefined]);
	});

	it('so it is with the victim’s own state in the attacker’s browser, and a second time in any', async () => {
		const victim = await onItsWay('1');
		const attacker = await onItsWay('2');
		expect((await attacker.browser.visit(answer('code-of-the-attacker', victim.state))).status).toBeGreaterThanOrEqual(400);
		expect((await victim.browser.visit(answer('code-of-the-attacker', victim.state))).status).toBeGreaterThanOrEqual(400);
		expect([server.exchanged, await grant()]).toEqual([[], undefined]);
	});
});
