// A little of Microsoft Graph: whom a token is for, in three addresses.
// @see https://learn.microsoft.com/en-us/graph/errors
import { randomUUID } from 'node:crypto';
import express, { type Express, type Request, type Response } from 'express';
import type { Provider } from 'oidc-provider';
import type { Faults } from '../faults';
import { bearerTokenOf } from '../signingKey';
import type { MicrosoftContext } from './context';
import { directoryUsers, type DirectoryUser } from './directory';
import { readToken, type ReadToken } from './tokens';

class GraphError extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
	) {
		super(message);
	}
}

export function buildGraph(context: MicrosoftContext, provider: Provider, faults: Faults): Express {
	const app = express().disable('x-powered-by').disable('etag');
	app.use(context.calls.middleware('api'), faults.middleware('api'));

	app.get('/v1.0/me', async (request, response) => {
		const { user, scopes } = await authenticate(context, provider, request);
		if (!user) throw new GraphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.');
		if (!['User.Read', 'User.Read.All'].some((scope) => scopes.has(scope))) throw forbidden();
		response.json({ '@odata.context': `${context.graphUrl}/v1.0/$metadata#users/$entity`, ...profile(user) });
	});

	app.get('/v1.0/users/:id', async (request, response) => {
		const { claims, scopes } = await authenticate(context, provider, request);
		if (!claims.roles?.includes('User.Read.All') && !scopes.has('User.Read.All')) throw forbidden();
		const user = directoryUsers.find(({ oid, username, tenant }) => tenant.id === claims.tid && [oid, username].includes(request.params.id));
		if (!user) throw new GraphError(404, 'Request_ResourceNotFound', `Resource '${request.params.id}' does not exist or one of its queried reference-property objects are not present.`);
		response.json({ '@odata.context': `${context.graphUrl}/v1.0/$metadata#users/$entity`, ...profile(user) });
	});

	app.get('/oidc/userinfo', async (request, response) => {
		const { user, claims } = await authenticate(context, provider, request);
		if (!user) throw forbidden();
		response.json({ sub: claims.sub, name: claims['name'], family_name: user.familyName, given_name: user.givenName, email: user.email, picture: `${context.graphUrl}/v1.0/me/photo/$value` });
	});

	app.use((request) => {
		throw new GraphError(404, 'itemNotFound', `Resource not found for the segment '${request.path.split('/').at(-1)}'.`);
	});
	app.use((error: unknown, request: Request, response: Response, _next: unknown) => {
		const { status, code, message } = error instanceof GraphError ? error : new GraphError(500, 'generalException', String(error));
		const id = randomUUID();
		response.status(status).json({ error: { code, message, innerError: { date: new Date().toISOString().slice(0, 19), 'request-id': id, 'client-request-id': request.get('client-request-id') ?? id } } });
	});
	return app;
}

async function authenticate(context: MicrosoftContext, provider: Provider, request: Request): Promise<ReadToken> {
	const jwt = bearerTokenOf(request.headers.authorization);
	if (jwt === undefined) throw unauthorized('Access token is empty.');
	if (jwt.split('.').length !== 3) throw unauthorized('IDX14100: JWT is not well formed, there are no dots (.).');
	const token = await readToken(context, provider, jwt);
	if (!token) throw unauthorized('Access token validation failure. Invalid signature.');
	context.calls.annotate(request, { user: token.user?.name ?? null, clientId: token.claims['appid'] as string });
	if (token.claims.aud !== context.graphUrl) throw unauthorized('Access token validation failure. Invalid audience.');
	if (token.isExpired) throw unauthorized('Lifetime validation failed, the token is expired.');
	return token;
}

function unauthorized(message: string): GraphError {
	return new GraphError(401, 'InvalidAuthenticationToken', message);
}

function forbidden(): GraphError {
	return new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
}

function profile({ oid, givenName, familyName, email, username }: DirectoryUser): Record<string, unknown> {
	return { id: oid, displayName: `${givenName} ${familyName}`, givenName, surname: familyName, mail: email, userPrincipalName: username, businessPhones: [], jobTitle: null, mobilePhone: null, officeLocation: null, preferredLanguage: null };
}
