import { client, owner, registration } from './samples';
import { useVault, type MakePlace } from './setup';

const HOUR_MS = 3_600_000;
const rogue = { workflowId: 'w9', workflowName: 'Copy of Portal', nodeId: 'n9', nodeName: 'Trigger 2' };

export function describeRegistrations(makePlace: MakePlace): void {
	describe('registrations', () => {
		const under = useVault(makePlace);

		it('registers a connection and finds it by claim, by id and by owner', async () => {
			const { registrations } = under.vault;
			const registered = await registrations.register(registration(), 'proof-1', client);
			expect(registered).toMatchObject({ ...registration(), active: true, proof: 'proof-1' });
			expect(registered.inactiveSinceMs).toBeUndefined();
			const found = await registrations.findByClaim('claim-sales');
			expect(found).toEqual({ ...registered, nowMs: found?.nowMs });
			expect((await registrations.find(registered.id))?.id).toBe(registered.id);
			expect((await registrations.listByOwner(owner)).map(({ id }) => id)).toEqual([registered.id]);
			expect(await registrations.listByOwner({ ...owner, nodeId: 'another' })).toEqual([]);
			expect(await registrations.findByClaim('claim-unknown')).toBeUndefined();
			expect(await registrations.openClient(found!)).toEqual(client);
		});

		it('takes new settings, secret and proof from its owner under the same id', async () => {
			const { registrations } = under.vault;
			const before = await registrations.register(registration(), 'proof-1', client);
			under.advance(30_000);
			const after = await registrations.register(registration({ appName: 'Salesforce EU', scopes: ['api'] }), 'proof-2', { ...client, clientSecret: 'two' });
			expect(after).toMatchObject({ id: before.id, appName: 'Salesforce EU', scopes: ['api'], proof: 'proof-2', registeredAtMs: before.registeredAtMs });
			expect(after.seenAtMs).toBeGreaterThanOrEqual(before.seenAtMs + 30_000);
			expect(await registrations.openClient(after)).toEqual({ ...client, clientSecret: 'two' });
		});

		it('keeps what the provider remembers, and takes it anew with every registration', async () => {
			const { registrations } = under.vault;
			const traits = { environment: 'sandbox', tenant: 'acme "x" ü' };
			const { id } = await registrations.register(registration({ traits }), 'proof-1', client);
			expect((await registrations.find(id))?.traits).toEqual(traits);
			expect(await registrations.openClient((await registrations.find(id))!)).toEqual(client);
			expect((await registrations.register(registration(), 'proof-1', client)).traits).toEqual({});
		});

		it("lists a client's connections, as long as they are offered, by whoever they are", async () => {
			const { registrations } = under.vault;
			const first = await registrations.register(registration(), 'p', client);
			const second = await registrations.register(registration({ claimKey: 'claim-files', connectionName: 'files', owner: rogue }), 'p', client);
			await registrations.register(registration({ claimKey: 'claim-other', clientId: 'client-2' }), 'p', { ...client, clientId: 'client-2' });
			const listed = await registrations.listActiveByClient('client-1');
			expect(listed.map(({ id }) => id)).toEqual([second.id, first.id]);
			expect(listed[1]).toMatchObject({ ...registration(), nowMs: expect.any(Number) });
			await registrations.deactivate(rogue);
			expect((await registrations.listActiveByClient('client-1')).map(({ id }) => id)).toEqual([first.id]);
			expect(await registrations.listActiveByClient('client')).toEqual([]);
		});

		it('refuses a second owner of the claim and names the first one', async () => {
			const { registrations } = under.vault;
			const first = await registrations.register(registration(), 'proof-1', client);
			under.advance(23 * HOUR_MS);
			await expect(registrations.register(registration({ owner: rogue }), 'proof-1', client)).rejects.toMatchObject({
				code: 'connectionTaken',
				message: expect.stringMatching(/"Connected Apps Trigger".*"Portal"/),
			});
			expect((await registrations.findByClaim('claim-sales'))?.id).toBe(first.id);
		});

		it('gives the claim to another owner once the first has unpublished it, with an id of its own', async () => {
			const { registrations } = under.vault;
			const first = await registrations.register(registration(), 'proof-1', client);
			await registrations.deactivate(owner);
			expect(await registrations.findByClaim('claim-sales')).toMatchObject({ id: first.id, active: false, inactiveSinceMs: expect.any(Number) });
			const second = await registrations.register(registration({ owner: rogue }), 'proof-1', client);
			expect(second.id).not.toBe(first.id);
			expect((await registrations.findByClaim('claim-sales'))?.id).toBe(second.id);
			await expect(registrations.register(registration(), 'proof-1', client)).rejects.toMatchObject({ code: 'connectionTaken' });
		});

		it('gives the claim to another owner when the first was not seen for a day', async () => {
			const { registrations } = under.vault;
			const first = await registrations.register(registration(), 'proof-1', client);
			under.advance(24 * HOUR_MS + 1);
			const second = await registrations.register(registration({ owner: rogue }), 'proof-1', client);
			expect((await registrations.findByClaim('claim-sales'))?.id).toBe(second.id);
			expect(await registrations.find(first.id)).toMatchObject({ active: false, inactiveSinceMs: first.seenAtMs });
		});

		it('finds the registration that became inactive last where none is active', async () => {
			const { registrations } = under.vault;
			await registrations.register(registration(), 'proof-1', client);
			await registrations.deactivate(owner);
			under.advance(1_000);
			const second = await registrations.register(registration({ owner: rogue }), 'proof-1', client);
			under.advance(1_000);
			await registrations.deactivate(rogue);
			expect((await registrations.findByClaim('claim-sales'))?.id).toBe(second.id);
		});

		it('marks inactive what the owner offers no more, keeps the rest, and takes it back when it is registered again', async () => {
			const { registrations } = under.vault;
			const kept = await registrations.register(registration(), 'p', client);
			const dropped = await registrations.register(registration({ claimKey: 'claim-files', connectionName: 'files' }), 'p', client);
			await registrations.deactivate(owner, [kept.id]);
			expect((await registrations.find(kept.id))?.active).toBe(true);
			const inactive = await registrations.find(dropped.id);
			expect(inactive?.active).toBe(false);
			under.advance(1_000);
			await registrations.deactivate(owner, [kept.id]);
			expect((await registrations.find(dropped.id))?.inactiveSinceMs).toBe(inactive?.inactiveSinceMs);
			await registrations.register(registration({ claimKey: 'claim-files', connectionName: 'files' }), 'p', client);
			expect(await registrations.find(dropped.id)).toMatchObject({ active: true, inactiveSinceMs: undefined });
		});

		it('proves material in constant form and accepts no other material', () => {
			const proof = under.vault.proofOf('secret and connection key');
			expect(under.vault.verifyProof('secret and connection key', proof)).toBe(true);
			expect(under.vault.verifyProof('secret and connection keys', proof)).toBe(false);
			for (const wrong of ['', '.', proof.slice(0, -1), proof.replace(/^[^.]*/, 'unknown'), `${proof}x`]) {
				expect(under.vault.verifyProof('secret and connection key', wrong)).toBe(false);
			}
		});
	});
}
