// *SharePoint* as alice and bob run it, on the played Microsoft; every request is held against Graph's description.
import { Readable } from 'node:stream';

import type { IBinaryData, IDataObject, INodeExecutionData, NodeApiError } from 'n8n-workflow';

import { SharePoint } from '../../../nodes/SharePoint/SharePoint.node';
import { useOAuth } from '../../lib/connections/oauth/oauthWorld';
import type { SandboxCall } from '../../lib/connections/support/sandboxControl';
import { useRuntimeOf } from '../../lib/n8n/support';
import { sqlitePlace } from '../../lib/vault/places/sqlite';
import { GraphContract } from '../../sandbox/microsoft/graphContract';
import { play, type Execution, type Traces } from '../support/executing';

export const node = new SharePoint();
const CREDENTIAL_TYPE = 'sharePointOnlineUserLoginOAuth2Api';
const asAlice = { service: 'online', authentication: 'individualUser', user: 'alice@example.com', ifNotSignedIn: 'stopWithError' };

/** Large binary data, as n8n keeps it outside of the item: bytes that depend on their place alone. */
export interface KeptBinary {
	size: number;
}

export const byteAt = (index: number): number => (index * 7 + (index >> 12)) % 251;

export function* madeBytes(size: number): Generator<Buffer, void, undefined> {
	for (let start = 0; start < size; start += 65_536) yield Buffer.from(Uint8Array.from({ length: Math.min(65_536, size - start) }, (_, index) => byteAt(start + index)));
}

export type Run = Partial<Execution> & { kept?: KeptBinary };

export function useSharePoint(base: Record<string, unknown>) {
	const world = useOAuth(sqlitePlace);
	useRuntimeOf(world);
	const contract = GraphContract.load();
	const raw = () => {
		const { loginUrl, graphUrl, tenants, clients } = world.sandbox.microsoft;
		return { connectionName: 'sharepoint', userIdentity: 'workflow', cloud: 'custom', authorityUrl: loginUrl, graphUrl, tenant: tenants.home.id, clientId: clients.confidential.clientId, clientSecret: clients.confidential.clientSecret, scopeMode: 'custom', scopes: ['User.Read', 'Sites.ReadWrite.All'] };
	};
	beforeEach(async () => {
		await world.control('DELETE', 'settings');
		const connection = await world.offer(raw(), CREDENTIAL_TYPE);
		await world.walk(connection, 'alice');
		await world.walk(connection, 'bob');
		await world.control('DELETE', 'calls');
		world.sandbox.graphTraffic.start();
	});
	afterEach(() => {
		world.sandbox.graphTraffic.stop();
		const asked = world.sandbox.graphTraffic.exchanges;
		expect(asked.flatMap((exchange) => contract.requestViolationsOf(exchange).map((wrong) => `${exchange.method} ${exchange.url}: ${wrong}`))).toEqual([]);
	});
	let last: Traces;
	const run = async (parameters: Record<string, unknown>, { kept, ...more }: Run = {}): Promise<INodeExecutionData[]> => {
		const traces = play({ credentialType: CREDENTIAL_TYPE, ...more, parameters: { ...asAlice, ...base, ...parameters } }, raw());
		last = traces;
		Object.assign(traces.context.helpers, {
			assertBinaryData: (itemIndex: number, property: string): IBinaryData => traces.context.getInputData()[itemIndex]!.binary![property]!,
			getBinaryMetadata: async () => await Promise.resolve({ fileSize: kept!.size }),
			getBinaryStream: async () => await Promise.resolve(Readable.from(madeBytes(kept!.size), { objectMode: false })),
		});
		const [items] = await node.execute.call(traces.context);
		return items!;
	};
	return {
		world,
		raw,
		run,
		/** Of the last run. */
		get traces(): Traces {
			return last;
		},
		rows: async (parameters: Record<string, unknown>, more?: Run): Promise<IDataObject[]> => (await run(parameters, more)).map(({ json }) => json),
		failure: async (parameters: Record<string, unknown>, more?: Run): Promise<NodeApiError> =>
			await run(parameters, more).then(
				() => {
					throw new Error('it did not fail');
				},
				(error: unknown) => error as NodeApiError,
			),
		api: async (): Promise<SandboxCall[]> => (await world.calls()).filter(({ server }) => server === 'api'),
		settings: async (changes: Record<string, unknown>) => void (await world.control('POST', 'settings', changes)),
		fault: async (fault: { match?: Record<string, unknown>; [more: string]: unknown }) => await world.fault({ ...fault, match: { provider: 'microsoft', ...fault.match } }),
	};
}
