import { readServerLoginSettings, serverLoginMaterialOf } from '../../../lib/connections/serverLoginSettings';

// Blocks in the form of a PEM: what is in them is read where it is used.
const KEY = '-----BEGIN PRIVATE KEY-----\nY2FuYXJ5LWtleQ==\n-----END PRIVATE KEY-----';
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nY2VydA==\n-----END CERTIFICATE-----';
const TENANT = '9122040d-6c67-4c5b-b112-36a304b66dad';

const client = { clientId: 'id', clientSecret: 'canary-secret' };
const base: Record<string, Record<string, unknown>> = {
	clientCredentialsOAuth2Api: { ...client, tokenUrl: 'https://id.example.com/token', apiHosts: 'api.example.com', scopes: 'read write' },
	salesforceClientCredentialsOAuth2Api: { ...client, loginUrl: 'https://example.my.salesforce.com' },
	sharePointOnlineClientCredentialsOAuth2Api: { ...client, tenant: TENANT },
	jwtBearerOAuth2Api: { clientId: 'id', issuer: 'https://id.example.com', apiHosts: 'api.example.com', privateKey: KEY, subject: 'alice' },
	salesforceJwtBearerOAuth2Api: { clientId: 'key', privateKey: KEY, subject: 'alice@example.com' },
	docuSignJwtBearerOAuth2Api: { clientId: 'key', privateKey: KEY, subject: '50d89ab1-dad5-4a0a-b410-92ee3110b970', environment: 'demo' },
};
const read = (type: string, changes: Record<string, unknown> = {}) => readServerLoginSettings(type, { ...base[type], ...changes });
const refusal = (field: string) => expect.objectContaining({ code: 'settingInvalid', details: expect.objectContaining({ field }), message: expect.not.stringMatching(/canary/) });

