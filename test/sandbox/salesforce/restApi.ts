// Salesforce's REST API at the instance URL: versions, the bearer check, limits; the rest is in its own routes.
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Provider } from 'oidc-provider';
import type { Faults } from '../faults';
import { ApiError, notFound, sendError } from './apiErrors';
import { bearerOf, type SalesforceContext } from './context';
import { userInfoHandler, userOfToken } from './identity';
import { queryRoutes } from './queryRoutes';
import { recordRoutes } from './recordRoutes';

const dailyRequests = 100_000;
const firstVersion = 31;
const lastVersion = 66;
const resources = ['query', 'queryAll', 'sobjects', 'composite', 'limits'];

export function buildRestApi(context: SalesforceContext, provider: Provider, faults: Faults): Express {
	let used = 0;
	const app = express().disable('x-powered-by').disable('etag').set('query parser', 'simple');
	app.use(context.calls.middleware('api'));
	app.use((_request, response, next) => {
		response.set('Sforce-Limit-Info', `api-usage=${++used}/${dailyRequests}`).type('application/json;charset=UTF-8');
		next();
	});
	app.use(faults.middleware('api'));
	app.use(refuseLongUri);
	app.all('/services/oauth2/userinfo', userInfoHandler(context, provider));
	app.get('/services/data', (_request, response) => void response.json(versions()));

	app.use('/services/data/:version', authenticate(context, provider), onlyKnownVersion);
	const api = express.Router();
	api.get('/', (_request, response) => {
		response.json(Object.fromEntries(resources.map((name) => [name, `/services/data/${response.locals['version'] as string}/${name}`])));
	});
	api.get('/limits', (_request, response) => void response.json({ DailyApiRequests: { Max: dailyRequests, Remaining: dailyRequests - used }, DataStorageMB: { Max: 1073, Remaining: 1073 }, FileStorageMB: { Max: 1073, Remaining: 1073 } }));
	api.use(queryRoutes());
	api.use(recordRoutes());
	app.use('/services/data/:version', api);

	app.use(() => {
		throw notFound();
	});
	app.use(renderError);
	return app;
}

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm (414: over 16,384 bytes; the page is the web server's own) */
const refuseLongUri: RequestHandler = (request, response, next) => {
	if (Buffer.byteLength(request.originalUrl) <= 16_384) return next();
	response.status(414).type('html').send('<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>');
};

function authenticate(context: SalesforceContext, provider: Provider): RequestHandler {
	return async (request, response, next) => {
		const found = await userOfToken(provider, bearerOf(request.headers.authorization));
		if (!found) throw new ApiError(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
		context.calls.annotate(request, { user: found.user.name });
		if (!found.scopes.has('api') && !found.scopes.has('full')) throw new ApiError(401, 'INVALID_SESSION_ID', 'This session is not valid for use with the REST API');
		response.locals['user'] = found.user;
		next();
	};
}

const onlyKnownVersion: RequestHandler = (request, response, next) => {
	const version = String(request.params['version']);
	const number = Number(/^v(\d+)\.0$/.exec(version)?.[1] ?? 0);
	if (number < firstVersion || number > lastVersion) throw notFound();
	response.locals['version'] = version;
	next();
};

/** Three releases a year: v31.0 was Summer '14. */
function versions(): unknown[] {
	const seasons = ['Summer', 'Winter', 'Spring'];
	return Array.from({ length: lastVersion - firstVersion + 1 }, (_, index) => {
		const year = 14 + Math.floor((index + 2) / 3);
		return { label: `${seasons[index % 3]} '${year}`, url: `/services/data/v${firstVersion + index}.0`, version: `${firstVersion + index}.0` };
	});
}

const renderError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
	if (error instanceof ApiError) return sendError(response, error);
	const message = error instanceof Error ? error.message : String(error);
	sendError(response, new ApiError(500, 'UNKNOWN_EXCEPTION', message));
};
