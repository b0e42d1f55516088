// Room `n8n`: the only one that speaks n8n. It owns configuration, transport, pre-flight, pause and resume, the sweeper and
// the mapping of errors to n8n's. It must never know the portal's pages.
import { randomUUID } from 'node:crypto';

import { LoggerProxy } from 'n8n-workflow';

import { systemClock, type Clock } from '../clock';
import { createTokenEngine, UseRecorder, type TokenEngine } from '../connections';
import { createEndpointResolver } from '../oauth';
import type { EndpointSource, Fetch, OAuthEndpoints } from '../types';
import { openVault, type Vault } from '../vault';
import { readConfig, type Config } from './config';

/** What one process of n8n shares between all nodes of this package. */
export interface Runtime {
	config: Config;
	vault: Vault;
	engine: TokenEngine;
	uses: UseRecorder;
	clock: Clock;
	/** Keeps what was discovered for some minutes. */
	resolveEndpoints(source: EndpointSource, fetch: Fetch): Promise<OAuthEndpoints>;
	/** Names this process as holder of leases and claims. */
	processId: string;
}

let opened: Promise<Runtime> | undefined;

async function openRuntime(): Promise<Runtime> {
	const config = readConfig();
	const vault = await openVault({ backend: config.backend, keys: config.keys });
	const processId = `${process.pid}-${randomUUID()}`;
	const uses = new UseRecorder(vault, (error) => LoggerProxy.warn('Connected Apps: a use could not be recorded', { error: error instanceof Error ? error.message : String(error) }));
	return { config, vault, uses, clock: systemClock, processId, resolveEndpoints: createEndpointResolver(), engine: createTokenEngine({ vault, clock: systemClock, uses, leaseOwner: processId }) };
}

/**
 * Opens the vault on first use; a failure is not remembered, so that the next call tries again.
 * @throws ConnectedAppsError `configurationInvalid`, `vaultUnavailable`, `vaultKeyWrong`, `vaultTooNew`
 */
export async function getRuntime(): Promise<Runtime> {
	opened ??= openRuntime().catch((error: unknown) => {
		opened = undefined;
		throw error;
	});
	return await opened;
}

/** For tests: closes the vault and forgets it. */
export async function closeRuntime(): Promise<void> {
	const runtime = opened;
	opened = undefined;
	if (runtime === undefined) return;
	const { uses, vault } = await runtime;
	await uses.stop();
	await vault.close();
}
