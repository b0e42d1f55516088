import { setTimeout } from 'node:timers/promises';

import { ownerKeyOf } from '../../../lib/connections';
import { sha256 } from '../../../lib/vault';
import type { World } from '../../e2e/world';
import { fillGrants } from '../tokens/fill';
import { tell, type HostVault } from './hostVault';

const PEOPLE = 1_000;
const WARM_UP = 40;
const PAGES = 300;
/** n8n makes the next isolate once it has answered, some 50 ms of one thread: whoever asks at once waits for that, whoever does not, does not. */
const PAUSE_MS = 150;
const AIM_MS = 50;
const HOUR_MS = 3_600_000;

const secretOf = (userKey: string): string => Buffer.from(`bench ${userKey}`).toString('hex');

/** *My connected apps* of ever another one of 1,000 connected people, whole. */
export async function measurePages(world: World, { vault, backend, connection }: HostVault): Promise<void> {
	const people = await fillGrants(vault, backend, connection.id, PEOPLE);
	const portalId = ownerKeyOf(connection.registration.owner);
	for (const userKey of people) await vault.sessions.create(sha256(secretOf(userKey)), portalId, { userKey, method: 'account', claims: {} }, { idleMs: HOUR_MS, absoluteMs: HOUR_MS });
	let next = 0;
	const page = async () => {
		const userKey = people[(next++ * 7) % people.length]!;
		const response = await fetch(world.portalUrl, { headers: { cookie: `connected_apps_session=${secretOf(userKey)}` } });
		const html = await response.text();
		if (response.status !== 200 || !html.includes(userKey)) throw new Error(`not the page of ${userKey}: ${response.status}`);
	};
	// Its public keys, which it knows by heart: what n8n itself takes for an address of this node.
	const least = async () => void (await (await fetch(`${world.portalUrl}/jwks`)).text());
	await timesOf(page, WARM_UP, 0);
	for (const [how, pauseMs, aimMs] of [['one at a time', PAUSE_MS, AIM_MS], ['without a pause', 0, undefined]] as const) {
		tell(`portal page, ${PEOPLE.toLocaleString('en')} connected people, ${how}`, await timesOf(page, PAGES, pauseMs), aimMs);
		tell(`  n8n for an address that needs no vault, ${how}`, await timesOf(least, PAGES, pauseMs));
	}
}

async function timesOf(ask: () => Promise<void>, count: number, pauseMs: number): Promise<number[]> {
	const times: number[] = [];
	for (let index = 0; index < count; index++) {
		const begun = performance.now();
		await ask();
		times.push(performance.now() - begun);
		await setTimeout(pauseMs);
	}
	return times;
}
