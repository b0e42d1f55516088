import { userKey } from '../../../lib/identity';
import type { ProviderAccount, TokenSet } from '../../../lib/types';
import type { GrantKey } from '../../../lib/vault';
import { waitFor, type World } from '../../e2e/world';
import { node } from '../../host/nodes';
import { flow, httpRequest, respondToWebhook, webhook } from '../../host/workflows';
import { tell, type HostVault } from './hostVault';

const PEOPLE = ['alice', 'bob', 'carol'];
/** As many as may wait for one person. */
const RUNS_EACH = 20;
const ROUNDS = 3;
const RUNS = PEOPLE.length * RUNS_EACH;
/** One after the other: how long somebody alone waits. */
const SINGLE_RUNS = 20;
const AIM_MS = 2_500;
const AIM_RATIO = 0.9;

/** From the word to go on until the last of these executions has ended: a span between ends would not count what n8n does before the first. */
async function perSecond(world: World, workflowId: string, known: ReadonlySet<string>, beganMs: number): Promise<{ rate: number; ids: string[] }> {
	const ended = await waitFor(
		async () => {
			const done = (await world.client.executions({ workflowId, status: 'success', limit: 100 })).filter(({ id }) => !known.has(id));
			return done.length >= RUNS ? done : undefined;
		},
		`${RUNS} executions to end`,
		90_000,
	);
	const ends = ended.map(({ stoppedAt }) => new Date(stoppedAt!).getTime());
	return { rate: RUNS / ((Math.max(...ends) - beganMs) / 1_000), ids: ended.map(({ id }) => id) };
}

async function allWait(world: World, workflowId: string): Promise<void> {
	await waitFor(async () => (await world.client.executions({ workflowId, status: 'waiting', limit: 100 })).length >= RUNS, `${RUNS} executions to wait`, 90_000);
}

/** Executions that nobody's browser waits for: how long they still stand once the sign-in is complete, and how many go on in a second. */
export async function measureResumes(world: World, { vault, connection, query }: HostVault): Promise<void> {
	const own = await world.publish(flow('bench-resume').chain(webhook({ path: 'bench-resume', respond: 'onReceived' }), world.salesforce()));
	// The same call behind n8n's own node, so that an execution has as much to do.
	const wait = node('Wait', 'n8n-nodes-base.wait', 1.1, { resume: 'webhook', options: {} });
	const peer = await world.publish(flow('bench-wait').chain(webhook({ path: 'bench-wait' }), respondToWebhook('={{ $execution.resumeUrl }}', { parameters: { respondWith: 'text' } }), wait, httpRequest({ url: `${world.sandbox.control}/control/mailbox` })));
	await world.browserFlow('bench-sign-in');
	for (const path of ['bench-resume', 'bench-wait', 'bench-sign-in']) await world.client.waitForWebhook(path);

	const keys = PEOPLE.map((name) => ({ connectionId: connection.id, userKey: userKey(`${name}@example.com`) }));
	const signedIn: { key: GrantKey; tokens: TokenSet; account: ProviderAccount }[] = [];
	for (const [index, key] of keys.entries()) {
		await signIn(world, vault, connection.id, PEOPLE[index]!);
		const grant = (await vault.grants.find(key))!;
		signedIn.push({ key, tokens: await vault.grants.openTokens(grant), account: grant.account });
	}

	const resumedSince = (beganMs: number) => query<{ ms: number }>(`SELECT finished_at_ms - completed_at_ms AS ms FROM connected_apps_requests WHERE state = 'resumed' AND completed_at_ms >= ${beganMs} AND node_name = 'Salesforce' AND workflow_name = 'bench-resume'`).map(({ ms }) => ms);
	/** What the callback does for each; without a browser, which would take from what is measured. */
	const complete = async ({ key, tokens, account }: (typeof signedIn)[number]) => {
		await vault.grants.save(key, tokens, account, { revokeReplaced: false });
		await vault.requests.complete(key);
	};

	const single: number[] = [];
	for (let index = 0; index < SINGLE_RUNS; index++) {
		const person = signedIn[index % signedIn.length]!;
		await vault.grants.end(person.key, 'disconnected', { revoke: false });
		await fetch(`${world.flowUrl('bench-resume')}?user=${person.key.userKey}`);
		await waitFor(async () => (await world.client.executions({ workflowId: own, status: 'waiting', limit: 100 })).length === 1, 'one execution to wait', 30_000);
		const beganMs = await vault.nowMs();
		await complete(person);
		single.push(...(await waitFor(async () => await Promise.resolve(resumedSince(beganMs)).then((found) => (found.length === 1 ? found : undefined)), 'it to go on', 30_000)));
	}
	tell('completed → resumed, one at a time', single, AIM_MS);

	const [times, ratios, rates]: [number[], number[], string[]] = [[], [], []];
	const known = new Set<string>((await world.client.executions({ workflowId: own, status: 'success', limit: 100 })).map(({ id }) => id));
	for (let round = 0; round < ROUNDS; round++) {
		const addresses = await Promise.all(Array.from({ length: RUNS }, async () => await (await fetch(world.flowUrl('bench-wait'))).text()));
		await allWait(world, peer);
		const theirsBeganMs = Date.now();
		await Promise.all(addresses.map(async (address) => await fetch(address)));
		const theirs = await perSecond(world, peer, known, theirsBeganMs);

		for (const key of keys) await vault.grants.end(key, 'disconnected', { revoke: false });
		for (const { userKey: user } of keys) await Promise.all(Array.from({ length: RUNS_EACH }, async () => await fetch(`${world.flowUrl('bench-resume')}?user=${user}`)));
		await allWait(world, own);
		const beganMs = await vault.nowMs();
		for (const person of signedIn) await complete(person);
		const ours = await perSecond(world, own, known, beganMs);
		for (const id of [...theirs.ids, ...ours.ids]) known.add(id);
		times.push(...resumedSince(beganMs));
		ratios.push(ours.rate / theirs.rate);
		rates.push(`${ours.rate.toFixed(1)} : ${theirs.rate.toFixed(1)}`);
	}
	tell(`completed → resumed, ${RUNS} at once`, times, AIM_MS);
	const ratio = [...ratios].sort((a, b) => a - b)[Math.floor(ratios.length / 2)]!;
	process.stdout.write(`${'resumes a second, against n8n’s own Wait node'.padEnd(56)} ${rates.join(', ')}   ratio ${ratio.toFixed(2)} (rounds ${ratios.map((each) => each.toFixed(2)).join(', ')}; aim ≥ ${AIM_RATIO}: ${ratio >= AIM_RATIO ? 'met' : 'MISSED'})\n`);
}

/** In the browser, by a flow of its own, so that there is a real sign-in to go on with. */
async function signIn(world: World, vault: HostVault['vault'], connectionId: HostVault['connection']['id'], name: string): Promise<void> {
	await vault.grants.end({ connectionId, userKey: userKey(`${name}@example.com`) }, 'disconnected', { revoke: false });
	const profile = await world.newProfile();
	await world.walk(await profile.newPage(), `${world.flowUrl('bench-sign-in')}?user=${name}@example.com`, name);
	await profile.close();
}
