// The apps of the org: what each may do, and who may use it.
// @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm (the two policies of "Permitted Users")
import type { ClientMetadata } from 'oidc-provider';
import { appKey } from '../testKeys';
import { confidentialClient, publicClient } from './context';

export const clientCredentialsGrant = 'client_credentials';
export const jwtBearerGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** "Admin approved users are pre-authorized": no sign-in, for those whom the administrator chose. */
export const preAuthorizedClient = { clientId: '3MVG9sandboxPreAuthorizedConsumerKey00000000000000003', clientSecret: '0C3A5E7192B4D6F80A1C3E5071B2D4F60819A3C5E7F0B2D4A6C8E0917F3B5D72', ...appKey };
export const preAuthorizedNames: readonly string[] = ['alice', 'bob', 'integration'];

/** "All users may self-authorize": whoever approved the app in a sign-in that brought a refresh token. */
export const selfAuthorizedClient = { clientId: '3MVG9sandboxSelfAuthorizedConsumerKey000000000000000004', clientSecret: '9B7D5F3A1C8E60427A5C3E1907F8B6D4A2C0E9F7D5B3A1C8E604A7C5E3D1F906', ...appKey };

/** Enabled for client credentials, with `integration` as "Run As". */
export const clientCredentialsClient = { clientId: '3MVG9sandboxClientCredentialsConsumerKey000000000000005', clientSecret: '7E6D5C4B3A29180F7E6D5C4B3A29180F1F2E3D4C5B6A79881F2E3D4C5B6A7988' };
export const runAsName = 'integration';

const callers = [
	{ ...confidentialClient, name: 'Connected Apps for n8n' },
	{ ...publicClient, clientSecret: undefined, name: 'Connected Apps for n8n (public)' },
	{ ...preAuthorizedClient, name: 'Connected Apps for n8n (pre-authorized)' },
	{ ...selfAuthorizedClient, name: 'Connected Apps for n8n (self-authorized)' },
	{ ...clientCredentialsClient, name: 'Connected Apps for n8n (client credentials)' },
];

export function clientMetadata(redirectUris: readonly string[]): ClientMetadata[] {
	return callers.map(({ clientId, clientSecret, name }) => ({
		client_id: clientId,
		client_name: name,
		redirect_uris: [...redirectUris],
		response_types: ['code'],
		// Who is not enabled for client credentials is told so in Salesforce's words.
		grant_types: ['authorization_code', 'refresh_token', clientCredentialsGrant],
		token_endpoint_auth_method: clientSecret === undefined ? ('none' as const) : ('client_secret_post' as const),
		...(clientSecret !== undefined && { client_secret: clientSecret }),
	}));
}
