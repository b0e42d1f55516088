// Authorize requests as Entra reads them, and the way back as Entra writes it.
// @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow
import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { ClientMetadata, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { appOf } from './apps';
import type { MicrosoftContext } from './context';
import { authorityOf, contoso, fabrikam } from './directory';
import { AadError, errorBody, errorRedirect, refuseResource, sentences } from './errors';
import { pages } from './pages';
import { entraToInner, readScopes } from './resources';

/** oidc-provider keeps this parameter for us: the request came with a claims challenge. */
export const challenged = 'claims_challenge';

export function judgeAuthorizeRequest(context: MicrosoftContext, clients: readonly ClientMetadata[]): RequestHandler {
	return (request, response, next) => {
		const url = new URL(request.url, context.loginUrl);
		const { searchParams: asked } = url;
		const clientId = asked.get('client_id') ?? '';
		const redirectUri = asked.get('redirect_uri') ?? '';
		const app = appOf(clientId);
		const authority = authorityOf(String(request.params['tenant']));
		const show = (code: number, sentence: string) => void response.status(400).type('html').send(pages.error(`AADSTS${code}`, sentence));
		if (!authority) return show(90002, sentences.noTenant(String(request.params['tenant'])));
		if (!app || authority === fabrikam) return show(700016, sentences.noApp(clientId, (authority === fabrikam ? fabrikam : contoso).name));
		if (!clients.find((client) => client.client_id === clientId)?.redirect_uris?.includes(redirectUri)) {
			return show(50011, `The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs configured for the application '${clientId}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to fix this.`);
		}
		try {
			refuseResource(asked);
			if (!asked.get('scope')) throw new AadError('invalid_request', 900144, sentences.missing('scope'));
			asked.set('scope', entraToInner(readScopes(asked.get('scope')!, context.resources, app.name)));
		} catch (error) {
			if (!(error instanceof AadError)) throw error;
			return response.redirect(errorRedirect(redirectUri, asked.get('state'), context.loginUrl, error));
		}
		if (asked.get('prompt') === 'select_account') asked.set('prompt', 'login');
		if (asked.has('claims')) {
			asked.delete('claims');
			asked.set('prompt', 'login');
			asked.set(challenged, 'yes');
		}
		request.url = url.pathname + url.search;
		next();
	};
}

const silently = 'Session information is not sufficient for single-sign-on.';

/** Entra sends no `iss`, and its own words for what went wrong. */
export function rewriteRedirects({ loginUrl }: MicrosoftContext, provider: Provider): void {
	provider.use(async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>) => {
		await next();
		if (ctx.oidc?.route !== 'authorization' && ctx.oidc?.route !== 'resume') return;
		const location = ctx.response.get('Location');
		// Only the way back to the client; login and consent stay on this server.
		if (!location || new URL(location, loginUrl).origin === loginUrl) return;
		const back = new URL(location);
		back.searchParams.delete('iss');
		const error = entraError(back.searchParams, String(ctx.oidc.client?.clientId));
		if (error) {
			const { error: name, error_description: description, error_uri: uri } = errorBody(loginUrl, error) as Record<string, string>;
			Object.entries({ error: name, error_description: description, error_uri: uri }).forEach(([key, value]) => back.searchParams.set(key, value!));
		} else {
			back.searchParams.set('session_state', randomUUID());
		}
		ctx.set('Location', back.href);
	});
}

function entraError(back: URLSearchParams, clientId: string): AadError | undefined {
	const error = back.get('error');
	if (!error) return undefined;
	if (error === 'access_denied') return new AadError(error, 65004, 'User declined to consent to access the app.');
	if (error === 'login_required') return new AadError(error, 50058, `${silently} A silent sign-in request was sent but no user is signed in.`);
	if (error === 'consent_required') return new AadError('interaction_required', 65001, sentences.consent(appOf(clientId)!));
	return new AadError(error, 90023, back.get('error_description') ?? '');
}
