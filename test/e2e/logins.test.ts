import { decodeJwt } from 'jose';

import type { StoredCredential } from '../host/n8nClient';
import { flow, httpRequest, own, respondToWebhook, webhook, withCredentials } from '../host/workflows';
import { clients } from '../sandbox/oauth2/clients';
import { forEverybody, genericLogin, itemsByHand, keyOf, messageOf, offerApp, peopleNode, secretOf, signIn, userLoginNode, type App } from './apps';
import { startRecorder } from './recorder';
import { answerOf, walkFlow } from './walk';
import { createWorld, ownersOf, waitFor, type World } from './world';

let world: World;

beforeAll(async () => {
	world = await createWorld();
}, 300_000);

afterAll(async () => await world?.close());

afterEach(async () => await world.control('settings', undefined, 'DELETE'));

const tolerant = { onError: 'continueRegularOutput' as const };
const forgetCalls = async () => await world.control('calls', undefined, 'DELETE');
const create = async (type: string, data: Record<string, unknown>): Promise<StoredCredential> => await world.client.createCredential({ name: type, type, data });

describe('each kind of client of a strict server: sign-in, then HTTP Request as the person, then renewal', () => {
	const single = () => {
		const { authorizationUrl, tokenUrl, userInfoUrl, revocationUrl } = world.sandbox.oauth2;
		return { endpointMode: 'single', issuer: '', authorizationUrl, tokenUrl, userInfoUrl, revocationUrl };
	};

	test.each<[string, string, () => Record<string, unknown>, 'DPoP' | 'Bearer', boolean]>([
		['one whose requests must be pushed', 'par', () => secretOf(clients.parRequired), 'DPoP', true],
		['a public one', 'public', () => ({ clientId: clients.public.clientId, clientAuthentication: 'none' }), 'DPoP', true],
		['one that signs (ES256)', 'es256', () => keyOf(clients.privateKeyJwt, 'ES256', 'privateKeyJwt'), 'DPoP', true],
		['one that signs (PS256)', 'ps256', () => keyOf(clients.privateKeyJwt, 'PS256', 'privateKeyJwt'), 'DPoP', true],
		['one whose key has a passphrase', 'passphrase', () => ({ ...keyOf(clients.privateKeyJwt, 'RS256', 'privateKeyJwt'), privateKey: clients.privateKeyJwt.encryptedKey.privateKey, privateKeyPassphrase: clients.privateKeyJwt.encryptedKey.passphrase }), 'DPoP', true],
		['one whose tokens must be bound', 'dpop', () => secretOf(clients.dpopBound), 'DPoP', true],
		['one with its secret in the body, endpoint by endpoint', 'single', () => ({ ...secretOf(clients.confidentialPost, 'post'), ...single() }), 'Bearer', false],
		['one that uses neither bound tokens nor pushed requests', 'plain', () => ({ useDpop: 'off', usePushedRequests: 'off' }), 'Bearer', false],
	])('%s', async (_what, name, changes, scheme, pushes) => {
		const app = await offerApp(world, name, genericLogin(world.sandbox, name, changes()));
		await world.control('settings', { accessTokenTtlSeconds: 30, dpopNonce: scheme === 'DPoP' ? 'required' : 'off' });
		await forgetCalls();
		await signIn(world, app, 'alice');
		expect((await world.calls({ provider: 'oauth2', path: '/request', status: 201 })).length > 0).toBe(pushes);
		await forgetCalls();
		const me = httpRequest({ url: `${world.sandbox.oauth2.apiUrl}/me?with=a+query`, credential: app.credential });
		const [item] = await itemsByHand(world, [peopleNode('alice'), me]);
		expect(item).toMatchObject({ user: 'alice', clientId: app.data.clientId, tokenType: scheme });
		const calls = await world.calls({ provider: 'oauth2' });
		expect(calls.filter(({ server, path }) => server === 'api' && path === '/me').map((call) => [call.scheme, call.status])).toEqual([[scheme, 200]]);
		// Its token was too old to be used: it was renewed, bound to the same key.
		expect(calls.filter(({ grantType, status }) => grantType === 'refresh_token' && status === 200)).toHaveLength(1);
	});

	test('S35 a bound token goes along no redirect either', async () => {
		const foreign = await startRecorder();
		try {
			const app = await offerApp(world, 'bound', genericLogin(world.sandbox, 'bound', secretOf(clients.dpopBound)));
			await signIn(world, app, 'alice');
			await itemsByHand(world, [peopleNode('alice'), httpRequest({ url: `${world.sandbox.oauth2.apiUrl}/redirect?to=${encodeURIComponent(`${foreign.url}/sink`)}`, credential: app.credential })]);
			expect(foreign.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([['/sink', undefined]]);
		} finally {
			await foreign.close();
		}
	});
});

describe('Salesforce without anybody signing in', () => {
	const common = () => ({ environment: 'custom', loginUrl: world.sandbox.salesforce.loginUrl });
	const accounts = (credential: StoredCredential) => httpRequest({ url: `${world.sandbox.salesforce.instanceUrl}/services/data/v60.0/query?q=${encodeURIComponent('SELECT Id, Name FROM Account ORDER BY Name')}`, credential, settings: tolerant });
	const ownersIn = (item: Record<string, unknown> | undefined) => [...new Set(ownersOf(item?.records))];

	test('JWT bearer: each item sees what its own user sees; a second run asks for no token', async () => {
		const { clientId, privateKeyPem } = world.sandbox.salesforce.clients.jwtPreAuthorized;
		const credential = await create('salesforceJwtBearerOAuth2Api', { ...common(), clientId, privateKey: privateKeyPem, subject: '={{ $json.email }}' });
		await forgetCalls();
		for (let run = 0; run < 2; run++) {
			const items = await itemsByHand(world, [peopleNode('bob', 'alice', 'carol'), accounts(credential)]);
			expect(items.slice(0, 2).map(ownersIn)).toEqual([['Bob'], ['Alice']]);
			// The administrator has not admitted her to this app.
			expect(messageOf(items[2])).toContain('not admin approved');
		}
		const asked = await world.calls({ provider: 'salesforce', server: 'oauth', status: 200 });
		expect(asked.map(({ user }) => user).sort()).toEqual(['alice', 'bob']);
	});

	test('client credentials: as the user whom the administrator chose', async () => {
		const { clientId, clientSecret } = world.sandbox.salesforce.clients.clientCredentials;
		const credential = await create('salesforceClientCredentialsOAuth2Api', { ...common(), clientId, clientSecret });
		const [item] = await itemsByHand(world, [peopleNode('alice'), accounts(credential)]);
		expect(ownersIn(item)).toEqual(expect.arrayContaining(['Alice', 'Bob', 'Carol']));
	});

	test('JWT bearer, where users approve the app themselves: OAuth Server Login waits for that one sign-in, and never again', async () => {
		const { clientId, clientSecret, privateKeyPem } = world.sandbox.salesforce.clients.jwtSelfAuthorized;
		await offerApp(world, 'approve-salesforce', { ...forEverybody('approve'), ...common(), clientId, clientSecret, clientAuthentication: 'post' }, 'salesforceUserLoginOAuth2Api');
		const data = { ...common(), clientId, privateKey: privateKeyPem, subject: '={{ $json.query.user }}@example.com' };
		const login = withCredentials(own('OAuth Server Login', 'oAuthServerLogin', { authentication: 'jwtBearer', provider: 'salesforce' }), await create('salesforceJwtBearerOAuth2Api', data));
		const asSubject = await create('salesforceJwtBearerOAuth2Api', { ...data, accessToken: '={{ $json.accessToken }}' });
		const id = await world.publish(flow('salesforce-approval').chain(webhook({ path: 'salesforce-approval' }), login, accounts(asSubject), respondToWebhook()));
		const address = `${world.flowUrl('salesforce-approval')}?user=carol`;
		expect(ownersIn(answerOf(await walkFlow(world, address, 'carol')))).toEqual(['Carol']);
		const again = await walkFlow(world, address, 'carol');
		expect(again.seen).toHaveLength(1);
		expect(ownersIn(answerOf(again))).toEqual(['Carol']);
		await world.client.waitForNewestExecution(id, 'success');
		expect(await world.client.executions({ workflowId: id })).toHaveLength(2);
	});
});

test('DocuSign’s JWT names a user by ID: whoever has to approve is named beside it, and the API’s host comes from the account', async () => {
	const { authServerUrl, clients: apps, accounts, userIds } = world.sandbox.docusign;
	const { integrationKey, secretKey, privateKeyPem } = apps.confidential;
	const purchasing = accounts.find(({ members }) => members.includes('bob'))!;
	const common = { environment: 'custom', authServerUrl, accountId: purchasing.accountId, clientId: integrationKey };
	await offerApp(world, 'approve-docusign', { ...forEverybody('approve'), ...common, clientSecret: secretKey, clientAuthentication: 'basic', scopeMode: 'custom', scopes: ['extended', 'impersonation'] }, 'docuSignUserLoginOAuth2Api');
	const data = { ...common, privateKey: privateKeyPem, subject: userIds.bob };
	const login = withCredentials(own('OAuth Server Login', 'oAuthServerLogin', { authentication: 'jwtBearer', provider: 'docuSign', user: '={{ $json.query.user }}@example.com' }), await create('docuSignJwtBearerOAuth2Api', data));
	const users = httpRequest({ url: `${purchasing.baseUri}/restapi/v2.1/accounts/${purchasing.accountId}/users/${userIds.bob}`, credential: await create('docuSignJwtBearerOAuth2Api', { ...data, accessToken: '={{ $json.accessToken }}' }) });
	await world.publish(flow('docusign-approval').chain(webhook({ path: 'docusign-approval' }), login, users, respondToWebhook()));
	expect(answerOf(await walkFlow(world, `${world.flowUrl('docusign-approval')}?user=bob`, 'bob'))).toMatchObject({ userId: userIds.bob });
	const elsewhere = accounts.find((account) => account !== purchasing)!;
	const [refused] = await itemsByHand(world, [peopleNode('bob'), httpRequest({ url: `${elsewhere.baseUri}/restapi/v2.1/accounts/${elsewhere.accountId}`, credential: await create('docuSignJwtBearerOAuth2Api', data), settings: tolerant })]);
	expect(messageOf(refused)).toContain('not for');
});

describe('on behalf of the caller: a flow that was called with the user’s own token gets one for Microsoft Graph', () => {
	let app: App;

	beforeAll(async () => {
		const { loginUrl, graphUrl, tenants, clients: apps } = world.sandbox.microsoft;
		const { clientId, clientSecret } = apps.confidential;
		const data = { ...forEverybody('graph'), userIdentity: 'onBehalfOf', appName: 'Microsoft Graph', tenant: tenants.home.id, cloud: 'custom', authorityUrl: loginUrl, graphUrl, clientId, clientSecret, clientAuthentication: 'post', scopeMode: 'custom', scopes: ['User.Read'], user: '={{ $json.headers.authorization }}' };
		app = await offerApp(world, 'graph', data, 'sharePointOnlineUserLoginOAuth2Api');
		const me = httpRequest({ url: `${graphUrl}/v1.0/me`, credential: app.credential, settings: tolerant });
		await world.publish(flow('whoami').chain(webhook({ path: 'whoami' }), me, respondToWebhook()));
		const byReference = await create(app.credential.type, { ...data, user: '={{ $json.accessToken }}' });
		await world.publish(flow('exchange').chain(webhook({ path: 'exchange' }), userLoginNode(app, { user: '={{ $json.headers.authorization }}' }), httpRequest({ url: `${graphUrl}/v1.0/me`, credential: byReference }), respondToWebhook("={{ { login: $('OAuth User Login').first().json, me: $json } }}")));
	});

	beforeEach(async () => await world.control('settings', { microsoftAdminConsent: true }));

	const call = async (path: string, token: string | undefined) => (await (await fetch(world.flowUrl(path), { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })).json()) as Record<string, unknown>;
	const mint = async (...how: Parameters<World['sandbox']['mintMicrosoftUserToken']>) => await world.sandbox.mintMicrosoftUserToken(...how);

	test('HTTP Request: each caller is themselves, nobody signs in, and the same token is exchanged once', async () => {
		await forgetCalls();
		const [alice, bob] = [await mint('alice'), await mint('bob')];
		for (const [token, name] of [[alice, 'alice'], [bob, 'bob'], [alice, 'alice']] as const) expect(await call('whoami', token)).toMatchObject({ userPrincipalName: `${name}@example.com` });
		const exchanges = await world.calls({ provider: 'microsoft', server: 'oauth' });
		expect(exchanges.map(({ grantType, user, status }) => [grantType?.replace(/^.*:/, ''), user, status])).toEqual([['jwt-bearer', 'alice', 200], ['jwt-bearer', 'bob', 200]]);
		// What was exchanged once opens nothing to whoever knows only what stands in it.
		const [header, payload] = alice.split('.');
		const forged = `${header}.${payload}.${bob.split('.')[2]}`;
		expect(messageOf(await call('whoami', forged))).toMatch(/AADSTS50013|signature/i);
	});

	test('OAuth User Login: a reference to the exchanged token; no page is shown', async () => {
		const answer = await call('exchange', await mint('carol'));
		expect(answer).toMatchObject({ login: { statusCode: 0, tokenType: 'Bearer', accessToken: expect.stringMatching(/^connected-apps:token:/) as string }, me: { userPrincipalName: 'carol@example.com' } });
	});

	test.each<[string, () => Promise<string | undefined>, RegExp]>([
		['an expired token', async () => await mint('alice', { expiresInSeconds: -60 }), /expired|not within its valid time/i],
		['a token for somebody else', async () => await mint('alice', { audience: 'api://another-app' }), /audience/i],
		['some other text', async () => 'no-token', /is not the caller’s access token/],
		['no token', async () => undefined, /does not say who acts in Microsoft Graph/],
	])('%s gets a clear error', async (_what, token, reason) => {
		await forgetCalls();
		expect(messageOf(await call('whoami', await token()))).toMatch(reason);
		expect(await world.calls({ provider: 'microsoft', server: 'api' })).toEqual([]);
	});

	test('what nobody has consented to is told so', async () => {
		await world.control('settings', { microsoftAdminConsent: false });
		expect(messageOf(await call('whoami', await mint('integration')))).toMatch(/consent/i);
	});

	test('S12 of all tokens only the caller’s own stands in executions’ data: there n8n’s webhook has put it', async () => {
		const caller = await mint('alice');
		for (const path of ['whoami', 'exchange']) await call(path, caller);
		const stored = await waitFor(async () => {
			const executions = await world.client.executions({ status: 'success', limit: 10 });
			const text = JSON.stringify(await Promise.all(executions.map(async ({ id }) => await world.client.execution(id))));
			return text.split(caller).length > 2 && text;
		}, 'both executions to be put down');
		const audiences = new Set((stored.match(/eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g) ?? []).map((token) => decodeJwt(token).aud));
		expect([...audiences]).not.toContain(world.sandbox.microsoft.graphUrl);
	});
});

test('S29 one sign-in, two APIs: HTTP Request takes the token of the API that each address is at, of each item’s user', async () => {
	const { loginUrl, graphUrl, sharePointUrl, tenants, clients: apps } = world.sandbox.microsoft;
	const { clientId, clientSecret } = apps.confidential;
	const data = { ...forEverybody('two-apis'), tenant: tenants.home.id, cloud: 'custom', authorityUrl: loginUrl, graphUrl, clientId, clientSecret, clientAuthentication: 'post', scopeMode: 'custom', scopes: ['User.Read'], additionalScopes: `${sharePointUrl}/AllSites.Read`, user: '={{ $json.email }}' };
	const app = await offerApp(world, 'two-apis', data, 'sharePointOnlineUserLoginOAuth2Api');
	await signIn(world, app, 'alice', 'bob');
	await forgetCalls();
	const ask = async (url: string) => await itemsByHand(world, [peopleNode('bob', 'alice'), httpRequest({ url, credential: app.credential, settings: tolerant })]);
	expect((await ask(`${sharePointUrl}/_api/web/currentuser`)).map(({ Title }) => Title)).toEqual(['Bob Baker', 'Alice Archer']);
	expect((await ask(`${graphUrl}/v1.0/me`)).map(({ displayName }) => displayName)).toEqual(['Bob Baker', 'Alice Archer']);
	expect((await world.calls({ provider: 'microsoft', server: 'api' })).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
	// The sign-in's own tokens are fresh: only SharePoint's were asked for, once for each person.
	expect((await world.calls({ provider: 'microsoft', server: 'oauth', path: `/${tenants.home.id}/oauth2/v2.0/token` })).map(({ grantType, status }) => [grantType, status])).toEqual([['refresh_token', 200], ['refresh_token', 200]]);
	expect(messageOf((await ask('https://contoso.sharepoint.com/_api/web'))[0])).toContain('not for contoso.sharepoint.com');
});
