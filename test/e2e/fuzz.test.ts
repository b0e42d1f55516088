// Requests that nobody would make by accident, as bytes on a socket, to every address that a real n8n has published for us: what n8n's
// own server and parsers make of them before a node of ours sees them is part of what is tested. test/abuse asks the portal's handler
// alone, in far greater numbers. (Longer than 300 lines: half of it publishes what is asked.)
//
// FUZZ_SEED and FUZZ_COUNT in the environment choose which requests are made, and how many: the same ones on every machine.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { randomOf } from '../abuse/amount';
import { strangeBytes, type Written } from '../abuse/bytes';
import type { Material } from '../abuse/requests';
import type { StoredCredential } from '../host/n8nClient';
import { n8nProcessId, residentMb } from '../host/processMemory';
import { flow, node, own, webhook, withCredentials } from '../host/workflows';
import { Browser } from '../sandbox/browser';
import { PORTAL_ADDRESSES } from '../security/portalServer';
import { answerOf, walkFlow } from './walk';
import { createWorld, CREDENTIAL_TYPE, credentialData, ownersOf, PORTAL_PATH, waitFor, type World } from './world';

const SEED = Number(process.env.FUZZ_SEED ?? 20_260_202);
const COUNT = Number(process.env.FUZZ_COUNT ?? 1_200);
const AT_ONCE = 6;
/** Within which everything that is HTTP to its end is answered; on a machine that has much else to do, too. */
const PATIENCE_MS = 15_000;
/** What is not even HTTP may wait for more: then we hang up. */
const BROKEN_PATIENCE_MS = 700;

/** The portal whose people sign in at their organisation; there are administrators. */
const COMPANY_PATH = 'company-apps';
/** n8n's own Webhook node. */
const TWIN_PATH = 'of-n8n-itself';
const HMAC_KEY = 'sandbox-connect-key-1';

