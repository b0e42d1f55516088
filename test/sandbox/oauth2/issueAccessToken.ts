// Access tokens for a person by a grant of our own: no login, no refresh token.
import { errors, type Provider, type TokenEndpointGrantContext } from 'oidc-provider';
import { buildTokenResponse, checkDpopReplay, checkDpopRequired, findAccount, resolveRequestedResources, validateDpop } from 'oidc-provider/lib/helpers/grants.js';
import type { Person } from '../people';
import { apiScopes, subjectOf } from './context';

export interface Wanted {
	readonly person: Person;
	readonly grantType: string;
	/** Granted when the request names no scope. */
	readonly defaultScopes: readonly string[];
	/** The most that may be asked for; all that the API knows without it. */
	readonly allowedScopes?: readonly string[];
	readonly issuedTokenType?: string;
}

/** Answers the token request. Throws `invalid_scope`, `invalid_target` and what is wrong with a DPoP proof. */
export async function answerWithAccessToken(provider: Provider, ctx: TokenEndpointGrantContext, wanted: Wanted): Promise<void> {
	const { client, params } = ctx.oidc;
	const proof = await validateDpop(provider, ctx);
	checkDpopRequired(provider, ctx, proof);
	const asked = params.scope?.split(' ').filter(Boolean) ?? wanted.defaultScopes;
	const unknown = asked.find((scope) => !(wanted.allowedScopes ?? apiScopes).includes(scope));
	if (unknown !== undefined) throw new errors.InvalidScope('requested scope is not allowed', unknown);
	const [resourceServer, ...more] = await resolveRequestedResources(provider, ctx);
	if (more.length > 0) throw new errors.InvalidTarget();
	await checkDpopReplay(provider, ctx, proof, client.clientId);

	const accountId = subjectOf(wanted.person);
	const scope = asked.join(' ');
	const grant = new provider.Grant({ accountId, clientId: client.clientId });
	grant.addOIDCScope(scope);
	if (resourceServer) grant.addResourceScope(resourceServer.identifier(), scope);
	const grantId = await grant.save();
	const token = new provider.AccessToken({ accountId, client, grantId, gty: wanted.grantType, scope, ...(resourceServer && { resourceServer }) });
	if (proof) token.setThumbprint('jkt', proof.thumbprint);
	ctx.oidc.entity('Account', await findAccount(provider, ctx, accountId));
	ctx.oidc.entity('AccessToken', token);
	const accessToken = await token.save();
	ctx.body = buildTokenResponse(provider, { accessToken, expiresIn: token.expiration, scope, tokenType: token.tokenType, issuedTokenType: wanted.issuedTokenType });
}
