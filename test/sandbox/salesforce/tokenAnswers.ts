// oidc-provider's answers rewritten into Salesforce's: what the token endpoint adds, leaves out and calls its errors.
// @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_refresh_token_flow.htm
// @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm
import { createHmac } from 'node:crypto';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { clientCredentialsGrant } from './clients';
import { userOfAccount, type SalesforceContext } from './context';

type Body = Record<string, unknown>;
type Next = () => Promise<unknown>;

export function rewriteAnswers(context: SalesforceContext, provider: Provider): void {
	// The wire keeps the cause of a refusal to itself; the event has it.
	const details = new WeakMap<object, string>();
	provider.on('grant.error', (ctx, error) => void details.set(ctx.req, `${error.error_description ?? ''}: ${error.error_detail ?? ''}`));

	provider.use(async (ctx: KoaContextWithOIDC, next: Next) => {
		await next();
		const body = ctx.body as Body | undefined;
		switch (ctx.oidc?.route) {
			case 'authorization':
			case 'resume':
				return rewriteRedirect(ctx, context);
			case 'discovery':
				return rewriteMetadata(body!, context);
			case 'introspection':
				return body?.['error'] ? rewriteError(ctx, body, '') : rewriteIntrospection(body!);
			case 'token':
				return body?.['error'] ? rewriteError(ctx, body, details.get(ctx.req) ?? '') : rewriteToken(ctx, body!, context);
			default:
		}
	});
}

function rewriteToken(ctx: KoaContextWithOIDC, body: Body, { instanceUrl, settings, calls, store }: SalesforceContext): void {
	const { Account, Client } = ctx.oidc.entities;
	const id = Account!.accountId;
	const isRefresh = ctx.oidc.params?.['grant_type'] === 'refresh_token';
	const issuedAt = String(Date.now());
	const { access_token, refresh_token, scope, id_token } = body;
	const answer: Body = { access_token };
	if (refresh_token && !(isRefresh && !settings.rotation)) answer['refresh_token'] = refresh_token;
	// Salesforce signs identity URL and time of issue with the consumer secret.
	answer['signature'] = createHmac('sha256', Client?.clientSecret ?? Client!.clientId).update(id + issuedAt).digest('base64');
	answer['scope'] = scope;
	if (id_token) answer['id_token'] = id_token;
	if (!(isRefresh && settings.omitInstanceUrlOnRefresh)) answer['instance_url'] = instanceUrl;
	Object.assign(answer, { id, token_type: 'Bearer', issued_at: issuedAt });
	ctx.body = answer;
	calls.annotate(ctx.req, { user: userOfAccount(id)?.name ?? null });

	const surplus = store.liveGrants(id, Client!.clientId).slice(0, -settings.approvalsPerUserAndApp);
	if (!isRefresh) surplus.forEach((grantId) => store.revokeGrant(grantId, 'approvalLimit'));
}

function rewriteError(ctx: KoaContextWithOIDC, body: Body, detail: string): void {
	// Everything is a 400 at Salesforce, a wrong client secret too.
	ctx.status = 400;
	ctx.remove('WWW-Authenticate');
	const [error, description] = salesforceError(String(body['error']), String(ctx.oidc.params?.['grant_type'] ?? ''), detail, String(body['error_description'] ?? ''));
	ctx.body = { error, error_description: description };
}

function salesforceError(error: string, grantType: string, detail: string, fallback: string): [string, string] {
	if (error === 'unsupported_grant_type') return [error, 'grant type not supported'];
	if (error === 'invalid_client') return detail.includes('client not found') ? ['invalid_client_id', 'client identifier invalid'] : [error, 'invalid client credentials'];
	if (error !== 'invalid_grant' || grantType === clientCredentialsGrant) return [error, fallback];
	if (grantType === 'refresh_token') return [error, 'expired access/refresh token'];
	if (detail.includes('redirect_uri')) return ['redirect_uri_mismatch', 'redirect_uri must match configuration'];
	if (detail.includes('PKCE') || detail.includes('code_verifier')) return [error, 'invalid code verifier'];
	if (detail.includes('not found')) return [error, 'invalid authorization code'];
	return [error, 'expired authorization code'];
}

function rewriteIntrospection(body: Body): void {
	if (!body['active']) return;
	delete body['iss'];
	delete body['jti'];
	Object.assign(body, { username: userOfAccount(String(body['sub']))?.username, nbf: body['iat'], token_type: body['token_type'] ? 'access_token' : 'refresh_token' });
}

function rewriteRedirect(ctx: KoaContextWithOIDC, { loginUrl, settings }: SalesforceContext): void {
	const location = ctx.response.get('Location');
	// Only the way back to the client; login and consent stay on this server.
	if (!location || new URL(location, loginUrl).origin === loginUrl) return;
	const back = new URL(location);
	if (!settings.issParameter) back.searchParams.delete('iss');
	const description = back.searchParams.get('error_description') ?? '';
	if (/pkce/i.test(description)) back.searchParams.set('error_description', 'missing required code challenge');
	ctx.set('Location', back.href);
}

/** @see https://login.salesforce.com/.well-known/openid-configuration */
function rewriteMetadata(body: Body, { loginUrl, settings }: SalesforceContext): void {
	Object.assign(body, {
		authorization_response_iss_parameter_supported: settings.issParameter,
		revocation_endpoint: `${loginUrl}/services/oauth2/revoke`,
		userinfo_endpoint: `${loginUrl}/services/oauth2/userinfo`,
		scopes_supported: [...(body['scopes_supported'] as string[]), 'offline_access'],
	});
}
