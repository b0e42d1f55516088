// What the parts of the played AD FS share: addresses, the one relying party, the two clients, the people.
import { createHash } from 'node:crypto';
import type { CallLog } from '../calls';
import { people, type Person } from '../people';
import type { ProviderStore } from '../providerStore';
import type { SandboxSettings } from '../settings';
import type { SigningKey } from '../signingKey';

export interface AdfsContext {
	/** `…/adfs`. */
	readonly issuer: string;
	/** The SharePoint Server: its address is its relying party identifier, too. */
	readonly siteUrl: string;
	readonly settings: SandboxSettings;
	readonly calls: CallLog;
	readonly store: ProviderStore;
	readonly signingKey: SigningKey;
}

/** Whom tokens are for when a request names nobody. */
export const userInfoResource = 'urn:microsoft:userinfo';
/** Single sign-on ends after eight hours, and the refresh token with it. */
export const ssoLifetimeSeconds = 28_800;

export const serverApplication = { clientId: '2f6a1c9e-0b7d-4e35-9a48-c1d2e3f4a5b6', clientSecret: 'sandbox-secret-of-the-server-application-01' };
export const nativeApplication = { clientId: '8b4d2e6f-1a3c-4f57-b9e8-d7c6b5a49382' };

/** User principal name: also oidc-provider's accountId here. */
export function upnOf({ username }: Person): string {
	return username;
}

export function personOf(upn: string | undefined): Person | undefined {
	return people.find((person) => upnOf(person) === upn);
}

/** @see https://learn.microsoft.com/en-us/windows-server/identity/ad-fs/development/custom-id-tokens-in-ad-fs */
export function subjectOf(person: Person, clientId: string): string {
	return createHash('sha256').update(`${upnOf(person)} ${clientId}`).digest('base64');
}

/** Not the issuer of ID tokens: access tokens have kept the name of the WS-Trust service. */
export function accessTokenIssuer(issuer: string): string {
	return `${issuer}/services/trust`;
}
