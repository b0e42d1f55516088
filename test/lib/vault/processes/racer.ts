// A process of its own that does with a vault what it is told, one line at a time. Started by racers.ts.
import { createInterface } from 'node:readline';

import { openVault, type Vault, type VaultOptions } from '../../../../lib/vault';
import { account, request, revoking, run, tokens } from '../contract/samples';
import { alice, KEYS, sales } from '../contract/setup';

const backend = JSON.parse(process.argv[2]!) as VaultOptions['backend'];
const key = { connectionId: sales, userKey: alice };
const owner = `process ${process.pid}`;
let vault: Vault;

const ACTS: Record<string, () => Promise<{ won: boolean; useCount?: number; name?: string }>> = {
	async open() {
		vault = await openVault({ backend, keys: KEYS });
		return { won: true };
	},
	async prepare() {
		await vault.grants.save(key, tokens(), account, revoking);
		await vault.requests.open(request(), 20);
		await vault.requests.complete(key);
		return { won: true };
	},
	lease: async () => ({ won: (await vault.grants.acquireLease(key, owner, 60_000)) !== undefined }),
	claim: async () => ({ won: (await vault.requests.claim(run, owner, 60_000)) !== undefined }),
	async use() {
		for (let i = 0; i < 50; i++) await vault.grants.recordUse(key, 1, {});
		return { won: true };
	},
	count: async () => ({ won: true, useCount: (await vault.grants.find(key))?.useCount }),
	name: async () => await Promise.resolve({ won: true, name: vault.lastingProofOf('portal') }),
	async close() {
		await vault.close();
		return { won: true };
	},
};

createInterface({ input: process.stdin }).on('line', (act) => {
	ACTS[act]!().then(
		(result) => console.log(JSON.stringify(result)),
		(error: unknown) => console.log(JSON.stringify({ error: String(error) })),
	);
});
console.log(JSON.stringify({ won: true }));
