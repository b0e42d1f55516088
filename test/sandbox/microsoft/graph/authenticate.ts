// Who a token is of.
import type { Request } from 'express';
import type { Provider } from 'oidc-provider';
import { bearerTokenOf } from '../../signingKey';
import type { MicrosoftContext } from '../context';
import { readToken, type ReadToken } from '../tokens';
import { Caller } from './access';
import { unauthorized } from './errors';

export interface Authenticated extends ReadToken {
	readonly caller: Caller;
}

/** Throws a GraphError 401 for everything but a living token for Graph. */
export async function authenticate(context: MicrosoftContext, provider: Provider, request: Request): Promise<Authenticated> {
	const jwt = bearerTokenOf(request.headers.authorization);
	if (jwt === undefined) throw unauthorized('Access token is empty.');
	if (jwt.split('.').length !== 3) throw unauthorized('IDX14100: JWT is not well formed, there are no dots (.).');
	const token = await readToken(context, provider, jwt);
	if (!token) throw unauthorized('Access token validation failure. Invalid signature.');
	context.calls.annotate(request, { user: token.user?.name ?? null, clientId: token.claims['appid'] as string });
	if (token.claims.aud !== context.graphUrl) throw unauthorized('Access token validation failure. Invalid audience.');
	if (token.isExpired) throw unauthorized('Lifetime validation failed, the token is expired.');
	const permissions = new Set(token.user ? token.scopes : (context.settings.graphAppRoles ?? token.claims.roles ?? []));
	return { ...token, caller: new Caller(token.user, permissions, context.settings) };
}
