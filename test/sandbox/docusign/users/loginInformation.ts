// The older way to learn the accounts of a user and their servers.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/authentication/authentication/login/
import type { RequestHandler } from 'express';
import type { Provider } from 'oidc-provider';
import { ApiError } from '../apiErrors';
import type { DocuSignContext } from '../context';
import { accountsOf } from '../directory';
import { truth } from '../wire';
import { userOfToken } from '../userInfo';

export function loginInformation({ accounts, calls }: DocuSignContext, provider: Provider): RequestHandler {
	return async (request, response) => {
		const user = await userOfToken(provider, request.headers.authorization);
		if (!user) throw new ApiError(401, 'USER_AUTHENTICATION_FAILED', 'One or both of Username and Password are invalid. Invalid access token');
		calls.annotate(request, { user: user.name });
		response.json({
			loginAccounts: accountsOf(user, accounts).map(({ accountId, name, baseUri }, index) => ({
				name,
				accountId,
				accountIdGuid: accountId,
				baseUrl: `${baseUri}/restapi/v2.1/accounts/${accountId}`,
				isDefault: truth(index === 0),
				userName: `${user.givenName} ${user.familyName}`,
				userId: user.userId,
				email: user.email,
				siteDescription: '',
			})),
		});
	};
}
