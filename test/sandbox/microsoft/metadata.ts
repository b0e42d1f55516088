// Discovery, per tenant. `common` and `organizations` have a template for an issuer: whose tokens they issue is only known afterwards.
// @see https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration
import type { RequestHandler } from 'express';
import type { MicrosoftContext } from './context';
import { authorityOf } from './directory';
import { AadError, sendError, sentences } from './errors';
import { issuerOf } from './tokens';

export function metadataHandler({ loginUrl, graphUrl }: MicrosoftContext): RequestHandler {
	return (request, response) => {
		const segment = String(request.params['tenant']);
		const authority = authorityOf(segment);
		if (!authority) return sendError(response, loginUrl, new AadError('invalid_tenant', 90002, sentences.noTenant(segment)));
		const name = typeof authority === 'string' ? authority : authority.id;
		const oauth2 = `${loginUrl}/${name}/oauth2/v2.0`;
		response.json({
			token_endpoint: `${oauth2}/token`,
			token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
			jwks_uri: `${loginUrl}/${name}/discovery/v2.0/keys`,
			response_modes_supported: ['query', 'fragment', 'form_post'],
			subject_types_supported: ['pairwise'],
			id_token_signing_alg_values_supported: ['RS256'],
			response_types_supported: ['code'],
			scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
			issuer: issuerOf(loginUrl, typeof authority === 'string' ? '{tenantid}' : authority.id),
			request_uri_parameter_supported: false,
			userinfo_endpoint: `${graphUrl}/oidc/userinfo`,
			authorization_endpoint: `${oauth2}/authorize`,
			claims_supported: ['sub', 'iss', 'cloud_instance_name', 'aud', 'exp', 'iat', 'auth_time', 'acr', 'nonce', 'preferred_username', 'name', 'tid', 'ver', 'at_hash', 'c_hash', 'email'],
			msgraph_host: new URL(graphUrl).host,
		});
	};
}
