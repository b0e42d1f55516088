// The generic authorization server: oidc-provider with two grants of our own, and with the answers that settings ask for.
import express, { type Express, type RequestHandler } from 'express';
import { decodeJwt } from 'jose';
import { Provider, type KoaContextWithOIDC } from 'oidc-provider';
import type { Faults } from '../faults';
import { addToForm, peekForm } from '../formBody';
import { noteGrantType } from '../noteGrantType';
import { keepJwtTokens } from './accessTokens';
import { jwtBearerGrant } from './clients';
import { personOf, type OAuth2Context } from './context';
import { registerJwtBearer } from './jwtBearer';
import { providerConfiguration } from './providerConfiguration';
import { interactionRoutes } from './signIn';
import { registerTokenExchange } from './tokenExchange';

export function buildAuthorizationServer(context: OAuth2Context, faults: Faults): { app: Express; provider: Provider } {
	const provider = new Provider(context.issuer, providerConfiguration(context));
	registerJwtBearer(provider, context);
	registerTokenExchange(provider, context);
	keepJwtTokens(provider, context);
	provider.use((ctx: KoaContextWithOIDC, next: () => Promise<unknown>) => rewriteAnswers(ctx, next, context));

	const app = express().disable('x-powered-by');
	app.use(context.calls.middleware('oauth'));
	app.use(noteGrantType(context.calls));
	app.use(faults.middleware('oauth'));
	app.use(interactionRoutes(context, provider));
	app.use(clientOfAssertion);
	app.use(provider.callback());
	return { app, provider };
}

/** The client of a bare assertion is its issuer; oidc-provider wants to read it beside the assertion (RFC 7523, section 3.1). */
const clientOfAssertion: RequestHandler = async (request, _response, next) => {
	const form = request.method === 'POST' ? await peekForm(request) : undefined;
	const isBare = form?.get('grant_type') === jwtBearerGrant && !form.has('client_id') && !form.has('client_assertion') && !request.headers.authorization;
	const clientId = isBare ? issuerOf(form.get('assertion') ?? '') : undefined;
	if (clientId) await addToForm(request, { client_id: clientId });
	next();
};

function issuerOf(assertion: string): string | undefined {
	try {
		return decodeJwt(assertion).iss;
	} catch {
		// No JWT: the token endpoint says so.
		return undefined;
	}
}

async function rewriteAnswers(ctx: KoaContextWithOIDC, next: () => Promise<unknown>, { calls, issuer, settings }: OAuth2Context): Promise<void> {
	await next();
	const { route, entities } = ctx.oidc ?? {};
	const body = ctx.body as Record<string, unknown> | undefined;
	const accountId = entities?.Account?.accountId;
	if (entities?.Client) calls.annotate(ctx.req, { clientId: entities.Client.clientId });
	if (accountId) calls.annotate(ctx.req, { user: personOf(accountId)?.name ?? null });
	if (route === 'token' && body?.['access_token']) {
		if (settings.tokenType !== null) body['token_type'] = settings.tokenType;
		if (settings.expiresInAs === 'string') body['expires_in'] = String(body['expires_in']);
		if (settings.expiresInAs === 'absent') delete body['expires_in'];
		if (!settings.rotation && ctx.oidc.params?.['grant_type'] === 'refresh_token') delete body['refresh_token'];
	}
	if (route === 'discovery') body!['authorization_response_iss_parameter_supported'] = settings.issParameter;
	const location = ctx.response.get('Location');
	// Only the way back to the client; login and consent stay on this server.
	if (!settings.issParameter && location && new URL(location, issuer).origin !== issuer) {
		const back = new URL(location);
		back.searchParams.delete('iss');
		ctx.set('Location', back.href);
	}
}
