import type { StoredSignInRequest, Vault } from '../vault';
import type { FlowProgressView } from './pages';

/** More is no list that people read. */
const MOST = 50;

/** What became of all that waited for the sign-in that completed this request; runs of one name in one state are told together. */
export async function progressOf(vault: Vault, request: StoredSignInRequest): Promise<FlowProgressView[]> {
	const told = new Map<string, FlowProgressView>();
	for (const each of await vault.requests.listCompletedWith(request, MOST)) {
		const state = await stateOf(vault, each);
		const key = JSON.stringify([each.workflowName, state]);
		told.set(key, { name: each.workflowName || undefined, state, runs: (told.get(key)?.runs ?? 0) + 1 });
	}
	return [...told.values()];
}

async function stateOf(vault: Vault, request: StoredSignInRequest): Promise<FlowProgressView['state']> {
	if (request.state === 'resumed') return 'wentOn';
	if (request.state === 'closed') return 'stopped';
	return (await vault.requests.listForNode(request)).some(({ state }) => state === 'open') ? 'waits' : 'goesOn';
}
