import { importPKCS8, SignJWT, type JWTPayload } from 'jose';

import { createReference, portalAssertion, type Connection } from '../../../lib/connections';
import { getRuntime } from '../../../lib/n8n';
import { authenticateAsUser } from '../../../lib/n8n/authenticate';
import { rememberTransport } from '../../../lib/n8n/hostTransport';
import { runPerItem } from '../../../lib/n8n/perItem';
import { readSubject } from '../../../lib/n8n/subject';
import type { Fetch, SignInMethod } from '../../../lib/types';
import { issuerKeyPem } from '../../sandbox/oauth2/testKeys';
import { CREDENTIAL, play } from '../../nodes/support/executing';
import { alice, bob, plainFetch, PORTAL_URL, useWorld } from '../connections/support/world';
import { sqlitePlace } from '../vault/places/sqlite';
import { credentialOf, failure, headersOf, n8nRequests, useRuntimeOf } from './support';

const AUDIENCE = 'n8n-flows';

describe('a connection that takes verified tokens', () => {
	const world = useWorld(sqlitePlace);
	useRuntimeOf(world);

	const settings = (changes: Record<string, unknown> = {}) => ({ userIdentity: 'verifiedToken', identityIssuer: world.sandbox.oauth2.issuer, identityAudience: AUDIENCE, identityClaim: 'email', ...changes });
	const tokenOf = async (claims: JWTPayload, { lifetimeSeconds = 300 } = {}) => {
		const now = Math.floor((await world.vault.nowMs()) / 1_000);
		return await new SignJWT({ sub: 'subject-1', ...claims })
			.setProtectedHeader({ alg: 'RS256', kid: 'sandbox-issuer' })
			.setIssuer(world.sandbox.oauth2.issuer)
			.setAudience(AUDIENCE)
			.setIssuedAt(now)
			.setExpirationTime(now + lifetimeSeconds)
			.sign(await importPKCS8(issuerKeyPem, 'RS256'));
	};
	const alices = { email: 'Alice@Example.com', email_verified: true };
	/** Reads "User" as a node of this execution would; the vault is the test's, with its clock. */
	const read = async (connection: Connection, value: unknown, executionId = '1', fetch: Fetch = plainFetch) => {
		const runtime = { ...(await getRuntime()), vault: world.vault };
		return (await readSubject(runtime, connection, value, { workflowId: 'flow-1', executionId, fetch })).userKey;
	};

	it('knows the caller by the claim that the admin has chosen, with or without "Bearer"', async () => {
		const connection = await world.register(settings());
		const token = await tokenOf(alices);
		expect(await read(connection, `Bearer ${token}`)).toBe(alice);
		expect(await read(connection, token, '2')).toBe(alice);
		await expect(read(connection, 'alice@example.com')).rejects.toMatchObject({ code: 'userInvalid' });
		await expect(read(connection, '')).rejects.toMatchObject({ code: 'userMissing' });
	});

	it('verifies once in an execution, and remembers encrypted for that one alone', async () => {
		const connection = await world.register(settings());
		const token = await tokenOf(alices, { lifetimeSeconds: 60 });
		expect(await read(connection, token)).toBe(alice);
		world.advance(3_600_000);
		const noNetwork: Fetch = async () => await Promise.reject(new Error('nobody is asked again'));
		expect(await read(connection, token, '1', noNetwork)).toBe(alice);
		await expect(read(connection, token, '2')).rejects.toMatchObject({ code: 'userInvalid', message: expect.stringContaining('expired') });
		await expect(read(connection, token, '')).rejects.toMatchObject({ code: 'userInvalid' });
		// Another token in the same execution stands for itself.
		await expect(read(connection, await tokenOf(alices, { lifetimeSeconds: -120 }))).rejects.toMatchObject({ code: 'userInvalid' });
		const dump = await world.place.dump();
		expect(dump).not.toContain(token);
		expect(dump).not.toContain('subject-1');
	});

	it('looks a token up once for all items that hold it', async () => {
		await world.signIn(await world.register(settings()), 'alice');
		const { vault } = await getRuntime();
		const find = jest.spyOn(vault.identities, 'find');
		const user = `Bearer ${await tokenOf(alices)}`;
		const { context } = play({ items: Array.from({ length: 300 }, () => ({ json: {} })), parameters: { authentication: 'individualUser', user, ifNotSignedIn: 'stopWithError' } }, world.raw(settings()));
		const [output] = await runPerItem(context, { credentialType: CREDENTIAL, isTokenRejected: async () => await Promise.resolve(false) }, async (_context, session) => await Promise.resolve([{ as: session.actsAs }]));
		expect(output!.map(({ json }) => json.as)).toEqual(Array.from({ length: 300 }, () => alice));
		expect(find).toHaveBeenCalledTimes(1);
	});

	it('forgets it when the admin believes another issuer', async () => {
		const token = await tokenOf(alices);
		expect(await read(await world.register(settings()), token)).toBe(alice);
		await expect(read(await world.register(settings({ identityAudience: 'others' })), token)).rejects.toMatchObject({ code: 'userInvalid' });
	});

	it.each<[string, JWTPayload, Record<string, unknown>, string | undefined]>([
		['an address that is not verified', { email: 'alice@example.com' }, {}, undefined],
		['one that the issuer says is not', { email: 'alice@example.com', email_verified: false }, { identityTrustEmail: true }, undefined],
		['one that the admin trusts', { email: 'alice@example.com' }, { identityTrustEmail: true }, 'alice@example.com'],
		['a user name of the form of another’s address', { preferred_username: 'bob@example.com', ...alices }, { identityClaim: 'preferred_username' }, undefined],
		['an id', {}, { identityClaim: 'sub' }, 'subject-1'],
		['no such claim', alices, { identityClaim: 'employee' }, undefined],
		['a claim that is a list', { employee: ['a'] }, { identityClaim: 'employee' }, undefined],
		['the name of the service account', { employee: 'service:account' }, { identityClaim: 'employee' }, undefined],
	])('S41 by %s', async (_what, claims, changes, expected) => {
		const connection = await world.register(settings(changes));
		const reading = read(connection, await tokenOf(claims));
		if (expected === undefined) await expect(reading).rejects.toMatchObject({ code: 'userInvalid' });
		else expect(await reading).toBe(expected);
	});

	it('S41 compares an account with the address that the token told, where the user is an id', async () => {
		const connection = await world.register(settings({ identityClaim: 'sub' }));
		const user = await read(connection, await tokenOf(alices));
		await expect(world.signIn(connection, 'bob', user)).rejects.toMatchObject({ code: 'wrongAccount', message: expect.stringContaining('alice@example.com') });
		const { grant } = await world.signIn(connection, 'alice', user);
		expect(grant).toMatchObject({ userKey: 'subject-1', account: { email: 'alice@example.com' } });
		await expect(world.engine().accessTokenFor(connection, user, { fetch: plainFetch, use: {} })).resolves.toMatchObject({ accessToken: expect.any(String) });
		// Of somebody else nothing was told.
		await expect(world.signIn(connection, 'bob', await read(await world.register(settings({ identityClaim: 'sub', connectionName: 'second' })), await tokenOf({ sub: 'subject-2' })))).rejects.toMatchObject({ code: 'wrongAccount', message: expect.stringMatching(/administrator/) });
	});

	it('S6 registers with any account only where people prove to the portal who they are: the token does not know the browser', async () => {
		const at = (signInMethod: SignInMethod) => ({ portal: { id: 'p', mode: 'portal' as const, signInMethod } });
		for (const accountMatch of ['any', 'sameDomain']) {
			const refusal = { code: 'settingInvalid', details: { field: 'accountMatch', advice: expect.stringMatching(/OpenID Connect under Sign-In Method of the Connected Apps Trigger, or Account Match = Same E-Mail Address/) } };
			await expect(world.register(settings({ accountMatch }))).rejects.toMatchObject(refusal);
			await expect(world.register(settings({ accountMatch }), at('personalLink'))).rejects.toMatchObject(refusal);
			await expect(world.register({ accountMatch })).rejects.toMatchObject(refusal);
			await expect(world.register({ accountMatch }, at('trustedHeader'))).rejects.toMatchObject(refusal);
			await expect(world.register(settings({ accountMatch }), at('trustedHeader'))).resolves.toBeDefined();
			await expect(world.register({ accountMatch }, at('openId'))).resolves.toBeDefined();
		}
	});

	it('takes the word of its own portal, and of no other', async () => {
		const connection = await world.register(settings({ identityIssuer: PORTAL_URL, identityClaim: 'sub' }));
		const assertion = { portalUrl: PORTAL_URL, portalId: 'workflow-1:node-1', audience: AUDIENCE };
		const session = { userKey: bob, method: 'account' as const, claims: {} };
		expect(await read(connection, await portalAssertion(world.vault, assertion, session))).toBe(bob);
		await expect(read(connection, await portalAssertion(world.vault, { ...assertion, portalId: 'rogue' }, session))).rejects.toMatchObject({ code: 'userInvalid', message: expect.stringContaining('another portal') });
		await expect(read(connection, await portalAssertion(world.vault, { ...assertion, audience: 'others' }, session))).rejects.toMatchObject({ code: 'userInvalid' });
	});

	it('S28 a word of the portal starts one execution, in which every node may read it, and no second one', async () => {
		const own = { identityIssuer: PORTAL_URL, identityClaim: 'sub' };
		const [connection, other] = [await world.register(settings(own)), await world.register(settings({ ...own, connectionName: 'second' }))];
		const session = { userKey: bob, method: 'openId' as const, claims: {} };
		const token = await portalAssertion(world.vault, { portalUrl: PORTAL_URL, portalId: 'workflow-1:node-1', audience: AUDIENCE, flow: 'My report' }, session);
		// All items of a node ask at once.
		expect(await Promise.all(['1', '1', '1', '1'].map(async (execution) => await read(connection, token, execution)))).toEqual([bob, bob, bob, bob]);
		expect(await read(other, token, '1')).toBe(bob);
		for (const execution of ['2', '']) await expect(read(connection, token, execution)).rejects.toMatchObject({ code: 'userInvalid', message: expect.stringContaining('another execution') });
		await expect(read(other, token, '2')).rejects.toMatchObject({ code: 'userInvalid' });
		const entries = await world.vault.audit.listByUser(bob, 20);
		expect(entries.filter(({ type }) => type === 'runStarted')).toMatchObject([{ connectionId: connection.id, detail: 'My report', use: { executionId: '1', workflowId: 'flow-1' } }]);
		expect(entries.filter(({ type }) => type === 'refused')).toHaveLength(3);
		// Of whoever may not be remembered by an execution, too: once.
		const once = await portalAssertion(world.vault, { portalUrl: PORTAL_URL, portalId: 'workflow-1:node-1', audience: AUDIENCE }, session);
		expect(await read(connection, once, '')).toBe(bob);
		await expect(read(connection, once, '')).rejects.toMatchObject({ code: 'userInvalid' });
		expect(await world.place.dump()).not.toContain(token);
	});

	it('S28 a word of the portal that nobody has used ends by itself', async () => {
		const connection = await world.register(settings({ identityIssuer: PORTAL_URL, identityClaim: 'sub' }));
		const token = await portalAssertion(world.vault, { portalUrl: PORTAL_URL, portalId: 'workflow-1:node-1', audience: AUDIENCE }, { userKey: bob, method: 'openId', claims: {} });
		// Clocks may be a minute apart.
		world.advance(182_000);
		await expect(read(connection, token)).rejects.toMatchObject({ code: 'userInvalid', message: expect.stringContaining('expired') });
		expect((await world.vault.audit.listByUser(bob, 5)).filter(({ type }) => type === 'runStarted')).toEqual([]);
	});

	it('opens a reference in the execution that it was made in, and in no other', async () => {
		const connection = await world.register(settings());
		const reference = await createReference(world.vault, { kind: 'grant', workflowId: 'flow-1', executionId: '1', connectionId: connection.id, userKey: alice });
		expect(await read(connection, reference, '1')).toBe(alice);
		await expect(read(connection, reference, '2')).rejects.toMatchObject({ code: 'referenceInvalid' });
		const old = await createReference(world.vault, { kind: 'grant', workflowId: 'flow-1', connectionId: connection.id, userKey: alice });
		await expect(read(connection, old, '1')).rejects.toMatchObject({ code: 'referenceInvalid' });
	});

	it('works in HTTP Request: the token is the user, a name is none', async () => {
		const connection = await world.register(settings());
		const { grant } = await world.signIn(connection, 'alice');
		rememberTransport({ httpRequest: n8nRequests().request });
		const authenticate = authenticateAsUser('salesforceUserLoginOAuth2Api');
		const url = (await world.vault.grants.openTokens(grant!)).apiBaseUrl!;
		const credential = (user: string) => credentialOf({ ...world.raw(settings()), user, workflowId: 'flow-1', executionId: '1' });
		const headers = headersOf(await authenticate(credential(`Bearer ${await tokenOf(alices)}`), { url: `${url}/services/data` }));
		expect(headers.authorization).toMatch(/^Bearer .+/);
		expect((await failure(authenticate(credential('alice@example.com'), { url: `${url}/services/data` }))).message).toContain('no signed token');
	});
});
