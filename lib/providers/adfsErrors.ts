// What AD FS says when something is wrong, and the way out. Another identity provider has only the general advice.
import type { KnownError } from './provider';

function numbered(...numbers: number[]): RegExp {
	return new RegExp(`MSIS(?:${numbers.join('|')})\\b`);
}

/**
 * @see https://learn.microsoft.com/en-us/windows-server/identity/ad-fs/troubleshooting/ad-fs-tshoot-sso
 * @see https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-oapx/32ce8878-7d33-4c02-818b-6c9164cc731e
 */
export const ADFS_ERRORS: readonly KnownError[] = [
	{ match: numbered(9223, 9607), kind: 'clientRejected', advice: 'Check Client ID: AD FS has no application group with a client of this identifier' },
	{ match: numbered(9224, 9221), advice: 'Register exactly the redirect URI that the Connected Apps Trigger shows at the client in the application group' },
	{ match: numbered(9622), kind: 'clientRejected', advice: 'Check the client secret: AD FS shows it once, and a reset ends the old one; of a private key, check the certificate that is registered at the client' },
	{ match: numbered(9602), advice: 'Check Resource: AD FS knows no Web API or relying party with this identifier' },
	{ match: numbered(9605), advice: 'Allow the client to use the resource: add the Web API to its application group, or run Grant-AdfsApplicationPermission with the scopes that are asked for' },
	{ match: numbered(9612), advice: 'The code was used before or came too late: start again' },
	{ match: numbered(9615), advice: 'The sign-in has ended by the single sign-on settings of AD FS: sign in again' },
	{ match: numbered(9611), kind: 'clientRejected', advice: 'This kind of sign-in (grant type) is not enabled for the client in AD FS' },
	{ match: numbered(9659, 7065), advice: 'User name or password is wrong: sign in again' },
];
