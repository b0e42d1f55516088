import { NEW_PEOPLE_PER_HOUR } from '../../lib/connections';
import { getRuntime } from '../../lib/n8n';
import { runPerItem } from '../../lib/n8n/perItem';
import { isTokenRejected } from '../../nodes/SalesforceRetrieveData/transport/apiFailure';
import { CREDENTIAL, play, useNodes } from '../nodes/support/executing';
import { amount, isFull, randomOf } from './amount';

const RUNS = amount(10_000, 400);
/** In full the usual bound; else one that so many runs reach as well. */
const BOUND = isFull ? NEW_PEOPLE_PER_HOUR : 50;

describe('a flow whose callers make people up', () => {
	const world = useNodes();

	it(`S40 ${RUNS} runs as random people leave a bounded number of rows, events and mails, and real people go on`, async () => {
		if (!isFull) process.env.CONNECTED_APPS_NEW_PEOPLE_PER_HOUR = String(BOUND);
		const connection = await world.register();
		const { grant } = await world.signIn(connection, 'alice');
		await world.vault.grants.end(grant!, 'invalidGrant', { revoke: false });
		const random = randomOf(40);
		const run = async (user: string, executionId: string): Promise<string> => {
			const traces = play({ parameters: { authentication: 'individualUser', user, ifNotSignedIn: 'wait' }, executionId }, world.raw());
			return await runPerItem(traces.context, { credentialType: CREDENTIAL, isTokenRejected }, async () => await Promise.resolve([])).then(
				() => (traces.waitTill === undefined ? 'went on' : 'waits'),
				(error: { type?: string; message: string }) => String(error.type ?? error.message),
			);
		};
		const outcomes: Record<string, number> = {};
		for (let index = 0; index < RUNS; index++) {
			const outcome = await run(`person-${Math.floor(random() * 1e12).toString(36)}@${random() < 0.5 ? 'example.com' : 'example.org'}`, `made-up-${index}`);
			outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
		}
		expect(outcomes).toEqual({ waits: BOUND, tooManyRequests: RUNS - BOUND });
		expect(await run('alice@example.com', 'of-alice')).toBe('waits');

		const count = async (table: string) => Number((await world.place.query(`select count(*) as n from ${world.place.table(table)}`))[0]!.n);
		expect(await count('requests')).toBe(BOUND + 1);
		expect(await count('grants')).toBe(1);
		for (const table of ['links', 'sessions', 'transactions', 'identities', 'waits']) expect([table, await count(table)]).toEqual([table, 0]);
		// Whatever else there is: no table grows with the number of runs.
		const tables = (await world.place.query("select name from sqlite_master where type = 'table' and name like 'connected_apps_%'")).map(({ name }) => String(name));
		for (const name of tables) expect([name, Number((await world.place.query(`select count(*) as n from "${name}"`))[0]!.n) <= 2 * BOUND]).toEqual([name, true]);
		const { vault } = await getRuntime();
		const events = (await vault.outbox.lease('workflow-1:node-1', 'test', 60_000, RUNS)).filter(({ type }) => type === 'authenticationNeeded');
		expect(events).toHaveLength(BOUND + 1);
		expect(new Set(events.map(({ payload }) => payload.user)).size).toBe(BOUND + 1);
	}, 1_800_000);
});
