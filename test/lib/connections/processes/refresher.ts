// A process of its own that asks for one user's token many times at once. Started by refreshers.ts.
import { createInterface } from 'node:readline';

import { systemClock } from '../../../../lib/clock';
import { createTokenEngine, openConnection, readConnectionSettings, UseRecorder } from '../../../../lib/connections';
import { userKey } from '../../../../lib/identity';
import { deriveVaultKey, openVault } from '../../../../lib/vault';
import type { RefresherTask } from './refreshers';

const task = JSON.parse(process.argv[2]!) as RefresherTask;

async function main(): Promise<void> {
	const vault = await openVault({ backend: task.backend, keys: { current: deriveVaultKey('the key of this n8n'), previous: [] } });
	const connection = await openConnection(vault, readConnectionSettings('salesforceUserLoginOAuth2Api', task.raw));
	const uses = new UseRecorder(vault, () => undefined);
	const engine = createTokenEngine({ vault, clock: systemClock, uses, leaseOwner: `process ${process.pid}` });
	const fetchOnce = async (url: string, { timeoutMs: _timeoutMs, signal: _signal, body, ...init }: { method: string; timeoutMs?: number; signal?: AbortSignal; headers?: Record<string, string>; body?: string | Uint8Array | null }) =>
		await fetch(url, { ...init, body: body as BodyInit | null | undefined, redirect: 'manual' });
	createInterface({ input: process.stdin }).on('line', () => {
		void Promise.allSettled(Array.from({ length: task.calls }, async () => await engine.accessTokenFor(connection, userKey(task.user), { fetch: fetchOnce, use: {} }))).then((results) => {
			console.log(
				JSON.stringify({
					hashes: results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.tokenHash] : [])),
					errors: results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : [])),
				}),
			);
		});
	});
	console.log(JSON.stringify({ hashes: [], errors: [] }));
}

void main();
