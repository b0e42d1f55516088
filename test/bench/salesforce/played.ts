// The played Salesforce in a process of its own, so that its work is not counted as the nodes'.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { importPKCS8, SignJWT } from 'jose';

import type { SandboxDescription } from '../../sandbox/sandbox';
import type { SandboxSettings } from '../../sandbox/settings';
import { projectDirectory } from '../../host/system/paths';

export interface Played {
	description: SandboxDescription;
	/** An access token without a sign-in. */
	tokenOf(name: string): Promise<string>;
	set(changes: Partial<SandboxSettings>): Promise<void>;
	/** Calls of the API since the last question. */
	countCalls(): Promise<number>;
	stop(): Promise<void>;
}

export async function startPlayed(): Promise<Played> {
	const child = spawn(process.execPath, ['--import', 'tsx', 'test/sandbox/main.ts'], { cwd: projectDirectory, stdio: ['ignore', 'pipe', 'inherit'] });
	process.once('exit', () => child.kill());
	const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
	const description = JSON.parse(line) as SandboxDescription;
	const control = async (method: string, path: string, body?: unknown) =>
		await fetch(`${description.control}/control/${path}`, { method, ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
	return {
		description,
		async tokenOf(name) {
			const { loginUrl, clients } = description.salesforce;
			const { clientId, privateKeyPem } = clients.jwtPreAuthorized;
			const assertion = await new SignJWT({ iss: clientId, sub: `${name}@example.com`, aud: loginUrl, exp: Math.floor(Date.now() / 1_000) + 120 }).setProtectedHeader({ alg: 'RS256' }).sign(await importPKCS8(privateKeyPem, 'RS256'));
			const answer = await fetch(`${loginUrl}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }) });
			return ((await answer.json()) as { access_token: string }).access_token;
		},
		async set(changes) {
			const { ok, status } = await control('POST', 'settings', changes);
			if (!ok) throw new Error(`the sandbox refused settings: ${status}`);
		},
		async countCalls() {
			const calls = (await (await control('GET', 'calls')).json()) as { server: string }[];
			await control('DELETE', 'calls');
			return calls.filter(({ server }) => server === 'api').length;
		},
		async stop() {
			child.kill('SIGTERM');
			await once(child, 'exit');
		},
	};
}
