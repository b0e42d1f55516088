import type { ICredentialTestFunctions, ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';

import { readOpenIdSettings } from '../connections';
import { buildClient, createEndpointResolver, probeClient } from '../oauth';
import { describeFailure, fetchThroughRequest } from './testUserLogin';

/** The credential test of the portal's sign-in: settings complete, provider discovered, client accepted. */
export async function testOpenId(this: ICredentialTestFunctions, credential: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
	try {
		const settings = readOpenIdSettings(credential.data ?? {});
		const fetch = fetchThroughRequest(this);
		const client = await buildClient(await createEndpointResolver()({ issuer: settings.issuer, known: {} }, fetch), settings.client, { fetch });
		const wrong = await probeClient(client, 'https://localhost/credential-test');
		if (wrong !== undefined) return { status: 'Error', message: describeFailure(wrong) };
		return { status: 'OK', message: `${new URL(settings.issuer).host} knows this client` };
	} catch (error) {
		return { status: 'Error', message: describeFailure(error) };
	}
}
