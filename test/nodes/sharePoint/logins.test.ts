// As whom the node acts besides the people who are named: the app itself, the service account; and what it refuses, with the reason.
import type { IHttpRequestOptions } from 'n8n-workflow';

import { userKey } from '../../../lib/identity';
import { SERVICE_ACCOUNT } from '../../../lib/types';
import { httpRequest } from '../support/executing';
import { useSharePoint } from './sharePointNode';

const USER_LOGIN = 'sharePointOnlineUserLoginOAuth2Api';
const CLIENT_CREDENTIALS = 'sharePointOnlineClientCredentialsOAuth2Api';
const PASSWORD = 'sharePointServerPasswordApi';
const sites = { resource: 'site', operation: 'search', searchText: '', returnAll: true };
const whoAmI = { resource: 'site', operation: 'getCurrentUser', site: '' };

describe('on SharePoint Online', () => {
	const sharePoint = useSharePoint({});
	const { world, raw, rows, failure } = sharePoint;
	const app = (changes: Record<string, unknown> = {}) => {
		const { loginUrl, graphUrl, tenants, clients } = world.sandbox.microsoft;
		const { clientId, clientSecret } = clients.confidential;
		return { cloud: 'custom', authorityUrl: loginUrl, graphUrl, tenant: tenants.home.id, clientId, clientAuthentication: 'post', clientSecret, ...changes };
	};
	const byCertificate = () => {
		const { privateKeyPem, certificatePem } = world.sandbox.microsoft.clients.confidential;
		return app({ clientAuthentication: 'privateKeyJwt', clientSecret: '', privateKey: privateKeyPem.replaceAll('\n', ' '), certificate: certificatePem });
	};
	const asApp = { authentication: 'clientCredentials', user: '' };

	describe.each([
		['secret', () => app()],
		['certificate', byCertificate],
	])('client credentials with a %s', (_name, credential) => {
		it('act as the app: it sees the sites of everybody, and nobody signs in; items stay paired', async () => {
			const bodies: URLSearchParams[] = [];
			const onRequest = ({ url, body }: IHttpRequestOptions) => void (url.includes('/token') && bodies.push(new URLSearchParams(String(body))));
			const found = await sharePoint.run({ ...asApp, ...sites }, { credentials: { [CLIENT_CREDENTIALS]: credential() }, items: [{ json: {} }, { json: {} }], onRequest });
			expect(found.map(({ json }) => json.title)).toEqual(expect.arrayContaining(['Alice Projects', 'Bob Finance']));
			expect(new Set(found.map(({ pairedItem }) => (pairedItem as { item: number }).item))).toEqual(new Set([0, 1]));
			// One token for all items, for what the admin has granted of Graph.
			expect(bodies.map((body) => [body.get('grant_type'), body.get('scope'), body.has('client_assertion')])).toEqual([['client_credentials', `${world.sandbox.microsoft.graphUrl}/.default`, credential === byCertificate]]);
			expect((await sharePoint.api()).every(({ user }) => user === undefined || user === null)).toBe(true);
		});

		it('can write, and are no user', async () => {
			const more = { credentials: { [CLIENT_CREDENTIALS]: credential() } };
			const [made] = await rows({ ...asApp, resource: 'folder', operation: 'create', site: '/sites/bob-finance', folder: '/', folderName: `by app ${_name}` }, more);
			expect(made).toMatchObject({ path: `/by app ${_name}` });
			expect((await failure({ ...asApp, ...whoAmI }, more)).message).toMatch(/acts as the app itself, which is no user/);
		});
	});

	it('client credentials that are wrong are the admin’s, and told without the secret', async () => {
		const error = await failure({ ...asApp, ...sites }, { credentials: { [CLIENT_CREDENTIALS]: app({ clientSecret: 'canary-wrong-secret' }) } });
		expect(error).toMatchObject({ name: 'NodeApiError', message: expect.stringMatching(/secret/i) });
		expect(JSON.stringify([error, error.message, error.description])).not.toContain('canary-wrong-secret');
	});

	it('a role that the app was not granted is told as the app’s', async () => {
		await sharePoint.settings({ graphAppRoles: ['Sites.Read.All'] });
		const error = await failure({ ...asApp, resource: 'item', operation: 'delete', site: '/sites/bob-finance', list: 'Projects', itemId: '1' }, { credentials: { [CLIENT_CREDENTIALS]: app() } });
		expect([error.httpCode, error.message]).toEqual(['403', expect.stringMatching(/the app may not do this/)]);
	});

	describe('the service account', () => {
		const offer = async (serviceAccountUse: string) => await world.offer({ ...raw(), serviceAccountUse, serviceAccountLogin: 'integration@example.com' }, USER_LOGIN);

		it('is the one account that an admin has signed in, whoever is named', async () => {
			await world.walk(await offer('explicit'), 'integration', { user: SERVICE_ACCOUNT });
			const credential = { ...raw(), serviceAccountUse: 'explicit', serviceAccountLogin: 'integration@example.com' };
			expect(await rows({ authentication: 'serviceAccount', ...whoAmI, user: 'bob@example.com' }, { credential })).toEqual([expect.objectContaining({ email: 'integration@example.com' })]);
			expect((await sharePoint.api()).map(({ user }) => user)).toEqual(['integration']);
		});

		it('that is not signed in, or not allowed, is told with what to do', async () => {
			await offer('explicit');
			const credential = { ...raw(), serviceAccountUse: 'explicit', serviceAccountLogin: 'integration@example.com' };
			const missing = await failure({ authentication: 'serviceAccount', ...whoAmI }, { credential });
			expect([missing.message, missing.description]).toEqual([expect.stringMatching(/service account of SharePoint Online is not signed in/), expect.stringMatching(/one-time link/)]);
			await offer('never');
			expect((await failure({ authentication: 'serviceAccount', ...whoAmI }, { credential: raw() })).message).toMatch(/does not allow the service account/);
			expect(await sharePoint.api()).toEqual([]);
		});
	});

	it('a JWT login is not there: it is refused in words, and nobody is acted as', async () => {
		for (const user of ['alice@example.com', '']) expect((await failure({ authentication: 'jwtBearer', user, ...whoAmI })).message).toBe('SharePoint Online takes no JWT of an app as a login: choose "Client Credentials", which can prove themselves by a certificate, or another "Authentication"');
		expect((await failure({ authentication: 'magic', ...whoAmI })).message).toBe('SharePoint Online knows no authentication "magic": choose one of "Authentication"');
		expect((await failure({ service: 'server', authentication: 'jwtBearer', ...whoAmI })).message).toMatch(/^SharePoint Server takes no JWT of an app as a login: choose "Password" or/);
		expect((await failure({ service: 'server', authentication: 'clientCredentials', ...whoAmI })).message).toMatch(/^SharePoint Server takes no client credentials/);
		expect(await sharePoint.api()).toEqual([]);
	});

	it('a password login with an individual user by expression is refused with the reason, before any call', async () => {
		const siteUrl = `${world.sandbox.adfs.siteUrl}/sites/shared`;
		const more = { credentials: { [PASSWORD]: { siteUrl, authentication: 'basic', username: 'CONTOSO\\alice', password: 'alice-password' } } };
		const byPassword = { service: 'server', ...whoAmI };
		const calls: string[] = [];
		const httpCounted = async (options: IHttpRequestOptions) => (calls.push(options.url), await httpRequest(options));
		const counted = { ...more, httpRequest: httpCounted };
		// As the flow holds it, and as it comes out for one of the items.
		expect((await failure({ ...byPassword, authentication: 'password', user: '={{ $json.email }}' }, counted)).message).toMatch(/every call is made as the one account of the credential/);
		const perItem = { ...byPassword, authentication: 'password', user: (index: number) => (index === 1 ? 'bob@example.com' : '') };
		expect(await failure(perItem, { ...counted, items: [{ json: {} }, { json: {} }] })).toMatchObject({ message: expect.stringMatching(/every call is made as the one account/), context: { itemIndex: 1 } });
		expect(calls).toEqual([]);
		expect((await failure({ ...byPassword, authentication: '={{ "individualUser" }}' }, counted)).message).toMatch(/"Authentication" cannot be an expression/);
		expect((await failure({ ...byPassword, authentication: 'individualUser', user: 'bob@example.com' }, counted)).message).toMatch(/Individual users are not available with a user name and a password/);
		expect(calls).toEqual([]);
		const continued = await rows(perItem, { ...counted, items: [{ json: {} }, { json: {} }], continueOnFail: true });
		expect(continued).toEqual([expect.objectContaining({ email: 'alice@example.com' }), expect.objectContaining({ error: expect.stringMatching(/every call is made as the one account/) })]);
	});
});

