// *SharePoint* as alice and bob run it on the played SharePoint Server, by their sign-in at AD FS.
import { Readable } from 'node:stream';

import type { IBinaryData, IDataObject, INodeExecutionData, NodeApiError } from 'n8n-workflow';

import { useOAuth } from '../../lib/connections/oauth/oauthWorld';
import type { SandboxCall } from '../../lib/connections/support/sandboxControl';
import { useRuntimeOf } from '../../lib/n8n/support';
import { sqlitePlace } from '../../lib/vault/places/sqlite';
import { play } from '../support/executing';
import { madeBytes, node, type Run } from './sharePointNode';

const CREDENTIAL_TYPE = 'sharePointServerUserLoginOAuth2Api';
const asAlice = { service: 'server', authentication: 'individualUser', user: 'alice@example.com', ifNotSignedIn: 'stopWithError' };

export function useSharePointServer(base: Record<string, unknown>) {
	const world = useOAuth(sqlitePlace);
	useRuntimeOf(world);
	const raw = () => {
		const { issuer, siteUrl, clients } = world.sandbox.adfs;
		return { connectionName: 'sharepoint-server', userIdentity: 'workflow', endpointMode: 'discovery', clientAuthentication: 'post', issuer, siteUrl, treatEmailsAsVerified: true, clientId: clients.confidential.clientId, clientSecret: clients.confidential.clientSecret, scopeMode: 'custom', scopes: ['openid', 'profile', 'email', 'allatclaims'] };
	};
	beforeEach(async () => {
		const connection = await world.offer(raw(), CREDENTIAL_TYPE);
		await world.control('POST', 'redirect-uris', { uri: connection.registration.redirectUri, provider: 'adfs' });
		await world.walk(connection, 'alice');
		await world.walk(connection, 'bob');
		await world.control('DELETE', 'calls');
	});
	const run = async (parameters: Record<string, unknown>, { kept, ...more }: Run = {}): Promise<INodeExecutionData[]> => {
		const { context } = play({ credentialType: CREDENTIAL_TYPE, ...more, parameters: { ...asAlice, ...base, ...parameters } }, raw());
		Object.assign(context.helpers, {
			assertBinaryData: (itemIndex: number, property: string): IBinaryData => context.getInputData()[itemIndex]!.binary![property]!,
			getBinaryMetadata: async () => await Promise.resolve({ fileSize: kept!.size }),
			getBinaryStream: async () => await Promise.resolve(Readable.from(madeBytes(kept!.size), { objectMode: false })),
		});
		const [items] = await node.execute.call(context);
		return items!;
	};
	return {
		world,
		raw,
		run,
		rows: async (parameters: Record<string, unknown>, more?: Run): Promise<IDataObject[]> => (await run(parameters, more)).map(({ json }) => json),
		failure: async (parameters: Record<string, unknown>, more?: Run): Promise<NodeApiError> =>
			await run(parameters, more).then(
				() => {
					throw new Error('it did not fail');
				},
				(error: unknown) => error as NodeApiError,
			),
		api: async (): Promise<SandboxCall[]> => (await world.calls()).filter(({ server }) => server === 'api'),
	};
}
