// SharePoint Online's own REST, as far as "who am I": a resource beside Graph, which wants tokens of its own.
import express, { type Express } from 'express';
import type { Provider } from 'oidc-provider';
import type { Faults } from '../faults';
import { currentUser } from '../sharePointUser';
import { bearerTokenOf } from '../signingKey';
import type { MicrosoftContext } from './context';
import { contoso } from './directory';
import { readToken } from './tokens';

export function buildSharePoint(context: MicrosoftContext, provider: Provider, faults: Faults): Express {
	const app = express().disable('x-powered-by').disable('etag');
	app.use(context.calls.middleware('api'), faults.middleware('api'));

	app.get('/_api/web/currentuser', async (request, response) => {
		const jwt = bearerTokenOf(request.headers.authorization);
		const token = jwt === undefined ? undefined : await readToken(context, provider, jwt);
		const refuse = (description: string) => {
			response.set('WWW-Authenticate', `Bearer realm="${contoso.id}",client_id="00000003-0000-0ff1-ce00-000000000000",authorization_uri="${context.loginUrl}/common/oauth2/authorize"`);
			response.status(401).json({ error: 'invalid_client', error_description: description });
		};
		if (!token) return refuse('Invalid issuer or signature.');
		context.calls.annotate(request, { user: token.user?.name ?? null, clientId: token.claims['appid'] as string });
		if (token.claims.aud !== context.sharePointUrl) return refuse(`Invalid audience Uri '${String(token.claims.aud)}'.`);
		if (token.isExpired) return refuse('The token is expired.');
		// Tokens of an app alone are good here only if a certificate got them.
		if (!token.user && token.claims.appidacr !== '2') return void response.status(401).type('text').send('Unsupported app only token.');
		if (token.user && ![...token.scopes].some((scope) => scope.startsWith('AllSites.'))) {
			return void response.status(403).json({ 'odata.error': { code: '-2147024891, System.UnauthorizedAccessException', message: { lang: 'en-US', value: 'Attempted to perform an unauthorized operation.' } } });
		}
		response.json(token.user ? currentUser(token.user, `i:0#.f|membership|${token.user.username}`) : { Title: 'SharePoint App', LoginName: `i:0i.t|00000003-0000-0ff1-ce00-000000000000|${String(token.claims['appid'])}@${contoso.id}` });
	});
	return app;
}
