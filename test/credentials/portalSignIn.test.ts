/** The forms of the two types by which people sign in to the portal, and what the test of one tells an admin who has mistaken something. */
import { NodeHelpers, type ICredentialsDecrypted, type ICredentialTestFunctions, type ICredentialType, type INodeProperties, type INodePropertyOptions } from 'n8n-workflow';

import { ConnectedAppsOpenIdApi } from '../../credentials/ConnectedAppsOpenIdApi.credentials';
import { ConnectedAppsTrustedHeaderApi } from '../../credentials/ConnectedAppsTrustedHeaderApi.credentials';
import { OPEN_ID_CLIENT, readOpenIdSettings, readTrustedHeaderSettings } from '../../lib/connections';
import { testOpenId } from '../../lib/n8n/testOpenId';
import { adviceOnOAuthError, adviceOnStatus } from '../../lib/oauth/errorAdvice';
import { ConnectedAppsTrigger } from '../../nodes/ConnectedAppsTrigger/ConnectedAppsTrigger.node';
import { useSandbox } from '../lib/connections/support/sandboxControl';
import { n8nRequests, type LegacyOptions } from '../lib/n8n/support';

const REDIRECT_URI = 'http://127.0.0.1:9/callback';
const openId = new ConnectedAppsOpenIdApi();
const trustedHeader = new ConnectedAppsTrustedHeaderApi();

type Raw = Record<string, unknown>;

const named = ({ properties }: ICredentialType, name: string) => properties.filter((field) => field.name === name);
const requiredOf = ({ properties }: ICredentialType) => properties.filter(({ required }) => required === true).map(({ name }) => name);
/** As the form stores it before anything is entered. */
const defaultsOf = ({ properties }: ICredentialType): Raw => Object.fromEntries(properties.filter(({ type }) => type !== 'notice').map(({ name, default: value }) => [name, value]));
/** Fields that an admin sees after these choices; by n8n's own rule. */
const shownOf = ({ properties }: ICredentialType, raw: Raw): string[] => properties.filter((field: INodeProperties) => field.type !== 'notice' && NodeHelpers.displayParameter(raw as never, field, null, null)).map(({ name }) => name);

