// The Connect configuration that the trigger makes in the account when it is published, and takes away when it is unpublished.
import { NodeApiError, NodeOperationError, type IDataObject, type IHookFunctions } from 'n8n-workflow';

import { ConnectedAppsError } from '../../lib/errors';
import { triggerSession, type UserSession } from '../../lib/n8n';
import { FINAL_EVENTS } from './events';

const USER_LOGIN = 'docuSignUserLoginOAuth2Api';
const SERVER_LOGINS = { jwtBearer: 'docuSignJwtBearerOAuth2Api' } as const;

interface Kept extends IDataObject {
	connectId?: string;
	accountId?: string;
}

const isTokenRejected = async (response: Response): Promise<boolean> => await Promise.resolve(response.status === 401);

interface ConnectApi {
	accountId: string;
	call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: IDataObject): Promise<IDataObject>;
}

const ADVICE: Readonly<Record<string, string>> = {
	ACCOUNT_LACKS_PERMISSIONS: 'The plan of this account has no Connect: ask DocuSign',
	USER_LACKS_PERMISSIONS: 'The login must be an administrator of the account: only those set up Connect',
};

async function connectApi(context: IHookFunctions): Promise<ConnectApi> {
	const session = await triggerSession(context, { credentialType: USER_LOGIN, serverLogins: SERVER_LOGINS, isTokenRejected, scopes: ['signature'] });
	const account = accountOf(session, String(context.getNodeParameter('accountId', '')));
	return {
		accountId: account.id,
		async call(method, path, body) {
			const response = await session.call(`${account.baseUrl}/restapi/v2.1/accounts/${account.id}${path}`, { method, ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
			const text = await response.text();
			const told = parse(text);
			if (response.ok) return told;
			const code = typeof told.errorCode === 'string' ? told.errorCode : undefined;
			const message = typeof told.message === 'string' ? told.message : `DocuSign answered with status ${response.status}`;
			const error = new NodeApiError(context.getNode(), { message }, { message: `Connect could not be set up: ${message}`, description: ADVICE[code ?? ''] ?? code, httpCode: String(response.status) });
			error.context.errorCode = code;
			throw error;
		},
	};
}

function parse(text: string): IDataObject {
	try {
		return (JSON.parse(text) ?? {}) as IDataObject;
	} catch {
		// Deleting answers with nothing; anything else is told by its status.
		return {};
	}
}

function accountOf({ apiAccounts, actsAs }: UserSession, wanted: string) {
	const id = wanted.trim().toLowerCase();
	const found = id === '' ? (apiAccounts.find(({ isDefault }) => isDefault) ?? (apiAccounts.length === 1 ? apiAccounts[0] : undefined)) : apiAccounts.find((account) => account.id === id);
	if (found !== undefined) return found;
	throw new ConnectedAppsError('wrongAccount', id === '' ? `${actsAs} has no default DocuSign account` : `${actsAs} has no access to the DocuSign account ${id}`, { field: 'accountId', advice: `It has access to: ${apiAccounts.map((account) => account.id).join(', ') || 'none; sign in again'}` });
}

/** Everything DocuSign is to tell, and where. */
function configurationOf(context: IHookFunctions): IDataObject {
	const url = context.getNodeWebhookUrl('default');
	if (url === undefined) throw new NodeOperationError(context.getNode(), 'n8n does not tell the address of this trigger');
	const chosen = context.getNodeParameter('events', []) as string[];
	const includeData = context.getNodeParameter('includeData', []) as string[];
	const userIds = String(context.getNodeParameter('userIds', '')).split(/[\s,]+/).filter((id) => id !== '');
	return {
		name: `n8n: ${context.getWorkflow().name ?? ''}`.slice(0, 80),
		configurationType: 'custom',
		urlToPublishTo: url,
		allowEnvelopePublish: 'true',
		enableLog: 'true',
		requiresAcknowledgement: 'true',
		includeHMAC: 'true',
		deliveryMode: 'SIM',
		events: [...new Set([...chosen, ...FINAL_EVENTS])],
		// Without data there is no summary of the envelope.
		eventData: { version: 'restv2.1', format: 'json', includeData: [...new Set(['custom_fields', ...includeData])] },
		allUsers: String(userIds.length === 0),
		...(userIds.length > 0 && { userIds }),
	};
}

function keptOf(context: IHookFunctions): Kept {
	return context.getWorkflowStaticData('node');
}

/** An administrator may have removed it by hand. */
function unlessUnknown(error: unknown): undefined {
	if (error instanceof NodeApiError && (error.httpCode === '404' || error.context.errorCode === 'CONNECT_ID_INVALID')) return undefined;
	throw error;
}

/** Also brings what is there up to date with the node's parameters. */
export async function configurationExists(context: IHookFunctions): Promise<boolean> {
	const kept = keptOf(context);
	if (kept.connectId === undefined) return false;
	const api = await connectApi(context);
	if (kept.accountId !== api.accountId) return false;
	const changed = await api.call('PUT', '/connect', { ...configurationOf(context), connectId: kept.connectId }).catch(unlessUnknown);
	return changed !== undefined;
}

export async function createConfiguration(context: IHookFunctions): Promise<void> {
	const api = await connectApi(context);
	const { connectId } = await api.call('POST', '/connect', configurationOf(context));
	Object.assign(keptOf(context), { connectId: String(connectId), accountId: api.accountId });
}

/** One that is not there any more is as good as removed. */
export async function removeConfiguration(context: IHookFunctions): Promise<void> {
	const kept = keptOf(context);
	if (kept.connectId === undefined) return;
	const api = await connectApi(context);
	if (kept.accountId === api.accountId) await api.call('DELETE', `/connect/${encodeURIComponent(kept.connectId)}`).catch(unlessUnknown);
	delete kept.connectId;
	delete kept.accountId;
}
