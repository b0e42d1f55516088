// What Microsoft Entra says when something is wrong, and the way out: it tells everything by numbers in the description.
import type { KnownError } from './provider';

/** Whole numbers: 50011 is not 500113. */
function numbered(...numbers: number[]): RegExp {
	return new RegExp(`AADSTS(?:${numbers.join('|')})\\b`);
}

/** @see https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes */
export const ENTRA_ERRORS: readonly KnownError[] = [
	{ match: numbered(50011, 500113, 70004, 900971), advice: 'Register exactly the redirect URI that the Connected Apps Trigger shows, under Authentication, platform "Web"' },
	{ match: numbered(9002325, 9002326, 9002327), kind: 'clientRejected', advice: 'The redirect URI is registered for a single-page application: register it under the platform "Web" instead' },
	{ match: numbered(7000222), kind: 'clientRejected', advice: 'The client secret has expired: make a new one under Certificates & secrets and enter its value' },
	{ match: numbered(7000215, 70002), kind: 'clientRejected', advice: "Enter the secret's value, not its ID; it is shown only once, when it is made" },
	{ match: numbered(7000218), kind: 'clientRejected', advice: 'The app is confidential: enter its client secret or certificate, or allow public client flows under Authentication' },
	{ match: numbered(700025), kind: 'clientRejected', advice: 'The app is public: set Client Authentication to "None", or register the redirect URI under the platform "Web"' },
	{ match: numbered(700027, 50012, 700021, 700030), kind: 'clientRejected', advice: 'Upload the certificate of this private key under Certificates & secrets, and check that it has not expired and that the clock of this machine is right' },
	{ match: numbered(700024), kind: 'clientRejected', advice: 'Compare the clock of the machine that n8n runs on with the right time: signed requests are good for minutes only' },
	{ match: numbered(50027, 5002723, 5002738), kind: 'clientRejected', advice: 'The signed request is not understood: give the certificate of this private key, and check the tenant' },
	{ match: numbered(700016, 700011, 70001, 7000112, 1000031), kind: 'clientRejected', advice: 'The app is not in this tenant or is disabled: check Client ID and Tenant, and the enterprise application' },
	{ match: numbered(90002, 900021, 900023, 90038, 90051, 50049, 50059, 50128), kind: 'clientRejected', advice: 'The tenant is not known in this cloud: check Tenant and Cloud' },
	{ match: numbered(50194, 90130, 90124, 9001023), kind: 'clientRejected', advice: 'The app is for one tenant: enter its ID as Tenant, or make the app multitenant' },
	{ match: numbered(65001, 90008), code: 'consentNeeded', advice: 'Somebody must agree first: sign in and accept, or let an administrator grant consent under API permissions' },
	{ match: numbered(90094, 90095, 90099, 900941), code: 'consentNeeded', advice: 'Only an administrator may agree to these permissions: under API permissions, "Grant admin consent"' },
	{ match: numbered(65004), code: 'signInDeclined', advice: 'Sign in again and accept what is asked for' },
	{ match: numbered(65005, 650056, 650057, 650052, 650054, 500011, 50001), advice: 'Add the permission of this API to the app under API permissions; if the API is of another tenant or service, check the scopes' },
	{ match: numbered(1002012), advice: 'Client credentials take one scope, of the form https://graph.microsoft.com/.default' },
	{ match: numbered(70011, 28002, 28003, 650053, 700022), advice: 'Check the scopes: one is unknown, misspelt, or of another API than the others (a token is for one API)' },
	{ match: numbered(50105, 501051), advice: 'The app asks for assignment: assign the user, a group or the calling app under Enterprise applications, Users and groups' },
	{ match: numbered(50020, 50034, 50014, 51004, 16000, 16003, 90072, 500208), code: 'wrongAccount', advice: 'This account is not in the tenant: sign in with the account of the organisation, or invite it as a guest' },
	{ match: numbered(500021, 500022, 500212, 500213, 50002), advice: "A tenant restriction or cross-tenant access policy stands between this account and the app: ask the organisation's administrator" },
	// The grant is good for nothing until the person has done it; Entra says so under several `error`s.
	{ match: numbered(50072, 50074, 50076, 50078, 50079, 50158, 53004, 53010), code: 'interactionRequired', kind: 'invalidGrant', advice: 'A second factor is asked for: sign in again' },
	{ match: numbered(53000, 53001, 53002, 53003, 53009, 53011, 50005, 50097, 50131, 530032, 530034, 530035), advice: 'A Conditional Access policy does not let this through (device, place or risk): see Sign-in logs in the Entra admin center for the policy' },
	{ match: numbered(50132, 50133, 50173), advice: 'The password was changed or an administrator ended all sessions: sign in again' },
	{ match: numbered(70000, 70008, 700082, 700084, 70043, 50089), advice: 'The sign-in was not used for too long, or its time is over by policy: sign in again' },
	{ match: numbered(54005), advice: 'The code was used before: start again' },
	{ match: numbered(50057), advice: 'The account is disabled: an administrator can enable it' },
	{ match: numbered(50053), advice: 'The account is locked, or the address of this network is blocked: see Sign-in logs in the Entra admin center' },
	{ match: numbered(50055, 50144, 50126, 50125, 50135), advice: 'The password is wrong, has expired or must be changed: sign in again' },
	{ match: numbered(16001, 16002, 50058, 700020), code: 'interactionRequired', advice: 'The person has to choose an account or to sign in: sign in with the pages of the provider' },
	{ match: numbered(50013, 500131, 500133, 240002), code: 'assertionRejected', advice: "The caller's token is not for this app or has expired: it must be an access token whose audience is this Client ID (scope api://<client id>/…)" },
	{ match: numbered(7000114), kind: 'clientRejected', advice: 'The app may not exchange tokens on behalf of users: expose an API on it, and use a client secret or certificate' },
	{ match: numbered(501481, 50147, 501491), advice: 'Start again: the answer belongs to another sign-in' },
	{ match: numbered(50033, 50087, 50088, 50196, 90006, 90012, 90024, 90033, 90055, 90090, 90091), kind: 'temporary', advice: 'Microsoft Entra has a fault of its own or was asked too often: try again later' },
	{ match: numbered(700003, 50155, 135011), advice: 'The device of this sign-in is disabled or unknown: sign in again from another one' },
];
