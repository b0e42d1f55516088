// A process of its own with the token engine: asks for tokens, uses them at the API, and stops for good wherever it is told to. Started by actors.ts.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

import { systemClock } from '../../../../../lib/clock';
import { createTokenEngine, openConnection, readConnectionSettings, UseRecorder, type TokenEngine } from '../../../../../lib/connections';
import { isConnectedAppsError } from '../../../../../lib/errors';
import { userKey } from '../../../../../lib/identity';
import type { Fetch } from '../../../../../lib/types';
import { openVault, sha256, type GrantStore } from '../../../../../lib/vault';
import { KEYS } from '../../../vault/contract/setup';
import type { ActorTask, Answer, Asked, Command, StopPoint, Told } from './actors';

const task = JSON.parse(process.argv[2]!) as ActorTask;
let stopAt: StopPoint | undefined;
/** What the authorization server has answered, by hash: which refresh token came with which access token. */
let pair: string | undefined;
let goOn: () => void = () => undefined;

function tell(told: Told): void {
	process.stdout.write(`${JSON.stringify(told)}\n`);
}

/** Here the process stays until it is killed, or told to go on. */
async function reach(point: StopPoint): Promise<void> {
	if (stopAt !== point) return;
	stopAt = undefined;
	tell({ stopped: point, pair });
	await new Promise<void>((resolve) => (goOn = resolve));
}

const stoppingFetch: Fetch = async (url, { timeoutMs: _timeoutMs, body, ...init }) => {
	const isToken = url.endsWith('/token');
	if (isToken) await reach('beforePost');
	const answer = await fetch(url, { ...init, body: body as BodyInit | null | undefined, redirect: 'manual' });
	if (!isToken) return answer;
	const text = await answer.text();
	const { access_token: access, refresh_token: refresh } = JSON.parse(text) as Record<string, string>;
	if (access !== undefined) pair = `${sha256(access)} ${refresh === undefined ? 'kept' : sha256(refresh)}`;
	await reach('answered');
	return new Response(text, { status: answer.status, headers: answer.headers });
};

function stopping(grants: GrantStore): GrantStore {
	return {
		...grants,
		async markRefreshStarted(...parameters) {
			await reach('leased');
			return await grants.markRefreshStarted(...parameters);
		},
		async replaceTokens(...parameters) {
			const stored = await grants.replaceTokens(...parameters);
			await reach('committed');
			return stored;
		},
	};
}

async function main(): Promise<void> {
	const bare = await openVault({ backend: task.backend, keys: KEYS, clockOffsetMs: () => task.clockOffsetMs ?? 0 });
	const vault = { ...bare, grants: stopping(bare.grants) };
	const connection = await openConnection(vault, readConnectionSettings('salesforceUserLoginOAuth2Api', task.raw));
	const engine: TokenEngine = createTokenEngine({ vault, clock: systemClock, uses: new UseRecorder(vault, () => undefined), leaseOwner: `process ${process.pid}` });

	async function ask(user: string, useIt: boolean): Promise<Answer> {
		try {
			const { accessToken, tokenHash, apiBaseUrl } = await engine.accessTokenFor(connection, userKey(user), { fetch: stoppingFetch, use: {} });
			if (!useIt) return { user, tokenHash };
			const answer = await fetch(`${apiBaseUrl}/services/oauth2/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } });
			const actedAs = answer.ok ? ((await answer.json()) as { email: string }).email : `refused (${answer.status})`;
			return { user, tokenHash, actedAs };
		} catch (error) {
			return { user, error: isConnectedAppsError(error) ? error.code : String(error) };
		}
	}

	/** How long the event loop keeps others waiting, while somebody else's token is asked for all the time. */
	async function measure(bystander: string, forMs: number): Promise<Asked> {
		const delays = monitorEventLoopDelay({ resolution: 1 });
		const answers: Answer[] = [];
		const untilMs = performance.now() + forMs;
		let slowestMs = 0;
		delays.enable();
		while (performance.now() < untilMs) {
			const startedMs = performance.now();
			answers.push(await ask(bystander, false));
			slowestMs = Math.max(slowestMs, performance.now() - startedMs);
			await new Promise((resolve) => setTimeout(resolve, 2));
		}
		delays.disable();
		return { answers, loopDelayP99Ms: delays.percentile(99) / 1e6, slowestMs };
	}

	const run = async (command: Command): Promise<Asked> => {
		if (command.measure !== undefined) return await measure(command.measure.bystander, command.measure.forMs);
		stopAt = command.stopAt;
		const asked = (command.users ?? []).flatMap((user) => Array.from({ length: command.times ?? 1 }, (_, round) => ({ user, round })));
		// Interleaved: everybody's first call, then everybody's second, all at once.
		asked.sort((a, b) => a.round - b.round);
		return { answers: await Promise.all(asked.map(async ({ user }) => await ask(user, command.useIt === true))) };
	};
	createInterface({ input: process.stdin }).on('line', (line) => {
		const command = JSON.parse(line) as Command;
		if (command.goOn === true) goOn();
		else void run(command).then((asked) => tell({ id: command.id, asked }));
	});
	tell({});
}

void main();
