// JWT grant: an app acts as a user who has consented to that once, with an assertion and nothing else.
// @see https://developers.docusign.com/platform/auth/jwt-get-token
// @see https://support.docusign.com/s/articles/DocuSign-Developer-FAQs-General-Administration-and-Authentication (which refusal means what)
import type { RequestHandler, Response } from 'express';
import type { Provider } from 'oidc-provider';
import { isSignedBy, readAssertion, type Assertion } from '../assertion';
import { peekForm } from '../formBody';
import { confidentialApp, jwtBearerGrant, type DocuSignContext } from './context';
import { docuSignUsers, type DocuSignUser } from './directory';

const longestSeconds = 3_600;
/** The hosts of DocuSign's other environments: an assertion for them names an app that is not known here. */
const otherEnvironments = ['account.docusign.com', 'account-d.docusign.com'];

class Refusal extends Error {
	constructor(
		readonly error: string,
		readonly description?: string,
	) {
		super(error);
	}
}

const invalidGrant = (description: string): Refusal => new Refusal('invalid_grant', description);

export function jwtGrant(context: DocuSignContext, provider: Provider): RequestHandler {
	return async (request, response, next) => {
		const form = await peekForm(request);
		if (form.get('grant_type') !== jwtBearerGrant) return next();
		try {
			const { user, scopes } = await judge(context, form.get('assertion') ?? '');
			context.calls.annotate(request, { user: user.name, clientId: confidentialApp.integrationKey });
			await answer(provider, response, user, scopes);
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			response.status(400).set('Cache-Control', 'no-store').json({ error: error.error, ...(error.description && { error_description: error.description }) });
		}
	};
}

async function judge({ authServerUrl, store }: DocuSignContext, jwt: string): Promise<{ user: DocuSignUser; scopes: string[] }> {
	const assertion = readAssertion(jwt);
	if (!assertion) throw invalidGrant('no_valid_keys_or_signatures');
	const { iss, sub, aud, scope } = assertion.claims as Assertion['claims'] & { scope?: string };
	if (iss !== confidentialApp.integrationKey || otherEnvironments.includes(String(aud))) throw invalidGrant('issuer_not_found');
	// The bare host: no scheme, no slash at the end, no list.
	if (aud !== new URL(authServerUrl).host || !(await isSignedBy(jwt, confidentialApp.certificatePem, 'RS256'))) throw invalidGrant('no_valid_keys_or_signatures');
	checkTime(assertion);
	if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(sub ?? '')) throw invalidGrant('invalid_subject');
	const user = docuSignUsers.find(({ userId }) => userId === sub?.toLowerCase());
	if (!user) throw invalidGrant('user_not_found');
	const scopes = [...new Set([...(scope ?? '').split(' ').filter(Boolean), 'impersonation'])];
	const consented = store.consentedScopes(user.userId, iss);
	if (!scopes.every((name) => consented.has(name))) throw new Refusal('consent_required');
	return { user, scopes };
}

function checkTime({ claims: { exp, iat, nbf } }: Assertion): void {
	const now = Date.now() / 1000;
	if (exp === undefined || (nbf !== undefined && nbf > now) || exp > (iat ?? now) + longestSeconds || exp > now + longestSeconds) throw invalidGrant('no_valid_keys_or_signatures');
	if (exp <= now) throw invalidGrant('expired_grant');
}

async function answer(provider: Provider, response: Response, { userId }: DocuSignUser, scopes: readonly string[]): Promise<void> {
	const client = (await provider.Client.find(confidentialApp.integrationKey))!;
	const grant = new provider.Grant({ accountId: userId, clientId: client.clientId });
	const scope = scopes.join(' ');
	grant.addOIDCScope(scope);
	const token = new provider.AccessToken({ accountId: userId, client, grantId: await grant.save(), expiresWithSession: false, gty: 'jwt_bearer', scope, expiresIn: longestSeconds });
	response.set('Cache-Control', 'no-store').json({ access_token: await token.save(), token_type: 'Bearer', expires_in: longestSeconds, scope });
}
