import { join } from 'node:path';

import { toAccessToken } from '../../../lib/connections';
import { closeRuntime } from '../../../lib/n8n';
import { fetchThroughN8n, streamThroughN8n } from '../../../lib/n8n/fetch';
import { createUserSession } from '../../../lib/n8n/userSession';
import { findOperation } from '../../../nodes/SalesforceRetrieveData/actions';
import { createOperationRuns } from '../../../nodes/SalesforceRetrieveData/actions/runOperation';
import { isTokenRejected } from '../../../nodes/SalesforceRetrieveData/transport/apiFailure';
import { startPostgres } from '../../host/postgres';
import type { Bench } from './bench';
import { medianOf, show } from './medians';
import { CREDENTIAL, ownQuery, signIn } from './nodes';

const SOQL = 'SELECT Id FROM Account LIMIT 1';
const CALLS = 2_000;
const WARM_UP = 200;

/** Processor time tells the same on a busy machine, too; what a database server works is not in it. */
interface Taken {
	ms: number;
	cpuMs: number;
}

/** One call as an individual user, against the same call of the same node with a static token, for which it reads a credential as any node does. */
export async function measureSelection(bench: Bench): Promise<void> {
	const postgres = await startPostgres();
	try {
		for (const [name, databaseUrl] of [['SQLite', `sqlite:${join(bench.folder, 'selection.sqlite')}`], ['Postgres', (await postgres.createDatabase()).url]] as const) await measure(bench, name, databaseUrl);
	} finally {
		await closeRuntime();
		await postgres.stop();
	}
}

async function measure({ engine, played, token, print }: Bench, name: string, databaseUrl: string): Promise<void> {
	await closeRuntime();
	const { salesforce } = played.description;
	const options = ownQuery(await signIn(databaseUrl, salesforce, token), SOQL);
	const operation = findOperation('query', 'soql')!;
	const known = toAccessToken({ accessToken: token, tokenType: 'Bearer', scopes: ['api'], apiBaseUrl: salesforce.instanceUrl });
	const withStaticToken = async () => {
		const context = engine.contextOf(options);
		await context.getCredentials(CREDENTIAL, 0);
		const session = createUserSession({ activity: { accepted: false }, appName: 'Salesforce', actsAs: 'static', fetch: fetchThroughN8n(context.helpers), openStream: streamThroughN8n(context.helpers), isTokenRejected, token: known, renew: async () => await Promise.resolve(known) });
		return await createOperationRuns(context).run(operation, session, 0, [session]);
	};
	const asUser = async () => await engine.run(options);
	const timed = async (call: () => Promise<unknown>): Promise<Taken> => {
		const cpu = process.cpuUsage();
		const begun = performance.now();
		await call();
		const ms = performance.now() - begun;
		const { user, system } = process.cpuUsage(cpu);
		return { ms, cpuMs: (user + system) / 1_000 };
	};
	const individual: Taken[] = [];
	const ofStatic: Taken[] = [];
	for (let index = -WARM_UP; index < CALLS; index += 1) {
		// Each comes first as often as second: what the first leaves behind meets both.
		const order = index % 2 === 0 ? ([asUser, withStaticToken] as const) : ([withStaticToken, asUser] as const);
		for (const call of order) {
			const taken = await timed(call);
			if (index >= 0) (call === asUser ? individual : ofStatic).push(taken);
		}
	}
	print(`\nselecting the user, ${name}: one call, ${CALLS.toLocaleString('en')} times each in turn`);
	const row = (what: string, of: (taken: Taken) => number) => {
		const [own, peer] = [individual.map(of), ofStatic.map(of)];
		print(`  ${what.padEnd(32)} ${show(medianOf(own), 3, ' ms')}; with a static token ${show(medianOf(peer), 3, ' ms')}; costs ${show(medianOf(own.map((value, index) => value - (peer[index] ?? Number.NaN))), 3, ' ms')} more`);
	};
	row('as the individual user', ({ ms }) => ms);
	row('processor time of that', ({ cpuMs }) => cpuMs);
}
