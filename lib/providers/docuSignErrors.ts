// What DocuSign says when something is wrong, and the way out.
import type { KnownError } from './provider';

/**
 * @see https://support.docusign.com/en/articles/DocuSign-Developer-FAQs-General-Administration-and-Authentication
 * @see https://developers.docusign.com/platform/auth/consent/
 */
export const DOCUSIGN_ERRORS: readonly KnownError[] = [
	{ match: /consent_required/i, code: 'approvalNeeded', advice: 'This user signs in and accepts once, or an administrator of the organisation grants consent for everybody' },
	{ match: /issuer_not_found/i, kind: 'clientRejected', advice: 'The integration key is not in this environment: choose Demo for a key of the developer account, Production after Go-Live' },
	{ match: /no_valid_keys_or_signatures/i, kind: 'clientRejected', advice: 'The private key does not belong to the integration key: under Apps and Keys make an RSA keypair for it and paste its private key whole; check the clock of this machine' },
	{ match: /user_not_found/i, advice: 'Subject must be the User ID (GUID) of an active user in this environment; demo and production have different ones' },
	{ match: /redirect.?ur[il]/i, advice: 'Register exactly the redirect URI that the Connected Apps Trigger shows, under Apps and Keys at the integration key' },
	// A wrong secret is told as an `invalid_grant`, and ends no sign-in.
	{ match: /invalid_client|unauthorized_client|partner_authentication_failed/i, kind: 'clientRejected', advice: 'Check the integration key and its secret key, and Environment: a key works in Demo only until it has passed Go-Live' },
	{ match: /expired_client_token|expired.{0,20}(token|code)/i, advice: 'The sign-in has ended: sign in again. With the scope "extended" it lasts as long as it is used' },
	{ match: /invalid_scope|scope.{0,40}(invalid|not (allowed|supported))/i, advice: 'Check the scopes: one is unknown, misspelt, or not enabled for this account' },
	{ match: /code_(challenge|verifier)/i, advice: 'Set PKCE to be allowed for the integration key under Apps and Keys, and start again' },
	{ match: /unsupported_grant_type/i, kind: 'clientRejected', advice: 'Enable this grant (Authorization Code or JWT) for the integration key under Apps and Keys' },
	{ match: /account_(suspended|closed)|account is (suspended|closed)/i, advice: 'The account is suspended or closed: ask DocuSign' },
];
