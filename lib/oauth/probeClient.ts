import * as openid from 'openid-client';

import { ConnectedAppsError } from '../errors';
import { classifyAnswer, knownErrorOf, type AnswerQuirks } from './classifyAnswer';
import { createDpopKey, provedWith } from './dpop';

interface Rejection {
	what: string;
	field: string;
	advice?: string;
}

/** What of the client was refused, as far as the server tells: most do not tell a wrong id from a wrong secret. */
function rejectionOf(client: openid.Configuration, said: string): Rejection {
	const method = client.clientMetadata().token_endpoint_auth_method;
	if (/client.?id\b|client identifier|(unknown|unregistered|no such) client|client.{0,60}(not found|unknown|not registered|does not exist)|application.{0,60}not found/i.test(said)) {
		return { what: 'does not know this Client ID', field: 'clientId', advice: 'Copy the Client ID from the app at the provider, and see whether the address is that of the same environment' };
	}
	if (method === 'private_key_jwt') {
		return { what: 'does not accept the signature of this client', field: 'privateKey', advice: 'Register the public key or certificate of this private key for the app at the provider; check Client ID, Key ID and Signing Algorithm' };
	}
	if (method === 'none') return { what: 'does not know this Client ID, or wants a secret', field: 'clientId', advice: 'Check Client ID; if the app is not registered as a public client, choose another Client Authentication and enter its secret' };
	if (/secret/i.test(said)) return { what: 'does not accept this Client Secret', field: 'clientSecret', advice: 'Copy the Client Secret again, or make a new one at the provider: it may have expired' };
	return { what: 'refused the client: Client ID, Client Secret or Client Authentication is wrong', field: 'clientSecret' };
}

/**
 * Tells a wrong client from a right one without any user: a token request with a made-up code.
 * @returns undefined if the server knows the client (it answers `invalid_grant`), else what is wrong, with the host's name
 */
export async function probeClient(client: openid.Configuration, redirectUri: string, quirks: AnswerQuirks = {}): Promise<ConnectedAppsError | undefined> {
	const { token_endpoint: tokenUrl = '', dpop_signing_alg_values_supported: algorithms = [] } = client.serverMetadata();
	const { host } = new URL(tokenUrl);
	try {
		const proof = await provedWith(client, await createDpopKey(algorithms));
		await openid.genericGrantRequest(client, 'authorization_code', { code: 'connected-apps-credential-test', redirect_uri: redirectUri, code_verifier: openid.randomPKCECodeVerifier() }, proof);
		return undefined;
	} catch (error) {
		const { kind, error: told } = classifyAnswer(error, quirks);
		if (kind === 'invalidGrant') return undefined;
		const { error: oauthError = '', error_description: description = '' } = error as { error?: string; error_description?: string };
		const message = told.message.replace(/^The provider/, host);
		if (kind !== 'clientRejected' || oauthError === 'unauthorized_client' || knownErrorOf(quirks, oauthError, description) !== undefined) {
			return new ConnectedAppsError(told.code, message, told.details, { cause: told.cause });
		}
		const { what, field, advice = told.details.advice } = rejectionOf(client, `${oauthError} ${description}`);
		return new ConnectedAppsError('clientRejected', message.replace('refused the client', what), { ...told.details, field, advice }, { cause: told.cause });
	}
}
