import { NodeOperationError, type IDataObject, type INodeExecutionData } from 'n8n-workflow';

import { disconnect, openReference, type Connection } from '../../lib/connections';
import { DAY_MS } from '../../lib/clock';
import { OAuthRefreshToken } from '../../nodes/OAuthRefreshToken/OAuthRefreshToken.node';
import { OAuthUserLogin } from '../../nodes/OAuthUserLogin/OAuthUserLogin.node';
import { OAuthServerLogin } from '../../nodes/OAuthServerLogin/OAuthServerLogin.node';
import { SalesforceRetrieveData } from '../../nodes/SalesforceRetrieveData/SalesforceRetrieveData.node';
import { alice, bob } from '../lib/connections/support/world';
import { play, useNodes, type Execution, type Traces } from './support/executing';
import { GENERIC_USER_LOGIN, genericJwtBearer, genericUserLogin, registerGeneric, signInAs } from './support/oauth';

const node = new OAuthUserLogin();
const base = { app: 'salesforce', user: 'alice@example.com', usePrompt: false };
const REFERENCE = /^connected-apps:token:[\w-]{43}$/;
const webhook = { name: 'Webhook', type: 'n8n-nodes-base.webhook', parameters: { responseMode: 'responseNode' } };
const respond = [{ name: 'Respond', type: 'n8n-nodes-base.respondToWebhook', disabled: false }];

