// oidc-provider's token answers rewritten into Entra's: one access token for one resource, scopes as they were asked,
// and errors with their AADSTS numbers.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { invalidSignature } from './clientAuthentication';
import { consentedNames, requireConsent, requireSecondFactor } from './consent';
import type { MicrosoftContext, TokenRequest } from './context';
import { userOfAccount, type DirectoryUser } from './directory';
import { AadError, errorBody } from './errors';
import { everything, fullName, innerToEntra, readScopes, type Asked, type Resource } from './resources';
import { rewriteIdToken, signAppToken, signUserToken } from './tokens';

type Body = Record<string, unknown>;
interface GrantError {
	readonly error: string;
	readonly error_description?: string;
	readonly error_detail?: string;
}

export function rewriteTokenAnswers(context: MicrosoftContext, provider: Provider): void {
	const causes = new WeakMap<object, GrantError>();
	provider.on('grant.error', (ctx, error) => void causes.set(ctx.req, error as GrantError));

	provider.use(async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>) => {
		await next();
		if (ctx.oidc?.route !== 'token') return;
		const request = context.tokenRequests.get(ctx.req)!;
		const body = ctx.body as Body;
		try {
			if (body['error']) throw entraError(context, ctx, request, causes.get(ctx.req) ?? (body as unknown as GrantError));
			ctx.body = await tokenAnswer(context, ctx, request, body);
		} catch (error) {
			if (!(error instanceof AadError)) throw error;
			ctx.status = error.status;
			ctx.remove('WWW-Authenticate');
			ctx.body = errorBody(context.loginUrl, error);
		}
	});
}

async function tokenAnswer(context: MicrosoftContext, ctx: KoaContextWithOIDC, request: TokenRequest, body: Body): Promise<Body> {
	const { app, proof } = request;
	const { Account, AuthorizationCode, RefreshToken } = ctx.oidc.entities;
	const user = userOfAccount(Account?.accountId);
	const expiresInSeconds = Number(body['expires_in']);
	const facts = { clientId: app.clientId, proof, expiresInSeconds, uti: String(body['access_token']) };
	const answer: Body = { token_type: 'Bearer', expires_in: expiresInSeconds, ext_expires_in: expiresInSeconds };
	if (!user) {
		const { resource } = request.asked.permissions[0]!;
		return { ...answer, access_token: await signAppToken(context, resource, { ...facts, audience: resource.audience }) };
	}
	context.calls.annotate(ctx.req, { user: user.name });
	// Which scopes the sign-in was for; oidc-provider keeps them beside code and refresh token. On behalf of a user there was none.
	const signedInFor = AuthorizationCode?.scope ?? RefreshToken?.scope;
	const granted = signedInFor === undefined ? request.asked : readScopes(innerToEntra(signedInFor), context.resources, app.name);
	if (ctx.oidc.params?.['grant_type'] === 'refresh_token') requireSecondFactor(context, user, (request.asked.permissions[0] ?? granted.permissions[0])?.resource);
	const { resource, names, text } = grantedTo(context, user, request, granted);
	const oidc = new Set(granted.oidc);
	return {
		...answer,
		scope: text,
		access_token: await signUserToken(context, user, names, { ...facts, audience: resource.audience }),
		...(body['refresh_token'] !== undefined && { refresh_token: body['refresh_token'] }),
		...(body['id_token'] !== undefined && { id_token: await rewriteIdToken(context, String(body['id_token']), user, app.clientId, oidc) }),
	};
}

/**
 * A token holds all that was ever consented for its resource, not only what was asked now. Scopes are told in the
 * spelling they were asked in, and `offline_access` is never told.
 * @throws AadError 65001 where nothing was consented
 */
export function grantedTo(context: MicrosoftContext, user: DirectoryUser, { app, asked }: Pick<TokenRequest, 'app' | 'asked'>, granted: Asked): { resource: Resource; names: string[]; text: string } {
	const wanted = asked.permissions.length > 0 ? asked : granted;
	const graph = context.resources.find(({ isDefault }) => isDefault)!;
	const resource = wanted.permissions[0]?.resource ?? graph;
	const permissions = wanted.permissions.filter((permission) => permission.resource === resource);
	requireConsent(context, user, app, permissions);
	const names = consentedNames(context, user, app, resource);
	const isShort = permissions.every((permission) => permission.isShort);
	const spelled = names.map((name) => (isShort && resource.isDefault ? name : fullName(resource, name)));
	const all = permissions.filter(({ name }) => name === everything).map(({ text }) => text);
	const oidc = granted.oidc.filter((scope) => scope !== 'offline_access');
	return { resource, names: names.length > 0 ? names : oidc, text: [...oidc, ...spelled, ...all].join(' ') };
}

function entraError({ store }: MicrosoftContext, ctx: KoaContextWithOIDC, { app }: TokenRequest, error: GrantError): AadError {
	if (error instanceof AadError) return error;
	const detail = `${error.error_description ?? ''}: ${error.error_detail ?? ''}`;
	const { params } = ctx.oidc;
	if (error.error === 'invalid_client') return invalidSignature(app.clientId, 'The assertion was used before.');
	if (error.error !== 'invalid_grant') return new AadError(error.error, 900144, detail);
	if (params?.['grant_type'] === 'refresh_token') {
		const now = new Date().toISOString();
		if (store.wasRevoked(String(params['refresh_token']))) {
			return new AadError('invalid_grant', 50173, `The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '${now}' and the TokensValidFrom date (before which tokens are not valid) for this user is '${now}'.`, { suberror: 'bad_token' });
		}
		if (detail.includes('expired')) return new AadError('invalid_grant', 700082, `The refresh token has expired due to inactivity. The token was issued on ${now} and was inactive for 90.00:00:00.`, { suberror: 'token_expired' });
		if (detail.includes('mismatch')) return new AadError('invalid_grant', 70000, 'Provided grant is invalid or malformed.');
		return malformed();
	}
	if (detail.includes('redirect_uri')) return new AadError('invalid_client', 500112, `The reply address '${String(params?.['redirect_uri'])}' does not match the reply address provided when requesting Authorization code.`);
	if (detail.includes('PKCE') || detail.includes('code_verifier')) return new AadError('invalid_grant', 501481, 'The Code_Verifier does not match the code_challenge supplied in the authorization request.');
	if (detail.includes('consumed')) return new AadError('invalid_grant', 54005, 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.');
	if (detail.includes('expired')) return new AadError('invalid_grant', 70008, 'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.');
	if (detail.includes('mismatch')) return new AadError('invalid_grant', 70000, 'The provided value for the input parameter \'code\' is not valid.');
	return malformed();
}

function malformed(): AadError {
	return new AadError('invalid_grant', 9002313, 'Invalid request. Request is malformed or invalid.');
}
