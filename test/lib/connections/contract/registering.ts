import { DAY_MS } from '../../../../lib/clock';
import { openConnection, registerConnection, startSignIn } from '../../../../lib/connections';
import type { MakePlace } from '../../vault/contract/setup';
import { knownEndpoints } from '../support/endpoints';
import { alice, OTHER_PORTAL_URL, otherOwner, owner, plainFetch, PORTAL_URL, use, useWorld } from '../support/world';

export function describeRegistering(makePlace: MakePlace): void {
	describe('registering and opening a connection', () => {
		const world = useWorld(makePlace);
		const refused = (code: string, words: RegExp = /./) => expect.objectContaining({ code, message: expect.stringMatching(words) });

		it('opens for whoever presents the credential that the trigger registered', async () => {
			const connection = await world.register();
			expect(connection.registration).toMatchObject({ connectionName: 'salesforce', owner, active: true, redirectUri: `${PORTAL_URL}/salesforce/callback` });
			expect((await openConnection(world.vault, world.settings())).id).toBe(connection.id);
		});

		it('tells the way out where no published trigger offers it', async () => {
			await expect(openConnection(world.vault, world.settings())).rejects.toMatchObject({ code: 'connectionUnknown', details: { advice: expect.stringMatching(/publish/) } });
		});

		it('S26 a credential with another client secret opens nothing, and the error does not hold either secret', async () => {
			await world.register();
			const error = await openConnection(world.vault, world.settings({ clientSecret: 'a secret of somebody else' })).catch((caught: unknown) => caught as Error);
			expect(error).toEqual(refused('connectionProofWrong', /does not open/));
			expect(JSON.stringify(error) + String(error)).not.toMatch(/a secret of somebody else|5F1C0A7E/);
		});

		it('S26 a public client with another connection key opens nothing', async () => {
			const open = { clientId: world.sandbox.salesforce.clients.public.clientId, clientSecret: '', clientAuthentication: 'none', connectionKey: 'the long random password' };
			await world.register(open);
			await expect(openConnection(world.vault, world.settings({ ...open, connectionKey: 'guessed' }))).rejects.toEqual(refused('connectionProofWrong'));
			await expect(openConnection(world.vault, world.settings(open))).resolves.toBeDefined();
		});

		it('S26 the right secret from another login host is another, unknown connection', async () => {
			await world.register();
			await expect(openConnection(world.vault, world.settings({ loginUrl: 'https://evil.example.com' }))).rejects.toEqual(refused('connectionUnknown'));
		});

		it('S26 endpoints, scopes and policy come from the registration, whatever the presented credential says', async () => {
			await world.register({ idleLifetimeDays: 3 });
			const presented = await openConnection(world.vault, world.settings({ idleLifetimeDays: 0, serviceAccountUse: 'fallback', serviceAccountLogin: 'me', additionalScopes: 'full', appName: 'Evil' }));
			expect(presented.registration).toMatchObject({ policy: { idleLifetimeDays: 3, serviceAccountUse: 'never' }, scopes: ['openid', 'refresh_token', 'api'], appName: 'Salesforce' });
		});

		it('S26 a secret that the owner has changed cuts the old credential off at once, and the grants live on', async () => {
			const connection = await world.register();
			await world.signIn(connection, 'alice');
			const changed = await world.register({ connectionKey: 'new key' });
			expect(changed.id).toBe(connection.id);
			await expect(openConnection(world.vault, world.settings())).rejects.toEqual(refused('connectionProofWrong'));
			await expect(world.engine().accessTokenFor(changed, alice, { fetch: plainFetch, use })).resolves.toBeDefined();
		});

		it('S34 a second trigger with the same credential is refused and told who owns the connection', async () => {
			const first = await world.register();
			const taken = registerConnection(world.vault, { owner: otherOwner, credentialId: 'copy', settings: world.settings(), portalUrl: OTHER_PORTAL_URL, resolveEndpoints: knownEndpoints });
			await expect(taken).rejects.toEqual(refused('connectionTaken', /"Connected Apps Trigger" of the workflow "Our apps"/));
			const still = await openConnection(world.vault, world.settings());
			expect(still.registration).toMatchObject({ id: first.id, owner, portalUrl: PORTAL_URL });
		});

		it('S34 another trigger may take the name over once the owner has given it up, but gets none of its grants', async () => {
			const first = await world.register();
			await world.signIn(first, 'alice');
			await world.vault.registrations.deactivate(owner);
			const second = await world.register({}, { owner: otherOwner, portalUrl: OTHER_PORTAL_URL });
			expect(second.id).not.toBe(first.id);
			expect(await world.vault.grants.listByConnection(second.id)).toEqual([]);
			await expect(world.engine().accessTokenFor(second, alice, { fetch: plainFetch, use })).rejects.toEqual(refused('authenticationNeeded'));
		});

		it('lets grants of an unpublished trigger work for a day, without new sign-ins, and no longer', async () => {
			const connection = await world.register();
			await world.signIn(connection, 'alice');
			await world.vault.registrations.deactivate(owner);
			world.advance(DAY_MS - 60_000);
			const inactive = await openConnection(world.vault, world.settings());
			await expect(world.engine().accessTokenFor(inactive, alice, { fetch: plainFetch, use })).resolves.toBeDefined();
			await expect(startSignIn(world.vault, inactive, { purpose: 'connect', userKey: alice, browserHash: 'h' }, plainFetch)).rejects.toEqual(refused('connectionInactive', /Nobody can sign in/));
			world.advance(120_000);
			await expect(openConnection(world.vault, world.settings())).rejects.toEqual(refused('connectionInactive', /more than a day/));
			await world.register();
			await expect(openConnection(world.vault, world.settings())).resolves.toMatchObject({ id: connection.id });
		});

		it('registers no service account without the login that it is pinned to', async () => {
			await expect(world.register({ serviceAccountUse: 'explicit' })).rejects.toMatchObject({ code: 'settingInvalid', details: { field: 'serviceAccountLogin' } });
		});

		it('keeps the client secret out of the database in clear', async () => {
			await world.register({ connectionKey: 'canary-connection-key' });
			const stored = await world.place.dump();
			expect(stored).toContain('salesforce');
			expect(stored).not.toContain(world.sandbox.salesforce.clients.confidential.clientSecret);
			expect(stored).not.toContain('canary-connection-key');
		});
	});
}
