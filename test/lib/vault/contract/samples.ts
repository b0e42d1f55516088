import type { OwnerTrigger, ProviderAccount, TokenSet } from '../../../../lib/types';
import type { NewSignInRequest, NodeRun, Registration } from '../../../../lib/vault';
import { alice, sales } from './setup';

export const account: ProviderAccount = { subject: '005-alice', tenant: '00D-acme', email: 'alice@example.com', emailVerified: true };

export function tokens(mark = 'one', more: Partial<TokenSet> = {}): TokenSet {
	return {
		accessToken: `access-token-${mark}`,
		refreshToken: `refresh-token-${mark}`,
		tokenType: 'Bearer',
		scopes: ['api', 'refresh_token'],
		apiBaseUrl: 'https://acme.my.salesforce.com',
		...more,
	};
}

export const revoking = { revokeReplaced: true };

export const owner: OwnerTrigger = { workflowId: 'w1', workflowName: 'Portal', nodeId: 'n1', nodeName: 'Connected Apps Trigger' };

export function registration(more: Partial<Registration> = {}): Registration {
	return {
		claimKey: 'claim-sales',
		connectionName: 'sales',
		credentialType: 'salesforceUserLoginOAuth2Api',
		credentialId: 'cred-1',
		providerId: 'salesforce',
		owner,
		appName: 'Salesforce',
		appDescription: 'Accounts and reports',
		endpoints: { authorizationUrl: 'https://login.salesforce.com/authorize', tokenUrl: 'https://login.salesforce.com/token' },
		clientId: 'client-1',
		apiHosts: [],
		traits: {},
		policy: {
			individualUsers: 'allowed',
			userIdentity: 'workflow',
			accountMatch: 'sameEmail',
			allowedTenants: [],
			serviceAccountUse: 'never',
			idleLifetimeDays: 30,
			absoluteLifetimeDays: 0,
		},
		scopes: ['api', 'refresh_token'],
		portalUrl: 'https://n8n.example/webhook/connected-apps',
		redirectUri: 'https://n8n.example/webhook/connected-apps/salesforce/callback',
		...more,
	};
}

export const client = { clientId: 'client-1', clientSecret: 'client-secret-one', clientAuthentication: 'post' as const };

export const run: NodeRun = { executionId: '100', nodeName: 'Salesforce Retrieve Data', runIndex: 0 };

export function request(more: Partial<NewSignInRequest> = {}): NewSignInRequest {
	return {
		...run,
		connectionId: sales,
		userKey: alice,
		workflowId: 'w2',
		workflowName: 'Quarterly report',
		answer: 'responseNode',
		usersHash: 'users-hash',
		resumeUrl: 'http://127.0.0.1:5678/webhook-waiting/100?signature=resume-signature-one',
		expiresInMs: 7 * 24 * 3_600_000,
		...more,
	};
}