describe('OAuth User Login', () => {
	const world = useNodes();
	let connection: Connection;
	let traces: Traces;
	/** The credential that is selected. */
	let raw: Record<string, unknown>;
	let selected: Pick<Execution, 'credentialType'>;
	beforeEach(async () => {
		await world.control('DELETE', 'settings');
		connection = await world.register();
		raw = world.raw();
		selected = {};
	});
	/** From now on with the generic provider. */
	async function withGeneric(client: { clientId: string; clientSecret?: string }, changes: Record<string, unknown> = {}) {
		raw = genericUserLogin(world, client, changes);
		connection = await registerGeneric(world, raw);
		selected = { credentialType: GENERIC_USER_LOGIN };
	}
	async function run(parameters: Record<string, unknown> = {}, more: Partial<Execution> = {}): Promise<INodeExecutionData[]> {
		const app = selected.credentialType === undefined ? 'salesforce' : 'oauth2';
		traces = play({ ...selected, ...more, parameters: { ...base, app, ...parameters } }, raw);
		const [items] = await node.execute.call(traces.context);
		return items!;
	}
	const json = async (parameters: Record<string, unknown> = {}, more: Partial<Execution> = {}): Promise<IDataObject> => (await run(parameters, more))[0]!.json;
	const waits = () => traces.acts.at(-1) === 'putExecutionToWait';
	const open = async (runIndex = 0) => (await world.vault.requests.listForNode({ executionId: '1', nodeName: 'Salesforce', runIndex })).filter(({ state }) => state === 'open');
	const answer = async (person: string, decision?: 'allow' | 'deny', runIndex = 0) => {
		const requests = await open(runIndex);
		const request = requests.find(({ userKey }) => userKey === `${person}@example.com`) ?? requests[0]!;
		await signInAs(world, connection, { person, decision, request });
	};
	const stored = async (user = alice) => await world.vault.grants.openTokens((await world.vault.grants.find({ connectionId: connection.id, userKey: user }))!);

	describe('with a person who is signed in', () => {
		beforeEach(async () => void (await world.signIn(connection, 'alice')));

		it('gives a reference, and no output, metadata or answer holds a token', async () => {
			const item = (await run())[0]!;
			expect(item).toEqual({
				json: { accessToken: expect.stringMatching(REFERENCE), refreshToken: item.json.accessToken, expiresIn: expect.any(Number), tokenType: 'Bearer', grantedScopes: expect.arrayContaining(['api', 'refresh_token']), statusCode: 0 },
				pairedItem: { item: 0 },
			});
			const { accessToken, refreshToken } = await stored();
			const told = JSON.stringify([item, traces.metadata, traces.responses, [...traces.customData], await world.place.dump()]);
			expect([told.includes(accessToken), told.includes(refreshToken!)]).toEqual([false, false]);
		});

		it('tells the seconds until the token ends', async () => {
			expect((await json()).expiresIn).toBeLessThanOrEqual(7_200);
			expect((await json()).expiresIn).toBeGreaterThan(7_100);
		});

		it('gives the tokens themselves only where that was chosen', async () => {
			const { accessToken, refreshToken } = await stored();
			expect(await json({ tokenOutput: 'raw' })).toMatchObject({ accessToken, refreshToken, statusCode: 0 });
		});

		it('keeps the item’s own fields by option, and never one in place of an output', async () => {
			const items = [{ json: { order: 7, accessToken: 'from before', statusMessage: 'from before' } }];
			expect(Object.keys(await json({}, { items }))).not.toContain('order');
			const kept = await json({ options: { includeInput: true } }, { items });
			expect(kept).toMatchObject({ order: 7, accessToken: expect.stringMatching(REFERENCE), statusCode: 0 });
			expect(kept).not.toHaveProperty('statusMessage');
			const failed = await json({ user: 'undefined', options: { includeInput: true } }, { items });
			expect(failed).toEqual({ order: 7, statusCode: -1, statusMessage: expect.stringContaining('"User"') });
		});

		it('keeps the item’s files along with its fields, so that HTTP Request behind it can send them', async () => {
			const binary = { file: { data: 'aGVsbG8=', mimeType: 'text/plain' } };
			const items = [{ json: { order: 7 }, binary }, { json: { order: 8 } }];
			const options = { includeInput: true };
			expect((await run({ options }, { items })).map((item) => item.binary)).toEqual([binary, undefined]);
			expect((await run({ user: 'undefined', options }, { items })).map((item) => item.binary)).toEqual([binary, undefined]);
			expect((await run({}, { items })).map((item) => item.binary)).toEqual([undefined, undefined]);
		});

		describe('a reference', () => {
			let reference: string;
			beforeEach(async () => {
				reference = String((await json()).accessToken);
			});
			const rows = async (more: Partial<Execution> = {}) => {
				const parameters = { authentication: 'individualUser', ifNotSignedIn: 'stopWithError', resource: 'query', operation: 'soql', soql: 'SELECT Name FROM Account', user: reference };
				const [items] = await new SalesforceRetrieveData().execute.call(play({ ...more, parameters }, world.raw()).context);
				return items!.map((item) => String(item.json.Name).split(' ')[0]);
			};

			it('stands for the person in this package’s other nodes', async () => {
				expect(new Set(await rows())).toEqual(new Set(['Alice']));
			});

			it('is refused in another workflow', async () => {
				await expect(rows({ workflowId: 'flow-2' })).rejects.toThrow(/another workflow/);
			});

			it('is refused with another credential', async () => {
				await world.register({ connectionName: 'other' });
				await expect(rows({ credential: world.raw({ connectionName: 'other' }) })).rejects.toThrow(/another credential/);
			});

			it('leads to nothing once the person has disconnected', async () => {
				await disconnect(world.vault, connection, alice);
				await expect(rows()).rejects.toThrow(/Authentication needed: alice/);
			});

			it('ends after a month', async () => {
				await expect(openReference(world.vault, reference, 'flow-1')).resolves.toMatchObject({ userKey: alice });
				world.advance(31 * DAY_MS);
				await expect(openReference(world.vault, reference, 'flow-1')).rejects.toMatchObject({ code: 'referenceInvalid' });
			});
		});

		describe('whose consent is asked for every time', () => {
			const prompted = { usePrompt: true };

			it('pauses although there is a sign-in, and goes on after one of its own', async () => {
				await run(prompted);
				expect(waits()).toBe(true);
				const before = await stored();
				await answer('alice');
				expect(await json(prompted)).toMatchObject({ statusCode: 0 });
				expect((await stored()).accessToken).not.toBe(before.accessToken);
			});

			it('shows the page of the provider again', async () => {
				await run(prompted);
				const [request] = await open();
				await world.vault.requests.bindBrowser(request!.id, 'browser');
				const { authorizeUrl } = await world.start(connection, alice, { purpose: 'request', requestId: request!.id, browserHash: 'browser' });
				expect(new URL(authorizeUrl).searchParams.get('prompt')).toBe('consent');
			});

			it('does not ask again when the same run of the node is repeated, and does so in the next one', async () => {
				await run(prompted);
				await answer('alice');
				for (let times = 0; times < 2; times++) expect(await json(prompted)).toMatchObject({ statusCode: 0 });
				await run(prompted, { runIndex: 1 });
				expect([waits(), (await open(1)).length]).toEqual([true, 1]);
				await answer('alice', 'allow', 1);
				expect(await json(prompted, { runIndex: 1 })).toMatchObject({ statusCode: 0 });
			});

			it('is not content with a sign-in that was made for something else', async () => {
				await run(prompted);
				await world.signIn(connection, 'alice');
				expect(await open()).toHaveLength(1);
			});
		});
	});

	describe('tells what became of a sign-in', () => {
		it('0: the person has signed in', async () => {
			await run();
			expect(waits()).toBe(true);
			await answer('alice');
			expect(await json()).toMatchObject({ statusCode: 0 });
		});

		it('-2: the person declined', async () => {
			await run();
			await answer('alice', 'deny');
			expect(await json()).toEqual({ statusCode: -2, statusMessage: expect.stringMatching(/^alice@example\.com did not want to sign in.*\.$/) });
		});

		it('-2 also with Use Prompt, though an older sign-in is there', async () => {
			await world.signIn(connection, 'alice');
			await run({ usePrompt: true });
			await answer('alice', 'deny');
			expect(await json({ usePrompt: true })).toMatchObject({ statusCode: -2 });
		});

		it('-3: the server failed in the sign-in', async () => {
			await run();
			await world.fault({ match: { grantType: 'authorization_code' }, kind: 'status', status: 503 });
			await answer('alice');
			expect(await json()).toMatchObject({ statusCode: -3, statusMessage: expect.stringContaining('did not answer') });
		});

		it('-3: the server fails when a token has to be renewed', async () => {
			await world.signIn(connection, 'alice');
			const grant = await world.vault.grants.find({ connectionId: connection.id, userKey: alice });
			await world.vault.grants.expireAccessToken(grant!, grant!.version);
			await world.fault({ match: { grantType: 'refresh_token' }, kind: 'status', status: 503, times: 9 });
			expect(await json()).toMatchObject({ statusCode: -3 });
		});

		it('-5: the token is of another type than bearer', async () => {
			await withGeneric(world.sandbox.oauth2.clients.confidentialBasic);
			await run({ usePrompt: true });
			await world.control('POST', 'settings', { tokenType: 'mac' });
			await answer('alice');
			expect(await json({ usePrompt: true })).toMatchObject({ statusCode: -5, statusMessage: expect.stringContaining('unknown type') });
		});

		it('-1: a page would be needed and none may be shown', async () => {
			await withGeneric(world.sandbox.oauth2.clients.confidentialBasic);
			await run();
			await answer('alice');
			expect(await json()).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('shown a page') });
		});

		it('-1: nobody came in time', async () => {
			await run();
			world.advance(8 * DAY_MS);
			await world.vault.requests.expireOverdue(10);
			expect(await json()).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('in time') });
		});

		it('-1 with the link where nothing can wait', async () => {
			expect(await json({}, { asTool: true })).toEqual({ statusCode: -1, statusMessage: expect.stringContaining('Authentication needed'), signInUrl: connection.registration.portalUrl });
			expect(await open()).toEqual([]);
		});

		it.each<[string, Partial<Execution>, Record<string, unknown>, RegExp]>([
			['no credential is selected', { noCredential: true }, {}, /No credential is selected\. Select/],
			['the credential only looks like the connection', { credential: { clientSecret: 'guessed' } }, {}, /does not open the connection/],
			['nobody is named', {}, { user: '' }, /"User" is empty/],
			['the list has no such app', {}, { app: 'unheard-of' }, /"App"/],
			['the time limit is none', {}, { options: { timeLimit: { limit: { amount: -1 } } } }, /"Time Limit"/],
		])('-1: %s', async (_why, more, parameters, message) => {
			const credential = more.credential === undefined ? {} : { credential: world.raw(more.credential as Record<string, unknown>) };
			expect(await json(parameters, { ...more, ...credential })).toEqual({ statusCode: -1, statusMessage: expect.stringMatching(message) });
		});

		it('-1: the trigger is not published any more', async () => {
			await world.vault.registrations.deactivate(connection.registration.owner);
			expect(await json()).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('not published') });
		});
	});

	describe('several people', () => {
		const people = ['alice@example.com', 'bob@example.com', 'carol@example.com', 'null'];
		const items = people.map((name) => ({ json: { name } }));
		const user = (index: number) => people[index];
		const settled = async () => {
			await world.signIn(connection, 'carol');
			await run({ user }, { items });
			expect((await open()).map(({ userKey }) => userKey).sort()).toEqual([alice, bob]);
			await answer('alice');
			await answer('bob', 'deny');
		};

		it('each get their own outcome, paired with their item', async () => {
			await settled();
			const found = await run({ user, tokenOutput: 'raw' }, { items });
			expect(found.map(({ pairedItem, json: { statusCode } }) => [pairedItem, statusCode])).toEqual([[{ item: 0 }, 0], [{ item: 1 }, -2], [{ item: 2 }, 0], [{ item: 3 }, -1]]);
			expect([found[0]!.json.accessToken, found[2]!.json.accessToken]).toEqual([(await stored(alice)).accessToken, (await stored('carol@example.com' as typeof alice)).accessToken]);
		});

		it('are an error with the item where the node is told to stop', async () => {
			await settled();
			const error = await run({ user, onFailure: 'stop' }, { items }).then(() => undefined, (caught: unknown) => caught as NodeOperationError);
			expect(error).toBeInstanceOf(NodeOperationError);
			expect(error).toMatchObject({ message: expect.stringMatching(/bob@example\.com did not want/), context: { itemIndex: 1 } });
		});

		it('go to the error output one by one where the node goes on', async () => {
			await settled();
			const found = await run({ user, onFailure: 'stop' }, { items, continueOnFail: true });
			expect(found.map(({ pairedItem, json: { statusCode, error } }) => [pairedItem, statusCode, typeof error])).toEqual([[{ item: 0 }, 0, 'undefined'], [{ item: 1 }, undefined, 'string'], [{ item: 2 }, 0, 'undefined'], [{ item: 3 }, undefined, 'string']]);
		});

		it('of whom one comes twice share a sign-in and a reference', async () => {
			const twice = [items[0]!, items[0]!];
			await run({}, { items: twice });
			expect(await open()).toHaveLength(1);
			await answer('alice');
			const [first, second] = await run({}, { items: twice });
			expect(second!.json).toEqual(first!.json);
		});
	});

	it('stops with the link where nothing can wait', async () => {
		await expect(run({ onFailure: 'stop' }, { asTool: true })).rejects.toMatchObject({ message: expect.stringContaining('Authentication needed'), description: expect.stringContaining(connection.registration.portalUrl) });
	});

	it('redirects the waiting browser like every node that pauses', async () => {
		await run({}, { trigger: webhook, children: respond });
		expect(traces.responses).toEqual([expect.objectContaining({ statusCode: 302 })]);
	});

	describe('its scope', () => {
		it('is asked for instead of the credential’s, and granted', async () => {
			await withGeneric(world.sandbox.oauth2.clients.confidentialBasic, { scopes: 'openid email read write reports' });
			const narrow = { usePrompt: true, scope: 'openid, email read' };
			await run(narrow);
			const [request] = await open();
			expect([request!.scopes, request!.terms]).toEqual([['openid', 'email', 'read'], { exactScopes: true, prompt: 'consent', endsOnFailure: true }]);
			await answer('alice');
			expect((await json(narrow)).grantedScopes).toEqual(['openid', 'email', 'read']);
		});

		it('must be one for all items', async () => {
			const [first] = await run({ scope: (index: number) => ['api', 'web'][index] }, { items: [{ json: {} }, { json: {} }] });
			expect(first!.json).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('"Scope" differs') });
		});
	});

	it('gives a token that is bound to a key for what it is', async () => {
		await withGeneric(world.sandbox.oauth2.clients.dpopBound);
		await run({ usePrompt: true });
		await answer('alice');
		expect(await json({ usePrompt: true })).toMatchObject({ statusCode: 0, tokenType: 'DPoP' });
	});

	describe('on behalf of the caller', () => {
		let callersToken: string;
		beforeEach(async () => {
			// A token that names a person has to be a JWT, and one that is bound to a key is nobody else's to exchange.
			await world.control('POST', 'settings', { accessTokenFormat: 'jwt' });
			const login = play({ credentialType: 'jwtBearerOAuth2Api', credential: genericJwtBearer(world, { useDpop: 'off' }), parameters: { authentication: 'jwtBearer', provider: 'oauth2', tokenOutput: 'raw' } }, {});
			const [items] = await new OAuthServerLogin().execute.call(login.context);
			callersToken = `Bearer ${String(items![0]!.json.accessToken)}`;
			await withGeneric(world.sandbox.oauth2.clients.tokenExchange, { connectionName: 'exchange', scopes: 'read', userIdentity: 'onBehalfOf' });
		});

		it('nobody signs in, also with Use Prompt', async () => {
			const found = await json({ user: callersToken, usePrompt: true, tokenOutput: 'raw' });
			expect(found).toMatchObject({ statusCode: 0, tokenType: 'Bearer', grantedScopes: ['read'], accessToken: expect.any(String) });
			expect(found.refreshToken).toBeUndefined();
			expect(waits()).toBe(false);
		});

		it('a reference stands for the exchanged token, in place of the caller’s own, in this workflow only', async () => {
			const { accessToken: reference, ...found } = await json({ user: callersToken });
			expect(found).toMatchObject({ statusCode: 0, grantedScopes: ['read'] });
			expect(reference).toMatch(/^connected-apps:token:/);
			expect(await json({ user: reference })).toMatchObject({ statusCode: 0, grantedScopes: ['read'] });
			const [elsewhere] = await run({ user: reference }, { workflowId: 'another' });
			expect(elsewhere!.json).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('another workflow') });
		});

		it('and nothing to renew', async () => {
			const parameters = { app: 'oauth2', refresh: 'signedInUser', user: callersToken };
			const [items] = await new OAuthRefreshToken().execute.call(play({ ...selected, parameters }, raw).context);
			expect(items![0]!.json).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('exchanged') });
		});
	});
});
