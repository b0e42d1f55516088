// Two engines, each with a vault of its own on one SQLite file, two connections, three people; every step between two
// processes passes a gate that the test's scheduler opens.
import type { Scheduler } from 'fast-check';

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
	type TokenEngine,
} from '../../../../lib/connections';
import { userKey } from '../../../../lib/identity';
import type { UserKey } from '../../../../lib/types';
import { openVault, sha256, type GrantStore, type Vault } from '../../../../lib/vault';
import { KEYS, type Place } from '../../vault/contract/setup';
import { sqlitePlace } from '../../vault/places/sqlite';
import { knownEndpoints } from '../support/endpoints';
import { AuthorizationServer } from './authorizationServer';

export const PEOPLE: readonly UserKey[] = ['alice', 'bob', 'carol'].map((name) => userKey(`${name}@example.com`));
export const IDLE_DAYS = 2;
export const ABSOLUTE_DAYS = 5;
export const ACCESS_TOKEN_MS = 30 * 60_000;

/** One process. */
export interface Instance {
	vault: Vault;
	engine: TokenEngine;
	uses: UseRecorder;
	/** Its own view of the connections. */
	connections: Connection[];
}

export interface ModelWorld {
	server: AuthorizationServer;
	instances: Instance[];
	place: Place;
	nowMs(): number;
	advance(ms: number): void;
	signIn(instance: Instance, connection: Connection, user: UserKey, as: UserKey): Promise<void>;
	close(): Promise<void>;
}

/** Methods between which another process may do anything. */
function gated(store: GrantStore, pass: (label: string) => Promise<void>): GrantStore {
	return new Proxy(store, {
		get(target, name, receiver) {
			const method: unknown = Reflect.get(target, name, receiver);
			if (typeof method !== 'function' || name === 'openTokens') return method;
			return async (...parameters: unknown[]): Promise<unknown> => {
				await pass(String(name));
				return await (method as (...all: unknown[]) => Promise<unknown>).apply(target, parameters);
			};
		},
	});
}

export async function makeModelWorld(scheduler: Scheduler, tellsExpiry: boolean): Promise<ModelWorld> {
	const place = await sqlitePlace();
	let offsetMs = 0;
	const nowMs = () => Date.now() + offsetMs;
	const pass = async (label: string): Promise<void> => await scheduler.schedule(Promise.resolve(), label);
	const server = new AuthorizationServer({ nowMs, pass, tellsExpiry, accessTokenMs: ACCESS_TOKEN_MS });
	const instances: Instance[] = [];
	for (const name of ['one', 'two']) {
		const bare = await openVault({ backend: place.backend, keys: KEYS, clockOffsetMs: () => offsetMs });
		const connections: Connection[] = [];
		for (const app of ['first', 'second']) {
			const settings = readConnectionSettings('salesforceUserLoginOAuth2Api', {
				connectionName: app, environment: 'custom', loginUrl: 'http://127.0.0.1:9', clientId: `client-${app}`, clientSecret: 'canary-client-secret', clientAuthentication: 'post',
				userIdentity: 'workflow', idleLifetimeDays: IDLE_DAYS, absoluteLifetimeDays: ABSOLUTE_DAYS,
			});
			await registerConnection(bare, { owner: { workflowId: app, workflowName: app, nodeId: 'n', nodeName: 'n' }, credentialId: 'c', settings, portalUrl: `http://127.0.0.1:9/webhook/${app}`, resolveEndpoints: knownEndpoints });
			connections.push(await openConnection(bare, settings));
		}
		const vault: Vault = { ...bare, grants: gated(bare.grants, pass) };
		const uses = new UseRecorder(bare, (error) => {
			throw error;
		});
		const engine = createTokenEngine({ vault, clock: { nowMs }, uses, leaseOwner: name, wait: async () => await pass('wait') });
		instances.push({ vault, engine, uses, connections });
	}
	return {
		server,
		instances,
		place,
		nowMs,
		advance: (ms) => {
			offsetMs += ms;
		},
		async signIn({ vault }, connection, user, as) {
			const browserHash = sha256('browser');
			const { authorizeUrl } = await startSignIn(vault, connection, { purpose: 'connect', userKey: user, browserHash }, server.fetch);
			const query = server.allow(authorizeUrl, as);
			const state = query.get('state')!;
			const transaction = await takeTransaction(vault, connection, state, connection.registration.redirectUri, () => browserHash);
			await completeSignIn(vault, connection, { transaction, state, query, fetch: server.fetch });
		},
		async close() {
			for (const { uses, vault } of instances) {
				await uses.stop();
				await vault.close();
			}
			await place.remove();
		},
	};
}
