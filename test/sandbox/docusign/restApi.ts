// The eSignature API v2.1 at one account server: what every call meets first. The resources are in their own routes. Answers for
// members of accounts that live here.
// @see https://developers.docusign.com/docs/esign-rest-api/
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Provider } from 'oidc-provider';
import type { Faults } from '../faults';
import { ApiError, invalidParameter, resourceNotFound } from './apiErrors';
import { ApiLimits } from './apiLimits';
import type { AccountState } from './accountState';
import type { Connect } from './connect/connect';
import { connectRoutes } from './connect/connectRoutes';
import type { DocuSignContext } from './context';
import { accountsOf } from './directory';
import { documentRoutes } from './documents/documentRoutes';
import { createRoute } from './envelopes/createRoute';
import { envelopeRoutes } from './envelopes/envelopeRoutes';
import type { EnvelopeEvents } from './envelopes/life';
import { listRoutes } from './envelopes/listRoutes';
import { recipientRoutes } from './envelopes/recipientRoutes';
import { folderRoutes } from './folders/folderRoutes';
import { loginInformation } from './users/loginInformation';
import { requestBody } from './requestBody';
import { signingRoutes } from './signing/signingRoutes';
import { viewRoutes } from './signing/viewRoutes';
import type { SigningViews } from './signing/views';
import { templateRoutes } from './templates/templateRoutes';
import { userOfToken } from './userInfo';
import { userRoutes } from './users/userRoutes';

export interface AccountServer {
	readonly baseUri: string;
	/** Of all accounts; the ones whose server this is are served. */
	readonly states: readonly AccountState[];
	readonly views: SigningViews;
	readonly connect: Connect;
	readonly events: EnvelopeEvents;
}

export function buildRestApi(context: DocuSignContext, server: AccountServer, provider: Provider, faults: Faults): Express {
	const { settings, calls } = context;
	const { baseUri, views, connect, events } = server;
	const limits = new ApiLimits(settings);
	const app = express().disable('x-powered-by').disable('etag').set('query parser', 'simple');
	app.use('/restapi', calls.middleware('api'), faults.middleware('api'));
	app.use('/Signing', calls.middleware('api'));
	app.use(signingRoutes(views, events));

	app.get('/restapi/v2.1/login_information', loginInformation(context, provider));
	app.use('/restapi/v2.1/accounts/:accountId', authenticate(context, server, provider), limits.countCall, ...requestBody(settings), watch(context));
	app.use('/restapi/v2.1/accounts/:accountId/envelopes/:envelopeId', limits.countEnvelope);
	const api = express.Router({ mergeParams: true });
	// `status` is no envelope: lists come before what has an id.
	api.use(userRoutes(settings), createRoute(events), listRoutes(settings, events), envelopeRoutes(settings, events), recipientRoutes(events), documentRoutes(events));
	api.use(viewRoutes(views, baseUri, events), templateRoutes(settings), folderRoutes(settings, events), connectRoutes(connect, settings));
	app.use('/restapi/v2.1/accounts/:accountId', api);

	app.use(() => {
		throw resourceNotFound();
	});
	app.use(renderError);
	return app;
}

function watch({ watchRequest }: DocuSignContext): RequestHandler {
	return (request, _response, next) => {
		const body = request.body as object;
		watchRequest?.(request.method, request.originalUrl, Object.keys(body).length > 0 ? body : undefined);
		next();
	};
}

function authenticate({ accounts, calls }: DocuSignContext, { baseUri, states }: AccountServer, provider: Provider): RequestHandler {
	return async (request, response, next) => {
		const user = await userOfToken(provider, request.headers.authorization);
		if (!user) throw new ApiError(401, 'USER_AUTHENTICATION_FAILED', 'One or both of Username and Password are invalid. Invalid access token');
		calls.annotate(request, { user: user.name });
		const state = states.find(({ account }) => account.accountId === String(request.params['accountId']).toLowerCase() && account.baseUri === baseUri);
		if (!state) throw invalidParameter('Invalid value specified for accountId.');
		if (!accountsOf(user, accounts).includes(state.account)) throw new ApiError(401, 'USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT', 'The specified User is not a member of the specified Account.');
		Object.assign(response.locals, { state, user });
		next();
	};
}

const renderError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
	const { status, errorCode, message } = error instanceof ApiError ? error : new ApiError(500, 'UNSPECIFIED_ERROR', String(error));
	response.status(status).json({ errorCode, message });
};
