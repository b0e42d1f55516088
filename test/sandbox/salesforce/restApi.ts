// Salesforce's REST API at the instance URL: what every call meets first. The resources are in their own routes.
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Provider } from 'oidc-provider';
import type { Faults } from '../faults';
import { ApiError, notFound, sendError } from './apiErrors';
import type { SalesforceApiSettings } from './apiSettings';
import { ApiUsage } from './apiUsage';
import { bulkRoutes } from './bulk/routes';
import { compression } from './compression';
import { bearerOf, type SalesforceContext } from './context';
import { Access } from './data/access';
import { userInfoHandler, userOfToken } from './identity';
import { listViewRoutes } from './listViews/routes';
import { refuseAtOldHost } from './movedInstance';
import { Cursors } from './query/cursors';
import { queryRoutes } from './query/routes';
import { reportRoutes } from './reports/routes';
import { searchRoutes } from './search/routes';
import { recordRoutes } from './sobjects/recordRoutes';
import { relatedRoutes } from './sobjects/relatedRoutes';
import { replicationRoutes } from './sobjects/replicationRoutes';
import { userRoutes } from './sobjects/userRoutes';
import { SoqlError } from './soql/errors';

const firstVersion = 31;
const lastVersion = 66;
const resources = ['analytics', 'chatter', 'composite', 'jobs', 'limits', 'parameterizedSearch', 'query', 'queryAll', 'search', 'sobjects'];

export function buildRestApi(context: SalesforceContext, provider: Provider, faults: Faults): Express {
	const { settings, calls } = context;
	const usage = new ApiUsage(settings);
	const cursors = new Cursors(settings);
	const app = express().disable('x-powered-by').disable('etag').set('query parser', 'simple');
	app.use(calls.middleware('api'));
	app.use(latency(settings));
	app.use((_request, response, next) => {
		response.type('application/json;charset=UTF-8');
		next();
	});
	app.use(usage.count);
	app.use(faults.middleware('api'));
	app.use(compression(settings));
	app.use(refuseLongUri);
	app.use(refuseAtOldHost(context.homeInstanceUrl, settings));
	app.all('/services/oauth2/userinfo', userInfoHandler(context, provider));
	app.get('/services/data', (_request, response) => void response.json(versions()));

	app.use('/services/data/:version', authenticate(context, provider), usage.refuseAboveQuota, onlyKnownVersion);
	const api = express.Router();
	api.get('/', (_request, response) => {
		response.json(Object.fromEntries(resources.map((name) => [name, `/services/data/${response.locals['version'] as string}/${name}`])));
	});
	api.use(usage.routes(), queryRoutes(cursors), searchRoutes(), reportRoutes(settings, usage), bulkRoutes(settings, usage, calls), userRoutes());
	// Names of resources come before ids: `deleted` and `listviews` are no records.
	api.use(replicationRoutes(), listViewRoutes(), recordRoutes(() => context.instanceUrl), relatedRoutes(cursors));
	app.use('/services/data/:version', api);

	app.use(() => {
		throw notFound();
	});
	app.use(renderError);
	return app;
}

function latency(settings: SalesforceApiSettings): RequestHandler {
	return (_request, _response, next) => {
		if (settings.apiLatencyMs > 0) setTimeout(next, settings.apiLatencyMs);
		else next();
	};
}

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm (414: over 16,384 bytes; the page is the web server's own) */
const refuseLongUri: RequestHandler = (request, response, next) => {
	if (Buffer.byteLength(request.originalUrl) <= 16_384) return next();
	response.status(414).type('html').send('<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>');
};

function authenticate({ calls, settings }: SalesforceContext, provider: Provider): RequestHandler {
	return async (request, response, next) => {
		const found = await userOfToken(provider, bearerOf(request.headers.authorization));
		if (!found) throw new ApiError(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
		calls.annotate(request, { user: found.user.name });
		if (!found.scopes.has('api') && !found.scopes.has('full')) throw new ApiError(401, 'INVALID_SESSION_ID', 'This session is not valid for use with the REST API');
		response.locals['access'] = new Access(found.user, settings);
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
	if (error instanceof SoqlError) return sendError(response, new ApiError(400, error.errorCode, error.message));
	// Only a body that is no JSON brings these about.
	if (error instanceof SyntaxError) return sendError(response, new ApiError(400, 'JSON_PARSER_ERROR', error.message));
	const message = error instanceof Error ? error.message : String(error);
	sendError(response, new ApiError(500, 'UNKNOWN_EXCEPTION', message));
};
