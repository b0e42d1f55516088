import { ownerKeyOf } from '../../../lib/connections';
import { sha256 } from '../../../lib/vault';
import type { World } from '../../e2e/world';
import { fillGrants } from '../tokens/fill';
import { tell, type HostVault } from './hostVault';

const PEOPLE = 1_000;
const WARM_UP = 40;
const PAGES = 600;
const AIM_MS = 50;
const HOUR_MS = 3_600_000;

const secretOf = (userKey: string): string => Buffer.from(`bench ${userKey}`).toString('hex');

/** *My connected apps* of ever another one of 1,000 connected people, whole, one after the other. */
export async function measurePages(world: World, { vault, backend, connection }: HostVault): Promise<void> {
	const people = await fillGrants(vault, backend, connection.id, PEOPLE);
	const portalId = ownerKeyOf(connection.registration.owner);
	for (const userKey of people) await vault.sessions.create(sha256(secretOf(userKey)), portalId, { userKey, method: 'account', claims: {} }, { idleMs: HOUR_MS, absoluteMs: HOUR_MS });
	const times: number[] = [];
	const least: number[] = [];
	for (let index = 0; index < WARM_UP + PAGES; index++) {
		const userKey = people[(index * 7) % people.length]!;
		const begun = performance.now();
		const response = await fetch(world.portalUrl, { headers: { cookie: `connected_apps_session=${secretOf(userKey)}` } });
		const html = await response.text();
		const tookMs = performance.now() - begun;
		if (response.status !== 200 || !html.includes(userKey)) throw new Error(`not the page of ${userKey}: ${response.status}`);
		if (index >= WARM_UP) times.push(tookMs);
		// Its public keys, which it knows by heart: what n8n itself takes for an address of this node.
		const leastBegun = performance.now();
		await (await fetch(`${world.portalUrl}/jwks`)).text();
		if (index >= WARM_UP) least.push(performance.now() - leastBegun);
	}
	tell(`portal page, ${PEOPLE.toLocaleString('en')} connected people`, times, AIM_MS);
	tell('the same n8n for an address that needs no vault', least);
}
