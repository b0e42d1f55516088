import type { ICredentialTestFunctions, ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';

import { readConnectionSettings } from '../connections';
import { isConnectedAppsError } from '../errors';
import { buildClient, createEndpointResolver, probeClient } from '../oauth';
import type { Fetch } from '../types';

interface LegacyResponse {
	statusCode: number;
	headers: Record<string, string>;
	body: string;
}

/** Credential tests only have n8n's older request helper. */
export function fetchThroughRequest(context: ICredentialTestFunctions): Fetch {
	return async (url, init) => {
		const answer = (await context.helpers.request({ uri: url, method: init.method, headers: init.headers, body: init.body ?? undefined, simple: false, resolveWithFullResponse: true, followRedirect: false, timeout: init.timeoutMs })) as LegacyResponse;
		const told = ['content-type', 'www-authenticate', 'retry-after', 'dpop-nonce'].flatMap((name): [string, string][] => (answer.headers[name] === undefined ? [] : [[name, String(answer.headers[name])]]));
		return new Response(answer.body, { status: answer.statusCode, headers: told });
	};
}

/** Message and way out, in one sentence or two. */
export function describeFailure(error: unknown): string {
	const advice = isConnectedAppsError(error) ? error.details.advice : undefined;
	return [error instanceof Error ? error.message : String(error), advice].filter(Boolean).join('. ');
}

/** The credential test of a User Login type: settings complete, provider reachable, client accepted. */
export function testUserLogin(credentialType: string) {
	return async function (this: ICredentialTestFunctions, credential: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
		try {
			const settings = readConnectionSettings(credentialType, credential.data ?? {});
			const fetch = fetchThroughRequest(this);
			const client = await buildClient(await createEndpointResolver()(settings.source, fetch), settings.client, { fetch });
			const wrong = await probeClient(client, 'https://localhost/credential-test', settings.provider);
			if (wrong !== undefined) return { status: 'Error', message: describeFailure(wrong) };
			return { status: 'OK', message: `${settings.provider.appName} knows this client` };
		} catch (error) {
			return { status: 'Error', message: describeFailure(error) };
		}
	};
}
