// Who a token is for, and where the API of each of the person's accounts is.
// @see https://developers.docusign.com/platform/auth/reference/user-info
import type { RequestHandler } from 'express';
import type { Provider } from 'oidc-provider';
import { bearerTokenOf } from '../signingKey';
import type { DocuSignContext } from './context';
import { accountsOf, userOfId, type DocuSignUser } from './directory';

/** The user of a valid access token. */
export async function userOfToken(provider: Provider, authorization: string | undefined): Promise<DocuSignUser | undefined> {
	const value = bearerTokenOf(authorization);
	const token = value === undefined ? undefined : await provider.AccessToken.find(value);
	return token?.isValid ? userOfId(token.accountId) : undefined;
}

export function userInfoHandler({ accounts, calls }: DocuSignContext, provider: Provider): RequestHandler {
	return async (request, response) => {
		const user = await userOfToken(provider, request.headers.authorization);
		if (!user) return void response.status(401).json({ error: 'invalid_token', error_description: 'The access token is missing, invalid or expired.' });
		calls.annotate(request, { user: user.name });
		response.json({
			sub: user.userId,
			name: `${user.givenName} ${user.familyName}`,
			given_name: user.givenName,
			family_name: user.familyName,
			created: '2025-01-06T09:00:00.00',
			email: user.email,
			accounts: accountsOf(user, accounts).map(({ accountId, name, baseUri }, index) => ({ account_id: accountId, is_default: index === 0, account_name: name, base_uri: baseUri })),
		});
	};
}
