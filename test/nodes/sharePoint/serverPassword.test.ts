// The password login against the played SharePoint Server: NTLM, Basic, request digests, and what the credential test says.
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';

import type { ICredentialTestFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { SharePointServerPasswordApi } from '../../../credentials/SharePointServerPasswordApi.credentials';
import { ConnectedAppsError } from '../../../lib/errors';
import { answerChallenge, challengeOf, negotiate, readAccount } from '../../../nodes/SharePoint/transport/server/ntlmMessages';
import { readPasswordLogin, type PasswordLogin } from '../../../nodes/SharePoint/transport/server/passwordLogin';
import { overNtlm, passwordSession } from '../../../nodes/SharePoint/transport/server/passwordSession';
import { testPassword } from '../../../nodes/SharePoint/transport/server/testPassword';
import { challengeFor } from '../../sandbox/adfs/site/login/ntlm';
import { siteFaults } from '../../sandbox/adfs/site/siteFaults';
import { startSiteWorld, type SiteWorld } from '../../sandbox/adfs/site/siteWorld';

let world: SiteWorld;
beforeAll(async () => {
	world = await startSiteWorld({ siteReadingRows: 10, siteLargeFileBytes: 2_000_000 });
});
afterAll(async () => world.close());
beforeEach(() => {
	world.faults.clear();
	world.calls.clear();
	world.settings.siteAuthentication = ['bearer', 'ntlm', 'basic'];
	world.settings.siteDigestTtlSeconds = 1_800;
});

const raw = (more: Record<string, string> = {}) => ({ siteUrl: `${world.siteUrl}/sites/shared`, authentication: 'ntlm', username: 'CONTOSO\\alice', password: 'alice-password', ...more });
const activity = () => ({ accepted: false });
const plainFetch = { fetch: fetch as never, openStream: () => Promise.reject(new Error('not here')) };
const sessionOf = (more: Record<string, string> = {}, told = activity()) => {
	const login: PasswordLogin = readPasswordLogin(raw(more));
	return passwordSession(login, login.authentication === 'ntlm' ? overNtlm(login) : plainFetch, told);
};
const tags = "/sites/shared/_api/web/lists/getbytitle('Tags')/items";
const addTag = { method: 'POST', body: '{"Title":"new"}', headers: { accept: 'application/json;odata=nometadata', 'content-type': 'application/json;odata=nometadata' } };
const paths = () => world.calls.list().map(({ method, path, status, scheme }) => `${method} ${path.split('/_api/')[1]} ${scheme ?? '-'} ${status}`);

describe('NTLM', () => {
	test.each(['CONTOSO\\alice', 'alice@example.com', 'contoso.example\\alice'])('signs in as %s once, and then the connection is known', async (username) => {
		const session = sessionOf({ username });
		expect(((await (await session.call('/_api/web/currentuser')).json()) as { Email: string }).Email).toBe('alice@example.com');
		expect((await session.call('/_api/web')).status).toBe(200);
		expect(paths()).toEqual(['GET web/currentuser NTLM 401', 'GET web/currentuser NTLM 200', 'GET web - 200']);
	});

	test('writes with a request digest that it asks for once, and renews when it has ended', async () => {
		const told = activity();
		const session = sessionOf({}, told);
		expect([(await session.call(tags, addTag)).status, (await session.call(tags, addTag)).status]).toEqual([201, 201]);
		expect(paths().filter((line) => line.startsWith('POST contextinfo') && line.endsWith('200'))).toHaveLength(1);
		world.faults.add({ ...siteFaults.digestInvalid, match: { pathIncludes: '/items' } });
		world.calls.clear();
		expect((await session.call(tags, addTag)).status).toBe(201);
		expect(paths()).toEqual([expect.stringContaining('items - 403'), 'POST contextinfo - 200', expect.stringContaining('items - 201')]);
		expect(told.accepted).toBe(true);
	});

	test('a download that is being read does not hold up other calls', async () => {
		const session = sessionOf();
		const { body } = await session.stream("/sites/shared/_api/web/getfilebyserverrelativepath(decodedurl='/sites/shared/Shared Documents/large.bin')/$value");
		expect((await session.call('/_api/web')).status).toBe(200);
		let size = 0;
		for await (const piece of body) size += (piece as Buffer).length;
		expect(size).toBe(2_000_000);
	});

	test('signs in again when the server has closed the connection', async () => {
		const session = sessionOf();
		await session.call('/_api/web');
		world.dropConnections();
		expect((await session.call('/_api/web')).status).toBe(200);
	});

	test('a wrong password is refused in words, without the password, and nothing counts as done', async () => {
		const told = activity();
		const refusal = await sessionOf({ password: 'wrong-secret' }, told).call('/_api/web').catch((error: unknown) => error);
		expect(refusal).toMatchObject({ code: 'clientRejected', message: expect.stringContaining('refuses the user name or the password of CONTOSO\\alice') });
		expect([JSON.stringify(refusal), told.accepted]).toEqual([expect.not.stringContaining('wrong-secret'), false]);
	});

	test('never answers a server that wants the weak old responses', () => {
		const nonce = Buffer.alloc(8, 1);
		const old = Buffer.from(challengeFor(Buffer.from(negotiate().slice(5), 'base64'), nonce).message, 'base64');
		expect(() => answerChallenge(`NTLM ${old.toString('base64')}`, readAccount('D\\u', 'p'))).not.toThrow();
		old.writeUInt32LE((old.readUInt32LE(20) & ~0x80000) >>> 0, 20);
		expect(() => answerChallenge(`NTLM ${old.toString('base64')}`, readAccount('D\\u', 'p'))).toThrow('NTLM of version 1');
		expect(() => answerChallenge('NTLM nonsense', readAccount('D\\u', 'p'))).toThrow('something else');
		expect(() => answerChallenge(`NTLM ${challengeFor(Buffer.alloc(0)).message}`, readAccount('u'.repeat(900), 'p'))).toThrow();
	});

	test('asks for Unicode, and tells neither workstation nor domain', () => {
		const message = Buffer.from(negotiate().slice(5), 'base64');
		expect([message.readUInt32LE(12) & 3, message.length]).toEqual([1, 32]);
		expect(challengeOf(['Negotiate, NTLM TlRM', 'Basic realm="x"'])).toBe('NTLM TlRM');
		expect(challengeOf(['Negotiate, NTLM'])).toBeUndefined();
	});

	test('stops where something between closes each connection', async () => {
		const closing = await openServer(createServer((request, response) => void response.writeHead(401, { 'www-authenticate': request.headers.authorization === undefined ? 'NTLM' : `NTLM ${challengeFor(Buffer.from(negotiate().slice(5), 'base64')).message}`, connection: 'close' }).end()));
		await expect(sessionOf({ siteUrl: closing.url }).call('/_api/web')).rejects.toThrow('does not stay open');
		await closing.close();
	});
});

describe('Basic', () => {
	test('sends the password with every request, and digests with writes', async () => {
		const session = sessionOf({ authentication: 'basic' });
		expect((await session.call(tags, addTag)).status).toBe(201);
		expect(paths()).toEqual(['POST contextinfo Basic 200', expect.stringContaining('items Basic 201')]);
	});

	test('says so where the server does not take it', async () => {
		world.settings.siteAuthentication = ['ntlm'];
		await expect(sessionOf({ authentication: 'basic' }).call('/_api/web')).rejects.toMatchObject({ code: 'clientRejected', message: expect.stringContaining('takes no Basic'), details: { advice: 'Choose NTLM in the credential' } });
	});
});

test('the password goes to the host of the site only, over https', async () => {
	await expect(sessionOf().call('https://elsewhere.example/_api/web')).rejects.toMatchObject({ code: 'hostForbidden' });
	await expect(sessionOf({ authentication: 'basic' }).call('//elsewhere.example/_api/web')).rejects.toMatchObject({ code: 'hostForbidden' });
	for (const siteUrl of ['http://sharepoint.example.com', 'sharepoint', 'https://alice:secret@sharepoint.example.com']) expect(() => readPasswordLogin(raw({ siteUrl }))).toThrow(ConnectedAppsError);
});

describe('the credential', () => {
	const credential = new SharePointServerPasswordApi();
	const authenticate = async (more: Record<string, string>, options: Partial<IHttpRequestOptions>) => await credential.authenticate(raw(more), { url: `${world.siteUrl}/_api/web`, ...options });

	test('as it is offered is accepted with the least that must be entered, and hides the password', () => {
		const offered = Object.fromEntries(credential.properties.filter(({ type }) => type !== 'notice').map(({ name, default: value }) => [name, value])) as Record<string, string>;
		expect(Object.keys(offered).filter((name) => credential.properties.find((field) => field.name === name)?.required)).toEqual(['siteUrl', 'username', 'password']);
		expect(readPasswordLogin({ ...offered, siteUrl: 'https://sharepoint.example.com', username: 'D\\u', password: 'p' })).toMatchObject({ authentication: 'ntlm', username: 'D\\u' });
		expect(credential.properties.find(({ name }) => name === 'password')?.typeOptions).toEqual({ password: true });
	});

	test('lets HTTP Request use Basic, at its own host only', async () => {
		const options = await authenticate({ authentication: 'basic', username: 'alice' }, { headers: { accept: 'application/json' } });
		expect(options).toMatchObject({ sendCredentialsOnCrossOriginRedirect: false, headers: { accept: 'application/json', authorization: `Basic ${Buffer.from('alice:alice-password').toString('base64')}` } });
		await expect(authenticate({ authentication: 'basic' }, { url: 'https://elsewhere.example/_api/web' })).rejects.toThrow('not for elsewhere.example');
		await expect(authenticate({ authentication: 'basic', siteUrl: 'https://sp.example' }, { url: 'https://sp.example/', skipSslCertificateValidation: true })).rejects.toThrow('certificate');
		await expect(authenticate({}, {})).rejects.toThrow('SharePoint node only');
	});

	const context = { helpers: { request: async ({ uri, method, headers, body }: { uri: string; method: string; headers: Record<string, string>; body?: string }) => {
		const response = await fetch(uri, { method, headers, body, redirect: 'manual' });
		return { statusCode: response.status, headers: Object.fromEntries(response.headers as unknown as Iterable<[string, string]>), body: await response.text() };
	} } } as unknown as ICredentialTestFunctions;
	const tested = async (more: Record<string, string> = {}) => await testPassword.call(context, { id: '1', name: 'n', type: credential.name, data: raw(more) });

	test.each(['ntlm', 'basic'])('is tested by %s: right, wrong password, no access, wrong address, out of reach', async (authentication) => {
		expect(await tested({ authentication })).toEqual({ status: 'OK', message: 'Signed in to "Shared Projects"' });
		expect(await tested({ authentication, password: 'wrong' })).toMatchObject({ status: 'Error', message: expect.stringContaining('refuses the user name or the password') });
		expect(await tested({ authentication, siteUrl: `${world.siteUrl}/sites/bakery` })).toMatchObject({ message: expect.stringContaining('may not see the site') });
		expect(await tested({ authentication, siteUrl: `${world.siteUrl}/sites/nowhere` })).toMatchObject({ message: expect.stringContaining('There is no SharePoint site at') });
		const closed = await openServer(createTcpServer());
		await closed.close();
		expect(await tested({ authentication, siteUrl: closed.url })).toMatchObject({ message: expect.stringContaining('cannot be reached') });
	});
});

async function openServer(server: Server | TcpServer): Promise<{ url: string; close(): Promise<void> }> {
	// A test that fails leaves it open: nobody waits for it.
	await new Promise<void>((resolve) => server.unref().listen(0, '127.0.0.1', resolve));
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: async () => await new Promise((resolve) => server.close(() => resolve())) };
}
