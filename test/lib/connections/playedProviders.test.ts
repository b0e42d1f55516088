/** What an admin enters in each credential type, against the played providers: from the form to a token. */
import { completeSignIn, openConnection, readConnectionSettings, readServerLoginSettings, registerConnection, serverTokenFor, startSignIn, takeTransaction } from '../../../lib/connections';
import { providerByCredentialType } from '../../../lib/providers';
import { sha256 } from '../../../lib/vault';
import { Browser } from '../../sandbox/browser';
import { useVault } from '../vault/contract/setup';
import { sqlitePlace } from '../vault/places/sqlite';
import { useSandbox } from './support/sandboxControl';
import { alice, owner, plainFetch, PORTAL_URL, resolveEndpoints } from './support/world';

const segments = ['sharepoint-online', 'oauth2'];
const played = useSandbox(segments.map((segment) => `${PORTAL_URL}/${segment}/callback`));
const under = useVault(sqlitePlace);

const common = { connectionName: 'app', userIdentity: 'workflow', connectionKey: 'key' };
const microsoft = (changes: Record<string, unknown> = {}) => {
	const { loginUrl, graphUrl, tenants, clients } = played.sandbox.microsoft;
	return { ...common, cloud: 'custom', authorityUrl: loginUrl, graphUrl, tenant: tenants.home.id, clientId: clients.confidential.clientId, clientSecret: clients.confidential.clientSecret, ...changes };
};
const generic = (changes: Record<string, unknown> = {}) => {
	const { issuer, apiUrl, clients } = played.sandbox.oauth2;
	return { ...common, issuer, apiHosts: apiUrl, clientId: clients.confidentialBasic.clientId, clientSecret: clients.confidentialBasic.clientSecret, scopes: 'openid email read', ...changes };
};

async function signIn(type: string, raw: Record<string, unknown>, person = played.user('alice') as { username: string; password: string }) {
	const settings = readConnectionSettings(type, raw);
	await registerConnection(under.vault, { owner, credentialId: 'credential-1', settings, portalUrl: PORTAL_URL, resolveEndpoints });
	const connection = await openConnection(under.vault, settings);
	const browserHash = sha256('browser');
	const { authorizeUrl } = await startSignIn(under.vault, connection, { purpose: 'connect', userKey: alice, browserHash }, plainFetch);
	const { searchParams: query } = await new Browser().signIn(authorizeUrl, person, 'allow', `${PORTAL_URL}/${providerByCredentialType(type)!.callbackSegment}/callback`);
	const state = query.get('state')!;
	const transaction = await takeTransaction(under.vault, connection, state, connection.registration.redirectUri, () => browserHash);
	const { account, grant } = await completeSignIn(under.vault, connection, { transaction, state, query, fetch: plainFetch });
	return { authorizeUrl, account, tokens: await under.vault.grants.openTokens(grant!) };
}

const serverToken = async (type: string, raw: Record<string, unknown>) => await serverTokenFor({ vault: under.vault, fetch: plainFetch, resolveEndpoints }, readServerLoginSettings(type, raw), { fresh: true });

