import { SERVICE_ACCOUNT, type ConnectionPolicy, type ProviderAccount, type UserKey } from '../types';
import { isEmailForm } from './userKey';

export type AccountVerdict = { ok: true } | { ok: false; reason: string };

const accepted: AccountVerdict = { ok: true };
const refused = (reason: string): AccountVerdict => ({ ok: false, reason });

function domainOf(email: string): string {
	return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}

function sameText(a: string | undefined, b: string): boolean {
	return a !== undefined && a.trim().normalize('NFC').toLowerCase() === b.toLowerCase();
}

/**
 * Does the account that the provider reports belong to the person that the sign-in was started for?
 * An e-mail counts only if the provider verified it or if it comes from an allowed tenant (S41). A key that is no e-mail address is
 * compared by what the organisation's own sign-in, or a verified token, told of the person (`account.person`).
 */
export function matchAccount(policy: Pick<ConnectionPolicy, 'accountMatch' | 'allowedTenants' | 'serviceAccountLogin'>, userKey: UserKey, account: ProviderAccount): AccountVerdict {
	const tenantAllowed = account.tenant !== undefined && policy.allowedTenants.some((tenant) => sameText(tenant, account.tenant ?? ''));
	if (policy.allowedTenants.length > 0 && !tenantAllowed) {
		return refused('This account belongs to an organisation that is not allowed here.');
	}
	if (userKey === SERVICE_ACCOUNT) {
		const login = policy.serviceAccountLogin;
		if (login === undefined || login === '') return refused('The credential does not say which account is the service account.');
		return sameText(account.username, login) || (account.emailVerified && sameText(account.email, login)) ? accepted : refused(`The service account must be ${login}.`);
	}
	if (policy.accountMatch === 'any') return accepted;
	const expected = isEmailForm(userKey) ? userKey : account.person?.email;
	if (expected === undefined) {
		return refused(`"${userKey}" is not an e-mail address, and none is known of this person, so the account cannot be compared with them. An administrator must use e-mail addresses as users, or have the portal’s OpenID sign-in or a verified token tell one.`);
	}
	if (account.email === undefined) return refused('The provider did not tell an e-mail address for this account.');
	if (!account.emailVerified && !tenantAllowed) return refused('The provider has not verified the e-mail address of this account.');
	if (policy.accountMatch === 'sameDomain') {
		return domainOf(account.email) === domainOf(expected) ? accepted : refused(`The account must have an address at ${domainOf(expected)}.`);
	}
	return sameText(account.email, expected) ? accepted : refused(`You signed in as ${account.email}, but this is for ${expected}.`);
}
