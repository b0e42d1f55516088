/** The OAuth nodes at a provider whose one sign-in serves several APIs, with a token for each (S29). */
import type { IDataObject } from 'n8n-workflow';

import { OAuthRefreshToken } from '../../nodes/OAuthRefreshToken/OAuthRefreshToken.node';
import { OAuthUserLogin } from '../../nodes/OAuthUserLogin/OAuthUserLogin.node';
import { useOAuth } from '../lib/connections/oauth/oauthWorld';
import { useRuntimeOf } from '../lib/n8n/support';
import { sqlitePlace } from '../lib/vault/places/sqlite';
import { play } from './support/executing';

const TYPE = 'sharePointOnlineUserLoginOAuth2Api';

describe('one sign-in, several APIs', () => {
	const world = useOAuth(sqlitePlace);
	useRuntimeOf(world);
	const microsoft = () => world.sandbox.microsoft;
	const allSites = () => `${microsoft().sharePointUrl}/AllSites.Read`;
	const raw = () => {
		const { loginUrl, graphUrl, tenants, clients } = microsoft();
		return { connectionName: 'both', userIdentity: 'workflow', cloud: 'custom', authorityUrl: loginUrl, graphUrl, tenant: tenants.home.id, clientId: clients.confidential.clientId, clientSecret: clients.confidential.clientSecret, scopeMode: 'custom', scopes: ['User.Read'], additionalScopes: allSites() };
	};
	const parameters = { app: 'sharePointOnline', user: 'alice@example.com', tokenOutput: 'raw' };
	const output = async (node: OAuthUserLogin | OAuthRefreshToken, more: Record<string, unknown>): Promise<IDataObject> => {
		const [items] = await node.execute.call(play({ credentialType: TYPE, parameters: { ...parameters, ...more } }, raw()).context);
		return items![0]!.json;
	};
	const audienceOf = ({ accessToken }: IDataObject) => (JSON.parse(Buffer.from(String(accessToken).split('.')[1]!, 'base64url').toString()) as { aud: string }).aud;
	beforeEach(async () => void (await world.walk(await world.offer(raw(), TYPE), 'alice')));

	it.each<[string, OAuthUserLogin | OAuthRefreshToken, Record<string, unknown>]>([
		['OAuth User Login', new OAuthUserLogin(), { usePrompt: false }],
		['OAuth Refresh Token', new OAuthRefreshToken(), { refresh: 'signedInUser' }],
	])('S29 %s: the scope says which API the token is for', async (_name, node, more) => {
		const plain = await output(node, more);
		const graph = await output(node, { ...more, scope: 'User.Read' });
		const sharePoint = await output(node, { ...more, scope: allSites() });
		expect([plain, graph, sharePoint].map(audienceOf)).toEqual([microsoft().graphUrl, microsoft().graphUrl, microsoft().sharePointUrl]);
		expect(sharePoint).toMatchObject({ statusCode: 0, refreshToken: expect.any(String), grantedScopes: expect.arrayContaining([allSites()]) });
	});

	it('OAuth User Login: a scope of an API that the person has not agreed to is no token of another one', async () => {
		expect(await output(new OAuthUserLogin(), { usePrompt: false, scope: `${microsoft().sharePointUrl}/AllSites.Write` })).not.toMatchObject({ statusCode: 0 });
	});
});
