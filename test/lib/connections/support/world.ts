// A registered connection to the sandbox in a fresh vault, and people who sign in to it without a browser.
import { randomBytes } from 'node:crypto';

import { systemClock } from '../../../../lib/clock';
import {
	completeSignIn,
	createTokenEngine,
	openConnection,
	readConnectionSettings,
	registerConnection,
	startSignIn,
	takeTransaction,
	UseRecorder,
	type Connection,
	type ConnectionSettings,
	type TokenEngine,
} from '../../../../lib/connections';
import { userKey } from '../../../../lib/identity';
import { createEndpointResolver } from '../../../../lib/oauth';
import type { EndpointSource, Fetch, OwnerTrigger, UserKey } from '../../../../lib/types';
import { sha256, type PortalMembership, type SignInPurpose, type Vault } from '../../../../lib/vault';
import { Browser } from '../../../sandbox/browser';
import { useVault, type MakePlace, type VaultUnderTest } from '../../vault/contract/setup';
import { useSandbox, type SandboxUnderTest } from './sandboxControl';

export const PORTAL_URL = 'http://127.0.0.1:9/webhook/connected-apps';
export const REDIRECT_URI = `${PORTAL_URL}/salesforce/callback`;
/** Another trigger's. */
export const OTHER_PORTAL_URL = 'http://127.0.0.1:9/webhook/other-apps';
export const OTHER_REDIRECT_URI = `${OTHER_PORTAL_URL}/salesforce/callback`;
/** Where the organisation's OpenID provider sends people back to. */
export const OPEN_ID_REDIRECT_URI = `${PORTAL_URL}/openid/callback`;

export const owner: OwnerTrigger = { workflowId: 'workflow-1', workflowName: 'Our apps', nodeId: 'node-1', nodeName: 'Connected Apps Trigger' };
export const otherOwner: OwnerTrigger = { workflowId: 'workflow-2', workflowName: 'Rogue', nodeId: 'node-2', nodeName: 'Trigger of somebody else' };
export const alice = userKey('alice@example.com');
export const bob = userKey('bob@example.com');
export const use = { workflowId: 'flow-1', workflowName: 'A flow', nodeName: 'Salesforce', executionId: '1' };

/** Known from the settings, or discovered, as the owner trigger does it. */
export const resolveEndpoints = async (source: EndpointSource) => await createEndpointResolver()(source, plainFetch);

/** As n8n's helper does it: no redirects; a deadline. */
export const plainFetch: Fetch = async (url, { timeoutMs = 10_000, signal: _signal, body, ...init }) =>
	await fetch(url, { ...init, body: body as BodyInit | null | undefined, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });

/** For servers that hang: nobody waits 20 seconds in a test. */
export const hastyFetch: Fetch = async (url, init) => await plainFetch(url, { ...init, timeoutMs: 300 });

export interface StartedWalk {
	authorizeUrl: string;
	browserHash: string;
	/** What the provider sends the browser back with. */
	back(person: string, decision?: 'allow' | 'deny'): Promise<{ state: string; query: URLSearchParams }>;
}

export interface World extends VaultUnderTest, SandboxUnderTest {
	/** What an admin entered; `changes` win. */
	raw(changes?: Record<string, unknown>): Record<string, unknown>;
	settings(changes?: Record<string, unknown>): ConnectionSettings;
	register(changes?: Record<string, unknown>, as?: { owner?: OwnerTrigger; portalUrl?: string; portal?: PortalMembership }): Promise<Connection>;
	engine(vault?: Vault): TokenEngine;
	start(connection: Connection, user: UserKey | undefined, options?: { purpose?: SignInPurpose; requestId?: string; browserHash?: string; browser?: Browser }): Promise<StartedWalk>;
	/** The whole sign-in of a person for a user (its own, unless told otherwise). */
	signIn(connection: Connection, person: string, user?: UserKey): ReturnType<typeof completeSignIn>;
}

export function useWorld(makePlace: MakePlace): World {
	const played = useSandbox([REDIRECT_URI, OTHER_REDIRECT_URI, OPEN_ID_REDIRECT_URI]);
	const under = useVault(makePlace);

	const raw = (changes: Record<string, unknown> = {}) => {
		const { loginUrl, clients } = played.sandbox.salesforce;
		return { connectionName: 'salesforce', environment: 'custom', loginUrl, clientId: clients.confidential.clientId, clientSecret: clients.confidential.clientSecret, clientAuthentication: 'post', userIdentity: 'workflow', ...changes };
	};
	const settings = (changes?: Record<string, unknown>) => readConnectionSettings('salesforceUserLoginOAuth2Api', raw(changes));

	const start: World['start'] = async (connection, user, { purpose = 'connect', requestId, browserHash = sha256(randomBytes(16).toString('hex')), browser = new Browser() } = {}) => {
		const { authorizeUrl } = await startSignIn(under.vault, connection, { purpose, userKey: user, requestId, browserHash }, plainFetch);
		return {
			authorizeUrl,
			browserHash,
			async back(person, decision) {
				const { searchParams: query } = await browser.signIn(authorizeUrl, played.user(person), decision);
				return { state: query.get('state')!, query };
			},
		};
	};

	return {
		get sandbox() {
			return played.sandbox;
		},
		user: played.user,
		control: played.control,
		calls: played.calls,
		tokenCalls: played.tokenCalls,
		fault: played.fault,
		revocations: played.revocations,
		get vault() {
			return under.vault;
		},
		get place() {
			return under.place;
		},
		open: under.open,
		advance: under.advance,
		raw,
		settings,
		async register(changes, { owner: by = owner, portalUrl = PORTAL_URL, portal } = {}) {
			const read = settings(changes);
			await registerConnection(under.vault, { owner: by, credentialId: 'credential-1', settings: read, portalUrl, portal, resolveEndpoints });
			return await openConnection(under.vault, read);
		},
		engine: (vault = under.vault) =>
			createTokenEngine({ vault, clock: systemClock, uses: new UseRecorder(vault, () => undefined), leaseOwner: `engine-${randomBytes(6).toString('hex')}`, wait: async (ms) => await new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))) }),
		start,
		async signIn(connection, person, user = userKey(played.user(person).email)) {
			const walk = await start(connection, user);
			const { state, query } = await walk.back(person);
			const transaction = await takeTransaction(under.vault, connection, state, connection.registration.redirectUri, () => walk.browserHash);
			return await completeSignIn(under.vault, connection, { transaction, state, query, fetch: plainFetch });
		},
	};
}
