import { generateKeyPairSync } from 'node:crypto';

import type { ICredentialsDecrypted, ICredentialTestFunctions } from 'n8n-workflow';

import { testOpenId } from '../../../lib/n8n/testOpenId';
import { testServerLogin } from '../../../lib/n8n/testServerLogin';
import { testUserLogin } from '../../../lib/n8n/testUserLogin';
import { Browser } from '../../sandbox/browser';
import { useSandbox } from '../connections/support/sandboxControl';
import { n8nRequests, type LegacyOptions } from './support';

type Raw = Record<string, unknown>;

const REDIRECT_URI = 'http://127.0.0.1:9/callback';
/** Nothing answers there. */
const AWAY = 'http://127.0.0.1:9';
const OPEN_ID = 'connectedAppsOpenIdApi';
const strangersKey = generateKeyPairSync('rsa', { modulusLength: 2_048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }).privateKey;

describe('the test of a credential', () => {
	const played = useSandbox([REDIRECT_URI]);
	beforeEach(async () => {
		await played.control('DELETE', 'settings');
		await played.control('POST', 'settings', { microsoftAdminConsent: true });
	});
	/** As n8n runs it: with its older request helper. */
	async function run(type: string, data: Raw): Promise<string> {
		const context = { helpers: { request: async (options: LegacyOptions) => await n8nRequests().requestLegacy(options) } } as unknown as ICredentialTestFunctions;
		const test = type === OPEN_ID ? testOpenId : /userLogin/i.test(type) ? testUserLogin(type) : testServerLogin(type);
		const { status, message } = await test.call(context, { id: 'c', name: 'C', type, data } as ICredentialsDecrypted);
		return `${status}: ${message}`;
	}

	const people = { connectionName: 'app', userIdentity: 'workflow', connectionKey: 'key' };
	const right: Record<string, () => Raw> = {
		salesforceUserLoginOAuth2Api: () => ({ ...people, environment: 'custom', loginUrl: played.sandbox.salesforce.loginUrl, ...played.sandbox.salesforce.clients.confidential, clientAuthentication: 'post' }),
		salesforceClientCredentialsOAuth2Api: () => ({ environment: 'custom', loginUrl: played.sandbox.salesforce.loginUrl, ...played.sandbox.salesforce.clients.clientCredentials, clientAuthentication: 'post' }),
		salesforceJwtBearerOAuth2Api() {
			const { clientId, privateKeyPem } = played.sandbox.salesforce.clients.jwtPreAuthorized;
			return { environment: 'custom', loginUrl: played.sandbox.salesforce.loginUrl, clientId, privateKey: privateKeyPem, subject: '={{ $json.user }}', testSubject: 'alice@example.com' };
		},
		sharePointOnlineUserLoginOAuth2Api: () => ({ ...people, ...entra() }),
		sharePointOnlineClientCredentialsOAuth2Api: () => entra(),
		sharePointServerUserLoginOAuth2Api() {
			const { issuer, siteUrl, clients } = played.sandbox.adfs;
			return { ...people, siteUrl, issuer, endpointMode: 'discovery', ...clients.confidential, clientAuthentication: 'post' };
		},
		docuSignUserLoginOAuth2Api: () => ({ ...people, ...docuSign(), clientSecret: played.sandbox.docusign.clients.confidential.secretKey }),
		docuSignJwtBearerOAuth2Api: () => ({ ...docuSign(), privateKey: played.sandbox.docusign.clients.confidential.privateKeyPem, subject: played.sandbox.docusign.userIds['alice'] }),
		userLoginOAuth2Api: () => ({ ...people, ...generic(), ...played.sandbox.oauth2.clients.confidentialBasic, scopes: 'openid' }),
		clientCredentialsOAuth2Api: () => ({ ...generic(), ...played.sandbox.oauth2.clients.service, scopes: 'read' }),
		jwtBearerOAuth2Api() {
			const { clientId, keys } = played.sandbox.oauth2.clients.jwtBearer;
			return { ...generic(), clientAuthentication: 'none', clientId, privateKey: keys.RS256.privateKey, keyId: keys.RS256.kid, scopes: 'read', subject: '={{ $json.email }}', testSubject: 'alice@example.com' };
		},
	};
	const entra = (): Raw => {
		const { loginUrl, graphUrl, tenants, clients } = played.sandbox.microsoft;
		return { cloud: 'custom', authorityUrl: loginUrl, graphUrl, tenant: tenants.home.id, clientId: clients.confidential.clientId, clientSecret: clients.confidential.clientSecret };
	};
	const docuSign = (): Raw => {
		const { authServerUrl, accounts, clients } = played.sandbox.docusign;
		return { environment: 'custom', authServerUrl, accountId: accounts[0]!.accountId, clientId: clients.confidential.integrationKey };
	};
	const generic = (): Raw => ({ issuer: played.sandbox.oauth2.issuer, apiHosts: played.sandbox.oauth2.apiUrl, clientAuthentication: 'basic' });
	const TYPES = Object.keys(right);
	const KEYED = TYPES.filter((type) => /jwtBearer/i.test(type));
	const SECRET = TYPES.filter((type) => !KEYED.includes(type));
	/** Where each type's server is entered. */
	const ADDRESS: Record<string, string> = { salesforce: 'loginUrl', sharePointOnline: 'authorityUrl', sharePointServer: 'issuer', docuSign: 'authServerUrl' };
	const addressOf = (type: string) => Object.entries(ADDRESS).find(([provider]) => type.startsWith(provider))?.[1] ?? 'issuer';

	/** DocuSign lets nobody be impersonated who has not agreed once. */
	async function approve(person: string): Promise<void> {
		const { authServerUrl, clients } = played.sandbox.docusign;
		const asked = new URLSearchParams({ response_type: 'code', scope: 'signature impersonation', client_id: clients.confidential.integrationKey, redirect_uri: REDIRECT_URI, state: 's', code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' });
		expect((await new Browser().signIn(`${authServerUrl}/oauth/auth?${asked}`, played.user(person))).searchParams.has('code')).toBe(true);
	}

	it.each(TYPES)('%s: what is right passes', async (type) => {
		if (type.startsWith('docuSign')) await approve('alice');
		expect(await run(type, right[type]!())).toMatch(/^OK: .+ (knows this client|gives tokens to this client)$/);
	});

	it.each(SECRET)('%s: a wrong secret', async (type) => {
		const told = await run(type, { ...right[type]!(), clientSecret: 'canary-wrong-secret' });
		expect(told).toMatch(/^Error: .*(secret|Secret)/);
		expect(told).not.toContain('canary');
	});

	it.each(TYPES)('%s: a client that is not known', async (type) => {
		expect(await run(type, { ...right[type]!(), clientId: '00000000-0000-4000-8000-000000000000' })).toMatch(/^Error: .*(client|Client|consumer|integration key|app|issuer)/);
	});

	it.each(KEYED)('%s: a key that is not the registered one', async (type) => {
		expect(await run(type, { ...right[type]!(), privateKey: strangersKey, keyId: '' })).toMatch(/^Error: .*([Kk]ey|certificate|signature)/);
	});

	it.each(KEYED)('%s: something else in place of a key', async (type) => {
		expect(await run(type, { ...right[type]!(), privateKey: 'canary of a key' })).toMatch(/^Error: Credential setting "Private Key" holds no private key/);
		expect(await run(type, { ...right[type]!(), privateKey: '' })).toMatch(/^Error: Credential setting "Private Key" is empty/);
	});

	it.each(KEYED)('%s: nobody to try it with', async (type) => {
		expect(await run(type, { ...right[type]!(), subject: '={{ $json.email }}', testSubject: '' })).toMatch(/^Error: .*"Test Subject"/);
	});

	it.each(KEYED)('%s: a user who is not known', async (type) => {
		expect(await run(type, { ...right[type]!(), testSubject: 'nobody@example.org' })).toMatch(/^Error: /);
	});

	it.each(TYPES)('%s: a host that does not answer is told by name, and is not taken for a wrong client', async (type) => {
		const told = await run(type, { ...right[type]!(), [addressOf(type)]: AWAY });
		expect(told).toMatch(/^Error: 127\.0\.0\.1:9 could not be (reached|asked)/);
		expect(told).toContain('Nothing answers at this host and port');
	});

	it.each(TYPES)('%s: an empty form', async (type) => {
		expect(await run(type, {})).toMatch(/^Error: Credential setting ".+" (is|has|must)/);
	});

	it.each<[string, () => Raw]>([
		['salesforceJwtBearerOAuth2Api', () => ({ clientId: played.sandbox.salesforce.clients.jwtSelfAuthorized.clientId, privateKey: played.sandbox.salesforce.clients.jwtSelfAuthorized.privateKeyPem })],
		['docuSignJwtBearerOAuth2Api', () => ({ subject: played.sandbox.docusign.userIds['bob'] })],
	])('%s: consent that is missing is told apart from a wrong client', async (type, changes) => {
		expect(await run(type, { ...right[type]!(), ...changes() })).toMatch(/^Error: Client and key are right, but .+ has not approved this app at /);
	});

	it('a generic JWT bearer subject who has not approved it is told apart, too', async () => {
		await played.control('POST', 'settings', { jwtBearerNeedsConsent: true });
		expect(await run('jwtBearerOAuth2Api', right.jwtBearerOAuth2Api!())).toMatch(/^Error: Client and key are right, but alice@example\.com has not approved/);
	});

	it.each(['RS256', 'PS256', 'ES256'] as const)('a client that proves itself by a %s key passes, and one with another key does not', async (alg) => {
		const { clientId, keys } = played.sandbox.oauth2.clients.privateKeyJwt;
		const proof = { ...right.userLoginOAuth2Api!(), clientAuthentication: 'privateKeyJwt', clientId, signingAlgorithm: alg, privateKey: keys[alg].privateKey, keyId: keys[alg].kid };
		expect(await run('userLoginOAuth2Api', proof)).toMatch(/^OK/);
		if (alg !== 'ES256') expect(await run('userLoginOAuth2Api', { ...proof, privateKey: strangersKey })).toMatch(/^Error: .*does not accept the signature of this client/);
		else expect(await run('userLoginOAuth2Api', { ...proof, privateKey: strangersKey })).toMatch(/^Error: ES256 needs an elliptic curve key/);
	});

	it('an encrypted key is told apart from a missing and from a wrong passphrase', async () => {
		const { clientId, encryptedKey } = played.sandbox.oauth2.clients.privateKeyJwt;
		const proof = (privateKeyPassphrase: string) => ({ ...right.userLoginOAuth2Api!(), clientAuthentication: 'privateKeyJwt', clientId, signingAlgorithm: 'RS256', privateKey: encryptedKey.privateKey, keyId: encryptedKey.kid, privateKeyPassphrase });
		expect(await run('userLoginOAuth2Api', proof(encryptedKey.passphrase))).toMatch(/^OK/);
		expect(await run('userLoginOAuth2Api', proof(''))).toMatch(/^Error: .*passphrase is missing/);
		expect(await run('userLoginOAuth2Api', proof('canary-passphrase'))).toMatch(/^Error: The passphrase does not open/);
	});

	it.each([
		[{ kind: 'status', status: 503 }, /answered 503/],
		[{ kind: 'htmlError', status: 500 }, /answered 500/],
		[{ kind: 'status', status: 302, headers: { location: 'https://evil.example/' } }, /answered 302.*redirects/],
		[{ kind: 'hang', delayMs: 1 }, /could not be reached/],
	])('a server that fails is not taken for a wrong client (%j)', async (fault, told) => {
		for (const type of ['userLoginOAuth2Api', 'clientCredentialsOAuth2Api']) {
			await played.fault({ match: { provider: 'oauth2', pathIncludes: '/token' }, ...fault });
			expect(await run(type, right[type]!())).toMatch(told);
		}
	});

	it('the portal’s OpenID credential passes, and tells a wrong secret and a host that does not answer', async () => {
		const openId = { ...generic(), ...played.sandbox.oauth2.clients.confidentialBasic };
		expect(await run(OPEN_ID, openId)).toMatch(/^OK: .+ knows this client$/);
		expect(await run(OPEN_ID, { ...openId, clientSecret: 'canary-wrong-secret' })).toMatch(/^Error: (?!.*canary).*secret/i);
		expect(await run(OPEN_ID, { ...openId, issuer: AWAY })).toMatch(/^Error: 127\.0\.0\.1:9 could not be (?:reached|asked)/);
	});

	it('a server that tells no endpoints: what can be done about it is what the form can', async () => {
		const issuer = `${played.sandbox.oauth2.issuer}/nothing`;
		const wayOut = 'set Endpoints to "Enter One by One"';
		for (const type of TYPES.filter((candidate) => addressOf(candidate) === 'issuer')) expect(await run(type, { ...right[type]!(), issuer })).toContain(`does not tell its endpoints under this issuer (it answered 404). Check the issuer in the credential, or ${wayOut}`);
		const told = await run(OPEN_ID, { ...generic(), ...played.sandbox.oauth2.clients.confidentialBasic, issuer });
		expect(told).toMatch(/does not tell its endpoints under this issuer \(it answered 404\)\. Check the issuer in the credential\.?$/);
	});

	it('nobody is signed in and nothing is left behind', async () => {
		for (const type of TYPES.filter((candidate) => /userLogin/i.test(candidate))) await run(type, right[type]!());
		const calls = await played.calls();
		expect(calls.filter(({ path, status }) => /token$/.test(path) && status === 200)).toEqual([]);
		expect(calls.map(({ user }) => user).filter(Boolean)).toEqual([]);
	});
});