describe('what an admin enters for a login without a person', () => {
	it('client credentials of any server', () => {
		expect(read('clientCredentialsOAuth2Api')).toMatchObject({
			login: { grant: 'clientCredentials', scopes: 'required' },
			provider: { id: 'oauth2' },
			source: { known: { tokenUrl: 'https://id.example.com/token' } },
			authority: 'https://id.example.com/token',
			apiHosts: ['api.example.com'],
			client: { clientId: 'id', clientSecret: 'canary-secret', clientAuthentication: 'basic' },
			scopes: ['read', 'write'],
			resource: undefined,
			assertion: undefined,
		});
		expect(read('clientCredentialsOAuth2Api', { resource: ' https://api.example.com ' }).resource).toBe('https://api.example.com');
	});

	it('a server that needs no scope is asked for none', () => {
		expect(read('clientCredentialsOAuth2Api', { scopeMode: 'none' })).toMatchObject({ login: { scopes: 'none' }, scopes: [] });
		expect(read('clientCredentialsOAuth2Api', { scopes: '' })).toMatchObject({ login: { scopes: 'required' }, scopes: [] });
	});

	it('client credentials of those that are known', () => {
		expect(read('salesforceClientCredentialsOAuth2Api')).toMatchObject({ authority: 'https://example.my.salesforce.com/services/oauth2/token', client: { clientAuthentication: 'post' }, scopes: [] });
		expect(read('sharePointOnlineClientCredentialsOAuth2Api')).toMatchObject({ traits: { graphUrl: 'https://graph.microsoft.com' }, scopes: ['https://graph.microsoft.com/.default'] });
		expect(read('sharePointOnlineClientCredentialsOAuth2Api', { cloud: 'usGov' }).scopes).toEqual(['https://graph.microsoft.us/.default']);
		expect(read('sharePointOnlineClientCredentialsOAuth2Api', { scopeMode: 'custom', scopes: [], additionalScopes: 'https://contoso.sharepoint.com/.default' }).scopes).toEqual(['https://contoso.sharepoint.com/.default']);
	});

	it('S11 assertions as each server wants them', () => {
		const key = { privateKey: KEY, algorithm: 'RS256' };
		expect(read('salesforceJwtBearerOAuth2Api').assertion).toEqual({ key, issuer: 'key', subject: 'alice@example.com', audience: 'https://login.salesforce.com', lifetimeSeconds: 120, extraClaims: {}, extraHeader: {} });
		expect(read('docuSignJwtBearerOAuth2Api').assertion).toMatchObject({ issuer: 'key', audience: 'account-d.docusign.com', lifetimeSeconds: 600 });
		expect(read('docuSignJwtBearerOAuth2Api').scopes).toEqual(['signature', 'impersonation']);
		expect(read('jwtBearerOAuth2Api').assertion).toMatchObject({ key, issuer: 'id', subject: 'alice', audience: 'https://id.example.com', lifetimeSeconds: 120 });
		for (const type of ['salesforceJwtBearerOAuth2Api', 'docuSignJwtBearerOAuth2Api', 'jwtBearerOAuth2Api']) expect(read(type).client).toEqual({ clientId: expect.any(String), clientAuthentication: 'none' });
	});

	it('scopes that the login depends on cannot be removed', () => {
		expect(read('docuSignJwtBearerOAuth2Api', { scopeMode: 'custom', scopes: ['click.manage'], additionalScopes: 'x' }).scopes).toEqual(['signature', 'impersonation', 'click.manage', 'x']);
	});

	it('an open server takes what the admin sets, a known one does not', () => {
		const open = { assertionIssuer: 'service@example.com', audience: 'https://id.example.com/token', lifetimeSeconds: 60, extraClaims: '{"roles": ["a"]}', extraHeaders: { x: 1 }, signingAlgorithm: 'ES256', keyId: 'k1', privateKeyPassphrase: 'p' };
		expect(read('jwtBearerOAuth2Api', open).assertion).toEqual({
			key: { privateKey: KEY, passphrase: 'p', certificate: undefined, keyId: 'k1', algorithm: 'ES256' },
			issuer: 'service@example.com',
			subject: 'alice',
			audience: 'https://id.example.com/token',
			lifetimeSeconds: 60,
			extraClaims: { roles: ['a'] },
			extraHeader: { x: 1 },
		});
		expect(read('salesforceJwtBearerOAuth2Api', { ...open, signingAlgorithm: 'RS256' }).assertion).toMatchObject({ issuer: 'key', audience: 'https://login.salesforce.com', lifetimeSeconds: 120, extraClaims: {}, extraHeader: {} });
	});

	it('a service account that signs for itself needs no client id', () => {
		expect(read('jwtBearerOAuth2Api', { clientId: '', assertionIssuer: 'service@example.com' })).toMatchObject({ client: { clientId: '', clientAuthentication: 'none' }, assertion: { issuer: 'service@example.com' } });
		expect(() => read('jwtBearerOAuth2Api', { clientId: '' })).toThrow(refusal('clientId'));
		expect(() => read('jwtBearerOAuth2Api', { clientId: '', assertionIssuer: 'service@example.com', clientAuthentication: 'basic', clientSecret: 's' })).toThrow(refusal('clientId'));
	});

	it('a client may prove itself beside the assertion, by the same key', () => {
		expect(read('jwtBearerOAuth2Api', { clientAuthentication: 'privateKeyJwt' }).client).toMatchObject({ clientAuthentication: 'privateKeyJwt', signingKey: { privateKey: KEY } });
	});

	it.each([
		[undefined, undefined],
		[null, undefined],
		['', undefined],
		['  ', undefined],
		['={{ $json.user }}', undefined],
		[' alice ', 'alice'],
	])('the subject %j is %j', (subject, expected) => {
		expect(read('salesforceJwtBearerOAuth2Api', { subject }).assertion?.subject).toBe(expected);
	});

	it.each([[5], [['alice']], [{ user: 'alice' }], [true]])('S37 what an expression yields must be one name: %j is none', (subject) => {
		expect(() => read('salesforceJwtBearerOAuth2Api', { subject })).toThrow(refusal('subject'));
	});

	it('what is for the test and for nodes', () => {
		expect(read('salesforceJwtBearerOAuth2Api', { testSubject: ' bob ', accessToken: 'connected-apps:token:x' })).toMatchObject({ testSubject: 'bob', accessToken: 'connected-apps:token:x' });
		expect(read('salesforceJwtBearerOAuth2Api', { accessToken: '={{ $json.accessToken }}' })).toMatchObject({ accessToken: undefined, testSubject: undefined });
	});

	it.each<[string, string, Record<string, unknown>]>([
		['clientId', 'clientCredentialsOAuth2Api', { clientId: '' }],
		['clientSecret', 'clientCredentialsOAuth2Api', { clientSecret: '' }],
		['clientAuthentication', 'clientCredentialsOAuth2Api', { clientAuthentication: 'none' }],
		['clientAuthentication', 'salesforceClientCredentialsOAuth2Api', { clientAuthentication: 'privateKeyJwt' }],
		['privateKey', 'clientCredentialsOAuth2Api', { clientAuthentication: 'privateKeyJwt' }],
		['apiHosts', 'clientCredentialsOAuth2Api', { apiHosts: '' }],
		['tokenUrl', 'clientCredentialsOAuth2Api', { tokenUrl: 'http://id.example.com/token' }],
		['issuer', 'clientCredentialsOAuth2Api', { tokenUrl: '' }],
		['scopeMode', 'clientCredentialsOAuth2Api', { scopeMode: 'default' }],
		['loginUrl', 'salesforceClientCredentialsOAuth2Api', { loginUrl: 'https://login.salesforce.com' }],
		['tenant', 'sharePointOnlineClientCredentialsOAuth2Api', { tenant: 'common' }],
		['certificate', 'sharePointOnlineClientCredentialsOAuth2Api', { clientAuthentication: 'privateKeyJwt', privateKey: KEY }],
		['privateKey', 'salesforceJwtBearerOAuth2Api', { privateKey: '' }],
		['privateKey', 'docuSignJwtBearerOAuth2Api', { privateKey: 'canary-key' }],
		['certificate', 'salesforceJwtBearerOAuth2Api', { certificate: 'canary' }],
		['accountId', 'docuSignJwtBearerOAuth2Api', { accountId: '12345678' }],
		['lifetimeSeconds', 'jwtBearerOAuth2Api', { lifetimeSeconds: 0 }],
		['lifetimeSeconds', 'jwtBearerOAuth2Api', { lifetimeSeconds: 3_601 }],
		['lifetimeSeconds', 'jwtBearerOAuth2Api', { lifetimeSeconds: '120' }],
		['extraClaims', 'jwtBearerOAuth2Api', { extraClaims: '{canary' }],
		['extraClaims', 'jwtBearerOAuth2Api', { extraClaims: '[]' }],
		['extraHeaders', 'jwtBearerOAuth2Api', { extraHeaders: '"canary"' }],
		['signingAlgorithm', 'jwtBearerOAuth2Api', { signingAlgorithm: 'HS256' }],
		['accessToken', 'jwtBearerOAuth2Api', { accessToken: { canary: 1 } }],
	])('a bad %s of %s is told by name, and no secret with it', (field, type, changes) => {
		expect(() => read(type, changes)).toThrow(refusal(field));
	});

	it.each(['salesforceUserLoginOAuth2Api', 'oAuth2Api', ''])('"%s" is no such credential type', (type) => {
		expect(() => readServerLoginSettings(type, {})).toThrow(refusal('credential'));
	});
});

