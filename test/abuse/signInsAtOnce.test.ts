// So many people instead of the sandbox's four.
jest.mock('../sandbox/people', () => {
	const { people } = jest.requireActual<typeof import('../sandbox/people')>('../sandbox/people');
	const crowd = Array.from({ length: mockCrowd() - people.length }, (_, index) => {
		const name = `person-${index}`;
		return { name, givenName: name, familyName: 'Crowd', username: `${name}@example.com`, email: `${name}@example.com`, password: `${name}-password` };
	});
	return { people: [...people, ...crowd] };
});

import { inspect } from 'node:util';

import { userKey } from '../../lib/identity';
import { personalLinkAccess, portalLimits } from '../../lib/portal';
import type { Fetch } from '../../lib/types';
import { owner, plainFetch } from '../lib/connections/support/world';
import { usePortal } from '../lib/portal/walk/portalWorld';
import type { MakePlace, Place } from '../lib/vault/contract/setup';
import { usePostgres } from '../lib/vault/places/postgres';
import { sqlitePlace } from '../lib/vault/places/sqlite';
import { amount } from './amount';

/** Called by the factory above, before anything here stands. */
function mockCrowd(): number {
	return process.env.CONNECTED_APPS_ABUSE === 'full' ? 500 : 30;
}

const PEOPLE = amount(500, 30);

const postgres = usePostgres();

/** The provider is played in this same process: so many keep it busy for longer than we would wait for it. Who gives up is tested elsewhere. */
const patientFetch: Fetch = async (url, init) => await plainFetch(url, { ...init, timeoutMs: 600_000 });

/** The pool gives whoever waits for one of its few connections up, too. */
async function patientPostgres(): Promise<Place> {
	const place = await postgres.makePlace();
	return { ...place, backend: { ...place.backend, connectionTimeoutMs: 600_000 } };
}

describe.each<[string, MakePlace]>([
	['SQLite', sqlitePlace],
	['Postgres', patientPostgres],
])('people who sign in at the same time, kept in %s', (_database, makePlace) => {
	const world = usePortal(makePlace);

	it(`S27 S38 ${PEOPLE} of them: none is lost, none is swapped, and each flow answers its own browser`, async () => {
		const connection = await world.register();
		const access = personalLinkAccess(owner, portalLimits());
		const users = world.sandbox.users.map(({ name, email }) => ({ name, user: userKey(email) }));
		expect(users).toHaveLength(PEOPLE);
		world.answerWith({ status: 200, headers: { 'content-type': 'text/plain' }, body: Buffer.from('done') });
		const resumedFor: string[] = [];
		const walks = await Promise.allSettled(
			users.map(async ({ name, user }) => {
				const request = await world.request(connection, { user, executionId: `of-${name}` });
				const browser = world.browser({
					access,
					fetch: patientFetch,
					async resume({ userKey: of, executionId }) {
						resumedFor.push(of);
						return await Promise.resolve({ status: 200, headers: { 'content-type': 'text/plain' }, body: Buffer.from(`${of} ${executionId}`) });
					},
				});
				const confirm = await browser.visit(await world.handOver(connection, request));
				const end = await world.walk(browser, confirm, name);
				return { name, status: end.status, text: end.html };
			}),
		);
		// With its causes, which Jest does not print.
		expect(walks.flatMap((walk) => (walk.status === 'rejected' ? [inspect(walk.reason)] : []))).toEqual([]);
		const ends = walks.flatMap((walk) => (walk.status === 'fulfilled' ? [walk.value] : []));
		expect(ends.filter(({ name, status, text }) => status !== 200 || text !== `${name}@example.com of-${name}`)).toEqual([]);
		expect(resumedFor.sort()).toEqual(users.map(({ user }) => String(user)).sort());

		const grants = await world.vault.grants.listByConnection(connection.id);
		expect(grants.map((grant) => [String(grant.userKey), grant.account.email, grant.state]).sort()).toEqual(users.map(({ user }) => [String(user), String(user), 'active']).sort());
		const tokens = await Promise.all(grants.map(async (grant) => (await world.vault.grants.openTokens(grant)).accessToken));
		expect(new Set(tokens).size).toBe(PEOPLE);
		expect(await world.exchanges()).toBe(PEOPLE);
		// Whose token it is says the provider, not we.
		for (const [index, grant] of grants.entries()) {
			const told = (await (await fetch(`${world.sandbox.salesforce.loginUrl}/services/oauth2/userinfo`, { headers: { authorization: `Bearer ${tokens[index]!}` } })).json()) as { email?: string };
			expect(told.email).toBe(grant.userKey);
		}
		expect(world.errors).toEqual([]);
	}, 1_800_000);
});