describe('Microsoft Entra', () => {
	const TYPE = 'sharePointOnlineUserLoginOAuth2Api';
	const proof = () => {
		const { privateKeyPem, certificatePem } = played.sandbox.microsoft.clients.confidential;
		return { clientAuthentication: 'privateKeyJwt', privateKey: privateKeyPem.replaceAll('\n', ' '), certificate: certificatePem };
	};

	it('S41 a person of the configured tenant signs in; the address counts there', async () => {
		const { account, tokens } = await signIn(TYPE, microsoft());
		const { tenants, objectIds, graphUrl } = played.sandbox.microsoft;
		expect(account).toMatchObject({ subject: `${tenants.home.id}/${objectIds['alice']}`, tenant: tenants.home.id, emailVerified: false });
		expect(tokens).toMatchObject({ apiBaseUrl: graphUrl, refreshToken: expect.any(String) });
	});

	it('S41 a person of another tenant does not, whatever the address', async () => {
		const { foreignUser, tenants } = played.sandbox.microsoft;
		await expect(signIn(TYPE, microsoft({ tenant: 'common', allowedTenants: tenants.home.id }), foreignUser)).rejects.toThrow(expect.objectContaining({ code: 'wrongAccount' }));
	});

	it('S11 a certificate does instead of a secret', async () => {
		expect((await signIn(TYPE, microsoft(proof()))).account.tenant).toBe(played.sandbox.microsoft.tenants.home.id);
	});

	it('S29 an app acts as itself, for the API that its scope names', async () => {
		const { graphUrl, sharePointUrl } = played.sandbox.microsoft;
		const app = 'sharePointOnlineClientCredentialsOAuth2Api';
		expect((await serverToken(app, microsoft())).apiBaseUrl).toBe(graphUrl);
		expect((await serverToken(app, microsoft({ ...proof(), scopeMode: 'custom', additionalScopes: `${sharePointUrl}/.default` }))).apiBaseUrl).toBe(sharePointUrl);
	});

	it.each([
		['expiredClientSecret', /has expired/],
		['applicationIdUri', /value, not its ID/],
	] as const)('a wrong secret (%s) is told with the way out', async (field, advice) => {
		const clientSecret = played.sandbox.microsoft.clients.confidential[field];
		await expect(serverToken('sharePointOnlineClientCredentialsOAuth2Api', microsoft({ clientSecret }))).rejects.toThrow(expect.objectContaining({ code: 'clientRejected', details: expect.objectContaining({ advice: expect.stringMatching(advice) }) }));
	});
});

describe('any other provider', () => {
	const TYPE = 'userLoginOAuth2Api';

	it('is discovered at its issuer; sign-ins are pushed and tokens bound, because it announces both', async () => {
		const { authorizeUrl, account, tokens } = await signIn(TYPE, generic());
		expect(new URL(authorizeUrl).searchParams.get('request_uri')).toMatch(/^urn:/);
		expect(account).toMatchObject({ subject: 'user-alice', email: 'alice@example.com', emailVerified: true });
		expect(tokens).toMatchObject({ tokenType: 'dpop', dpopKey: expect.any(String) });
	});

	it('neither is done where the admin switches it off, and further parameters are sent', async () => {
		const { authorizeUrl, tokens } = await signIn(TYPE, generic({ usePushedRequests: 'off', useDpop: 'off', authorizeParameters: 'ui_locales=de' }));
		expect(Object.fromEntries(new URL(authorizeUrl).searchParams)).toMatchObject({ redirect_uri: `${PORTAL_URL}/oauth2/callback`, ui_locales: 'de' });
		expect(tokens).toMatchObject({ tokenType: 'bearer', scopes: expect.arrayContaining(['read']) });
	});

	it('or is told endpoint by endpoint', async () => {
		const { authorizationUrl, tokenUrl, userInfoUrl, issuer } = played.sandbox.oauth2;
		const { account, authorizeUrl } = await signIn(TYPE, generic({ endpointMode: 'single', authorizationUrl, tokenUrl, userInfoUrl, issuer }));
		expect(account.subject).toBe('user-alice');
		expect(authorizeUrl.startsWith(authorizationUrl)).toBe(true);
	});

	it('gives tokens to an app, and for an assertion', async () => {
		const { service, jwtBearer } = played.sandbox.oauth2.clients;
		const key = { privateKey: jwtBearer.encryptedKey.privateKey, privateKeyPassphrase: jwtBearer.encryptedKey.passphrase, keyId: jwtBearer.encryptedKey.kid };
		expect((await serverToken('clientCredentialsOAuth2Api', generic({ clientId: service.clientId, clientSecret: service.clientSecret, scopes: 'read' }))).accessToken).toEqual(expect.any(String));
		expect((await serverToken('jwtBearerOAuth2Api', generic({ clientId: jwtBearer.clientId, ...key, subject: 'alice@example.com', scopes: 'read' }))).accessToken).toEqual(expect.any(String));
	});
});
