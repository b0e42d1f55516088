import { authenticateAsUser } from '../../../lib/n8n';
import { useOAuth } from '../connections/oauth/oauthWorld';
import { sqlitePlace } from '../vault/places/sqlite';
import { credentialOf, failure, n8nRequests, useRuntimeOf, type Options } from './support';

const TYPE = 'sharePointOnlineUserLoginOAuth2Api';

describe('any node as the user of several APIs with one sign-in', () => {
	const world = useOAuth(sqlitePlace);
	useRuntimeOf(world);
	const microsoft = () => world.sandbox.microsoft;
	const raw = () => {
		const { loginUrl, graphUrl, sharePointUrl, tenants, clients } = microsoft();
		return { connectionName: 'both', userIdentity: 'workflow', cloud: 'custom', authorityUrl: loginUrl, graphUrl, tenant: tenants.home.id, clientId: clients.confidential.clientId, clientSecret: clients.confidential.clientSecret, scopeMode: 'custom', scopes: ['User.Read'], additionalScopes: `${sharePointUrl}/AllSites.Read` };
	};
	const authenticate = async (url: string, changes: Record<string, unknown> = {}): Promise<Options> => await authenticateAsUser(TYPE)(credentialOf({ ...raw(), user: 'alice@example.com', workflowId: 'flow-1', ...changes }), { url, method: 'GET' });
	const call = async (url: string) => await n8nRequests().request({ ...(await authenticate(url)), json: true });

	it('S29 each address gets the token of its own API, whichever comes first', async () => {
		await world.walk(await world.offer(raw(), TYPE), 'alice');
		const addresses = [`${microsoft().sharePointUrl}/_api/web/currentuser`, `${microsoft().graphUrl}/v1.0/me`];
		expect(await call(addresses[0]!)).toMatchObject({ Title: 'Alice Archer' });
		expect(await call(addresses[1]!)).toMatchObject({ displayName: 'Alice Archer' });
		expect((await Promise.all([...addresses, ...addresses].map(call))).map((answer) => Object.keys(answer as object).includes('Title'))).toEqual([true, false, true, false]);
	});

	it('S35 an address of another API gets none, and the way out is told', async () => {
		await world.walk(await world.offer(raw(), TYPE), 'alice');
		const error = await failure(authenticate('https://contoso-my.sharepoint.com/_api/web'));
		expect(error.message).toMatch(/not for contoso-my\.sharepoint\.com/);
		expect(error.description).toMatch(/add a scope of another API to the credential, of the form https:\/\/contoso-my\.sharepoint\.com\//);
	});

	it('S26 a scope that only the presented credential has opens no further API', async () => {
		await world.walk(await world.offer({ ...raw(), additionalScopes: '' }, TYPE), 'alice');
		expect((await failure(authenticate(`${microsoft().sharePointUrl}/_api/web/currentuser`))).message).toMatch(/not for 127\.0\.0\.1/);
	});
});
