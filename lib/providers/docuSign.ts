import { MINUTE_MS } from '../clock';
import { ConnectedAppsError } from '../errors';
import type { ApiAccount, EndpointSource, Traits } from '../types';
import { requiredBaseAddressOf, settingInvalid, type Field } from './address';
import { textClaim, type Claims } from './claims';
import { DOCUSIGN_ERRORS } from './docuSignErrors';
import { textOf, type Provider, type ProviderSettings, type TokenContext } from './provider';

/** @see https://developers.docusign.com/platform/auth/reference/ */
const AUTH_SERVERS: Readonly<Record<string, string>> = { production: 'https://account.docusign.com', demo: 'https://account-d.docusign.com' };
const AUTH_SERVER_URL: Field = { name: 'authServerUrl', label: 'Authentication Server URL', example: 'https://account.docusign.com' };
const ACCOUNT_ID = { name: 'accountId', label: 'Account ID' };

function authServerOf(settings: ProviderSettings): string {
	const environment = textOf(settings, 'environment') || 'production';
	return AUTH_SERVERS[environment] ?? requiredBaseAddressOf(settings, AUTH_SERVER_URL, 'is empty although Environment is "Custom"');
}

function accountIdOf(settings: ProviderSettings): string {
	const accountId = textOf(settings, 'accountId').toLowerCase();
	if (/^\d+$/.test(accountId)) throw settingInvalid(ACCOUNT_ID, 'is the short account number', 'Enter the API Account ID, which has letters and hyphens too (Apps and Keys)');
	return accountId;
}

function endpointsOf(settings: ProviderSettings): EndpointSource {
	const server = authServerOf(settings);
	return { known: { authorizationUrl: `${server}/oauth/auth`, tokenUrl: `${server}/oauth/token`, userInfoUrl: `${server}/oauth/userinfo` } };
}

function traitsOf(settings: ProviderSettings): Traits {
	const accountId = accountIdOf(settings);
	return accountId === '' ? {} : { accountId };
}

function accountsIn(claims: Claims | undefined): Claims[] {
	const accounts: unknown[] = Array.isArray(claims?.accounts) ? claims.accounts : [];
	return accounts.filter((account): account is Claims => typeof account === 'object' && account !== null);
}

const isDefault = ({ is_default: told }: Claims): boolean => told === true || told === 'true';
const baseUrlOf = (account: Claims): string | undefined => textClaim(account, 'base_uri')?.replace(/\/+$/, '');

/** The account that the credential names, else the user's default; `accounts` tells each with the host of its API. */
function accountIn(claims: Claims | undefined, { accountId }: Traits): Claims | undefined {
	const told = accountsIn(claims);
	if (accountId !== undefined) return told.find((account) => textClaim(account, 'account_id')?.toLowerCase() === accountId);
	return told.find(isDefault) ?? (told.length === 1 ? told[0] : undefined);
}

function apiBaseUrlOf({ claims, traits }: TokenContext): string | undefined {
	const account = accountIn(claims, traits);
	return account && baseUrlOf(account);
}

/** All of the person's accounts; where the credential names one, that one alone. */
function apiAccountsOf(claims: Claims, { accountId }: Traits): ApiAccount[] {
	return accountsIn(claims).flatMap((account) => {
		const id = textClaim(account, 'account_id')?.toLowerCase();
		const baseUrl = baseUrlOf(account);
		if (id === undefined || baseUrl === undefined || (accountId !== undefined && id !== accountId)) return [];
		return [{ id, name: textClaim(account, 'account_name'), baseUrl, isDefault: accountId !== undefined || isDefault(account) }];
	});
}

const SIGNATURE = { scope: 'signature', meaning: 'Send envelopes and read them as you' };
const FURTHER_SCOPES = [
	{ scope: 'click.manage', meaning: 'Manage agreements by click (Click)' },
	{ scope: 'click.send', meaning: 'Send agreements by click (Click)' },
	{ scope: 'webforms_read', meaning: 'Read web forms' },
	{ scope: 'webforms_instance_read', meaning: 'Read what was entered into web forms' },
	{ scope: 'webforms_instance_write', meaning: 'Start web forms' },
	{ scope: 'aow_manage', meaning: 'Manage and start workflows (Maestro)' },
	{ scope: 'adm_store_unified_repo_read', meaning: 'Read agreements (Navigator)' },
	{ scope: 'organization_read', meaning: 'Read the organisation' },
	{ scope: 'user_read', meaning: 'Read the users of the organisation' },
	{ scope: 'user_write', meaning: 'Change the users of the organisation' },
];

