// Salesforce's authorization server: oidc-provider behind Salesforce's manners.
// Owns the order in which a request meets lock, faults, our own routes and the provider.
import express, { type Express, type RequestHandler } from 'express';
import { Provider } from 'oidc-provider';
import type { Faults } from '../faults';
import { peekForm } from '../formBody';
import { noteGrantType } from '../noteGrantType';
import { registerClientCredentials } from './clientCredentials';
import type { SalesforceContext } from './context';
import { identityRoutes } from './identity';
import { salesforcePages } from './interactionPages';
import { interactionRoutes } from './interactions';
import { jwtBearer } from './jwtBearer';
import { organizationId } from './org';
import { defaultScope, providerConfiguration, sessionCookie } from './providerConfiguration';
import { rewriteAnswers } from './tokenAnswers';

export function buildAuthorizationServer(context: SalesforceContext, faults: Faults): { app: Express; provider: Provider } {
	const provider = new Provider(context.loginUrl, providerConfiguration(context));
	prefixTokens(provider.AccessToken, `${organizationId.slice(0, 15)}!AQ`);
	prefixTokens(provider.RefreshToken, '5Aep861');
	registerClientCredentials(context, provider);
	rewriteAnswers(context, provider);

	const app = express().disable('x-powered-by');
	app.use(context.calls.middleware('oauth'));
	app.use(noteGrantType(context.calls));
	app.use(refreshLock(context));
	app.use(faults.middleware('oauth'));
	app.use(identityRoutes(context, provider));
	app.use(interactionRoutes(context, provider));
	app.get('/secur/logout.jsp', (_request, response) => void response.clearCookie(sessionCookie).clearCookie(`${sessionCookie}.sig`).type('html').send(salesforcePages.loggedOut()));
	app.post('/services/oauth2/token', jwtBearer(context, provider));
	app.use(salesforceScopes);
	app.use(provider.callback());
	return { app, provider };
}

/**
 * One refresh at a time per refresh token; the second is told so and may come again.
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_refresh_token_flow.htm
 */
function refreshLock({ settings }: SalesforceContext): RequestHandler {
	const inFlight = new Set<string>();
	return async (request, response, next) => {
		const form = request.method === 'POST' && request.path === '/services/oauth2/token' ? await peekForm(request) : undefined;
		const refreshToken = form?.get('grant_type') === 'refresh_token' ? form.get('refresh_token') : null;
		if (!refreshToken) return next();
		if (inFlight.has(refreshToken)) {
			return void response.status(400).set('Cache-Control', 'no-store').json({ error: 'invalid_grant', error_description: 'token request is already being processed' });
		}
		inFlight.add(refreshToken);
		response.once('close', () => inFlight.delete(refreshToken));
		if (settings.refreshHoldMs > 0) await new Promise((resolve) => setTimeout(resolve, settings.refreshHoldMs));
		next();
	};
}

/** `offline_access` is Salesforce's other name of `refresh_token`, and no scope at all means the app's scopes. */
const salesforceScopes: RequestHandler = (request, _response, next) => {
	const url = new URL(request.url, 'http://sandbox');
	if (url.pathname === '/services/oauth2/authorize' && request.method === 'GET') {
		const scopes = (url.searchParams.get('scope') || defaultScope).split(/\s+/).map((scope) => (scope === 'offline_access' ? 'refresh_token' : scope));
		url.searchParams.set('scope', [...new Set(scopes)].join(' '));
		request.url = url.pathname + url.search;
	}
	next();
};

/** Opaque values that look like Salesforce's. The types leave out `generateTokenId`, which every model with an opaque value has. */
function prefixTokens({ prototype }: { prototype: object }, prefix: string): void {
	const model = prototype as { generateTokenId(): string };
	const { generateTokenId } = model;
	model.generateTokenId = function () {
		return prefix + generateTokenId.call(this);
	};
}
