import { matchAccount, userKey } from '../../../lib/identity';
import { SERVICE_ACCOUNT, type AccountMatch, type ProviderAccount } from '../../../lib/types';

const ORG = '00DgL00000Aq7ZxUAJ';
const alice = userKey('alice@example.com');
const account = (changes: Partial<ProviderAccount> = {}): ProviderAccount => ({ subject: `${ORG}/005`, tenant: ORG, username: 'alice@example.com', email: 'alice@example.com', emailVerified: true, ...changes });
const policy = (changes: { accountMatch?: AccountMatch; allowedTenants?: string[]; serviceAccountLogin?: string } = {}) => ({ accountMatch: 'sameEmail' as AccountMatch, allowedTenants: [], ...changes });

describe('S41 whose account it is', () => {
	it.each<[string, ReturnType<typeof policy>, string, ProviderAccount, boolean]>([
		['the same verified address', policy(), alice, account(), true],
		['the same address in capitals', policy(), alice, account({ email: 'Alice@Example.com' }), true],
		['the same address in another Unicode form', policy(), userKey('jos\u00e9@example.com'), account({ email: 'jose\u0301@example.com' }), true],
		['an address that is not verified', policy(), alice, account({ emailVerified: false }), false],
		['an unverified address of an allowed organisation', policy({ allowedTenants: [ORG] }), alice, account({ emailVerified: false }), true],
		['an unverified address of another organisation', policy({ allowedTenants: ['other'] }), alice, account({ emailVerified: false }), false],
		['a verified address of another organisation', policy({ allowedTenants: ['other'] }), alice, account(), false],
		['an organisation that is one of several', policy({ allowedTenants: ['other', ORG.toLowerCase()] }), alice, account(), true],
		['no organisation where one is needed', policy({ allowedTenants: [ORG] }), alice, account({ tenant: undefined }), false],
		['another address', policy(), alice, account({ email: 'bob@example.com' }), false],
		['only the user name is the same', policy(), alice, account({ email: 'bob@example.com', username: 'alice@example.com' }), false],
		['an address that only ends alike', policy(), alice, account({ email: 'malice@example.com' }), false],
		['an address of a longer domain', policy(), alice, account({ email: 'alice@example.com.evil' }), false],
		['no address', policy(), alice, account({ email: undefined }), false],
		['a key that is no address', policy(), userKey('005gL00000001ovQAA'), account({ subject: '005gL00000001ovQAA' }), false],
		['the same domain', policy({ accountMatch: 'sameDomain' }), alice, account({ email: 'alice.archer@example.com' }), true],
		['another domain', policy({ accountMatch: 'sameDomain' }), alice, account({ email: 'alice@evil.example' }), false],
		['a domain that only ends alike', policy({ accountMatch: 'sameDomain' }), alice, account({ email: 'alice@evil-example.com' }), false],
		['a sub-domain', policy({ accountMatch: 'sameDomain' }), alice, account({ email: 'alice@sub.example.com' }), false],
		['the same domain, not verified', policy({ accountMatch: 'sameDomain' }), alice, account({ emailVerified: false }), false],
		['any account', policy({ accountMatch: 'any' }), alice, account({ email: undefined }), true],
		['any account of another organisation', policy({ accountMatch: 'any', allowedTenants: ['other'] }), alice, account(), false],
		['the service account by user name', policy({ serviceAccountLogin: 'Integration@example.com' }), SERVICE_ACCOUNT, account({ username: 'integration@example.com', email: undefined }), true],
		['the service account by verified address', policy({ serviceAccountLogin: 'integration@example.com' }), SERVICE_ACCOUNT, account({ username: 'x', email: 'integration@example.com' }), true],
		['the service account by unverified address', policy({ serviceAccountLogin: 'integration@example.com' }), SERVICE_ACCOUNT, account({ username: 'x', email: 'integration@example.com', emailVerified: false }), false],
		['another account as service account', policy({ serviceAccountLogin: 'integration@example.com' }), SERVICE_ACCOUNT, account(), false],
		['a service account without login', policy(), SERVICE_ACCOUNT, account(), false],
		['any account as service account', policy({ accountMatch: 'any' }), SERVICE_ACCOUNT, account(), false],
		['the service account of another organisation', policy({ serviceAccountLogin: 'alice@example.com', allowedTenants: ['other'] }), SERVICE_ACCOUNT, account(), false],
	])('%s', (_what, rules, key, reported, ok) => {
		const verdict = matchAccount(rules, key as typeof alice, reported);
		expect(verdict.ok).toBe(ok);
		if (!verdict.ok) expect(verdict.reason).toMatch(/\w+.*\.$/);
	});
});
