// *SharePoint* on SharePoint Server, from end to end within this process: as Alice and Bob by their sign-in, and by password.
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { SharePoint } from '../../../nodes/SharePoint/SharePoint.node';
import { loginRefused } from '../../../nodes/SharePoint/transport/logins';
import { useOAuth } from '../../lib/connections/oauth/oauthWorld';
import { useRuntimeOf } from '../../lib/n8n/support';
import { sqlitePlace } from '../../lib/vault/places/sqlite';
import { play } from '../support/executing';

const node = new SharePoint();
const USER_LOGIN = 'sharePointServerUserLoginOAuth2Api';
const PASSWORD = 'sharePointServerPasswordApi';
const world = useOAuth(sqlitePlace);
useRuntimeOf(world);

const userLogin = () => {
	const { issuer, siteUrl, clients } = world.sandbox.adfs;
	return { connectionName: 'sharepoint-server', userIdentity: 'workflow', endpointMode: 'discovery', clientAuthentication: 'post', issuer, siteUrl, treatEmailsAsVerified: true, clientId: clients.confidential.clientId, clientSecret: clients.confidential.clientSecret, scopeMode: 'custom', scopes: ['openid', 'profile', 'email', 'allatclaims'] };
};
const password = (authentication: string) => ({ siteUrl: `${world.sandbox.adfs.siteUrl}/sites/shared`, authentication, username: 'CONTOSO\\alice', password: 'alice-password' });

async function run(parameters: Record<string, unknown>, items?: INodeExecutionData[], credential: Record<string, unknown> = userLogin()): Promise<IDataObject[]> {
	const authentication = String(parameters.authentication ?? 'individualUser');
	const traces = play({ credentialType: authentication === 'password' ? PASSWORD : USER_LOGIN, parameters: { service: 'server', authentication, ...(authentication !== 'password' && { user: 'alice@example.com', ifNotSignedIn: 'stopWithError' }), ...parameters }, ...(items && { items }) }, credential);
	return ((await node.execute.call(traces.context))[0] ?? []).map(({ json }) => json);
}

describe('as the person who is named', () => {
	beforeEach(async () => {
		const connection = await world.offer(userLogin(), USER_LOGIN);
		await world.control('POST', 'redirect-uris', { uri: connection.registration.redirectUri, provider: 'adfs' });
		await world.walk(connection, 'alice');
		await world.walk(connection, 'bob');
	});

	it('Alice and Bob see different sites in one run', async () => {
		const rows = await run({ resource: 'site', operation: 'search', query: '', returnAll: true, user: (index: number) => ['alice@example.com', 'bob@example.com'][index] }, [{ json: {} }, { json: {} }]);
		expect(rows.map(({ title }) => title).filter((title) => title === 'Aerospace' || title === 'Bakery')).toEqual(['Aerospace', 'Bakery']);
	});

	it('an item is read by value', async () => {
		const [item] = await run({ resource: 'item', operation: 'get', site: '/sites/shared', list: 'Projects', itemId: '2' });
		expect(JSON.stringify(item)).toContain('bob@example.com');
	});
});

describe.each(['ntlm', 'basic'])('by password (%s)', (authentication) => {
	const asAccount = { authentication: 'password' };

	it('lists the files of a library, and says who the account is', async () => {
		const rows = await run({ ...asAccount, resource: 'folder', operation: 'list', site: '/sites/shared', library: '', folder: '/', returnAll: true }, undefined, password(authentication));
		expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['Reports', 'large.bin']));
		const [user] = await run({ ...asAccount, resource: 'site', operation: 'getCurrentUser', site: '' }, undefined, password(authentication));
		expect(user).toMatchObject({ email: 'alice@example.com' });
	});

	it('an individual user is refused, with the reason', async () => {
		await expect(run({ ...asAccount, user: 'bob@example.com', resource: 'site', operation: 'getCurrentUser', site: '' }, undefined, password(authentication))).rejects.toThrow('every call is made as the one account of the credential');
	});
});

describe('a flow that passes the editor by', () => {
	const held = { [PASSWORD]: { id: '1', name: 'one account' } };

	it.each([
		['online', { authentication: '={{ "password" }}' }, {}, 'cannot be an expression'],
		['server', { authentication: '={{ "individualUser" }}' }, held, 'cannot be an expression'],
		['server', { authentication: 'individualUser' }, held, 'Individual users are not available with a user name and a password'],
		['server', {}, held, 'Individual users are not available'],
		['server', { authentication: 'password', user: '={{ $json.email }}' }, held, 'every call is made as the one account'],
	] as const)('is refused with the reason (%s, %j)', (service, parameters, credentials, reason) => {
		expect(loginRefused(service, parameters, credentials)).toContain(reason);
	});

	it.each([
		['server', { authentication: 'password' }, held],
		['server', { authentication: 'serviceAccount' }, { ...held, [USER_LOGIN]: { id: '2', name: 'people' } }],
		['online', { authentication: 'individualUser', user: 'alice@example.com' }, {}],
	] as const)('is not, where it is as the editor would have it (%s, %j)', (service, parameters, credentials) => {
		expect(loginRefused(service, parameters, credentials)).toBeUndefined();
	});
});
