// Microsoft Graph: what every call meets first. SharePoint's resources are in `graph/`, the people in `graph/users.ts`.
import express, { type Express, type Request, type Response } from 'express';
import type { Provider } from 'oidc-provider';
import type { Faults } from '../faults';
import type { MicrosoftContext } from './context';
import { authenticate } from './graph/authenticate';
import { noSegment, sendGraphError } from './graph/errors';
import type { SharePointGraph } from './graph/index';
import { throttle } from './graph/throttle';
import type { GraphTraffic } from './graph/traffic';
import { requestDenied, userRoutes } from './graph/users';

export function buildGraph(context: MicrosoftContext, provider: Provider, faults: Faults, sharePoint: SharePointGraph, traffic: GraphTraffic): Express {
	const { graphUrl, settings, calls } = context;
	const app = express().disable('x-powered-by').disable('etag').set('query parser', 'simple').set('case sensitive routing', false);
	app.use(calls.middleware('api'), traffic.middleware());
	app.use((request, _response, next) => {
		calls.annotate(request, { userAgent: request.get('user-agent') ?? null });
		if (settings.graphLatencyMs > 0) setTimeout(next, settings.graphLatencyMs);
		else next();
	});
	app.use(faults.middleware('api'));

	app.get('/oidc/userinfo', async (request, response) => {
		const { user, claims } = await authenticate(context, provider, request);
		if (!user) throw requestDenied();
		response.json({ sub: claims.sub, name: claims['name'], family_name: user.familyName, given_name: user.givenName, email: user.email, picture: `${graphUrl}/v1.0/me/photo/$value` });
	});

	app.use('/v1.0', async (request, response, next) => {
		const token = await authenticate(context, provider, request);
		Object.assign(response.locals, { token, caller: token.caller });
		next();
	});
	app.use('/v1.0', throttle(settings), userRoutes(graphUrl), sharePoint.routes);

	app.use((request) => {
		throw noSegment(request.originalUrl.split('?')[0]!);
	});
	app.use((error: unknown, request: Request, response: Response, next: (error: unknown) => void) => (response.headersSent ? next(error) : sendGraphError(request, response, error)));
	return app;
}
