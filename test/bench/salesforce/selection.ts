import { join } from 'node:path';

import { toAccessToken } from '../../../lib/connections';
import { closeRuntime } from '../../../lib/n8n';
import { fetchThroughN8n, streamThroughN8n } from '../../../lib/n8n/fetch';
import { createUserSession } from '../../../lib/n8n/userSession';
import { findOperation } from '../../../nodes/SalesforceRetrieveData/actions';
import { createOperationRuns } from '../../../nodes/SalesforceRetrieveData/actions/runOperation';
import { isTokenRejected } from '../../../nodes/SalesforceRetrieveData/transport/apiFailure';
import { startPostgres } from '../../host/postgres';
import { measureAlternating, row } from '../statistics';
import type { Bench } from './bench';
import { ownQuery, signIn } from './nodes';

const SOQL = 'SELECT Id FROM Account LIMIT 1';

/** One call as an individual user, against the same call of the same node with a token at hand. */
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
	const withTokenAtHand = async () => {
		const context = engine.contextOf(options);
		const session = createUserSession({ activity: { accepted: false }, appName: 'Salesforce', actsAs: 'static', fetch: fetchThroughN8n(context.helpers), openStream: streamThroughN8n(context.helpers), isTokenRejected, token: known, renew: async () => await Promise.resolve(known) });
		return await createOperationRuns(context).run(operation, session, 0, [session]);
	};
	const individual = 'as the individual user';
	const static_ = 'with a token at hand';
	const figures = await measureAlternating({ [individual]: async () => await engine.run(options), [static_]: withTokenAtHand }, { blocks: 15, perBlock: 100 });
	print(`\nselecting the user, ${name}: one call`);
	for (const [what, figure] of Object.entries(figures)) print(row(`  ${what}`, figure));
	print(`  costs ${((figures[individual]?.p50 ?? Number.NaN) - (figures[static_]?.p50 ?? Number.NaN)).toFixed(3)} ms more`);
}
