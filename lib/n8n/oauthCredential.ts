import type { IExecuteFunctions } from 'n8n-workflow';

import { parseScopes } from '../connections';
import { ConnectedAppsError } from '../errors';
import { providerById, type ServerLogin } from '../providers';

function unknownProvider(label: string, id: string): ConnectedAppsError {
	return new ConnectedAppsError('credentialMissing', `The parameter "${label}" has an unknown value: "${id}"`, { field: 'credential', advice: 'Choose one of the list' });
}

/** The credential type that the parameter "App" selects. @throws ConnectedAppsError `credentialMissing` */
export function userLoginTypeOf(context: IExecuteFunctions): string {
	const id = String(context.getNodeParameter('app', 0, ''));
	const provider = providerById(id);
	if (provider === undefined) throw unknownProvider('App', id);
	return provider.credentialType;
}

/** The credential type that the parameters "Authentication" and "Provider" select. @throws ConnectedAppsError `credentialMissing` */
export function serverLoginTypeOf(context: IExecuteFunctions): string {
	const id = String(context.getNodeParameter('provider', 0, ''));
	const grant = context.getNodeParameter('authentication', 0, 'clientCredentials') as ServerLogin['grant'];
	const login = providerById(id)?.serverLogins?.find((candidate) => candidate.grant === grant);
	if (login === undefined) throw unknownProvider('Provider', id);
	return login.credentialType;
}

/**
 * What was entered in the selected credential, with its expressions resolved for the item.
 * @throws ConnectedAppsError `credentialMissing` if none is selected or n8n cannot read it
 */
export async function readNodeCredential(context: IExecuteFunctions, credentialType: string, itemIndex: number): Promise<Record<string, unknown>> {
	if (context.getNode().credentials?.[credentialType] === undefined) throw new ConnectedAppsError('credentialMissing', 'No credential is selected', { field: 'credential', advice: 'Select one in the node' });
	try {
		return await context.getCredentials<Record<string, unknown>>(credentialType, itemIndex);
	} catch (error) {
		throw new ConnectedAppsError('credentialMissing', `The selected credential cannot be read: ${error instanceof Error ? error.message : String(error)}`, { field: 'credential', advice: 'Select another one in the node, or check its expressions' }, { cause: error });
	}
}

/** The parameter "Scope" of an item; empty: the credential's own. */
export function readScopes(context: IExecuteFunctions, itemIndex: number): string[] {
	const value = context.getNodeParameter('scope', itemIndex, '');
	return Array.isArray(value) ? parseScopes(value.join(' ')) : parseScopes(String(value ?? ''));
}
