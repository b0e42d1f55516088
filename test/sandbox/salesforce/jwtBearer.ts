// JWT bearer: an assertion about any user of the org, signed with the app's certificate; no secret, no refresh token.
// @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm
import type { RequestHandler } from 'express';
import type { Provider } from 'oidc-provider';
import { isSignedBy, readAssertion } from '../assertion';
import { peekForm } from '../formBody';
import { jwtBearerGrant, preAuthorizedClient, preAuthorizedNames, selfAuthorizedClient } from './clients';
import { identityUrl, type SalesforceContext } from './context';
import { organizationId, orgUsers, type OrgUser } from './org';
import { defaultScope } from './providerConfiguration';

const longestSeconds = 300;

class Refusal extends Error {
	constructor(
		readonly error: string,
		readonly description: string,
	) {
		super(error);
	}
}

const invalidGrant = (description: string): Refusal => new Refusal('invalid_grant', description);
/** Also where there is no such user: nobody shall learn who has a login. */
const notApproved = (): Refusal => invalidGrant("user hasn't approved this consumer");

interface Approved {
	readonly clientId: string;
	readonly user: OrgUser;
	readonly scopes: readonly string[];
}

export function jwtBearer(context: SalesforceContext, provider: Provider): RequestHandler {
	return async (request, response, next) => {
		const form = await peekForm(request);
		if (form.get('grant_type') !== jwtBearerGrant) return next();
		response.set('Cache-Control', 'no-store');
		try {
			const approved = await judge(context, form.get('assertion') ?? '');
			context.calls.annotate(request, { user: approved.user.name, clientId: approved.clientId });
			response.json(await answer(context, provider, approved));
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			response.status(400).json({ error: error.error, error_description: error.description });
		}
	};
}

async function judge(context: SalesforceContext, jwt: string): Promise<Approved> {
	const assertion = readAssertion(jwt);
	if (!assertion) throw invalidGrant('invalid assertion');
	const { iss, sub, aud, exp } = assertion.claims;
	const client = [preAuthorizedClient, selfAuthorizedClient].find(({ clientId }) => clientId === iss);
	if (!client) throw new Refusal('invalid_client_id', 'client identifier invalid');
	if (!(await isSignedBy(jwt, client.certificatePem, 'RS256'))) throw invalidGrant('invalid assertion');
	if (aud !== context.loginUrl) throw invalidGrant('audience is invalid');
	const now = Date.now() / 1000;
	if (exp === undefined || exp > now + longestSeconds) throw invalidGrant('invalid assertion');
	if (exp <= now) throw invalidGrant('expired authorization code');
	const user = orgUsers.find(({ username }) => username === sub);
	if (!user) throw notApproved();
	return { clientId: client.clientId, user, scopes: approvedScopes(context, client.clientId, user) };
}

/** @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm ("previous approvals for the user that include a refresh_token") */
function approvedScopes({ loginUrl, store }: SalesforceContext, clientId: string, user: OrgUser): string[] {
	const withoutRefresh = (scopes: Iterable<string>) => [...scopes].filter((scope) => scope !== 'refresh_token');
	if (clientId === preAuthorizedClient.clientId) {
		if (!preAuthorizedNames.includes(user.name)) throw new Refusal('invalid_app_access', 'user is not admin approved to access this app');
		return withoutRefresh(defaultScope.split(' '));
	}
	const accountId = identityUrl(loginUrl, user);
	if (store.liveGrants(accountId, clientId).length === 0) throw notApproved();
	return withoutRefresh(store.consentedScopes(accountId, clientId));
}

async function answer({ loginUrl, instanceUrl }: SalesforceContext, provider: Provider, { clientId, user, scopes }: Approved): Promise<Record<string, string>> {
	const client = (await provider.Client.find(clientId))!;
	const accountId = identityUrl(loginUrl, user);
	const grant = new provider.Grant({ accountId, clientId });
	const scope = scopes.join(' ');
	grant.addOIDCScope(scope);
	const token = new provider.AccessToken({ accountId, client, grantId: await grant.save(), expiresWithSession: false, gty: 'jwt_bearer', scope });
	return { access_token: await token.save(), scope, instance_url: instanceUrl, id: `${loginUrl}/id/${organizationId}/${user.userId}`, token_type: 'Bearer' };
}
