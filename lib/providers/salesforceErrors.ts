// What Salesforce says when something is wrong, and the way out. Its codes are not those of RFC 6749 everywhere.
import type { KnownError } from './provider';

/**
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_flow_errors.htm
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm
 * @see https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm
 */
export const SALESFORCE_ERRORS: readonly KnownError[] = [
	{ match: /already being processed/i, kind: 'temporary', advice: 'Two refreshes met; it is tried again by itself' },
	{ match: /user hasn't approved this consumer/i, code: 'approvalNeeded', advice: 'Let this user sign in to the app once, or set Permitted Users of the app to "Admin approved users are pre-authorized" and assign it to a profile or permission set of the user' },
	{ match: /not admin approved|invalid_app_access|OAUTH_APP_ACCESS_DENIED/i, advice: 'Only approved users may use this app: in Salesforce assign it to a profile or permission set of the user (External Client App Manager, the app, Policies)' },
	{ match: /no client credentials user enabled/i, kind: 'clientRejected', advice: 'Choose a Run As user for the client credentials flow in the policies of the app' },
	{ match: /not supported on this domain/i, kind: 'clientRejected', advice: 'Enter the My Domain address as Login URL, e.g. https://example.my.salesforce.com: client credentials do not work at login.salesforce.com and test.salesforce.com' },
	{ match: /must be installed into org|app is not installed|app_not_found|OAUTH_EC_APP_NOT_FOUND/i, kind: 'clientRejected', advice: 'The app belongs to another organisation: check Environment and Login URL, or install the app in this organisation (Setup, Connected Apps OAuth Usage)' },
	{ match: /app_blocked|blocked by admin/i, kind: 'clientRejected', advice: 'An administrator has blocked the app: unblock it in Setup, Connected Apps OAuth Usage' },
	{ match: /redirect_uri/i, advice: 'Register exactly the redirect URI that the Connected Apps Trigger shows as callback URL of the app; a change takes up to ten minutes' },
	{ match: /invalid_client_id|client identifier invalid/i, kind: 'clientRejected', advice: 'Check the consumer key, and whether the app is in this environment (production or sandbox); a new app takes up to ten minutes' },
	{ match: /invalid client credentials|invalid_client\b/i, kind: 'clientRejected', advice: 'Check the consumer secret; in Salesforce it may have been rotated' },
	{ match: /audience/i, advice: 'The app is in another environment: choose Production for login.salesforce.com, Sandbox for test.salesforce.com, or enter the address of the site' },
	{ match: /invalid assertion|bad_jti_claim|invalid_assertion_type/i, advice: 'Upload the certificate of this private key to the app ("Use digital signatures"), check that it has not expired, and that the clock of this machine is right' },
	{ match: /inactive[_ ]user|user is inactive/i, advice: 'The user is inactive or frozen in Salesforce: an administrator can activate it' },
	{ match: /inactive_org|org(anization)? is (locked|inactive)/i, advice: 'The organisation is locked, closed or suspended: ask Salesforce' },
	// The grant itself is good, and works again from where it may be used.
	{ match: /ip[_ ]restricted|login hours/i, kind: 'other', advice: "Salesforce lets this user in from known addresses and at set hours only: add n8n's address to the trusted IP ranges, or relax the IP restriction of the app" },
	{ match: /password expired|challenge required|invalid_session_level/i, advice: 'The user has to renew the password or confirm who they are: sign in again' },
	{ match: /expired access\/refresh token|token validity expired/i, advice: 'The access was withdrawn or has ended by the policy of the app, the password was changed, or a sixth sign-in of the same user replaced it: sign in again' },
	{ match: /(expired|invalid) authorization code/i, advice: 'The code was used before or came too late: start again' },
	{ match: /immediate_unsuccessful/i, code: 'interactionRequired', advice: 'The user has to sign in or approve the app: sign in with the pages of Salesforce' },
	{ match: /rate_limit_exceeded|number of login attempts/i, kind: 'temporary', advice: 'Too many sign-ins in a short time: wait an hour' },
	{ match: /oauth_flow_disabled|grant type not supported|unsupported_grant_type/i, kind: 'clientRejected', advice: 'Enable this OAuth flow in the settings of the app, and in Setup, OAuth and OpenID Connect Settings' },
	{ match: /invalid_scope|scope is not allowed/i, advice: 'Add the scope to the OAuth settings of the app, or remove it from the credential' },
	{ match: /code challenge|code_verifier/i, advice: 'Start again; if it stays, check that nothing on the way drops parts of the address' },
	{ match: /OAUTH_APPROVAL_ERROR_GENERIC/i, advice: 'Salesforce does not let this user approve the app: install it or assign it to the user, check that it has the scopes that are asked for, and that the user has a full licence' },
	{ match: /authentication failure/i, advice: 'Salesforce refused the sign-in: see Setup, Login History, for the reason' },
];
