// A little of the eSignature API at one account server: the account, and its users. Answers for members of accounts that live here.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/accounts/accounts/get
import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Provider } from 'oidc-provider';
import type { Faults } from '../faults';
import type { DocuSignContext } from './context';
import { accountsOf, docuSignUsers, type Account, type DocuSignUser } from './directory';
import { userOfToken } from './userInfo';

class ApiError extends Error {
	constructor(
		readonly status: number,
		readonly errorCode: string,
		message: string,
	) {
		super(message);
	}
}

export function buildRestApi({ accounts, calls }: DocuSignContext, baseUri: string, provider: Provider, faults: Faults): Express {
	const app = express().disable('x-powered-by').disable('etag');
	app.use(calls.middleware('api'), faults.middleware('api'));

	app.use('/restapi/v2.1/accounts/:accountId', async (request, response, next) => {
		const user = await userOfToken(provider, request.headers.authorization);
		if (!user) throw new ApiError(401, 'USER_AUTHENTICATION_FAILED', 'One or both of Username and Password are invalid. Invalid access token');
		calls.annotate(request, { user: user.name });
		const account = accounts.find((candidate) => candidate.accountId === request.params.accountId.toLowerCase() && candidate.baseUri === baseUri);
		if (!account) throw new ApiError(400, 'INVALID_REQUEST_PARAMETER', 'The request contained at least one invalid parameter. Invalid value specified for accountId.');
		if (!accountsOf(user, accounts).includes(account)) throw new ApiError(401, 'USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT', 'The specified User is not a member of the specified Account.');
		response.locals['account'] = account;
		next();
	});

	app.get('/restapi/v2.1/accounts/:accountId', (_request, response) => {
		const { accountId, name } = response.locals['account'] as Account;
		response.json({ accountIdGuid: accountId, accountName: name, planName: 'Business Pro', currencyCode: 'USD', createdDate: '2025-01-06T09:00:00.0000000Z', suspensionStatus: '', envelopeSendingBlocked: 'false' });
	});
	app.get('/restapi/v2.1/accounts/:accountId/users', (_request, response) => {
		const users = membersOf(response.locals['account'] as Account).map(describe);
		const last = String(users.length - 1);
		response.json({ users, resultSetSize: String(users.length), totalSetSize: String(users.length), startPosition: '0', endPosition: last });
	});
	app.get('/restapi/v2.1/accounts/:accountId/users/:userId', (request, response) => {
		const user = membersOf(response.locals['account'] as Account).find(({ userId }) => userId === request.params.userId.toLowerCase());
		if (!user) throw new ApiError(400, 'INVALID_USERID', 'Invalid UserId.');
		response.json(describe(user));
	});

	app.use(() => {
		throw new ApiError(404, 'RESOURCE_NOT_FOUND', 'The URL provided does not resolve to a resource.');
	});
	app.use(renderError);
	return app;
}

function membersOf({ members }: Account): DocuSignUser[] {
	return docuSignUsers.filter(({ name }) => members.includes(name));
}

function describe({ userId, givenName, familyName, email }: DocuSignUser): Record<string, unknown> {
	return { userId, userName: `${givenName} ${familyName}`, firstName: givenName, lastName: familyName, email, userStatus: 'Active', userType: 'CompanyUser', isAdmin: 'False', createdDateTime: '2025-01-06T09:00:00.0000000Z', uri: `/users/${userId}` };
}

const renderError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
	const { status, errorCode, message } = error instanceof ApiError ? error : new ApiError(500, 'UNSPECIFIED_ERROR', String(error));
	response.status(status).json({ errorCode, message });
};