/** @see https://learn.microsoft.com/en-us/graph/deployments */
const CLOUDS = [
	['the global cloud', { cloud: 'global' }, 'https://login.microsoftonline.com', 'https://graph.microsoft.com'],
	['US Government L4', { cloud: 'usGov' }, 'https://login.microsoftonline.us', 'https://graph.microsoft.us'],
	['US Government L5', { cloud: 'custom', authorityUrl: 'https://login.microsoftonline.us', graphUrl: 'https://dod-graph.microsoft.us' }, 'https://login.microsoftonline.us', 'https://dod-graph.microsoft.us'],
	['China', { cloud: 'china' }, 'https://login.partner.microsoftonline.cn', 'https://microsoftgraph.chinacloudapi.cn'],
] as const;

describe.each(CLOUDS)('in %s', (_name, cloud, authority, graph) => {
	const { world, raw, rows } = useSharePoint({});
	const json = (body: object) => ({ statusCode: 200, headers: { 'content-type': 'application/json' }, body: new Uint8Array(Buffer.from(JSON.stringify(body))).buffer });
	interface Seen {
		origin: string;
		path: string;
		form?: Record<string, string>;
		authorization?: string;
	}
	/** No such host is asked from here: what would go there is looked at. */
	const playing = (scope: string | undefined) => {
		const seen: Seen[] = [];
		const answer = async ({ url, headers = {}, body }: IHttpRequestOptions) => {
			const { origin, pathname } = new URL(url);
			const authorization = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
			seen.push({ origin, path: pathname, ...(pathname.endsWith('/token') && { form: Object.fromEntries(new URLSearchParams(String(body))) }), ...(authorization !== undefined && { authorization: String(authorization) }) });
			if (pathname.endsWith('/token')) return await Promise.resolve(json({ token_type: 'Bearer', expires_in: 3_600, access_token: 'token-of-this-cloud', ...(scope !== undefined && { scope, refresh_token: 'next' }) }));
			return await Promise.resolve(json({ value: [{ id: 's', displayName: 'A site', webUrl: 'https://contoso.example/sites/a', name: 'a' }] }));
		};
		return { seen, httpRequest: answer };
	};
	const settings = () => {
		const { authorityUrl: _authority, graphUrl: _graph, ...rest } = raw();
		return { ...rest, connectionName: 'cloud', ...cloud };
	};

	it('client credentials ask its authority for all that was granted of its Graph, and call that', async () => {
		const { tenant, clientId, clientSecret } = settings();
		const { seen, httpRequest: played } = playing(undefined);
		expect(await rows({ authentication: 'clientCredentials', user: '', ...sites }, { credentials: { [CLIENT_CREDENTIALS]: { ...cloud, tenant, clientId, clientSecret, clientAuthentication: 'post' } }, httpRequest: played })).toEqual([expect.objectContaining({ title: 'A site' })]);
		expect(seen).toEqual([
			{ origin: authority, path: `/${String(tenant)}/oauth2/v2.0/token`, form: expect.objectContaining({ grant_type: 'client_credentials', scope: `${graph}/.default` }) },
			{ origin: graph, path: '/v1.0/sites', authorization: 'Bearer token-of-this-cloud' },
		]);
	});

	it('a person’s token is renewed at its authority and goes to its Graph alone', async () => {
		const connection = await world.offer(settings(), USER_LOGIN);
		const { tenants, objectIds } = world.sandbox.microsoft;
		await world.vault.grants.save(
			{ connectionId: connection.id, userKey: userKey('alice@example.com') },
			{ accessToken: 'old', refreshToken: 'refresh', tokenType: 'Bearer', expiresAtMs: Date.now() - 1_000, scopes: connection.registration.scopes, apiBaseUrl: graph },
			{ subject: `${tenants.home.id}/${objectIds.alice}`, tenant: tenants.home.id, username: 'alice@example.com', email: 'alice@example.com', emailVerified: true },
			{ revokeReplaced: true },
		);
		const { seen, httpRequest: played } = playing('openid profile email User.Read Sites.ReadWrite.All');
		expect(await rows(sites, { credential: settings(), httpRequest: played })).toHaveLength(1);
		expect(seen).toEqual([
			{ origin: authority, path: `/${tenants.home.id}/oauth2/v2.0/token`, form: expect.objectContaining({ grant_type: 'refresh_token' }) },
			{ origin: graph, path: '/v1.0/sites', authorization: 'Bearer token-of-this-cloud' },
		]);
		// Scopes name no other cloud's Graph: short ones are those of the authority's own.
		expect((seen[0]!.form!.scope?.match(/https?:\/\/[^/\s]+/g) ?? []).filter((address) => address !== graph)).toEqual([]);
	});
});
