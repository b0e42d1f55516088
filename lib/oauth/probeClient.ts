import * as openid from 'openid-client';

import type { ConnectedAppsError } from '../errors';
import { classifyAnswer } from './classifyAnswer';

/**
 * Tells a wrong client from a right one without any user: a token request with a made-up code.
 * @returns undefined if the server knows the client (it answers `invalid_grant`), else what is wrong
 */
export async function probeClient(client: openid.Configuration, redirectUri: string): Promise<ConnectedAppsError | undefined> {
	try {
		await openid.genericGrantRequest(client, 'authorization_code', { code: 'connected-apps-credential-test', redirect_uri: redirectUri, code_verifier: openid.randomPKCECodeVerifier() });
		return undefined;
	} catch (error) {
		const answer = classifyAnswer(error);
		return answer.kind === 'invalidGrant' ? undefined : answer.error;
	}
}
