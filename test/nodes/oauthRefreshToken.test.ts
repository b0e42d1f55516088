import { NodeOperationError, type IDataObject, type INodeExecutionData } from 'n8n-workflow';

import { disconnect, type Connection } from '../../lib/connections';
import { OAuthRefreshToken } from '../../nodes/OAuthRefreshToken/OAuthRefreshToken.node';
import { OAuthUserLogin } from '../../nodes/OAuthUserLogin/OAuthUserLogin.node';
import { alice } from '../lib/connections/support/world';
import { play, useNodes, type Execution } from './support/executing';
import { GENERIC_USER_LOGIN, genericUserLogin, registerGeneric, signInAs } from './support/oauth';

const node = new OAuthRefreshToken();
const REFERENCE = /^connected-apps:token:[\w-]{43}$/;
const ofUser = { app: 'oauth2', refresh: 'signedInUser', user: 'alice@example.com' };
const ofToken = { app: 'oauth2', refresh: 'token' };

describe('OAuth Refresh Token', () => {
	const world = useNodes();
	let raw: Record<string, unknown>;
	let connection: Connection;
	beforeEach(async () => {
		await world.control('DELETE', 'settings');
		raw = genericUserLogin(world, world.sandbox.oauth2.clients.confidentialBasic, { useDpop: 'off' });
		connection = await registerGeneric(world, raw);
		await signInAs(world, connection, { person: 'alice' });
		await world.control('DELETE', 'calls');
	});
	async function run(parameters: Record<string, unknown>, more: Partial<Execution> = {}): Promise<INodeExecutionData[]> {
		const [items] = await node.execute.call(play({ credentialType: GENERIC_USER_LOGIN, ...more, parameters }, raw).context);
		return items!;
	}
	const json = async (parameters: Record<string, unknown>, more: Partial<Execution> = {}): Promise<IDataObject> => (await run(parameters, more))[0]!.json;
	const stored = async () => await world.vault.grants.openTokens((await world.vault.grants.find({ connectionId: connection.id, userKey: alice }))!);
	const asked = async () => (await world.tokenCalls('refresh_token')).map(({ status }) => status);

	describe('of a signed-in user', () => {
		it('renews the tokens in the vault, however fresh they are, and tells none of them', async () => {
			const before = await stored();
			const found = await json(ofUser);
			const after = await stored();
			expect(found).toEqual({ accessToken: expect.stringMatching(REFERENCE), refreshToken: found.accessToken, expiresIn: expect.any(Number), tokenType: 'Bearer', grantedScopes: ['openid', 'email', 'read'], statusCode: 0 });
			expect([after.accessToken === before.accessToken, after.refreshToken === before.refreshToken]).toEqual([false, false]);
			expect([before, after].flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken!]).filter((token) => JSON.stringify(found).includes(token))).toEqual([]);
		});

		it('gives the new tokens themselves only where that was chosen', async () => {
			const found = await json({ ...ofUser, tokenOutput: 'raw' });
			const { accessToken, refreshToken } = await stored();
			expect(found).toMatchObject({ accessToken, refreshToken, statusCode: 0 });
		});

		it('renews once for several items', async () => {
			const found = await run(ofUser, { items: [{ json: {} }, { json: {} }, { json: {} }] });
			expect(found.map(({ pairedItem, json: { statusCode } }) => [pairedItem, statusCode])).toEqual([[{ item: 0 }, 0], [{ item: 1 }, 0], [{ item: 2 }, 0]]);
			expect(await asked()).toEqual([200]);
		});

		it('takes a sign-in with fewer scopes than the credential asks for by now', async () => {
			raw = { ...raw, scopes: 'openid email read write' };
			await registerGeneric(world, raw);
			expect(await json(ofUser)).toMatchObject({ statusCode: 0 });
		});

		it('checks that a scope was granted', async () => {
			expect(await json({ ...ofUser, scope: 'read' })).toMatchObject({ statusCode: 0 });
			expect(await json({ ...ofUser, scope: 'read, reports' })).toEqual({ statusCode: -1, statusMessage: expect.stringMatching(/not consented to reports\. .*OAuth User Login/) });
		});

		it('-3: nobody is named', async () => {
			for (const user of ['', undefined, null, '  ']) expect(await json({ ...ofUser, user })).toEqual({ statusCode: -3, statusMessage: expect.stringContaining('"User" is empty') });
		});

		it('-1 with the link: the person has disconnected', async () => {
			await disconnect(world.vault, connection, alice);
			expect(await json(ofUser)).toEqual({ statusCode: -1, statusMessage: expect.stringContaining('Authentication needed: alice'), signInUrl: connection.registration.portalUrl });
		});

		it('-1: the server does not answer; the sign-in is kept', async () => {
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'status', status: 503, times: 9 });
			expect(await json(ofUser)).toMatchObject({ statusCode: -1, statusMessage: expect.any(String) });
			expect((await stored()).refreshToken).toEqual(expect.any(String));
		});
	});

	describe('of a reference', () => {
		let reference: string;
		beforeEach(async () => {
			const login = play({ credentialType: GENERIC_USER_LOGIN, parameters: { app: 'oauth2', user: 'alice@example.com', usePrompt: false } }, raw);
			const [items] = await new OAuthUserLogin().execute.call(login.context);
			reference = String(items![0]!.json.refreshToken);
		});

		it('renews the sign-in that it leads to', async () => {
			const before = await stored();
			expect(await json({ ...ofToken, refreshToken: reference })).toMatchObject({ statusCode: 0, accessToken: expect.stringMatching(REFERENCE) });
			expect((await stored()).accessToken).not.toBe(before.accessToken);
		});

		it('-1: it was made in another workflow', async () => {
			expect(await json({ ...ofToken, refreshToken: reference }, { workflowId: 'flow-2' })).toEqual({ statusCode: -1, statusMessage: expect.stringContaining('another workflow') });
			expect(await asked()).toEqual([]);
		});

		it('-1: it belongs to another credential', async () => {
			raw = { ...raw, connectionName: 'other' };
			await registerGeneric(world, raw);
			expect(await json({ ...ofToken, refreshToken: reference })).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('another credential') });
		});

		it('-1: it is none that this n8n has made', async () => {
			expect(await json({ ...ofToken, refreshToken: 'connected-apps:token:made-up' })).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('not known') });
		});
	});

	describe('of a refresh token itself', () => {
		const rawOutput = { ...ofToken, tokenOutput: 'raw' };

		it('asks the provider, and keeps nothing', async () => {
			const before = await stored();
			const found = await json({ ...rawOutput, refreshToken: ` ${before.refreshToken!} ` });
			expect(found).toMatchObject({ statusCode: 0, tokenType: 'Bearer', expiresIn: expect.any(Number), grantedScopes: ['openid', 'email', 'read'] });
			expect([found.accessToken === before.accessToken, found.refreshToken === before.refreshToken]).toEqual([false, false]);
			expect(await stored()).toEqual(before);
		});

		it('leaves the vault’s own sign-in stale, as its notice says', async () => {
			await json({ ...rawOutput, refreshToken: (await stored()).refreshToken });
			expect(await json(ofUser)).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('Authentication needed') });
		});

		it('needs no published trigger', async () => {
			const { refreshToken } = await stored();
			expect(await json({ ...rawOutput, refreshToken }, { credential: { ...raw, connectionName: 'never-published' } })).toMatchObject({ statusCode: 0 });
		});

		it('asks for fewer scopes where told so', async () => {
			expect(await json({ ...rawOutput, refreshToken: (await stored()).refreshToken, scope: 'read' })).toMatchObject({ statusCode: 0, grantedScopes: ['read'] });
		});

		it('uses it once for several items', async () => {
			const { refreshToken } = await stored();
			const found = await run({ ...rawOutput, refreshToken }, { items: [{ json: {} }, { json: {} }] });
			expect([found.map((item) => item.json.statusCode), await asked()]).toEqual([[0, 0], [200]]);
		});

		it('-1 before it is used up: no reference would lead to what comes', async () => {
			expect(await json({ ...ofToken, refreshToken: (await stored()).refreshToken })).toEqual({ statusCode: -1, statusMessage: expect.stringContaining('"Raw Token"') });
			expect(await asked()).toEqual([]);
		});

		it('-1: the provider does not know it, and no message tells it', async () => {
			expect(await json({ ...rawOutput, refreshToken: 'canary-refresh-token' })).toEqual({ statusCode: -1, statusMessage: expect.stringMatching(/^(?!.*canary).*invalid_grant/) });
		});

		it('-1: the answer is of another type than bearer', async () => {
			await world.control('POST', 'settings', { tokenType: 'mac' });
			expect(await json({ ...rawOutput, refreshToken: (await stored()).refreshToken })).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('neither bearer nor DPoP') });
		});

		it('-1: the client’s secret is wrong', async () => {
			expect(await json({ ...rawOutput, refreshToken: (await stored()).refreshToken }, { credential: { ...raw, clientSecret: 'wrong' } })).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('Client Secret') });
		});

		it('-3: there is none', async () => {
			for (const refreshToken of ['', ' ', undefined, null]) expect(await json({ ...rawOutput, refreshToken })).toEqual({ statusCode: -3, statusMessage: expect.stringContaining('"Refresh Token" is empty') });
		});
	});

	it.each<[string, Partial<Execution>, Record<string, unknown>, RegExp]>([
		['no credential is selected', { noCredential: true }, {}, /No credential is selected/],
		['the credential is not complete', {}, { clientId: '' }, /"Client ID" is empty/],
		['no trigger offers the credential', {}, { connectionName: 'never-published' }, /No published Connected Apps Trigger/],
		['the credential only looks like the connection', {}, { clientSecret: 'guessed' }, /does not open the connection/],
	])('-2: %s', async (_why, more, changes, message) => {
		expect(await json(ofUser, { credential: { ...raw, ...changes }, ...more })).toEqual({ statusCode: -2, statusMessage: expect.stringMatching(message) });
		expect(await asked()).toEqual([]);
	});

	it('-2: n8n cannot read the credential', async () => {
		const credential = () => {
			throw new Error('Credential with ID "c" does not exist');
		};
		expect(await json(ofUser, { credential })).toEqual({ statusCode: -2, statusMessage: expect.stringContaining('does not exist') });
	});

	it('stops with the item, or goes on, where told so', async () => {
		const items = [{ json: {} }, { json: {} }];
		const parameters = { ...ofUser, user: (index: number) => ['alice@example.com', ''][index], onFailure: 'stop' };
		const error = await run(parameters, { items }).then(() => undefined, (caught: unknown) => caught);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({ context: { itemIndex: 1 } });
		const found = await run(parameters, { items, continueOnFail: true });
		expect(found.map(({ pairedItem, json: { statusCode, error: told } }) => [pairedItem, statusCode, told])).toEqual([[{ item: 0 }, 0, undefined], [{ item: 1 }, undefined, expect.stringContaining('"User"')]]);
	});
});
