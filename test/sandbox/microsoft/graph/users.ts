// The people, as far as "who am I" and "who is that".
// @see https://learn.microsoft.com/en-us/graph/api/resources/user
import { Router, type Response } from 'express';
import { directoryUsers, type DirectoryUser } from '../directory';
import { optionsOf } from './context';
import { GraphError } from './errors';
import type { Authenticated } from './authenticate';
import { selectFrom } from './odata/select';

type Authorized = Response<unknown, { token: Authenticated }>;

export const requestDenied = (): GraphError => new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');

export function userRoutes(graphUrl: string): Router {
	const body = (user: DirectoryUser, select: readonly string[] | undefined) => ({ '@odata.context': `${graphUrl}/v1.0/$metadata#users/$entity`, ...selectFrom(profile(user), select) });
	return Router()
		.get('/me', (request, response: Authorized) => {
			const { user, caller } = response.locals.token;
			if (!user) throw new GraphError(400, 'BadRequest', '/me request is only valid with delegated authentication flow.');
			if (!caller.has('User.Read', 'User.Read.All')) throw requestDenied();
			response.json(body(user, optionsOf(request).select));
		})
		.get('/users', (request, response: Authorized) => {
			const { caller, claims } = response.locals.token;
			if (!caller.has('User.Read.All', 'User.ReadBasic.All')) throw requestDenied();
			const { top, select, filter } = optionsOf(request);
			const start = /^startswith\((?:displayName|mail|userPrincipalName),\s*'((?:[^']|'')*)'\)/i.exec(filter ?? '')?.[1]?.toLowerCase();
			const mail = /^(?:mail|userPrincipalName) eq '((?:[^']|'')*)'$/i.exec(filter ?? '')?.[1]?.toLowerCase();
			if (filter !== undefined && start === undefined && mail === undefined) throw new GraphError(400, 'Request_UnsupportedQuery', 'Unsupported or invalid query filter clause specified.');
			const found = directoryUsers
				.filter(({ tenant }) => tenant.id === claims.tid)
				.filter(({ email, username, givenName, familyName }) => (mail === undefined || [email, username].includes(mail)) && (start === undefined || [email, username, `${givenName} ${familyName}`.toLowerCase()].some((text) => text.startsWith(start))));
			response.json({ '@odata.context': `${graphUrl}/v1.0/$metadata#users`, value: found.slice(0, top ?? 100).map((user) => selectFrom(profile(user), select)) });
		})
		.get('/users/:id', (request, response: Authorized) => {
			const { caller, claims } = response.locals.token;
			if (!caller.has('User.Read.All')) throw requestDenied();
			const user = directoryUsers.find(({ oid, username, tenant }) => tenant.id === claims.tid && [oid, username].includes(request.params.id));
			if (!user) throw new GraphError(404, 'Request_ResourceNotFound', `Resource '${request.params.id}' does not exist or one of its queried reference-property objects are not present.`);
			response.json(body(user, optionsOf(request).select));
		});
}

function profile({ oid, givenName, familyName, email, username }: DirectoryUser): Record<string, unknown> {
	return { id: oid, displayName: `${givenName} ${familyName}`, givenName, surname: familyName, mail: email, userPrincipalName: username, businessPhones: [], jobTitle: null, mobilePhone: null, officeLocation: null, preferredLanguage: null };
}
