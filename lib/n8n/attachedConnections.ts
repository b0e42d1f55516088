import type { IExecuteFunctions, INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

import type { Connection } from '../connections';
import { ConnectedAppsError } from '../errors';
import { PROVIDERS } from '../providers';
import { userLoginSlots } from './oauthFields';
import { openNodeConnection } from './preFlight';
import type { Runtime } from './runtime';

/** One slot per kind of app, all shown, each under the app's name; at least one is to be filled. */
export const ATTACHED_SLOTS: INodeCredentialDescription[] = userLoginSlots.map(({ name, required, testedBy }) => ({ name, required, testedBy, displayName: PROVIDERS.find(({ credentialType }) => credentialType === name)?.appName }));

/** Where the slots stand in the panel: n8n's editor would put them above what they belong to. */
export const SLOTS_FIELD: INodeProperties = { displayName: 'Credentials', name: 'credentials', type: 'credentials', default: '' };

/**
 * The connections whose credentials are selected in this node, each opened by its proof: no other one is within its reach (S26).
 * @throws ConnectedAppsError `credentialMissing` if there is none, `settingInvalid` and those of `openConnection`
 */
export async function openAttached(context: IExecuteFunctions, runtime: Runtime): Promise<Connection[]> {
	const selected = PROVIDERS.map(({ credentialType }) => credentialType).filter((type) => context.getNode().credentials?.[type] !== undefined);
	if (selected.length === 0) throw new ConnectedAppsError('credentialMissing', 'No credential is selected', { field: 'credential', advice: 'Select the credential of every app that this node is about, as a published Connected Apps Trigger offers them' });
	const connections: Connection[] = [];
	for (const type of selected) connections.push(await openNodeConnection(context, runtime, type));
	return connections;
}
