import { NodeApiError, type IDataObject, type INodeExecutionData } from 'n8n-workflow';

import { openReference, type Connection } from '../../lib/connections';
import { HOUR_MS } from '../../lib/clock';
import { authenticateAsServer } from '../../lib/n8n';
import { PROVIDERS } from '../../lib/providers';
import { OAuthRefreshToken } from '../../nodes/OAuthRefreshToken/OAuthRefreshToken.node';
import { OAuthServerLogin } from '../../nodes/OAuthServerLogin/OAuthServerLogin.node';
import { OAuthUserLogin } from '../../nodes/OAuthUserLogin/OAuthUserLogin.node';
import { credentialOf } from '../lib/n8n/support';
import { play, useNodes, type Execution, type Traces } from './support/executing';
import { genericClientCredentials, genericJwtBearer, signInAs } from './support/oauth';

const node = new OAuthServerLogin();
const REFERENCE = /^connected-apps:token:[\w-]{43}$/;
const CLIENT_CREDENTIALS = 'clientCredentialsOAuth2Api';
const JWT_BEARER = 'jwtBearerOAuth2Api';
const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

describe('OAuth Server Login', () => {
	const world = useNodes();
	let traces: Traces;
	beforeEach(async () => void (await world.control('DELETE', 'settings')));
	async function run(credentialType: string, credential: Execution['credential'], parameters: Record<string, unknown> = {}, more: Partial<Execution> = {}): Promise<INodeExecutionData[]> {
		const authentication = credentialType === CLIENT_CREDENTIALS ? 'clientCredentials' : 'jwtBearer';
		traces = play({ credentialType, credential, ...more, parameters: { authentication, provider: 'oauth2', ...parameters } }, {});
		const [items] = await node.execute.call(traces.context);
		return items!;
	}
	const asApp = async (changes: Record<string, unknown> = {}, parameters: Record<string, unknown> = {}, more: Partial<Execution> = {}): Promise<IDataObject> => (await run(CLIENT_CREDENTIALS, genericClientCredentials(world, changes), parameters, more))[0]!.json;
	const tokenCalls = async () => (await world.calls()).filter(({ grantType }) => grantType !== undefined);

	describe('with client credentials', () => {
		it('gives a reference to a token, and no output or table holds the token', async () => {
			const answers: string[] = [];
			const found = await asApp({}, {}, { onAnswer: (body) => void answers.push(body) });
			expect(found).toEqual({ accessToken: expect.stringMatching(REFERENCE), expiresIn: expect.any(Number), tokenType: 'DPoP', grantedScopes: ['read'], statusCode: 0 });
			const tokens = answers.flatMap((body) => /"access_token":"([^"]+)"/.exec(body)?.[1] ?? []);
			expect(tokens).toHaveLength(1);
			expect(`${JSON.stringify(found)} ${await world.place.dump()}`.includes(tokens[0]!)).toBe(false);
		});

		it('gives the token itself only where that was chosen, and the API takes it', async () => {
			const { accessToken, tokenType } = await asApp({ useDpop: 'off' }, { tokenOutput: 'raw' });
			expect(tokenType).toBe('Bearer');
			const answer = await fetch(`${world.sandbox.oauth2.apiUrl}/me`, { headers: { authorization: `Bearer ${String(accessToken)}` } });
			expect(await answer.json()).toMatchObject({ user: null, clientId: world.sandbox.oauth2.clients.service.clientId, scopes: ['read'] });
		});

		it('asks for the node’s scopes instead of the credential’s', async () => {
			expect(await asApp({}, { scope: 'write, reports' })).toMatchObject({ statusCode: 0, grantedScopes: ['write', 'reports'] });
		});

		it('asks the server once for the same token', async () => {
			const found = await run(CLIENT_CREDENTIALS, genericClientCredentials(world), {}, { items: [{ json: {} }, { json: {} }] });
			expect(found.map(({ pairedItem, json }) => [pairedItem, json.statusCode])).toEqual([[{ item: 0 }, 0], [{ item: 1 }, 0]]);
			await asApp();
			expect(await tokenCalls()).toHaveLength(1);
		});
	});

	describe('with JWT bearer', () => {
		const people = ['alice@example.com', 'bob@example.com', 'carol@example.com'];
		const items = people.map(() => ({ json: {} }));

		it('each item’s token is its subject’s own', async () => {
			const found = await run(JWT_BEARER, (index) => genericJwtBearer(world, { subject: people[index], useDpop: 'off' }), { tokenOutput: 'raw' }, { items });
			const owners = await Promise.all(
				found.map(async ({ json }) => {
					const answer = await fetch(`${world.sandbox.oauth2.apiUrl}/me`, { headers: { authorization: `Bearer ${String(json.accessToken)}` } });
					return ((await answer.json()) as { email: string }).email;
				}),
			);
			expect(owners).toEqual(people);
		});

		it('one subject that is refused takes no other with it', async () => {
			const subjects = ['alice@example.com', 'nobody@example.com', ''];
			const found = await run(JWT_BEARER, (index) => genericJwtBearer(world, { subject: subjects[index] }), {}, { items });
			expect(found.map(({ pairedItem, json }) => [pairedItem, json.statusCode, json.statusMessage])).toEqual([[{ item: 0 }, 0, undefined], [{ item: 1 }, -1, expect.stringContaining('sub is not known')], [{ item: 2 }, -2, expect.stringContaining('"Subject" is empty')]]);
		});
	});

	describe('tells what is wrong', () => {
		it.each<[string, number, Record<string, unknown>, Record<string, unknown>, Partial<Execution>, RegExp]>([
			['no credential is selected', -2, {}, {}, { noCredential: true }, /No credential is selected\. Select/],
			['the credential is not complete', -2, { clientSecret: '' }, {}, {}, /"Client Secret" is empty/],
			['no server is named', -2, { issuer: '' }, {}, {}, /Issuer/],
			['the list has no such provider', -2, {}, { provider: 'unheard-of' }, {}, /"Provider"/],
			['there is no scope', -3, { scopes: '' }, {}, {}, /No scope is given/],
			['the server does not know the scope', -3, {}, { scope: 'unheard-of' }, {}, /scope/],
			['the secret is wrong', -1, { clientSecret: 'wrong' }, {}, {}, /Client Secret/],
			['nothing answers there', -1, { endpointMode: 'single', tokenUrl: 'http://127.0.0.1:9/token' }, {}, {}, /could not be reached/],
		])('%s: %i', async (_why, statusCode, changes, parameters, more, message) => {
			expect(await asApp(changes, parameters, more)).toEqual({ statusCode, statusMessage: expect.stringMatching(message) });
		});

		it('the server wants a scope: -3', async () => {
			await world.control('POST', 'settings', { clientCredentialsNeedScope: true });
			expect(await asApp({ scopeMode: 'none' })).toMatchObject({ statusCode: -3 });
		});

		it('the server fails: -1', async () => {
			await world.fault({ match: { grantType: 'client_credentials' }, kind: 'status', status: 503 });
			expect(await asApp()).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('503') });
		});

		it('as an error with the item where the node is told to stop, or per item where it goes on', async () => {
			const items = [{ json: {} }, { json: {} }];
			const credential = (index: number) => genericClientCredentials(world, index === 1 ? { clientSecret: 'wrong' } : {});
			const error = await run(CLIENT_CREDENTIALS, credential, { onFailure: 'stop' }, { items }).then(() => undefined, (caught: unknown) => caught);
			expect(error).toBeInstanceOf(NodeApiError);
			expect(error).toMatchObject({ context: { itemIndex: 1 } });
			const found = await run(CLIENT_CREDENTIALS, credential, { onFailure: 'stop' }, { items, continueOnFail: true });
			expect(found.map(({ pairedItem, json }) => [pairedItem, json.statusCode, typeof json.error])).toEqual([[{ item: 0 }, 0, 'undefined'], [{ item: 1 }, undefined, 'string']]);
		});
	});

	describe('a reference', () => {
		let reference: string;
		beforeEach(async () => {
			reference = String((await asApp()).accessToken);
			await world.control('DELETE', 'calls');
		});
		const request = async (changes: Record<string, unknown> = {}, url = `${world.sandbox.oauth2.apiUrl}/me`) =>
			await authenticateAsServer(CLIENT_CREDENTIALS)(credentialOf({ ...genericClientCredentials(world), accessToken: reference, workflowId: 'flow-1', ...changes }), { url, method: 'GET' });

		it('stands for the token in the credential, without a further login', async () => {
			const { headers } = await request();
			const answer = await fetch(`${world.sandbox.oauth2.apiUrl}/me`, { headers: headers as Record<string, string> });
			expect(await answer.json()).toMatchObject({ clientId: world.sandbox.oauth2.clients.service.clientId, scopes: ['read'] });
			expect(await tokenCalls()).toEqual([]);
		});

		it.each<[string, Record<string, unknown>, RegExp]>([
			['in another workflow', { workflowId: 'flow-2' }, /another workflow/],
			['with the credential of another client', { clientId: 'another' }, /another credential/],
		])('is refused %s', async (_where, changes, message) => {
			await expect(request(changes)).rejects.toThrow(message);
		});

		it('goes to no other host', async () => {
			await expect(request({}, 'https://evil.example/')).rejects.toThrow(/not for evil\.example/);
		});

		it('ends with its token', async () => {
			await expect(openReference(world.vault, reference, 'flow-1')).resolves.toMatchObject({ kind: 'issued' });
			world.advance(3 * HOUR_MS);
			await expect(openReference(world.vault, reference, 'flow-1')).rejects.toMatchObject({ code: 'referenceInvalid' });
		});
	});

	describe('with a subject who has not approved the app', () => {
		const TYPE = 'salesforceJwtBearerOAuth2Api';
		const parameters = { provider: 'salesforce' };
		let connection: Connection;
		beforeEach(async () => {
			connection = await world.register();
		});
		const credential = (subject = 'alice@example.com') => {
			const { clientId, environment, loginUrl } = world.raw();
			return { clientId, environment, loginUrl, privateKey: world.sandbox.oauth2.clients.jwtBearer.keys.RS256.privateKey, subject };
		};
		/** Salesforce's own words. */
		const refuses = async (times = 9) => await world.fault({ match: { grantType: JWT_GRANT }, kind: 'status', status: 400, times, body: { error: 'invalid_grant', error_description: "user hasn't approved this consumer" } });
		const gives = async () => await world.fault({ match: { grantType: JWT_GRANT }, kind: 'status', status: 200, times: 9, body: { access_token: 'a token', scope: 'api', instance_url: world.sandbox.salesforce.instanceUrl, token_type: 'Bearer' } });
		const approves = async () => {
			await world.control('DELETE', 'faults');
			await gives();
		};
		const execute = async (changes: Record<string, unknown> = {}, more: Partial<Execution> = {}) => await run(TYPE, more.credential ?? credential(), { ...parameters, ...changes }, more);
		const waits = () => traces.acts.at(-1) === 'putExecutionToWait';
		const requests = async () => await world.vault.requests.listForNode({ executionId: '1', nodeName: 'Salesforce', runIndex: 0 });

		it('waits for that one approval, and goes on without anybody', async () => {
			await refuses();
			const [waiting] = await execute();
			expect(waits()).toBe(true);
			expect(waiting!.json).toMatchObject({ authentication: 'needed', user: 'alice@example.com', signInUrl: expect.stringContaining('/sign-in?request=') });
			await approves();
			const [request] = await requests();
			await signInAs(world, connection, { person: 'alice', request });
			expect((await execute())[0]!.json).toMatchObject({ statusCode: 0, tokenType: 'Bearer', grantedScopes: ['api'] });
			expect((await requests()).map(({ state }) => state)).toEqual(['resumed']);
		});

		it('asks once: who approved and is refused all the same is told so', async () => {
			await refuses(99);
			await execute();
			const [request] = await requests();
			await signInAs(world, connection, { person: 'alice', request });
			expect((await execute())[0]!.json).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('has not approved this app') });
			expect(waits()).toBe(false);
		});

		it('asks the person who is named for it', async () => {
			await refuses();
			await execute({ approver: 'bob@example.com' });
			expect((await requests()).map(({ userKey }) => userKey)).toEqual(['bob@example.com']);
		});

		it('waits for several, beside those who have approved', async () => {
			const subjects = ['alice@example.com', 'bob@example.com', 'alice@example.com'];
			await refuses();
			await execute({}, { items: subjects.map(() => ({ json: {} })), credential: (index: number) => credential(subjects[index]) });
			expect((await requests()).map(({ userKey }) => userKey).sort()).toEqual(['alice@example.com', 'bob@example.com']);
		});

		it('does not wait where told so', async () => {
			await refuses();
			expect((await execute({ ifNotApproved: 'fail' }))[0]!.json).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('has not approved this app') });
			expect([waits(), await requests()]).toEqual([false, []]);
		});

		it('tells the link where nothing can wait', async () => {
			await refuses();
			expect((await execute({}, { asTool: true }))[0]!.json).toMatchObject({ statusCode: -1, signInUrl: connection.registration.portalUrl });
		});

		it('tells the way out where no trigger offers the app', async () => {
			await world.vault.registrations.deactivate(connection.registration.owner);
			await refuses();
			expect((await execute())[0]!.json).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('User Login credential of the same client') });
		});

		it('cannot ask other people than before the pause, and the items that need nobody get their tokens', async () => {
			const subjects = ['alice@example.com', 'carol@example.com'];
			const more = { items: [{ json: {} }, { json: {} }], credential: (index: number) => credential(subjects[index]) };
			await refuses(1);
			await gives();
			await execute({}, more);
			const [request] = await requests();
			await signInAs(world, connection, { person: 'alice', request });
			await world.control('DELETE', 'faults');
			await refuses();
			subjects[0] = 'bob@example.com';
			const found = await execute({}, more);
			expect(found.map(({ json }) => [json.statusCode, json.statusMessage])).toEqual([[-1, expect.stringContaining('other people than before')], [0, undefined]]);
		});

		it('says so where the person who approves is no name of one', async () => {
			await refuses();
			expect((await execute({ approver: 'undefined' }))[0]!.json).toMatchObject({ statusCode: -1, statusMessage: expect.stringContaining('"User"') });
			expect(waits()).toBe(false);
		});
	});
});

