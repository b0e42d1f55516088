// oidc-provider's answers in the words of AD FS.
// @see https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-oapx/a4adaecc-d148-4398-ad05-eb8ccfaccdf4 (`resource` in the answer)
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { peekForm } from '../formBody';
import type { Person } from '../people';
import { accessTokenIssuer, nativeApplication, personOf, ssoLifetimeSeconds, subjectOf, upnOf, userInfoResource, type AdfsContext } from './context';
import { readResource } from './requests';

type Body = Record<string, unknown>;

export function rewriteAnswers(context: AdfsContext, provider: Provider): void {
	// The wire keeps the cause of a refusal to itself; the event has it.
	const details = new WeakMap<object, string>();
	provider.on('grant.error', (ctx, error) => void details.set(ctx.req, `${error.error_description ?? ''}: ${error.error_detail ?? ''}`));

	provider.use(async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>) => {
		await next();
		if (ctx.oidc?.route === 'authorization' || ctx.oidc?.route === 'resume') return dropIssuer(ctx, context);
		if (ctx.oidc?.route !== 'token') return;
		const body = ctx.body as Body;
		if (body['error']) rewriteError(ctx, String(body['error']), details.get(ctx.req) ?? '');
		else await rewriteTokens(context, ctx, body);
	});
}

function dropIssuer(ctx: KoaContextWithOIDC, { issuer }: AdfsContext): void {
	const location = ctx.response.get('Location');
	if (!location || new URL(location, issuer).origin === new URL(issuer).origin) return;
	const back = new URL(location);
	back.searchParams.delete('iss');
	ctx.set('Location', back.href);
}

async function rewriteTokens(context: AdfsContext, ctx: KoaContextWithOIDC, body: Body): Promise<void> {
	const { calls, issuer, signingKey } = context;
	const { Account, AuthorizationCode, RefreshToken } = ctx.oidc.entities;
	const person = personOf(Account?.accountId)!;
	calls.annotate(ctx.req, { user: person.name });
	const granted = (AuthorizationCode?.scope ?? RefreshToken?.scope ?? '').split(' ');
	const form = await peekForm(ctx.req);
	const isRefresh = form.get('grant_type') === 'refresh_token';
	// One refresh token serves every relying party that the client may go to.
	const resource = isRefresh && form.has('resource') ? readResource(context, form).resource : granted.at(-1)!;
	if (!resource) return rewriteError(ctx, 'invalid_resource', '');
	const scope = granted.slice(0, -1).join(' ');
	const clientId = ctx.oidc.client!.clientId;
	const expiresIn = Number(body['expires_in']);
	const now = Math.floor(Date.now() / 1000);
	const common = { appid: clientId, apptype: clientId === nativeApplication.clientId ? 'Public' : 'Confidential', authmethod: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport', auth_time: new Date().toISOString(), ver: '1.0', scp: scope };
	const accessToken = await signingKey.sign({ aud: resource, iss: accessTokenIssuer(issuer), iat: now, nbf: now, exp: now + expiresIn, sub: subjectOf(person, clientId), ...names(person), ...common, jti: String(body['access_token']) });
	ctx.body = {
		access_token: accessToken,
		token_type: 'bearer',
		expires_in: expiresIn,
		...(resource !== userInfoResource && { resource }),
		// A refresh answers none: the first lives as long as the single sign-on.
		...(!isRefresh && body['refresh_token'] !== undefined && { refresh_token: body['refresh_token'], refresh_token_expires_in: ssoLifetimeSeconds }),
		scope,
		...(body['id_token'] !== undefined && { id_token: await idToken(context, String(body['id_token']), person, clientId, granted) }),
	};
}

function names(person: Person): Body {
	return { upn: upnOf(person), unique_name: `CONTOSO\\${person.name}` };
}

async function idToken({ issuer, signingKey }: AdfsContext, original: string, person: Person, clientId: string, scopes: readonly string[]): Promise<string> {
	const { aud, exp, iat, nonce } = (await signingKey.open(original))!;
	const email = scopes.includes('email') && { email: person.email };
	return signingKey.sign({ aud, iss: issuer, iat, nbf: iat, exp, auth_time: iat, ...(nonce !== undefined && { nonce }), sub: subjectOf(person, clientId), ...names(person), ...email, sid: 'S-1-5-21-1004336348-1177238915-682003330-1001' });
}

function rewriteError(ctx: KoaContextWithOIDC, error: string, detail: string): void {
	const isRefresh = ctx.oidc.params?.['grant_type'] === 'refresh_token';
	ctx.remove('WWW-Authenticate');
	// Only an end of the refresh token is not a 400.
	ctx.status = isRefresh && detail.includes('expired') ? 401 : 400;
	ctx.body = { error, error_description: description(error, isRefresh, detail, String(ctx.oidc.params?.['client_id'] ?? '')) };
}

function description(error: string, isRefresh: boolean, detail: string, clientId: string): string {
	if (error === 'invalid_resource') return "MSIS9602: The received 'resource' parameter is invalid. The authorization server can not find a registered resource with the specified identifier.";
	if (error === 'unsupported_grant_type') return "MSIS9611: The authorization server does not support the requested 'grant_type'. The authorization server only supports 'authorization_code' or 'refresh_token' as the grant type.";
	if (error === 'invalid_client' && detail.includes('not found')) return `MSIS9607: The 'client_id' parameter in the request is invalid. No registered client is found with this identifier. Received client_id: '${clientId}'.`;
	if (error === 'invalid_client') return 'MSIS9622: Client authentication failed. Please verify the credential provided for client authentication is valid.';
	if (error !== 'invalid_grant') return detail;
	if (isRefresh && detail.includes('expired')) return "MSIS9615: The refresh token received in 'refresh_token' parameter has expired.";
	if (isRefresh) return "MSIS9614: The refresh token received in 'refresh_token' parameter is invalid.";
	return "MSIS9612: The authorization code received in 'code' parameter is invalid. ";
}
