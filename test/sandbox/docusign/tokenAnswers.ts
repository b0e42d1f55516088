// oidc-provider's answers in DocuSign's words.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { DocuSignContext } from './context';
import { userOfId } from './directory';

export function rewriteAnswers({ authServerUrl, calls }: DocuSignContext, provider: Provider): void {
	provider.use(async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>) => {
		await next();
		const route = ctx.oidc?.route;
		if (route === 'authorization' || route === 'resume') return rewriteRedirect(ctx, authServerUrl);
		if (route !== 'token') return;
		const body = ctx.body as Record<string, unknown>;
		if (body['error']) return rewriteError(ctx, String(body['error']));
		calls.annotate(ctx.req, { user: userOfId(ctx.oidc.account?.accountId)?.name ?? null });
		const { access_token, refresh_token, expires_in } = body;
		// It is about the refresh token, so the access token's scopes are told without it.
		const scope = String(body['scope']).split(' ').filter((name) => name !== 'extended').join(' ');
		ctx.body = { access_token, token_type: 'Bearer', refresh_token, expires_in, scope };
	});
}

function rewriteRedirect(ctx: KoaContextWithOIDC, authServerUrl: string): void {
	const location = ctx.response.get('Location');
	// Only the way back to the client; login and consent stay on this server.
	if (!location || new URL(location, authServerUrl).origin === authServerUrl) return;
	const back = new URL(location);
	back.searchParams.delete('iss');
	if (back.searchParams.get('error') === 'access_denied') {
		back.searchParams.set('error_message', 'The user did not consent to connecting the application.');
		back.searchParams.delete('error_description');
	}
	ctx.set('Location', back.href);
}

/** One word for every grant that is no good, and one for whoever cannot prove itself. */
function rewriteError(ctx: KoaContextWithOIDC, error: string): void {
	ctx.status = 400;
	ctx.remove('WWW-Authenticate');
	if (error === 'invalid_client') ctx.body = { error: 'invalid_grant', error_description: 'unauthorized_client' };
	else if (error === 'unsupported_grant_type') ctx.body = { error: 'invalid_grant', error_description: 'unsupported_grant_type' };
	else ctx.body = { error };
}
