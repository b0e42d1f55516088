import { claimKeyOf, parseScopes, proofMaterialOf, readConnectionSettings } from '../../../lib/connections';

const TYPE = 'salesforceUserLoginOAuth2Api';
const good = { connectionName: 'salesforce', clientId: 'id', clientSecret: 'canary-secret', userIdentity: 'workflow' };
const read = (changes: Record<string, unknown> = {}) => readConnectionSettings(TYPE, { ...good, ...changes });

describe('what an admin enters in a User Login credential', () => {
	it('defaults are the safe ones', () => {
		expect(read()).toMatchObject({
			connectionName: 'salesforce',
			appName: 'Salesforce',
			endpoints: { tokenUrl: 'https://login.salesforce.com/services/oauth2/token', revocationUrl: 'https://login.salesforce.com/services/oauth2/revoke' },
			client: { clientId: 'id', clientSecret: 'canary-secret', clientAuthentication: 'post' },
			scopes: ['openid', 'refresh_token', 'api'],
			policy: { individualUsers: 'allowed', accountMatch: 'sameEmail', allowedTenants: [], serviceAccountUse: 'never', idleLifetimeDays: 30, absoluteLifetimeDays: 0 },
		});
	});

	it.each<[string, Record<string, unknown>]>([
		['connectionName', { connectionName: '' }],
		['connectionName', { connectionName: 'Sales Force' }],
		['connectionName', { connectionName: '-x' }],
		['connectionName', { connectionName: 'x'.repeat(65) }],
		['connectionName', { connectionName: 5 }],
		['userIdentity', { userIdentity: '' }],
		['userIdentity', { userIdentity: undefined }],
		['userIdentity', { userIdentity: 'anything' }],
		['userIdentity', { userIdentity: 'verifiedToken' }],
		['accountMatch', { accountMatch: 'any' }],
		['accountMatch', { accountMatch: 'sameDomain' }],
		['accountMatch', { accountMatch: 'none' }],
		['clientId', { clientId: ' ' }],
		['clientSecret', { clientSecret: '' }],
		['clientAuthentication', { clientAuthentication: 'privateKeyJwt' }],
		['connectionKey', { clientAuthentication: 'none', clientSecret: '' }],
		['individualUsers', { individualUsers: 'maybe' }],
		['serviceAccountUse', { serviceAccountUse: 'always' }],
		['scopeMode', { scopeMode: 'all' }],
		['idleLifetimeDays', { idleLifetimeDays: -1 }],
		['idleLifetimeDays', { idleLifetimeDays: '30' }],
		['idleLifetimeDays', { idleLifetimeDays: Number.NaN }],
		['absoluteLifetimeDays', { absoluteLifetimeDays: 3_651 }],
		['loginUrl', { environment: 'custom', loginUrl: '' }],
		['Login URL', { environment: 'custom', loginUrl: 'http://example.my.salesforce.com' }],
		['Login URL', { environment: 'custom', loginUrl: 'example.my.salesforce.com' }],
		['Login URL', { environment: 'custom', loginUrl: 'https://user:canary-password@example.my.salesforce.com' }],
	])('a bad %s is told by name (%j), and no secret with it', (field, changes) => {
		expect(() => read(changes)).toThrow(expect.objectContaining({ code: 'settingInvalid', details: expect.objectContaining({ field }), message: expect.not.stringMatching(/canary/) }));
	});

	it('another credential type is none', () => {
		expect(() => readConnectionSettings('oAuth2Api', good)).toThrow(expect.objectContaining({ code: 'settingInvalid' }));
	});

	it.each([
		[{ environment: 'sandbox' }, 'https://test.salesforce.com/services/oauth2/token'],
		[{ environment: 'custom', loginUrl: 'https://example.my.salesforce.com///' }, 'https://example.my.salesforce.com/services/oauth2/token'],
		[{ environment: 'custom', loginUrl: ' http://127.0.0.1:3000 ' }, 'http://127.0.0.1:3000/services/oauth2/token'],
	])('%j leads to %s', (changes, tokenUrl) => {
		expect(read(changes).endpoints.tokenUrl).toBe(tokenUrl);
	});

	it('scopes that sign-in depends on cannot be removed; others are added once', () => {
		expect(read({ scopeMode: 'custom', scopes: ['web', 'api'] }).scopes).toEqual(['openid', 'refresh_token', 'web', 'api']);
		expect(read({ scopeMode: 'custom', scopes: [] }).scopes).toEqual(['openid', 'refresh_token']);
		expect(read({ additionalScopes: 'id, web\napi  id' }).scopes).toEqual(['openid', 'refresh_token', 'api', 'id', 'web']);
		expect(parseScopes(' a b,a\t c\n')).toEqual(['a', 'b', 'c']);
	});

	it('S26 what makes a connection and what opens it are two things', () => {
		const base = read();
		for (const changes of [{ connectionName: 'other' }, { clientId: 'other' }, { environment: 'sandbox' }]) expect(claimKeyOf(read(changes))).not.toBe(claimKeyOf(base));
		for (const changes of [{ clientSecret: 'other' }, { connectionKey: 'other' }]) {
			expect(claimKeyOf(read(changes))).toBe(claimKeyOf(base));
			expect(proofMaterialOf(read(changes))).not.toBe(proofMaterialOf(base));
		}
		for (const changes of [{ idleLifetimeDays: 1 }, { appName: 'x' }, { allowedTenants: 'x' }]) expect(proofMaterialOf(read(changes))).toBe(proofMaterialOf(base));
		// No shifting of characters from one field to the next.
		expect(proofMaterialOf(read({ clientSecret: 'ab', connectionKey: 'c' }))).not.toBe(proofMaterialOf(read({ clientSecret: 'a', connectionKey: 'bc' })));
	});
});
