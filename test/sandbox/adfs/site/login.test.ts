// How the played SharePoint Server lets people in: NTLM on one connection, Basic, and request digests for both.
import { Agent, request } from 'node:http';
import { createType1Message, createType3Message, decodeType2Message } from '@ewsjs/ntlm-client';
import { Digests } from './login/digest';
import { md4 } from './login/md4';
import { ntowfV2, provesPassword } from './login/ntlm';
import { people } from '../../people';
import { startSiteWorld, type SiteWorld } from './siteWorld';

let world: SiteWorld;
beforeAll(async () => {
	world = await startSiteWorld();
});
afterAll(async () => world.close());

interface Answer {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	body: string;
}

async function ask(agent: Agent | undefined, headers: Record<string, string>, path = '/_api/web/currentuser', method = 'GET', body = ''): Promise<Answer> {
	return await new Promise((resolve, reject) => {
		const sent = request(`${world.siteUrl}${path}`, { agent, method, headers: { accept: 'application/json;odata=nometadata', ...headers } }, (response) => {
			let text = '';
			response.setEncoding('utf8').on('data', (piece: string) => (text += piece)).on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
		});
		sent.on('error', reject).end(body);
	});
}

const basic = (account: string, password: string) => ({ authorization: `Basic ${Buffer.from(`${account}:${password}`).toString('base64')}` });

async function shakeHands(agent: Agent, user: string, password: string, domain: string): Promise<Answer> {
	const challenged = await ask(agent, { authorization: createType1Message('', '') });
	const challenge = decodeType2Message(String(challenged.headers['www-authenticate']));
	return await ask(agent, { authorization: createType3Message(challenge, user, password, '', domain) });
}

describe('the arithmetic of NTLM', () => {
	test.each([
		['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
		['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
		['12345678901234567890123456789012345678901234567890123456789012345678901234567890', 'e33b4ddc9c38f2199c3e7b164fcc0536'],
	])('MD4 of "%s" is that of RFC 1320', (text, digest) => {
		expect(md4(Buffer.from(text)).toString('hex')).toBe(digest);
	});

	test('NTLMv2 is that of the examples in MS-NLMP 4.2.4', () => {
		expect(ntowfV2('Password', 'User', 'Domain').toString('hex')).toBe('0c868a403bfd7a93a3001ef22ef02e3f');
		const blob = '01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e0001000c005300650072007600650072000000000000000000';
		const ntResponse = Buffer.from(`68cd0ab851e51c96aabc927bebef6a1c${blob}`, 'hex');
		const nonce = Buffer.from('0123456789abcdef', 'hex');
		expect(provesPassword({ user: 'User', domain: 'Domain', ntResponse }, nonce, 'Password')).toBe(true);
		expect(provesPassword({ user: 'User', domain: 'Domain', ntResponse }, nonce, 'password')).toBe(false);
		expect(provesPassword({ user: 'User', domain: 'Domain', ntResponse: ntResponse.subarray(0, 24) }, nonce, 'Password')).toBe(false);
	});
});

describe('NTLM', () => {
	test.each([
		['alice', 'CONTOSO'],
		['alice', 'contoso.example'],
		['alice@example.com', ''],
	])('lets %s of "%s" in, and knows the connection from then on', async (user, domain) => {
		const agent = new Agent({ keepAlive: true, maxSockets: 1 });
		const { status, body } = await shakeHands(agent, user, 'alice-password', domain);
		expect([status, JSON.parse(body)]).toEqual([200, expect.objectContaining({ LoginName: 'i:0#.w|contoso\\alice', Title: 'Alice Archer' })]);
		expect((await ask(agent, {})).status).toBe(200);
		expect((await ask(undefined, {})).status).toBe(401);
		agent.destroy();
	});

	test('refuses a wrong password, and an answer on another connection', async () => {
		const agent = new Agent({ keepAlive: true, maxSockets: 1 });
		expect((await shakeHands(agent, 'alice', 'wrong', 'CONTOSO')).status).toBe(401);
		const challenged = await ask(agent, { authorization: createType1Message('', '') });
		const answer = createType3Message(decodeType2Message(String(challenged.headers['www-authenticate'])), 'alice', 'alice-password', '', 'CONTOSO');
		expect((await ask(undefined, { authorization: answer })).status).toBe(401);
		expect((await ask(agent, { authorization: answer })).status).toBe(200);
		agent.destroy();
	});
});

describe('Basic and request digests', () => {
	test('lets in by every form of the account, and offers all ways to whoever has none', async () => {
		for (const account of ['alice', 'CONTOSO\\alice', 'alice@example.com']) expect((await ask(undefined, basic(account, 'alice-password'))).status).toBe(200);
		const refused = await ask(undefined, basic('alice', 'wrong'));
		expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, `NTLM, Basic realm="${new URL(world.siteUrl).host}", Bearer realm="${world.siteUrl}"`]);
	});

	test('a write without a digest, with one of somebody else or with an old one is refused', async () => {
		const write = async (digest: Record<string, string>) => await ask(undefined, { ...basic('alice', 'alice-password'), 'content-type': 'application/json;odata=nometadata', ...digest }, "/sites/shared/_api/web/lists/getbytitle('Tags')/items", 'POST', '{"Title":"new"}');
		const { body } = await ask(undefined, basic('alice', 'alice-password'), '/sites/shared/_api/contextinfo', 'POST');
		const info = JSON.parse(body) as { FormDigestValue: string; FormDigestTimeoutSeconds: number; WebFullUrl: string };
		expect(info).toMatchObject({ FormDigestTimeoutSeconds: 1_800, WebFullUrl: `${world.siteUrl}/sites/shared`, FormDigestValue: expect.stringMatching(/^0x[0-9A-F]{128},\d\d \w{3} \d{4} \d\d:\d\d:\d\d -0000$/) });
		const refused = await write({});
		expect([refused.status, JSON.parse(refused.body)['odata.error'].code]).toEqual([403, '-2130575252, Microsoft.SharePoint.SPException']);
		expect((await write({ 'x-requestdigest': `${info.FormDigestValue.slice(0, -1)}1` })).status).toBe(403);
		expect((await write({ 'x-requestdigest': info.FormDigestValue })).status).toBe(201);
		const digests = new Digests();
		expect(digests.isGood(people[1]!, digests.issue(people[0]!), 1_800)).toBe(false);
		expect(digests.isGood(people[0]!, digests.issue(people[0]!, new Date(Date.now() - 1_802_000)), 1_800)).toBe(false);
		expect(digests.isGood(people[0]!, digests.issue(people[0]!, new Date(Date.now() - 1_700_000)), 1_800)).toBe(true);
	});

	test('what the site does not offer does not work', async () => {
		world.settings.siteAuthentication = ['bearer'];
		const refused = await ask(undefined, basic('alice', 'alice-password'));
		expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, `Bearer realm="${world.siteUrl}"`]);
		world.settings.siteAuthentication = ['bearer', 'ntlm', 'basic'];
	});
});