describe('connectedAppsOpenIdApi', () => {
	const least = { issuer: 'https://login.example.com', clientId: 'id', clientSecret: 'secret' };

	it('marks as required just what it cannot be without', () => {
		expect(requiredOf(openId)).toEqual(['issuer', 'clientId', 'privateKey']);
		// The key only where it is shown.
		const chosen = (name: string): Raw => (name === 'privateKey' ? { clientAuthentication: 'privateKeyJwt' } : {});
		for (const name of requiredOf(openId)) expect(() => readOpenIdSettings({ ...defaultsOf(openId), ...least, ...chosen(name), [name]: '' })).toThrow(expect.objectContaining({ code: 'settingInvalid', details: expect.objectContaining({ field: name }) as object }));
		expect(() => readOpenIdSettings(defaultsOf(openId))).toThrow(/"Issuer" is empty|issuer/i);
	});

	it('with the least, as it is offered, asks for name and address, believes verified addresses only, and lets everybody in', () => {
		expect(readOpenIdSettings({ ...defaultsOf(openId), ...least })).toEqual({
			issuer: 'https://login.example.com',
			client: expect.objectContaining({ clientId: 'id', clientSecret: 'secret', clientAuthentication: 'basic' }) as object,
			scopes: ['openid', 'email', 'profile'],
			userClaim: 'email',
			trustsEmail: false,
			allowedDomains: [],
			groupsClaim: '',
			allowedGroups: [],
			endsProviderSession: true,
		});
	});

	it.each([
		['basic', ['clientSecret'], ['privateKey']],
		['post', ['clientSecret'], ['privateKey']],
		['privateKeyJwt', ['privateKey', 'signingAlgorithm'], ['clientSecret']],
		['none', [], ['clientSecret', 'privateKey']],
	])('shows to whoever chooses %s just the fields that it takes', (clientAuthentication, shown, hidden) => {
		const fields = shownOf(openId, { ...defaultsOf(openId), clientAuthentication });
		expect(fields).toEqual(expect.arrayContaining(['issuer', 'clientId', 'clientAuthentication', 'scopes', 'userClaim', ...shown]));
		for (const name of hidden) expect(fields).not.toContain(name);
	});

	it('offers the ways to prove the client and the algorithms that it reads, the first as default', () => {
		const valuesOf = (name: string) => ((named(openId, name)[0]?.options ?? []) as INodePropertyOptions[]).map(({ value }) => value);
		expect(valuesOf('clientAuthentication')).toEqual(OPEN_ID_CLIENT.clientAuthentications);
		expect(valuesOf('signingAlgorithm')).toEqual(OPEN_ID_CLIENT.signingAlgorithms);
		expect(defaultsOf(openId).clientAuthentication).toBe(OPEN_ID_CLIENT.clientAuthentications[0]);
	});

	it.each(['clientSecret', 'privateKey', 'privateKeyPassphrase'])('hides %s', (name) => expect(named(openId, name)).toEqual([expect.objectContaining({ typeOptions: expect.objectContaining({ password: true }) as object })]));

	it('is the portal’s alone: no request of a flow is signed with it', () => {
		for (const type of [openId, trustedHeader]) expect(type).not.toHaveProperty('authenticate');
	});

	it.each<[string, Raw, string]>([
		['an issuer over http', { issuer: 'http://login.example.com' }, 'https://'],
		['an issuer that is no address', { issuer: 'login.example.com' }, 'https://'],
		['an issuer with a password', { issuer: 'https://a:b@login.example.com' }, 'user name'],
		['groups without the claim that tells them', { allowedGroups: 'Finance' }, 'Groups Claim'],
		['a client with neither secret nor key', { clientSecret: '' }, 'Client Secret'],
		['a key that is none', { clientAuthentication: 'privateKeyJwt', privateKey: 'canary' }, 'Private Key'],
	])('does not take %s, and says what it wants', (_what, changes, told) => {
		const read = () => readOpenIdSettings({ ...defaultsOf(openId), ...least, ...changes });
		const error = (() => {
			try {
				return void read();
			} catch (thrown) {
				return thrown as Error & { details: { advice?: string } };
			}
		})();
		expect(`${error?.message} ${error?.details.advice}`).toContain(told);
		expect(error?.message).not.toContain('canary');
	});

	it.each(['invalid_client', 'invalid_request', 'request_uri_not_supported', 'request_not_supported', 'unsupported_grant_type', 'unsupported_response_type', 'unauthorized_client'])('has all fields that the advice on %s sends an admin to', (error) => {
		const advice = [adviceOnOAuthError(error), adviceOnStatus(404), adviceOnStatus(405)].join(' ');
		expect(advice).not.toMatch(/\b(Endpoints|endpoints|one by one|One by One|Token URL|Pushed Requests)\b/);
	});

	it('reads lists as people write them', () => {
		expect(readOpenIdSettings({ ...defaultsOf(openId), ...least, scopes: ' openid  groups groups ', allowedDomains: ' @Example.com, example.org\nexample.com', groupsClaim: 'groups', allowedGroups: 'IT Admins,  IT Admins ,Finance', userClaim: '' })).toMatchObject({ scopes: ['openid', 'groups'], allowedDomains: ['example.com', 'example.org'], allowedGroups: ['IT Admins', 'Finance'], userClaim: 'email' });
	});
});

