import type { FunctionsBase } from 'n8n-workflow';

import { registerOffered } from '../../../lib/n8n/ownerTrigger';
import type { Runtime } from '../../../lib/n8n';
import type { PortalMembership } from '../../../lib/vault';
import { owner, plainFetch, PORTAL_URL, resolveEndpoints, useWorld } from '../connections/support/world';
import { genericUserLogin, GENERIC_USER_LOGIN, registerGeneric } from '../../nodes/support/oauth';
import { CREDENTIAL } from '../../nodes/support/executing';
import { sqlitePlace } from '../vault/places/sqlite';

const portal: PortalMembership = { id: 'portal-1', mode: 'portal', signInMethod: 'personalLink' };

describe('what a published trigger registers anew', () => {
	const world = useWorld(sqlitePlace);
	/** By type; an error where n8n cannot read it. */
	let credentials: Record<string, Record<string, unknown> | Error>;
	beforeEach(async () => {
		await world.control('DELETE', 'settings');
		const generic = { ...genericUserLogin(world, world.sandbox.oauth2.clients.confidentialBasic) };
		credentials = { [CREDENTIAL]: world.raw(), [GENERIC_USER_LOGIN]: generic };
		await world.register();
		await registerGeneric(world, generic);
	});
	const context = () =>
		({
			getWorkflow: () => ({ id: owner.workflowId, name: owner.workflowName }),
			getNode: () => ({ id: owner.nodeId, name: owner.nodeName, credentials: Object.fromEntries(Object.keys(credentials).map((type) => [type, { id: type, name: `The ${type}` }])) }),
			async getCredentials(type: string) {
				const found = credentials[type];
				if (found instanceof Error) throw found;
				return await Promise.resolve(found);
			},
		}) as unknown as FunctionsBase;
	const register = async () => await registerOffered(context(), { vault: world.vault, resolveEndpoints } as unknown as Runtime, PORTAL_URL, portal, plainFetch);
	const offered = async () => (await world.vault.registrations.listByOwner(owner)).filter(({ active }) => active).map(({ appName }) => appName).sort();

	it('is everything that is selected; what is not selected any more is withdrawn', async () => {
		expect(await register()).toHaveLength(2);
		delete credentials[GENERIC_USER_LOGIN];
		expect(await register()).toHaveLength(1);
		expect(await offered()).toEqual(['Salesforce']);
	});

	it.each([
		[CREDENTIAL, GENERIC_USER_LOGIN],
		[GENERIC_USER_LOGIN, CREDENTIAL],
	])('a credential that n8n cannot read any more, e.g. a deleted one, keeps no other app from it: %s', async (unreadable, other) => {
		Object.assign(credentials, { [unreadable]: new Error(`Credential with ID "${unreadable}" does not exist for type "${unreadable}".`), [other]: { ...credentials[other], appName: 'Renamed' } });
		await expect(register()).rejects.toThrow(`Credential "The ${unreadable}" cannot be read: Credential with ID "${unreadable}" does not exist`);
		expect(await offered()).toEqual([unreadable === CREDENTIAL ? 'Salesforce' : 'OAuth 2.0', 'Renamed'].sort());
	});
});