describe('the OAuth nodes', () => {
	const nodes = [new OAuthServerLogin(), new OAuthUserLogin(), new OAuthRefreshToken()];
	const userLogins = PROVIDERS.map(({ credentialType }) => credentialType).sort();
	const serverLogins = PROVIDERS.flatMap(({ serverLogins: logins = [] }) => logins.map(({ credentialType }) => credentialType)).sort();

	it('have a slot for every credential type, none of them required, each with a test', () => {
		expect(nodes.map(({ description }) => description.credentials!.map(({ name }) => name).sort())).toEqual([serverLogins, userLogins, userLogins]);
		for (const { description, methods } of nodes) {
			for (const { required, testedBy } of description.credentials!) expect([required, typeof (methods.credentialTest as Record<string, unknown>)[String(testedBy)]]).toEqual([false, 'function']);
		}
	});

	it('show each slot for one choice of their parameters, and offer that choice', () => {
		for (const { description } of nodes) {
			const choicesOf = (name: string) => [...new Set(description.properties.filter((field) => field.name === name).flatMap(({ options = [] }) => options.map((option) => ('value' in option ? String(option.value) : ''))))];
			const shown = description.credentials!.map(({ displayOptions: { show = {}, hide = {} } = {} }) => {
				const allowed = (name: string) => choicesOf(name).filter((choice) => (show[name]?.includes(choice) ?? true) && hide[name]?.includes(choice) !== true);
				const names = [...Object.keys(show), ...Object.keys(hide)];
				for (const name of names) expect([name, allowed(name)]).toEqual([name, [expect.any(String)]]);
				return JSON.stringify(names.map(allowed));
			});
			expect(new Set(shown).size).toBe(shown.length);
		}
	});

	it('keep both choices that a server login depends on in n8n’s editor, which takes the field away that alone shows credentials', () => {
		for (const { displayOptions } of new OAuthServerLogin().description.credentials!) expect(displayOptions?.show).toBeUndefined();
	});

	it('hide their tokens in n8n’s view', () => {
		for (const { description } of nodes) expect(description.sensitiveOutputFields).toEqual(['accessToken', 'refreshToken']);
	});
});
