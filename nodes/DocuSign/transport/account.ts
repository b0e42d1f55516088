import { ConnectedAppsError } from '../../../lib/errors';
import type { ApiAccount } from '../../../lib/types';
import type { UserSession } from '../../../lib/n8n';

/**
 * The account that a call is for: the one that the node names, else the person's default.
 * @throws ConnectedAppsError `wrongAccount`
 */
export function accountOf({ apiAccounts, actsAs }: Pick<UserSession, 'apiAccounts' | 'actsAs'>, wanted = ''): ApiAccount {
	const id = wanted.trim().toLowerCase();
	if (apiAccounts.length === 0) throw new ConnectedAppsError('wrongAccount', `It is not known which DocuSign accounts ${actsAs} has`, { advice: 'Sign in again' });
	const listed = apiAccounts.map(({ id: each, name }) => (name === undefined ? each : `${name} (${each})`)).join(', ');
	if (id !== '') {
		const found = apiAccounts.find((account) => account.id === id);
		if (found !== undefined) return found;
		throw new ConnectedAppsError('wrongAccount', `${actsAs} has no access to the DocuSign account ${id}, but to ${listed}`, { field: 'account', advice: 'Choose one of these accounts; if the credential names an account, it is the only one' });
	}
	const standard = apiAccounts.find(({ isDefault }) => isDefault) ?? (apiAccounts.length === 1 ? apiAccounts[0] : undefined);
	if (standard !== undefined) return standard;
	throw new ConnectedAppsError('wrongAccount', `${actsAs} has several DocuSign accounts and no default: ${listed}`, { field: 'account', advice: 'Choose the account in the node' });
}

/** Where people look at an envelope; undefined where DocuSign's own web application is not. */
export function webAddressOf({ baseUrl }: ApiAccount, envelopeId: string): string | undefined {
	const { hostname } = new URL(baseUrl);
	if (!hostname.endsWith('.docusign.net')) return undefined;
	return `https://apps${hostname.startsWith('demo') ? '-d' : ''}.docusign.com/send/documents/details/${envelopeId}`;
}