describe('the test of connectedAppsOpenIdApi', () => {
	const played = useSandbox([REDIRECT_URI]);
	const right = (): Raw => ({ ...defaultsOf(openId), issuer: played.sandbox.oauth2.issuer, ...played.sandbox.oauth2.clients.confidentialBasic });
	async function run(changes: Raw = {}): Promise<string> {
		const context = { helpers: { request: async (options: LegacyOptions) => await n8nRequests().requestLegacy(options) } } as unknown as ICredentialTestFunctions;
		const { status, message } = await testOpenId.call(context, { id: 'c', name: 'C', type: openId.name, data: { ...right(), ...changes } } as ICredentialsDecrypted);
		return `${status}: ${message}`;
	}

	it('is the one that the trigger names for its slot, and the slot is required just for the sign-in that takes it', () => {
		const { description, methods } = new ConnectedAppsTrigger();
		const slot = (name: string) => description.credentials?.find((credential) => credential.name === name);
		expect(slot(openId.name)).toMatchObject({ required: true, testedBy: 'testOpenId', displayOptions: { show: { signInMethod: ['openId'] } } });
		expect(methods.credentialTest.testOpenId).toBe(testOpenId);
		expect(slot(trustedHeader.name)).toMatchObject({ required: true, displayOptions: { show: { signInMethod: ['trustedHeader'] } } });
	});

	it('passes where the provider knows the client, and signs nobody in', async () => {
		expect(await run()).toBe(`OK: ${new URL(played.sandbox.oauth2.issuer).host} knows this client`);
		expect((await played.calls()).filter(({ path, status }) => /token$/.test(path) && status === 200)).toEqual([]);
	});

	it('tells apart: wrong issuer, wrong client, wrong secret, nobody there, no OpenID provider, provider down', async () => {
		const { issuer, clients } = played.sandbox.oauth2;
		// The same server under another name: its metadata name the issuer otherwise.
		const otherName = issuer.replace('127.0.0.1', 'localhost');
		const told = {
			wrongIssuer: await run({ issuer: otherName }),
			noMetadata: await run({ issuer: `${issuer}/of/another/tenant` }),
			wrongClient: await run({ clientId: 'nobody' }),
			wrongSecret: await run({ clientSecret: 'canary-wrong' }),
			nobodyThere: await run({ issuer: 'http://127.0.0.1:9' }),
		};
		await played.fault({ match: { provider: 'oauth2', pathIncludes: '/token' }, kind: 'status', status: 503 });
		const down = await run();
		expect(told.wrongIssuer).toMatch(/^Error: .*[Ii]ssuer/);
		expect(told.wrongIssuer).toContain(issuer);
		expect(told.noMetadata).toMatch(/^Error: .*(404|metadata|OpenID)/);
		expect(told.wrongClient).toMatch(/^Error: .*(does not know this Client ID|refused the client)/);
		expect(told.wrongSecret).toMatch(/^Error: .*Client Secret/);
		expect(told.nobodyThere).toMatch(/^Error: 127\.0\.0\.1:9 could not be (reached|asked)/);
		expect(told.nobodyThere).toContain('Nothing answers at this host and port');
		expect(down).toMatch(/answered 503/);
		const all = [...Object.values(told), down];
		// A server that does not tell a wrong id from a wrong secret is no reason to name only one of them.
		if (told.wrongClient === told.wrongSecret) expect(told.wrongClient).toMatch(/Client ID.*Client Secret/);
		expect(new Set(all).size).toBe(all.length - (told.wrongClient === told.wrongSecret ? 1 : 0));
		for (const message of all) for (const secret of ['canary', clients.confidentialBasic.clientSecret]) expect(message).not.toContain(secret);
		for (const message of [told.wrongIssuer, told.noMetadata, told.nobodyThere, down]) expect(message).not.toMatch(/Client ID|Client Secret/);
	});

	it('names the field where the form is not filled in', async () => {
		expect(await run({ issuer: '' })).toMatch(/^Error: .*"Issuer".* is empty/);
		expect(await run({ clientId: '' })).toMatch(/^Error: .*"Client ID"/);
	});
});

describe('connectedAppsTrustedHeaderApi', () => {
	const least = { userHeader: 'X-Forwarded-User', proofHeader: 'X-Proxy-Secret', secret: 's'.repeat(24) };

	it('wants all three, shows all three, and hides the secret', () => {
		expect(requiredOf(trustedHeader)).toEqual(['userHeader', 'proofHeader', 'secret']);
		expect(shownOf(trustedHeader, defaultsOf(trustedHeader))).toEqual(['userHeader', 'proofHeader', 'secret']);
		expect(named(trustedHeader, 'secret')[0]?.typeOptions).toMatchObject({ password: true });
		// Nothing is preset: neither which header is believed, nor that any is.
		expect(defaultsOf(trustedHeader)).toEqual({ userHeader: '', proofHeader: '', secret: '' });
		for (const name of requiredOf(trustedHeader)) expect(() => readTrustedHeaderSettings({ ...least, [name]: '' })).toThrow(expect.objectContaining({ code: 'settingInvalid', details: expect.objectContaining({ field: name }) as object }));
	});

	it('takes names of headers in any case', () => expect(readTrustedHeaderSettings(least)).toEqual({ userHeader: 'x-forwarded-user', proofHeader: 'x-proxy-secret', secret: least.secret }));

	it.each<[string, Raw]>([
		['a secret that could be guessed', { secret: 's'.repeat(23) }],
		['a name that is none of a header', { userHeader: 'X Forwarded User' }],
		['a line break in a name', { proofHeader: 'X-Proxy\r\nX' }],
		['a header that browsers send by themselves', { userHeader: 'Cookie' }],
		['another one', { proofHeader: 'authorization' }],
		['the same header for both', { proofHeader: 'x-forwarded-USER' }],
	])('does not take %s', (_what, changes) => {
		const [field] = Object.keys(changes);
		expect(() => readTrustedHeaderSettings({ ...least, ...changes })).toThrow(expect.objectContaining({ code: 'settingInvalid', details: expect.objectContaining({ field }) as object }));
	});
});