/** Methods that n8n hands to nodes; none of ours takes another than GET and POST. */
const OTHER_METHODS = ['PUT', 'PATCH', 'DELETE', 'HEAD'];
/** Every failure that n8n answers by itself, before a node is asked. */
const N8N_FAILURES = [/^\{"code":0,"message":"SQLITE_ERROR: no such column: NaN"\}$/, /^\{"code":0,"message":"The method [A-Z]+ is not supported\."\}$/, /^\{"code":0,"message":"There was a problem executing the workflow"\}$/, /^\{"code":0,"message":"Invalid URL"\}$/, /<pre>Internal Server Error<\/pre>/];
/** Of whatever failed inside, where it lies, and the address that resumes an execution. */
const INNER = /-----BEGIN|\bat (?:async )?[\w.<>]+ \(|node_modules|node:internal|\/dist\/|\.n8n\b|SQLITE_|webhook-waiting|signature=|\b00D\w{12,15}!/;
/** On every answer of a portal; n8n's own never have it. */
const OURS = /^x-robots-tag: noindex/im;
const PAGE_HEADERS: readonly RegExp[] = [/^cache-control: no-store\r?$/im, /^referrer-policy: no-referrer\r?$/im, /^x-content-type-options: nosniff\r?$/im, /^x-frame-options: DENY\r?$/im, /^content-security-policy: (?=.*default-src 'none')(?=.*frame-ancestors 'none')(?!.*script-src [^'])(?!.*unsafe-(?:inline|eval)'[^;]*script)/im];

interface Answer {
	/** 0 = one side hung up without a word; undefined = nobody said anything for as long as we waited. */
	status: number | undefined;
	head: string;
	body: string;
}

/** An address of ours, with n8n's own beside it that take the same way through n8n. */
interface Address {
	path: string;
	/** Pages lie below it. */
	hasPages: boolean;
	/** Where nobody can say whether n8n hands such a request to a node, there is one where it does and one where it does not. */
	twins(written: Written): string[];
}

let world: World;
let addresses: Address[];
let material: Material;
let secrets: string[];
let alice: Browser;
let aliceAtCompany: Browser;
let before: { rows: Record<string, number>; kept: unknown[]; executions: string[]; processId: number; memoryMb: number };
let sent = 0;

function vault<T>(read: (database: DatabaseSync) => T): T {
	const database = new DatabaseSync(join(world.n8n.userFolder, '.n8n', 'connected-apps.sqlite'), { readOnly: true, timeout: 10_000 });
	try {
		return read(database);
	} finally {
		database.close();
	}
}

const rows = (): Record<string, number> =>
	vault((database) => Object.fromEntries(database.prepare("select name from sqlite_master where type = 'table' and name like 'connected_apps_%'").all().map(({ name }) => [String(name).slice('connected_apps_'.length), Number(database.prepare(`select count(*) as n from "${String(name)}"`).get()!.n)])));

/** Who is signed in, and who is waited for: to the letter. */
const kept = (): unknown[] => vault((database) => [database.prepare('select * from connected_apps_grants order by connection_id, user_key').all(), database.prepare('select * from connected_apps_requests order by id').all(), database.prepare('select id_hash, portal_id from connected_apps_sessions order by id_hash').all()]);

const requestOf = (user: string): string => vault((database) => String(database.prepare('select id from connected_apps_requests where user_key = ?').get(user)!.id));

const executions = async (): Promise<string[]> => (await world.client.executions({})).filter(({ status }) => status !== 'success').map(({ id, status }) => `${id} ${status}`);

const cookiesOf = (browser: Browser, url: string): Record<string, string> => Object.fromEntries(browser.cookieHeader(url).split('; ').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));

async function send(bytes: Buffer, patienceMs = PATIENCE_MS): Promise<Answer> {
	sent++;
	return await new Promise((resolve) => {
		const received: Buffer[] = [];
		let isLate = false;
		// Not ended by us: Node's server takes that for a client that is gone.
		const socket = connect(world.n8n.port, '127.0.0.1', () => socket.write(bytes));
		socket.setTimeout(patienceMs, () => {
			isLate = true;
			socket.destroy();
		});
		socket.on('data', (data) => received.push(data));
		// Whoever is refused may be cut off while still talking.
		socket.on('error', () => undefined);
		socket.on('close', () => {
			const text = Buffer.concat(received).toString('latin1').replace(/^HTTP\/1\.1 100 [^\r]*\r\n\r\n/, '');
			const [head = '', ...rest] = text.split('\r\n\r\n');
			const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
			resolve({ status: status === undefined ? (isLate ? undefined : 0) : Number(status), head, body: rest.join('\r\n\r\n') });
		});
	});
}

/**
 * n8n fails by itself with some requests, whatever they are for. It counts as n8n's own only if no node of ours has answered, if its words
 * are among those that are known (there are none for a HEAD), and if n8n's own Webhook node (or Wait node, or an address where nothing is
 * published) gets the same bytes answered with the same words, or not at all either.
 */
async function isOfN8nItself(answered: Answer, { twins }: Address, written: Written, patienceMs: number): Promise<boolean> {
	if (OURS.test(answered.head)) return false;
	if (answered.status !== undefined && written.method !== 'HEAD' && !N8N_FAILURES.some((words) => words.test(answered.body))) return false;
	for (const path of twins(written)) {
		const other = await send(written.at(path, { below: false }), patienceMs);
		if (other.status === answered.status && other.body === answered.body) return true;
	}
	return false;
}

function wrongWords({ head, body }: Answer, asked: string): string | undefined {
	for (const part of [head, body]) {
		const inner = INNER.exec(part)?.[0];
		// n8n says which address it does not know.
		if (inner !== undefined && !asked.includes(inner)) return `tells ${inner} in ${part.slice(0, 300)}`;
		if (secrets.some((secret) => part.includes(secret))) return 'tells a secret';
		if (part.includes('carol@example.com') && !/connected_apps_session=/.test(asked)) return 'tells somebody of Carol';
	}
	if (/^set-cookie: a=b/im.test(head) || /<script|javascript:1/i.test(OURS.test(head) ? body : '')) return 'says what it was told';
	return undefined;
}

function wrongHeaders({ head, status }: Answer): string | undefined {
	if (!OURS.test(head)) return undefined;
	const location = /^location: (.*?)\r?$/im.exec(head)?.[1];
	if (location !== undefined && !location.startsWith(world.n8n.url)) return `leads to ${location}`;
	if (!/^content-type: text\/html/im.test(head)) return undefined;
	const missing = PAGE_HEADERS.find((header) => !header.test(head));
	return missing === undefined ? undefined : `a page (${status}) without ${String(missing)}`;
}

beforeAll(async () => {
	// Pings of its database may take long on a machine that has much else to do: n8n would answer 503 to everything meanwhile.
	world = await createWorld({ env: { N8N_PROXY_HOPS: '1', NODE_ENV: 'production', DB_PING_TIMEOUT_MS: '60000' } });
	const { issuer, clients } = world.sandbox.oauth2;
	for (const below of ['openid/callback', 'salesforce/callback']) await world.control('redirect-uris', { uri: `${world.flowUrl(COMPANY_PATH)}/${below}` });
	const openId = await world.client.createCredential({ name: 'Our sign-in', type: 'connectedAppsOpenIdApi', data: { issuer, ...clients.confidentialBasic, clientAuthentication: 'basic', scopes: 'openid email profile', userClaim: 'email', allowedDomains: 'example.com' } });
	const app = await world.client.createCredential({ name: 'Salesforce of the company', type: CREDENTIAL_TYPE, data: credentialData(world.sandbox, { connectionName: 'company' }) });
	await world.publish(flow('Company apps').chain(withCredentials(own('Connected Apps Trigger', 'connectedAppsTrigger', { path: COMPANY_PATH, signInMethod: 'openId', admins: 'alice@example.com' }), app, openId)));
	const listening = await publishDocuSignTrigger();
	await world.publish(flow('Of n8n itself').chain(webhook({ path: TWIN_PATH, respond: 'onReceived', parameters: { multipleMethods: true, httpMethod: ['GET', 'POST'] } })));
	const parked = await world.publish(flow('Parked by n8n').chain(webhook({ path: 'parked', respond: 'onReceived' }), node('Wait', 'n8n-nodes-base.wait', 1.1, { resume: 'webhook', options: { ipWhitelist: '203.0.113.7' } }, { webhookId: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa' })));
	await world.browserFlow('waits');
	for (const path of [COMPANY_PATH, TWIN_PATH, 'waits', 'parked']) await world.client.waitForWebhook(path);

	// Carol is signed in to the app; Alice and Bob are waited for. Alice's browser is bound; two people are signed in to the company's portal.
	expect(ownersOf(answerOf<unknown[]>(await walkFlow(world, `${world.flowUrl('waits')}?user=carol@example.com`, 'carol')))).toContain('Carol');
	alice = new Browser();
	const first = await alice.request(`${world.flowUrl('waits')}?user=alice@example.com`);
	const handOver = new URL(first.headers.get('location')!);
	await new Browser().request(`${world.flowUrl('waits')}?user=bob@example.com`);
	const bound = await alice.request(handOver.href);
	const confirm = await (await alice.request(new URL(bound.headers.get('location')!, handOver).href)).text();
	const tokens = [...confirm.matchAll(/name="token" value="([^"]*)"/g)].map(([, token = '']) => token);
	expect(tokens.length).toBeGreaterThan(0);
	const [carolAtCompany, aliceThere] = [await signedInAtCompany('carol'), await signedInAtCompany('alice')];
	aliceAtCompany = aliceThere;

	await fetch(world.flowUrl('parked'));
	const { connected_apps_form: _unused, ...binding } = cookiesOf(alice, `${world.portalUrl}/sign-in`);
	const sessions = [carolAtCompany, aliceAtCompany].map((browser) => cookiesOf(browser, world.flowUrl(COMPANY_PATH))['connected_apps_session']!);
	const connections = vault((database) => database.prepare('select id from connected_apps_registrations').all().map(({ id }) => String(id)));
	const fields = [...connections.map((id) => ['connection', id]), ...['alice', 'bob'].map((name) => ['request', requestOf(`${name}@example.com`)]), ...handOver.searchParams, ...tokens.map((token) => ['token', token])] as [string, string][];
	material = {
		fields,
		values: fields.map(([, value]) => value),
		// None goes with a form that its browser was given: whoever has both is that person.
		cookies: [{}, binding, { connected_apps_form: tokens[0]! }, ...sessions.map((secret) => ({ connected_apps_session: secret }))],
	};
	const waiting = vault((database) => String(database.prepare("select execution_id from connected_apps_requests where user_key = 'bob@example.com'").get()!.execution_id));
	const parkedId = (await world.client.waitForNewestExecution(parked, 'waiting')).id;
	const [token, twinToken] = [await resumeTokenOf(waiting), await resumeTokenOf(parkedId)];
	const [twin, nothing] = [`/webhook/${TWIN_PATH}`, `/webhook/${TWIN_PATH}/nothing`];
	const isPage = ({ method, page }: Written) => PORTAL_ADDRESSES.some((known) => known.method === method && known.page === page);
	addresses = [
		...[PORTAL_PATH, COMPANY_PATH].map((path) => ({ path: `/webhook/${path}`, hasPages: true, twins: (written: Written) => (written.isExact && isPage(written) ? [twin] : [twin, nothing]) })),
		{ path: `/webhook/${listening}`, hasPages: false, twins: ({ isExact, method }) => (isExact && method === 'POST' ? [twin] : [twin, nothing]) },
		...['', '/respond', '/last', '/last-all', '/else'].flatMap((restart) =>
			[[], [token, twinToken]].map(([ours, theirs]) => {
				const at = (path: string, signature?: string) => `/webhook-waiting/${path}${signature === undefined ? '' : `?signature=${signature}`}`;
				return { path: at(`${waiting}${restart}`, ours), hasPages: false, twins: () => [at(parkedId, theirs), at(`${parkedId}${restart}`, theirs)] };
			}),
		),
	];
	const { encryptionKey } = JSON.parse(readFileSync(join(world.n8n.userFolder, '.n8n', 'config'), 'utf8')) as { encryptionKey: string };
	secrets = [String(world.credentialData.clientSecret), String(world.credentialData.connectionKey), clients.confidentialBasic.clientSecret, HMAC_KEY, encryptionKey, token, ...sessions, ...Object.values(binding), 'Carol '];
	// Carol may have signed in before hers was due: then she is not asked.
	await waitFor(async () => await Promise.resolve(vault((database) => database.prepare('select count(*) as n from connected_apps_outbox where due_at_ms is not null').get()!.n === 0)), 'the events');
	await waitFor(async () => (await executions()).every((execution) => execution.endsWith('waiting')), 'whoever was told of them');
	const processId = n8nProcessId(world.n8n.userFolder);
	before = { rows: rows(), kept: kept(), executions: await executions(), processId, memoryMb: residentMb(processId) };
	expect(before.executions.filter((execution) => execution.endsWith('waiting'))).toHaveLength(3);
}, 300_000);

afterAll(async () => await world?.close(), 60_000);

async function resumeTokenOf(executionId: string): Promise<string> {
	return String((await world.client.execution(executionId)).data.resumeToken);
}

async function signedInAtCompany(name: string): Promise<Browser> {
	const browser = new Browser();
	const portal = world.flowUrl(COMPANY_PATH);
	const page = await (await browser.request(portal)).text();
	const away = await browser.request(`${portal}/connect`, { token: /name="token" value="([^"]*)"/.exec(page)![1]!, openIdSignIn: '1' });
	const callback = await browser.signIn(away.headers.get('location')!, { username: `${name}@example.com`, password: `${name}-password` }, 'allow', `${portal}/openid/callback`);
	await browser.request(callback.href);
	expect(await (await browser.request(portal)).text()).toContain(`${name}@example.com`);
	return browser;
}

/** @returns its address, below n8n's webhooks */
async function publishDocuSignTrigger(): Promise<string> {
	const { authServerUrl, clients, userIds } = world.sandbox.docusign;
	const { integrationKey: clientId, privateKeyPem } = clients.confidential;
	const callback = `${world.portalUrl}/docusign/callback`;
	await world.control('redirect-uris', { uri: callback });
	const consent = new URLSearchParams({ response_type: 'code', scope: 'signature impersonation', client_id: clientId, redirect_uri: callback });
	await new Browser().signIn(`${authServerUrl}/oauth/auth?${consent.toString()}`, world.sandbox.users.find(({ name }) => name === 'integration')!, 'allow', callback);
	const create = async (name: string, type: string, data: Record<string, unknown>): Promise<StoredCredential> => await world.client.createCredential({ name, type, data });
	const jwt = await create('DocuSign admin', 'docuSignJwtBearerOAuth2Api', { environment: 'custom', authServerUrl, clientId, privateKey: privateKeyPem, subject: userIds['integration'] });
	const trigger = own('DocuSign Trigger', 'docuSignTrigger', { authentication: 'jwtBearer', events: ['envelope-completed'] });
	await world.publish(flow('Listens to DocuSign').chain(withCredentials(trigger, jwt, await create('Connect keys', 'docuSignConnectHmacApi', { hmacSecret: HMAC_KEY }))));
	return `${trigger.webhookId}/docusign`;
}

describe('S12 S13 S14 S33 strange requests to what a real n8n has published for us', () => {
	test('are all answered, by no failure of ours and with no word of a secret', async () => {
		console.log(`FUZZ_SEED=${SEED}`);
		const failures: string[] = [];
		const statuses: Record<string, number> = {};
		const ofN8n: Record<string, number> = {};
		let next = 0;
		let slowestMs = 0;

		const one = async (index: number): Promise<void> => {
			const random = randomOf(SEED + index * 7_919);
			const at = Math.floor(random() * 10);
			const address = at < 8 ? addresses[at % 2]! : addresses[2 + Math.floor(random() * (addresses.length - 2))]!;
			const written: Written = strangeBytes(random, material, `127.0.0.1:${world.n8n.port}`);
			const bytes = written.at(address.path, { below: address.hasPages });
			const patienceMs = written.isBroken ? BROKEN_PATIENCE_MS : PATIENCE_MS;
			const startedMs = Date.now();
			const answered = await send(bytes, patienceMs);
			slowestMs = Math.max(slowestMs, written.isBroken ? 0 : Date.now() - startedMs);
			statuses[String(answered.status)] = (statuses[String(answered.status)] ?? 0) + 1;
			const asked = bytes.toString('latin1');
			const fail = (what: string) => void failures.push(`${index} ${asked.slice(0, 600).replaceAll(/[^\x20-\x7e]/g, '.')}: ${what}`);
			let isTheirs = false;
			const isSilent = answered.status === undefined || answered.status === 0;
			if ((isSilent && !written.isBroken) || (answered.status ?? 0) >= 500) {
				isTheirs = await isOfN8nItself(answered, address, written, patienceMs);
				const words = answered.status === undefined ? 'no answer' : answered.body.replace(/^<[\s\S]*<pre>/, '').slice(0, 80);
				if (isTheirs) ofN8n[words] = (ofN8n[words] ?? 0) + 1;
				else fail(`status ${answered.status}: ${answered.head.slice(0, 100)} ${answered.body.slice(0, 200)}`);
			}
			const wrong = isTheirs ? undefined : (wrongWords(answered, asked) ?? wrongHeaders(answered));
			if (wrong !== undefined) fail(wrong);
			if (!OURS.test(answered.head)) return;
			if (!['GET', 'POST'].includes(written.method)) fail('a page for a method that it does not have');
		};
		await Promise.all(
			Array.from({ length: AT_ONCE }, async () => {
				while (next < COUNT) await one(next++);
			}),
		);
		console.log(`${next} requests`, statuses, 'by n8n itself:', ofN8n, `slowest ${slowestMs} ms`);
		expect(failures.slice(0, 20)).toEqual([]);
		// Not only the doors: pages were shown, acts done, and each kind of refusal given. The next test asks every page.
		expect(Object.keys(statuses)).toEqual(expect.arrayContaining(['200', '303', '400', '401', '403', '404']));
	}, 300_000 + COUNT * 100);

	test('every page answers what it knows nothing of; methods that it does not have are answered by n8n: there is nothing', async () => {
		const empty = (method: string, path: string) => send(Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`));
		for (const path of [`/webhook/${PORTAL_PATH}`, `http://a:99999/webhook/${COMPANY_PATH}`]) {
			for (const { method, page } of PORTAL_ADDRESSES) {
				const answered = await empty(method, page === '' ? path : `${path}/${page}`);
				expect([method, page, OURS.test(answered.head), (answered.status ?? 500) < 500, wrongHeaders(answered), wrongWords(answered, '')]).toEqual([method, page, true, true, undefined, undefined]);
			}
		}
		for (const { method, page } of PORTAL_ADDRESSES) {
			for (const other of OTHER_METHODS) {
				const answered = await empty(other, `/webhook/${PORTAL_PATH}${page === '' ? '' : `/${page}`}`);
				expect([method, page, other, answered.status, OURS.test(answered.head)]).toEqual([method, page, other, 404, false]);
			}
		}
	});

	test('bodies larger than n8n takes are refused, packed and as they are', async () => {
		const large = Buffer.alloc(17 * 2 ** 20, 'a');
		for (const page of ['connect', 'disconnect', 'admin', 'run', 'sessions']) {
			const answered = await send(Buffer.concat([Buffer.from(`POST /webhook/${PORTAL_PATH}/${page} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${large.length}\r\nConnection: close\r\n\r\n`), large]));
			expect(OURS.test(answered.head)).toBe(false);
			expect(answered.status === undefined || (answered.status >= 200 && answered.status < 300)).toBe(false);
		}
	});

	/**
	 * n8n reads bodies of XML with one parser for all requests. Where two come at a time, or one is broken, that parser may never say that it is
	 * done, for as long as n8n runs: their senders wait in vain, at n8n's own Webhook node just as here. Nobody else notices.
	 */
	test('bodies of XML are answered or not as at n8n’s own Webhook node, and everybody else is answered meanwhile', async () => {
		const xml = (path: string, body: string) => send(Buffer.from(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/xml\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`), 3_000);
		const bodies = ['<a/>', '<a>', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', 'a=1', `<a>${'<b/>'.repeat(3_000)}</a>`, '{'];
		const paths = [`/webhook/${TWIN_PATH}`, `/webhook/${PORTAL_PATH}/connect`];
		const page = (async () => await send(Buffer.from(`GET /webhook/${PORTAL_PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)))();
		const answered = await Promise.all(bodies.flatMap((body) => paths.map(async (path) => ({ path, ...(await xml(path, body)) }))));
		console.log('XML:', answered.map(({ path, status }) => `${path} ${status}`));
		expect((await page).status).toBe(200);
		for (const answer of answered) expect([answer.path, (answer.status ?? 0) >= 500, wrongWords(answer, '')]).toEqual([answer.path, false, undefined]);
		// One after the other there is nothing left to mix up: whoever waits now waits at both.
		for (const body of ['<a/>', '<a>']) {
			const [theirs, ours] = [await xml(paths[0]!, body), await xml(paths[1]!, body)];
			if (theirs.status === undefined) continue;
			expect(ours.status).toBeGreaterThanOrEqual(400);
		}
	});

	test('nothing is left behind, and n8n is as it was', async () => {
		const after = rows();
		// Refused attempts are told of in the audit log, far from once for each request.
		const { audit: auditBefore = 0, ...rest } = before.rows;
		expect({ ...after, audit: 0 }).toEqual({ ...rest, audit: 0 });
		expect((after.audit ?? 0) - auditBefore).toBeLessThan(sent / 10);
		expect(kept()).toEqual(before.kept);
		expect(await executions()).toEqual(before.executions);
		expect(n8nProcessId(world.n8n.userFolder)).toBe(before.processId);
		expect((await fetch(`${world.n8n.url}/healthz/readiness`)).status).toBe(200);
		expect(world.n8n.log()).not.toMatch(/a page could not be (shown|answered)|unhandled|uncaught|could not go on/i);
		console.log(`memory of n8n: ${before.memoryMb.toFixed()} → ${residentMb(before.processId).toFixed()} MB`);
		expect(residentMb(before.processId) - before.memoryMb).toBeLessThan(500);
	});

	test('who was sent to sign in before all that still can, and only they; who was signed in still is', async () => {
		const walked = await walkFlow(world, `${world.portalUrl}/sign-in?request=${requestOf('alice@example.com')}`, 'alice', { browser: alice });
		expect(ownersOf(answerOf<unknown[]>(walked))).toContain('Alice');
		expect(vault((database) => database.prepare("select state from connected_apps_requests where user_key = 'bob@example.com'").get())).toEqual({ state: 'open' });
		expect(await (await aliceAtCompany.request(world.flowUrl(COMPANY_PATH))).text()).toContain('alice@example.com');
		expect(ownersOf(answerOf<unknown[]>(await walkFlow(world, `${world.flowUrl('waits')}?user=carol@example.com`, 'carol')))).toContain('Carol');
		const [dave] = [new Browser()];
		expect(ownersOf(answerOf<unknown[]>(await walkFlow(world, `${world.flowUrl('waits')}?user=bob@example.com`, 'bob', { browser: dave })))).toContain('Bob');
	});
});
