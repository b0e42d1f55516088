// What every fault is judged by: whose token it is, which tokens belong together, and that the grant lives or was asked anew for a told reason.
import { randomBytes } from 'node:crypto';

import { systemClock, type Clock } from '../../../../lib/clock';
import { createTokenEngine, UseRecorder, type Connection, type TokenEngine } from '../../../../lib/connections';
import type { Fetch, UserKey } from '../../../../lib/types';
import { sha256, type GrantKey, type StoredGrant, type Vault } from '../../../../lib/vault';
import type { MakePlace } from '../../vault/contract/setup';
import { alice, plainFetch, use, useWorld, type World } from '../support/world';

export const asking = { fetch: plainFetch, use };

export interface EngineChanges {
	vault?: Vault;
	clock?: Clock;
	wait?: (ms: number) => Promise<void>;
}

export interface SignedIn {
	connection: Connection;
	key: GrantKey;
	grant: StoredGrant;
}

export interface FaultWorld extends World {
	engineWith(changes: EngineChanges): TokenEngine;
	/** Signed in, the access token has ended, the sandbox's records are empty. */
	expired(person?: string): Promise<SignedIn>;
	refreshes(): Promise<number>;
	/** Whom the API takes the bearer of this token for. */
	actsAs(accessToken: string): Promise<string>;
	/** Hashes of the stored access and refresh token; both from one and the same opening. */
	storedPair(key: GrantKey): Promise<string>;
	/** What was said of a user, newest first. */
	audited(user?: UserKey): Promise<string[]>;
}

export function useFaultWorld(makePlace: MakePlace): FaultWorld {
	const world = useWorld(makePlace);
	const more: Omit<FaultWorld, keyof World> = {
		engineWith: ({ vault = world.vault, clock = systemClock, wait = async (ms) => await new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))) }) =>
			createTokenEngine({ vault, clock, uses: new UseRecorder(vault, () => undefined), leaseOwner: `engine-${randomBytes(6).toString('hex')}`, wait }),
		async expired(person = 'alice') {
			const connection = await world.register();
			const { grant } = await world.signIn(connection, person);
			await world.vault.grants.expireAccessToken(grant!, grant!.version);
			await world.control('POST', 'expire-access-tokens', { user: person });
			await world.control('DELETE', 'calls');
			return { connection, key: { connectionId: connection.id, userKey: grant!.userKey }, grant: grant! };
		},
		refreshes: async () => (await world.tokenCalls('refresh_token')).length,
		async actsAs(accessToken) {
			const answer = await fetch(`${world.sandbox.salesforce.instanceUrl}/services/oauth2/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } });
			return answer.ok ? ((await answer.json()) as { email: string }).email : `refused (${answer.status})`;
		},
		async storedPair(key) {
			const stored = (await world.vault.grants.find(key))!;
			const { accessToken, refreshToken } = await world.vault.grants.openTokens(stored);
			expect(stored.accessTokenHash).toBe(sha256(accessToken));
			return `${sha256(accessToken)} ${sha256(refreshToken ?? '')}`;
		},
		audited: async (user = alice) => (await world.vault.audit.listByUser(user, 20)).map(({ type, detail }) => (detail === undefined ? type : `${type}: ${detail}`)),
	};
	// Not spread: what the world offers is made anew for each test.
	return Object.setPrototypeOf(more, world) as FaultWorld;
}

/** Whom nobody has told anything yet. */
function signal(): { reached: Promise<void>; reach(): void } {
	let reach!: () => void;
	const reached = new Promise<void>((resolve) => (reach = resolve));
	return { reached, reach };
}

export interface HeldFetch {
	fetch: Fetch;
	/** The authorization server has done its work; its answer waits here. */
	answered: Promise<void>;
	letGo(): void;
	/** What is in the answer. */
	accessToken(): string;
}

/** A fetch whose token answers wait until they are let go; everything else passes. */
export function heldFetch(): HeldFetch {
	const answer = signal();
	const gate = signal();
	let accessToken = '';
	return {
		answered: answer.reached,
		letGo: gate.reach,
		accessToken: () => accessToken,
		fetch: async (url, init) => {
			const response = await plainFetch(url, init);
			if (!url.endsWith('/token')) return response;
			const text = await response.text();
			accessToken = (JSON.parse(text) as { access_token: string }).access_token;
			answer.reach();
			await gate.reached;
			return new Response(text, { status: response.status, headers: response.headers });
		},
	};
}
