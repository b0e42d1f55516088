/**
 * `npm start`: a real n8n with this package as users install it, a stand-in for Salesforce with three people, and three
 * published flows. Everything is on loopback, begins anew with each start, and goes away on Ctrl-C.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { SignJWT } from 'jose';

import { credentialData, CREDENTIAL_TYPE, ownerFlow, PORTAL_PATH } from '../e2e/world';
import { portCount, startSandbox, type Sandbox } from '../sandbox/sandbox';
import { demoFlows } from './demoFlows';
import { defaultOwner, N8nClient } from './n8nClient';
import { startN8n, type N8nProcess } from './n8nProcess';
import { projectDirectory } from './system/paths';

/** n8n's own port, and the first of the sandbox's; where one is taken, any free ones are used. */
const N8N_PORT = 5678;
const SANDBOX_PORT = 8720;

const folder = join(projectDirectory, '.cache', 'demo');
const cleanUp: Array<() => Promise<void>> = [];

async function isFree(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
	});
}

async function areFree(...ports: number[]): Promise<boolean> {
	return (await Promise.all(ports.map(isFree))).every(Boolean);
}

function say(text: string): void {
	process.stdout.write(`${text}\n`);
}

async function setUp(n8n: N8nProcess, sandbox: Sandbox, secret: string): Promise<void> {
	const client = new N8nClient(n8n.url);
	await client.setupOwner();
	const registered = await fetch(`${sandbox.control}/control/redirect-uris`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ uri: `${n8n.url}/webhook/${PORTAL_PATH}/salesforce/callback` }),
	});
	if (!registered.ok) throw new Error(`The sandbox did not take the redirect URI: ${registered.status}`);
	const users = await client.createCredential({ name: 'Salesforce (each user)', type: CREDENTIAL_TYPE, data: credentialData(sandbox) });
	const callers = await client.createCredential({ name: 'Callers of the demo', type: 'jwtAuth', data: { keyType: 'passphrase', secret, algorithm: 'HS256' } });
	const { id } = await client.createWorkflow(ownerFlow(users, sandbox.control).draft());
	await client.activate(id);
	for (const { draft } of demoFlows({ users, callers }, sandbox.control)) {
		const workflow = await client.createWorkflow(draft);
		await client.activate(workflow.id);
	}
}

function describe(n8n: N8nProcess, sandbox: Sandbox, token: string): string {
	const flow = (path: string) => `${n8n.url}/webhook/${path}`;
	return `
────────────────────────────────────────────────────────────────────────────────────────
The demo is ready.

 1. A flow with a browser that waits. Open
      ${flow('my-accounts')}?user=alice@example.com
    and sign in as Alice. The same execution goes on, and your browser gets the flow's own answer.
    (Demo only: an address that names its user lets everybody be anybody. See 3.)

 2. A flow that nobody waits for. Open
      ${flow('nightly-report')}?user=carol@example.com
    Carol's link arrives in the mailbox; open it, sign in as Carol, reload the mailbox:
      ${sandbox.control}/control/mailbox.html

 3. A flow whose caller proves who they are: n8n verifies the token, the node takes the user from it.
      curl -s ${flow('api/accounts')} -H 'Authorization: Bearer ${token}'
    The first time it answers with the link where Bob signs in; call it again afterwards.

 My connected apps   ${flow(PORTAL_PATH)}
 n8n's editor        ${n8n.url}
    ${defaultOwner.email}   ${defaultOwner.password}
 People of the stand-in for Salesforce
${sandbox.users.map(({ username, password }) => `    ${username.padEnd(26)} ${password}`).join('\n')}

 Ctrl-C ends everything.
────────────────────────────────────────────────────────────────────────────────────────`;
}

async function untilInterrupted(): Promise<void> {
	// Timers keep the process alive; servers of the sandbox do as well, but that is theirs to decide.
	const alive = setInterval(() => undefined, 60_000);
	await new Promise<void>((resolve) => {
		// A terminal sends it to everybody at once, and npm and tsx pass it on: the later ones change nothing.
		for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => resolve());
	});
	clearInterval(alive);
}

async function main(): Promise<void> {
	const interrupted = untilInterrupted().then(() => 'interrupted' as const);
	const starting = start();
	// Ctrl-C while it starts: what has begun is still cleaned up.
	if ((await Promise.race([starting, interrupted])) !== 'interrupted') await interrupted;
	say('\nEnding the demo …');
}

async function start(): Promise<void> {
	say('Starting the demo. The first time n8n itself is installed, which takes some minutes …');
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	cleanUp.unshift(async () => await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
	const sandboxPort = (await areFree(...Array.from({ length: portCount }, (_, offset) => SANDBOX_PORT + offset))) ? SANDBOX_PORT : 0;
	const sandbox = await startSandbox({ port: sandboxPort });
	cleanUp.unshift(async () => await sandbox.close());
	const n8n = await startN8n({ userFolder: folder, port: (await isFree(N8N_PORT)) ? N8N_PORT : undefined });
	cleanUp.unshift(async () => await n8n.stop());
	const secret = randomBytes(32).toString('hex');
	await setUp(n8n, sandbox, secret);
	const token = await new SignJWT({ email: 'bob@example.com' }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt().setExpirationTime('7d').sign(Buffer.from(secret));
	say(describe(n8n, sandbox, token));
}

main()
	.catch((error: unknown) => {
		process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
		process.exitCode = 1;
	})
	.finally(async () => {
		for (const step of cleanUp.splice(0)) await step().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
		process.exit();
	});
