// *DocuSign* as alice and bob run it, on the played DocuSign; every request is held against DocuSign's own description.
import type { IDataObject, IHttpRequestOptions, INodeExecutionData, NodeApiError } from 'n8n-workflow';

import { completeSignIn, openConnection, readConnectionSettings, registerConnection, startSignIn, takeTransaction, type Connection } from '../../../lib/connections';
import { userKey } from '../../../lib/identity';
import { SERVICE_ACCOUNT, type UserKey } from '../../../lib/types';
import { sha256 } from '../../../lib/vault';
import { DocuSign } from '../../../nodes/DocuSign/DocuSign.node';
import { Browser } from '../../sandbox/browser';
import { DocuSignContract } from '../../sandbox/docusign/docusignContract';
import { useSandbox, type SandboxCall, type SandboxUnderTest } from '../../lib/connections/support/sandboxControl';
import { owner, plainFetch, PORTAL_URL, resolveEndpoints } from '../../lib/connections/support/world';
import { useRuntimeOf } from '../../lib/n8n/support';
import { useVault, type VaultUnderTest } from '../../lib/vault/contract/setup';
import { sqlitePlace } from '../../lib/vault/places/sqlite';
import { httpRequest, play, type Execution, type Traces } from '../support/executing';

const USER_LOGIN = 'docuSignUserLoginOAuth2Api';
const CALLBACK = `${PORTAL_URL}/docusign/callback`;
export const node = new DocuSign();
export const asAlice = { authentication: 'individualUser', user: 'alice@example.com', ifNotSignedIn: 'stopWithError' };

export interface DocuSignUnderTest {
	readonly played: SandboxUnderTest;
	readonly under: VaultUnderTest;
	readonly traces: Traces;
	/** The form of the credential. */
	raw(changes?: Record<string, unknown>): Record<string, unknown>;
	signIn(person: string, user?: UserKey): Promise<void>;
	run(parameters: Record<string, unknown>, more?: Partial<Run>): Promise<INodeExecutionData[]>;
	rows(parameters: Record<string, unknown>, more?: Partial<Run>): Promise<IDataObject[]>;
	failure(parameters: Record<string, unknown>, more?: Partial<Run>): Promise<NodeApiError>;
	/** Calls of the eSignature API. */
	api(): Promise<SandboxCall[]>;
	/** Envelopes of all accounts, as they stand at DocuSign. */
	envelopes(): Promise<{ envelopeId: string; accountId: string; status: string; sender: string; emailSubject: string; transactionId?: string; recipients: { recipientId: string; email: string; status: string }[] }[]>;
	act(envelopeId: string, recipient: string, act?: 'view' | 'sign' | 'decline'): Promise<void>;
	settings(changes: Record<string, unknown>): Promise<void>;
}

export interface Run extends Execution {
	retryOnFail?: boolean;
	/** Files of the input items by field. */
	files?: Record<string, { fileName?: string; mimeType: string; bytes: Buffer }>;
}