/**
 * The API's host is per account and only told by userinfo. Userinfo says nothing of who has verified an address, so one counts
 * only in an account that the admin has named.
 * @see https://developers.docusign.com/platform/auth/authcode/
 * @see https://developers.docusign.com/platform/auth/reference/user-info/
 */
export const docuSign: Provider = {
	id: 'docuSign',
	credentialType: 'docuSignUserLoginOAuth2Api',
	appName: 'DocuSign',
	callbackSegment: 'docusign',
	iconSvg:
		'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="10" fill="#4c00ff"/><path d="M14 10h14l6 6v12h-4V18h-6v-4h-6v20h8v4H14z" fill="#fff"/><path d="M26 31h8v-4l7 6-7 6v-4h-8z" fill="#ff5252"/></svg>',
	endpoints: endpointsOf,
	traits: traitsOf,
	defaultTenants(settings) {
		const accountId = accountIdOf(settings);
		if (accountId === '') throw settingInvalid(ACCOUNT_ID, 'is empty, and so is Allowed Tenants: DocuSign does not tell whether an address is verified', 'Enter the API Account ID of your organisation here (Apps and Keys), or under Allowed Tenants');
		return [accountId];
	},
	tenantMeaning: 'API Account IDs; empty means the one that is entered as Account ID',
	tenantOf: (entered) => entered.toLowerCase(),
	requiredScopes: ['signature'],
	defaultScopes: ['signature', 'extended'],
	knownScopes: [SIGNATURE, { scope: 'extended', meaning: 'Stay connected for as long as it is used, not just for 30 days' }, { scope: 'impersonation', meaning: 'Act as you without asking again (JWT)' }, ...FURTHER_SCOPES],
	clientAuthentications: ['basic', 'none'],
	signingAlgorithms: [],
	// `login` is the one value that is documented; without it nobody is asked who is signed in and has agreed.
	promptParameters: (prompt): Record<string, string> => (prompt === 'consent' ? { prompt: 'login' } : {}),
	identitySource: 'userInfo',
	apiBaseUrlOf,
	apiAccountsOf,
	accountOf(claims, traits) {
		const subject = textClaim(claims, 'sub');
		if (subject === undefined) throw new ConnectedAppsError('providerError', 'DocuSign did not tell who signed in');
		const account = accountIn(claims, traits);
		if (account === undefined) {
			const reason = traits.accountId === undefined ? 'This user of DocuSign has no default account' : 'This user of DocuSign is not in the account that the credential names';
			throw new ConnectedAppsError('wrongAccount', reason, { field: 'accountId', advice: 'Sign in as a user of that account, or check Account ID and Environment in the credential' });
		}
		const email = textClaim(claims, 'email');
		return { subject, tenant: textClaim(account, 'account_id')?.toLowerCase(), username: email, email, emailVerified: false };
	},
	knownErrors: DOCUSIGN_ERRORS,
	// It changes the life of the refresh token, not what the access token may do.
	unreportedScopes: ['extended'],
	revocation: 'none',
	revokesReplaced: false,
	manageAccessUrl: 'https://account.docusign.com/me/appconsent',
	serverLogins: [
		{
			grant: 'jwtBearer',
			credentialType: 'docuSignJwtBearerOAuth2Api',
			appName: 'DocuSign',
			endpoints: endpointsOf,
			traits: traitsOf,
			scopes: 'required',
			requiredScopes: ['signature', 'impersonation'],
			defaultScopes: ['signature', 'impersonation'],
			knownScopes: [SIGNATURE, { scope: 'impersonation', meaning: 'Act as the user without asking each time' }, ...FURTHER_SCOPES],
			clientAuthentications: ['none'],
			signingAlgorithms: ['RS256'],
			apiBaseUrlOf,
			asksUserInfo: true,
			assumedLifetimeMs: 50 * MINUTE_MS,
			knownErrors: DOCUSIGN_ERRORS,
			// @see https://developers.docusign.com/platform/auth/jwt/
			jwt: {
				audience: (settings) => new URL(authServerOf(settings)).host,
				subjectMeaning: 'The User ID (GUID) of the DocuSign user',
				lifetimeSeconds: 600,
				maxLifetimeSeconds: 3_600,
				scopesIn: 'claim',
				isOpen: false,
				approvalNeeded: /consent_required/i,
			},
		},
	],
};