describe('what a token depends on', () => {
	const material = (type: string, changes: Record<string, unknown> = {}) => serverLoginMaterialOf(read(type, changes));

	it.each<[string, Record<string, unknown>]>([
		['clientCredentialsOAuth2Api', { clientId: 'other' }],
		['clientCredentialsOAuth2Api', { clientSecret: 'other' }],
		['clientCredentialsOAuth2Api', { clientAuthentication: 'post' }],
		['clientCredentialsOAuth2Api', { tokenUrl: 'https://other.example.com/token' }],
		['clientCredentialsOAuth2Api', { resource: 'https://api.example.com' }],
		['clientCredentialsOAuth2Api', { apiHosts: 'other.example.com' }],
		['sharePointOnlineClientCredentialsOAuth2Api', { clientAuthentication: 'privateKeyJwt', privateKey: KEY, certificate: CERTIFICATE }],
		['jwtBearerOAuth2Api', { subject: 'bob' }],
		['jwtBearerOAuth2Api', { privateKey: KEY.replace('Y2Fu', 'Y2Fv') }],
		['jwtBearerOAuth2Api', { keyId: 'k1' }],
		['jwtBearerOAuth2Api', { signingAlgorithm: 'PS256' }],
		['jwtBearerOAuth2Api', { assertionIssuer: 'other' }],
		['jwtBearerOAuth2Api', { audience: 'https://other.example.com' }],
		['jwtBearerOAuth2Api', { lifetimeSeconds: 60 }],
		['jwtBearerOAuth2Api', { extraClaims: '{"role": "admin"}' }],
		['jwtBearerOAuth2Api', { extraHeaders: '{"x": 1}' }],
		['docuSignJwtBearerOAuth2Api', { accountId: 'a-1' }],
		['docuSignJwtBearerOAuth2Api', { environment: 'production' }],
	])('S27 %s: %j is another token', (type, changes) => {
		expect(material(type, changes)).not.toBe(material(type));
	});

	it('and what it does not depend on', () => {
		for (const changes of [{ testSubject: 'bob' }, { workflowId: 'w1' }, { accessToken: 'connected-apps:token:x' }, { privateKey: KEY.replaceAll('\n', ' ') }]) {
			expect(material('jwtBearerOAuth2Api', changes)).toBe(material('jwtBearerOAuth2Api'));
		}
	});
});
