// The user's own token for this app exchanged for one that the app may use at another API.
// @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-on-behalf-of-flow
import type { Provider, TokenEndpointGrantContext } from 'oidc-provider';
import { applicationIdUri, jwtBearerGrant, type App } from './apps';
import { requireConsent, requireSecondFactor } from './consent';
import type { MicrosoftContext } from './context';
import { userOfAccount, type DirectoryUser } from './directory';
import { AadError, sentences } from './errors';
import { entraToInner } from './resources';

type Parameters = { assertion?: string; requested_token_use?: string };

export function registerOnBehalfOf(context: MicrosoftContext, provider: Provider): void {
	provider.registerGrantType<Parameters>(
		jwtBearerGrant,
		async (ctx) => {
			const { app, asked } = context.tokenRequests.get(ctx.req)!;
			const user = await userOfAssertion(context, app, ctx.oidc.params);
			context.calls.annotate(ctx.req, { user: user.name });
			requireConsent(context, user, app, asked.permissions);
			requireSecondFactor(context, user, asked.permissions[0]?.resource);
			await issue(provider, ctx, user, entraToInner(asked), asked.oidc.includes('offline_access'));
		},
		['assertion', 'requested_token_use'],
	);
}

async function userOfAssertion({ signingKey }: MicrosoftContext, app: App, { assertion, requested_token_use: use }: Parameters): Promise<DirectoryUser> {
	if (use !== 'on_behalf_of') throw new AadError('invalid_request', 900144, sentences.missing('requested_token_use'));
	if (!assertion) throw new AadError('invalid_request', 900144, sentences.missing('assertion'));
	if (assertion.split('.').length !== 3) throw new AadError('invalid_request', 50027, 'JWT token is invalid or malformed.');
	const claims = await signingKey.open(assertion);
	if (!claims) throw new AadError('invalid_grant', 50013, 'Assertion failed signature validation. [Reason - Key was found, but use of the key to verify the signature failed.]');
	if (claims['scp'] === undefined && claims['idtyp'] === undefined) throw new AadError('invalid_grant', 240002, `Input id_token cannot be used as '${jwtBearerGrant}' grant.`);
	const expected = [app.clientId, applicationIdUri(app)];
	if (!expected.includes(String(claims.aud))) {
		throw new AadError('invalid_grant', 500131, `Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was '${String(claims.aud)}' and the expected audience is '${expected[1]}' or one of the Application Uris of this application with App ID '${app.clientId}'.`);
	}
	const now = Date.now() / 1000;
	if ((claims.exp ?? 0) <= now) {
		const [current, end] = [now, claims.exp ?? 0].map((seconds) => new Date(seconds * 1000).toISOString());
		throw new AadError('invalid_grant', 500133, `Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion, or request a new token. Current time: ${current}, expiry time of assertion ${end}.`);
	}
	const user = claims['idtyp'] === 'user' ? userOfAccount(String(claims['oid'])) : undefined;
	if (!user) throw new AadError('invalid_grant', 50013, 'Assertion is invalid: it names no user.');
	return user;
}

async function issue(provider: Provider, ctx: TokenEndpointGrantContext<Parameters>, user: DirectoryUser, scope: string, isOffline: boolean): Promise<void> {
	const { client } = ctx.oidc;
	const ownership = { accountId: user.oid, client, expiresWithSession: false, gty: 'jwt_bearer' };
	const grant = new provider.Grant({ accountId: user.oid, clientId: client.clientId });
	grant.addOIDCScope(scope);
	const grantId = await grant.save();
	ctx.oidc.entity('Account', { accountId: user.oid, claims: () => ({ sub: user.oid }) });
	const accessToken = new provider.AccessToken({ ...ownership, grantId, scope });
	ctx.body = { access_token: await accessToken.save(), expires_in: accessToken.expiration };
	if (!isOffline) return;
	const refreshToken = new provider.RefreshToken({ ...ownership, grantId, scope });
	ctx.body = { ...(ctx.body as object), refresh_token: await refreshToken.save() };
}
