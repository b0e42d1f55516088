// What the parts of the played DocuSign share, and its integration keys.
import type { CallLog } from '../calls';
import type { ProviderStore } from '../providerStore';
import type { SandboxSettings } from '../settings';
import { appKey } from '../testKeys';
import type { Account } from './directory';

export interface DocuSignContext {
	/** The account server. */
	readonly authServerUrl: string;
	readonly accounts: readonly Account[];
	readonly settings: SandboxSettings;
	readonly calls: CallLog;
	readonly store: ProviderStore;
	/** Sees every API request that is let in: a test may judge it (`DocuSignContract`). `body` is undefined where there is none. */
	readonly watchRequest?: WatchRequest;
}

export type WatchRequest = (method: string, url: string, body: unknown) => void;

export const jwtBearerGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** Code grant with a secret, and JWT grant with the key. */
export const confidentialApp = { integrationKey: '3c7e1f5a-9d2b-4a68-8c04-b5a6978869fe', secretKey: 'd5e6f708-192a-4b3c-8d4e-5f60718293a4', ...appKey };
/** Code grant with PKCE alone. */
export const publicApp = { integrationKey: '6a5b4c3d-2e1f-4099-8877-665544332211' };

/** @see https://developers.docusign.com/platform/auth/reference/scopes */
export const scopeLabels = {
	signature: 'Create and send envelopes, and obtain links for starting signing sessions',
	extended: 'Renew its access without asking you again',
	impersonation: 'Act on your behalf while you are away',
	openid: 'Read your identity',
	cors: 'Make calls from a browser',
	'click.manage': 'Manage clickwraps',
	'click.send': 'Send clickwraps',
	webforms_read: 'Read web forms',
	webforms_instance_read: 'Read answers to web forms',
	webforms_instance_write: 'Start web forms',
	aow_manage: 'Manage workflows',
	adm_store_unified_repo_read: 'Read agreements',
	organization_read: 'Read your organization',
	user_read: 'Read users',
	user_write: 'Change users',
};

/** Of refresh tokens. @see https://developers.docusign.com/platform/auth/confidential-authcode-get-token */
export const thirtyDays = 30 * 86_400;
