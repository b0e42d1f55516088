import { claimKeyOf, parseScopes, proofMaterialOf, readConnectionSettings } from '../../../lib/connections';
import { sha256 } from '../../../lib/vault';

const TYPE = 'salesforceUserLoginOAuth2Api';
const good = { connectionName: 'salesforce', clientId: 'id', clientSecret: 'canary-secret', userIdentity: 'workflow' };
// Blocks in the form of a PEM: what is in them is read where it is used.
const KEY = '-----BEGIN PRIVATE KEY-----\nY2FuYXJ5LWtleQ==\n-----END PRIVATE KEY-----';
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nY2VydA==\n-----END CERTIFICATE-----';
const TENANT = '9122040d-6c67-4c5b-b112-36a304b66dad';
const read = (changes: Record<string, unknown> = {}) => readConnectionSettings(TYPE, { ...good, ...changes });

describe('what an admin enters in a User Login credential', () => {
	it('defaults are the safe ones', () => {
		expect(read()).toMatchObject({
			connectionName: 'salesforce',
			appName: 'Salesforce',
			source: { known: { tokenUrl: 'https://login.salesforce.com/services/oauth2/token', revocationUrl: 'https://login.salesforce.com/services/oauth2/revoke' } },
			authority: 'https://login.salesforce.com/services/oauth2/token',
			traits: {},
			apiHosts: [],
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
		['identityIssuer', { userIdentity: 'verifiedToken', identityAudience: 'flows' }],
		['identityAudience', { userIdentity: 'verifiedToken', identityIssuer: 'https://id.example.com' }],
		['userIdentity', { userIdentity: 'onBehalfOf' }],
		['accountMatch', { accountMatch: 'none' }],
		['clientId', { clientId: ' ' }],
		['clientSecret', { clientSecret: '' }],
		['clientAuthentication', { clientAuthentication: 'tls' }],
		['privateKey', { clientAuthentication: 'privateKeyJwt' }],
		['privateKey', { clientAuthentication: 'privateKeyJwt', privateKey: 'canary-key' }],
		['privateKey', { clientAuthentication: 'privateKeyJwt', privateKey: CERTIFICATE }],
		['certificate', { clientAuthentication: 'privateKeyJwt', privateKey: KEY, certificate: KEY }],
		['signingAlgorithm', { clientAuthentication: 'privateKeyJwt', privateKey: KEY, signingAlgorithm: 'PS256' }],
		['connectionKey', { clientAuthentication: 'none', clientSecret: '' }],
		['individualUsers', { individualUsers: 'maybe' }],
		['serviceAccountUse', { serviceAccountUse: 'always' }],
		['scopeMode', { scopeMode: 'all' }],
		['idleLifetimeDays', { idleLifetimeDays: -1 }],
		['idleLifetimeDays', { idleLifetimeDays: '30' }],
		['idleLifetimeDays', { idleLifetimeDays: Number.NaN }],
		['absoluteLifetimeDays', { absoluteLifetimeDays: 3_651 }],
		['loginUrl', { environment: 'custom', loginUrl: '' }],
		['loginUrl', { environment: 'custom', loginUrl: 'http://example.my.salesforce.com' }],
		['loginUrl', { environment: 'custom', loginUrl: 'example.my.salesforce.com' }],
		['loginUrl', { environment: 'custom', loginUrl: 'https://user:canary-password@example.my.salesforce.com' }],
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
		expect(read(changes).source.known.tokenUrl).toBe(tokenUrl);
		expect(read(changes).authority).toBe(tokenUrl);
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
		for (const changes of [{ clientSecret: 'other' }, { connectionKey: 'other' }, { clientAuthentication: 'privateKeyJwt', privateKey: KEY }]) {
			expect(claimKeyOf(read(changes))).toBe(claimKeyOf(base));
			expect(proofMaterialOf(read(changes))).not.toBe(proofMaterialOf(base));
		}
		for (const changes of [{ idleLifetimeDays: 1 }, { appName: 'x' }, { allowedTenants: 'x' }]) expect(proofMaterialOf(read(changes))).toBe(proofMaterialOf(base));
		// No shifting of characters from one field to the next.
		expect(proofMaterialOf(read({ clientSecret: 'ab', connectionKey: 'c' }))).not.toBe(proofMaterialOf(read({ clientSecret: 'a', connectionKey: 'bc' })));
	});

	it('S26 a connection that is known already keeps its name and its proof', () => {
		const tokenUrl = 'https://login.salesforce.com/services/oauth2/token';
		expect(claimKeyOf(read())).toBe(sha256(JSON.stringify(['salesforce', tokenUrl, 'id'])));
		expect(proofMaterialOf(read({ connectionKey: 'k' }))).toBe(JSON.stringify([claimKeyOf(read()), 'canary-secret', '', 'k']));
	});

	it('S26 a key that was pasted with other line breaks is the same key', () => {
		const proofOf = (privateKey: string) => proofMaterialOf(read({ clientAuthentication: 'privateKeyJwt', privateKey }));
		expect(proofOf(KEY.replaceAll('\n', ' '))).toBe(proofOf(KEY));
		expect(proofOf(KEY.replaceAll('\n', String.raw`\n`))).toBe(proofOf(KEY));
		expect(proofOf(KEY.replace('Y2Fu', 'Y2Fv'))).not.toBe(proofOf(KEY));
	});

	it('reads a client that proves itself by a key', () => {
		expect(read({ clientAuthentication: 'privateKeyJwt', privateKey: KEY, privateKeyPassphrase: ' with spaces ', certificate: CERTIFICATE, keyId: ' k1 ' }).client).toEqual({
			clientId: 'id',
			clientAuthentication: 'privateKeyJwt',
			signingKey: { privateKey: KEY, passphrase: ' with spaces ', certificate: CERTIFICATE, keyId: 'k1', algorithm: 'RS256' },
		});
	});

	it('S41 organisation ids are read as accounts tell them', () => {
		expect(read({ allowedTenants: '00D50000000IZ3Z, 00D50000000IZ3ZEAW' }).policy.allowedTenants).toEqual(['00D50000000IZ3ZEAW']);
	});
});

describe('what is peculiar to a provider', () => {
	const entra = (changes: Record<string, unknown> = {}) => readConnectionSettings('sharePointOnlineUserLoginOAuth2Api', { ...good, tenant: TENANT, ...changes });
	const docuSign = (changes: Record<string, unknown> = {}) => readConnectionSettings('docuSignUserLoginOAuth2Api', { ...good, accountId: 'a-1', ...changes });
	const generic = (changes: Record<string, unknown> = {}) => readConnectionSettings('userLoginOAuth2Api', { ...good, issuer: 'https://id.example.com', apiHosts: 'api.example.com', ...changes });
	const refusal = (field: string) => expect.objectContaining({ code: 'settingInvalid', details: expect.objectContaining({ field, advice: expect.any(String) }) });

	it('S41 tenants are the configured one, unless the admin names others', () => {
		expect(entra().policy.allowedTenants).toEqual([TENANT]);
		expect(entra({ tenant: 'common', allowedTenants: TENANT.toUpperCase() }).policy.allowedTenants).toEqual([TENANT]);
		expect(() => entra({ tenant: 'common' })).toThrow(refusal('allowedTenants'));
		expect(() => entra({ tenant: 'contoso.com' })).toThrow(refusal('allowedTenants'));
		expect(docuSign().policy.allowedTenants).toEqual(['a-1']);
		expect(() => docuSign({ accountId: '' })).toThrow(refusal('accountId'));
		expect(docuSign({ accountId: '', allowedTenants: 'A-2' }).policy.allowedTenants).toEqual(['a-2']);
	});

	it('what is kept for later sign-ins', () => {
		expect(entra()).toMatchObject({ traits: { graphUrl: 'https://graph.microsoft.com' }, apiHosts: [], scopes: ['openid', 'profile', 'email', 'offline_access', 'Sites.Read.All'] });
		expect(docuSign()).toMatchObject({ traits: { accountId: 'a-1' }, client: { clientAuthentication: 'basic' }, scopes: ['signature', 'extended'] });
		expect(generic()).toMatchObject({ source: { issuer: 'https://id.example.com' }, authority: 'https://id.example.com', apiHosts: ['api.example.com'], traits: { accountIdField: 'sub' }, client: { clientAuthentication: 'basic' }, scopes: [] });
	});

	it('a client proves itself only in a way that the provider knows', () => {
		expect(() => docuSign({ clientAuthentication: 'post' })).toThrow(refusal('clientAuthentication'));
		expect(() => entra({ clientAuthentication: 'privateKeyJwt', privateKey: KEY })).toThrow(refusal('certificate'));
		expect(entra({ clientAuthentication: 'privateKeyJwt', privateKey: KEY, certificate: CERTIFICATE }).client.signingKey?.algorithm).toBe('PS256');
		expect(() => entra({ clientAuthentication: 'privateKeyJwt', privateKey: KEY, certificate: CERTIFICATE, signingAlgorithm: 'RS256' })).toThrow(refusal('signingAlgorithm'));
		expect(generic({ clientAuthentication: 'privateKeyJwt', privateKey: KEY, signingAlgorithm: 'ES256' }).client.signingKey?.algorithm).toBe('ES256');
	});

	it('the caller’s own token is exchanged where the provider does that, for a client that has proved itself', () => {
		for (const { policy } of [entra({ userIdentity: 'onBehalfOf' }), generic({ userIdentity: 'onBehalfOf' })]) expect(policy.userIdentity).toBe('onBehalfOf');
		expect(() => docuSign({ userIdentity: 'onBehalfOf' })).toThrow(refusal('userIdentity'));
		expect(() => entra({ userIdentity: 'onBehalfOf', clientAuthentication: 'none', connectionKey: 'k' })).toThrow(refusal('clientAuthentication'));
	});

	it('scopes of a server that is not known are what the admin writes', () => {
		expect(generic({ scopes: 'openid, read  write\nread', scopeMode: 'default', additionalScopes: 'ignored' }).scopes).toEqual(['openid', 'read', 'write']);
		expect(generic({ scopes: '' }).scopes).toEqual([]);
	});

	it('S35 a server that is not known has no hosts by itself', () => {
		expect(() => generic({ apiHosts: '' })).toThrow(refusal('apiHosts'));
	});

	it('S26 another issuer, or endpoints instead of it, is another connection', () => {
		const single = { issuer: '', authorizationUrl: 'https://id.example.com/authorize', tokenUrl: 'https://id.example.com/token' };
		expect(claimKeyOf(generic({ issuer: 'https://other.example.com' }))).not.toBe(claimKeyOf(generic()));
		expect(claimKeyOf(generic(single))).not.toBe(claimKeyOf(generic()));
		expect(claimKeyOf(generic({ apiHosts: 'other.example.com' }))).toBe(claimKeyOf(generic()));
	});
});
