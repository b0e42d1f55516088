// What the parts of the generic provider share: addresses, settings, records, and how its people are called.
import type { CallLog } from '../calls';
import { people, type Person } from '../people';
import type { ProviderStore } from '../providerStore';
import type { SandboxSettings } from '../settings';

export interface OAuth2Context {
	readonly issuer: string;
	/** The API's address: its origin, and the `resource` that tokens for it are asked with (RFC 8707). */
	readonly apiUrl: string;
	/** An API that is played by nobody: tokens for it are of no use at ours. */
	readonly otherResource: string;
	readonly settings: SandboxSettings;
	readonly calls: CallLog;
	readonly store: ProviderStore;
}

/** What the API knows; everything else is OpenID Connect's. */
export const apiScopes = ['read', 'write', 'reports'];

/** `sub`: tells nothing about the person to whoever reads it. Also oidc-provider's accountId here. */
export function subjectOf({ name }: Person): string {
	return `user-${name}`;
}

export function personOf(subject: string | undefined): Person | undefined {
	return people.find((person) => subjectOf(person) === subject);
}
