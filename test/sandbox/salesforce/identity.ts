// Who is behind a token (userinfo, identity URL) and the end of a token (revoke).
import { Router, urlencoded, type Request, type Response } from 'express';
import type { Provider } from 'oidc-provider';
import { bearerOf, identityUrl, userOfAccount, type SalesforceContext } from './context';
import { organizationId, type OrgUser } from './org';

/** The user of a valid access token, with its scopes; undefined for every other text. */
export async function userOfToken(provider: Provider, token: string | undefined): Promise<{ user: OrgUser; scopes: ReadonlySet<string> } | undefined> {
	const found = token === undefined ? undefined : await provider.AccessToken.find(token);
	const user = found?.isValid ? userOfAccount(found.accountId) : undefined;
	return user && { user, scopes: new Set(found?.scope?.split(' ')) };
}

/** @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_userinfo_endpoint.htm */
export function userInfoHandler(context: SalesforceContext, provider: Provider) {
	return async (request: Request, response: Response): Promise<void> => {
		const user = await identify(context, provider, request, response);
		if (user) response.json(userInfo(context, user));
	};
}

export function identityRoutes(context: SalesforceContext, provider: Provider): Router {
	const router = Router();
	router.all('/services/oauth2/userinfo', userInfoHandler(context, provider));

	// @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm
	router.get('/id/:organizationId/:userId', async (request, response) => {
		const user = await identify(context, provider, request, response);
		if (!user) return;
		const own = request.params['organizationId'] === organizationId && request.params['userId'] === user.userId;
		if (!own) return void response.status(403).type('text').send('Wrong_Org');
		response.json(identity(context, user));
	});

	// No client authentication. 200 or 400 with unsupported_token_type or invalid_token; POST, or a "blind" GET.
	// @see https://developer.salesforce.com/docs/platform/mobile-sdk/guide/oauth-revoking-tokens.html
	router.all('/services/oauth2/revoke', urlencoded({ extended: false }), async (request, response) => {
		const fields = { ...request.query, ...(request.body as object | undefined) } as Record<string, unknown>;
		const token = String(fields['token'] ?? '');
		const refreshToken = await provider.RefreshToken.find(token);
		const accessToken = refreshToken ? undefined : await provider.AccessToken.find(token);
		const accountId = refreshToken?.accountId ?? accessToken?.accountId;
		if (!accountId || refreshToken?.consumed) return void response.status(400).json({ error: 'invalid_token', error_description: 'invalid token: token' });
		context.calls.annotate(request, { user: userOfAccount(accountId)?.name ?? null });
		if (refreshToken?.grantId) context.store.revokeGrant(refreshToken.grantId, 'revokeEndpoint');
		else context.store.revokeAccessToken(token, 'revokeEndpoint');
		response.status(200).end();
	});
	return router;
}

async function identify(context: SalesforceContext, provider: Provider, request: Request, response: Response): Promise<OrgUser | undefined> {
	const token = bearerOf(request.headers.authorization) ?? (request.query['oauth_token'] as string | undefined);
	const found = await userOfToken(provider, token);
	const mayIdentify = ['openid', 'id', 'profile', 'email', 'full', 'api'].some((scope) => found?.scopes.has(scope));
	if (!found || !mayIdentify) {
		response.status(403).type('text').send(token === undefined ? 'Missing_OAuth_Token' : 'Bad_OAuth_Token');
		return undefined;
	}
	context.calls.annotate(request, { user: found.user.name });
	return found.user;
}

function apiUrls(instanceUrl: string, user: OrgUser): Record<string, string> {
	const rest = `${instanceUrl}/services/data/v{version}/`;
	return { rest, sobjects: `${rest}sobjects/`, search: `${rest}search/`, query: `${rest}query/`, recent: `${rest}recent/`, profile: `${instanceUrl}/${user.userId}`, custom_domain: instanceUrl };
}

function userInfo({ loginUrl, instanceUrl }: SalesforceContext, user: OrgUser): Record<string, unknown> {
	return {
		sub: identityUrl(loginUrl, user),
		user_id: user.userId,
		organization_id: organizationId,
		preferred_username: user.username,
		nickname: user.name,
		name: `${user.givenName} ${user.familyName}`,
		email: user.email,
		email_verified: true,
		given_name: user.givenName,
		family_name: user.familyName,
		zoneinfo: 'America/Los_Angeles',
		photos: { picture: `${instanceUrl}/profilephoto/005/F`, thumbnail: `${instanceUrl}/profilephoto/005/T` },
		profile: `${instanceUrl}/${user.userId}`,
		picture: `${instanceUrl}/profilephoto/005/F`,
		address: { country: 'US' },
		is_salesforce_integration_user: user.viewsAllData,
		urls: apiUrls(instanceUrl, user),
		active: true,
		user_type: 'STANDARD',
		language: 'en_US',
		locale: 'en_US',
		utcOffset: -28_800_000,
		updated_at: '2025-01-06T09:00:00Z',
		is_app_installed: true,
	};
}

function identity({ loginUrl, instanceUrl }: SalesforceContext, user: OrgUser): Record<string, unknown> {
	return {
		id: identityUrl(loginUrl, user),
		asserted_user: true,
		user_id: user.userId,
		organization_id: organizationId,
		username: user.username,
		nick_name: user.name,
		display_name: `${user.givenName} ${user.familyName}`,
		email: user.email,
		email_verified: true,
		first_name: user.givenName,
		last_name: user.familyName,
		timezone: 'America/Los_Angeles',
		urls: apiUrls(instanceUrl, user),
		active: true,
		user_type: 'STANDARD',
		language: 'en_US',
		locale: 'en_US',
		utcOffset: -28_800_000,
		last_modified_date: '2025-01-06T09:00:00Z',
		is_app_installed: true,
	};
}
