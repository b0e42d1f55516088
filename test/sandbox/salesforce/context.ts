// What the parts of the played Salesforce share: addresses, clients, settings, records.
import type { CallLog } from '../calls';
import type { ProviderStore } from '../providerStore';
import type { SandboxSettings } from '../settings';
import { organizationId, orgUsers, type OrgUser } from './org';
import type { SalesforceSettings } from './settings';

export interface SalesforceContext {
	readonly loginUrl: string;
	/** Where the org lives now. */
	readonly instanceUrl: string;
	/** Where it lived when the sandbox started. */
	readonly homeInstanceUrl: string;
	readonly settings: SandboxSettings & Partial<SalesforceSettings>;
	readonly calls: CallLog;
	readonly store: ProviderStore;
}

/** Salesforce's subject of a user: the identity URL. Also oidc-provider's accountId here. */
export function identityUrl(loginUrl: string, user: OrgUser): string {
	return `${loginUrl}/id/${organizationId}/${user.userId}`;
}

export function userOfAccount(accountId: string | undefined): OrgUser | undefined {
	return orgUsers.find((user) => accountId?.endsWith(`/${user.userId}`));
}

export function bearerOf(authorization: string | undefined): string | undefined {
	return /^(?:Bearer|OAuth) +(\S+)$/i.exec(authorization ?? '')?.[1];
}

export const confidentialClient = {
	clientId: '3MVG9sandboxConfidentialConnectedAppsConsumerKey0001',
	clientSecret: '5F1C0A7E93D24B6E8A4D7C2B90E6F3185AC2D7E40B9163F8C5D0E2A7419B6D38',
};
export const publicClient = { clientId: '3MVG9sandboxPublicConnectedAppsConsumerKey0000000002' };