/** Registers the hooks of the surrounding `describe`. @param base parameters that every run has */
export function useDocuSign(base: Record<string, unknown> = {}, credential: Record<string, unknown> = {}): DocuSignUnderTest {
	const played = useSandbox([CALLBACK]);
	const under = useVault(sqlitePlace);
	useRuntimeOf(under);
	const contract = new DocuSignContract();
	let connection: Connection;
	let traces: Traces;

	const raw = (changes: Record<string, unknown> = {}) => {
		const { authServerUrl, clients } = played.sandbox.docusign;
		const { integrationKey, secretKey } = clients.confidential;
		const allowedTenants = played.sandbox.docusign.accounts.map(({ accountId }) => accountId).join(',');
		return { connectionName: 'docusign', environment: 'custom', authServerUrl, clientId: integrationKey, clientSecret: secretKey, userIdentity: 'workflow', connectionKey: 'key', allowedTenants, serviceAccountUse: 'explicit', serviceAccountLogin: 'integration@example.com', ...credential, ...changes };
	};
	const signIn: DocuSignUnderTest['signIn'] = async (person, user = userKey(played.user(person).email)) => {
		const browserHash = sha256('browser');
		const { authorizeUrl } = await startSignIn(under.vault, connection, { purpose: user === SERVICE_ACCOUNT ? 'serviceAccount' : 'connect', userKey: user, browserHash }, plainFetch);
		const { searchParams: query } = await new Browser().signIn(authorizeUrl, played.user(person), 'allow', CALLBACK);
		const state = query.get('state')!;
		const transaction = await takeTransaction(under.vault, connection, state, CALLBACK, () => browserHash);
		await completeSignIn(under.vault, connection, { transaction, state, query, fetch: plainFetch });
	};
	beforeEach(async () => {
		await played.control('DELETE', 'settings');
		await played.control('DELETE', 'docusign/envelopes');
		const settings = readConnectionSettings(USER_LOGIN, raw());
		await registerConnection(under.vault, { owner, credentialId: 'credential-1', settings, portalUrl: PORTAL_URL, resolveEndpoints });
		connection = await openConnection(under.vault, settings);
		await signIn('alice');
		await signIn('bob');
		await played.control('DELETE', 'calls');
	});

	const check = (options: IHttpRequestOptions): void => {
		const { pathname } = new URL(options.url);
		const method = options.method ?? 'GET';
		if (!pathname.startsWith('/restapi/') || !contract.knows(method, pathname)) return;
		const body: unknown = options.body === undefined ? undefined : JSON.parse(String(options.body));
		expect(contract.requestErrors(method, options.url, body)).toEqual([]);
	};
	const run: DocuSignUnderTest['run'] = async (parameters, { files, retryOnFail, ...more } = {}) => {
		const binary = files && Object.fromEntries(Object.entries(files).map(([field, { fileName, mimeType, bytes }]) => [field, { fileName, mimeType, fileExtension: fileName?.split('.').pop(), data: bytes.toString('base64') }]));
		const items = more.items ?? [{ json: {}, ...(binary !== undefined && { binary }) }];
		traces = play({ credentialType: USER_LOGIN, credential: raw(), ...more, items, parameters: { ...asAlice, ...base, ...parameters }, onRequest: (options) => (check(options), more.onRequest?.(options)), httpRequest: more.httpRequest ?? httpRequest }, raw());
		Object.assign(traces.context.getNode(), { retryOnFail });
		Object.assign(traces.context.helpers, { getBinaryDataBuffer: async (_index: number, field: string) => await Promise.resolve(files![field]!.bytes) });
		const [output] = await node.execute.call(traces.context);
		return output!;
	};
	return {
		played,
		under,
		raw,
		signIn,
		run,
		get traces() {
			return traces;
		},
		rows: async (parameters, more) => (await run(parameters, more)).map(({ json }) => json),
		failure: async (parameters, more) =>
			await run(parameters, more).then(
				() => {
					throw new Error('it did not fail');
				},
				(error: unknown) => error as NodeApiError,
			),
		api: async () => (await played.calls()).filter(({ server }) => server === 'api'),
		envelopes: async () => await played.control('GET', 'docusign/envelopes'),
		act: async (envelopeId, recipient, act = 'sign') => void (await played.control('POST', 'docusign/act', { envelopeId, recipient, act })),
		settings: async (changes) => void (await played.control('POST', 'settings', changes)),
	};
}

/** A text file that DocuSign can turn into a PDF. */
export const contractFile = { data: { fileName: 'contract.txt', mimeType: 'text/plain', bytes: Buffer.from('I agree. /sn1/ Name: /name/') } };
export const toBob = { recipient: [{ type: 'signer', name: 'Bob Baker', email: 'bob@example.com', routingOrder: 1 }] };
export const signature = { tab: [{ type: 'signHereTabs', placement: 'anchor', anchorString: '/sn1/', recipientId: '1' }] };
