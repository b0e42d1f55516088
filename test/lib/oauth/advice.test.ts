import nock from 'nock';

import { buildClient, classifyAnswer, probeClient, requestClientCredentials } from '../../../lib/oauth';
import type { AnswerQuirks } from '../../../lib/oauth';
import { clients } from '../../sandbox/oauth2/clients';
import { clientOf, endpoints, HOST, settings, useNock } from './support';

const { keys } = clients.privateKeyJwt;

async function failureOf(run: () => Promise<unknown>, quirks?: AnswerQuirks) {
	const error: unknown = await run().then(() => Promise.reject(new Error('it did not fail')), (caught: unknown) => caught);
	return classifyAnswer(error, quirks);
}

const asked = async () => await requestClientCredentials(await clientOf(), { scopes: [], reading: { nowMs: 0 } });

describe('a failure tells the way out', () => {
	useNock();

	it.each([
		['invalid_client', 'client authentication failed', /Client ID, Client Secret/],
		['invalid_client', 'The provided client secret keys are expired: secret abc', /make a new one/],
		['invalid_client', 'client_assertion signature verification failed', /public key or certificate is registered/],
		['invalid_client', 'JWT exp is in the past', /clock/],
		['unauthorized_client', '', /grant type/],
		['unauthorized_client', 'Invalid client or Invalid client credentials', /Client Secret/],
		['invalid_grant', 'expired', /sign in again/],
		['invalid_grant', 'redirect_uri mismatch', /Register exactly the redirect URI/],
		['invalid_grant', 'PKCE verification failed', /PKCE/],
		['redirect_uri_mismatch', 'x', /Register exactly the redirect URI/],
		['unsupported_grant_type', '', /address of the provider/],
		['invalid_scope', 'the scope x expired', /Check the scopes/],
		['invalid_target', '', /resource/],
		['invalid_request', '', /Client Authentication/],
		['invalid_request', "missing required parameter 'redirect_uri'", /Register exactly/],
		['invalid_request_uri', '', /start again/],
		['request_uri_not_supported', '', /turn them off for this app at the provider$/],
		['access_denied', '', /ask an administrator/],
		['consent_required', '', /agree/],
		['interaction_required', '', /pages shown/],
		['temporarily_unavailable', '', /try again later/],
		['invalid_dpop_proof', 'x', /clock/],
		['use_dpop_nonce', 'x', /DPoP-Nonce/],
		['invalid_client_metadata', 'x', /registered/],
		['something_new', 'the user has not given consent', /agree/],
	])('%s (%s)', async (error, error_description, advice) => {
		nock(HOST).post('/token').reply(400, { error, error_description });
		const { error: told } = await failureOf(asked);
		expect(told.details.advice).toMatch(advice);
		expect(told.message).toContain(error);
	});

	it('and none where there is none', async () => {
		nock(HOST).post('/token').reply(400, { error: 'toString', error_description: 'x' });
		expect((await failureOf(asked)).error.details.advice).toBeUndefined();
	});

	it.each([[404, /nothing at this address/], [405, /not the address of a token endpoint/], [302, /final address/], [407, /proxy/], [429, /too often/], [503, /fault of its own/]])('%i without an OAuth answer', async (status, advice) => {
		const client = await buildClient(endpoints, settings, { fetch: async () => await Promise.resolve(new Response('<html>', { status })) });
		expect((await failureOf(async () => await requestClientCredentials(client, { scopes: [], reading: { nowMs: 0 } }))).error.details.advice).toMatch(advice);
	});

	it.each([
		['ENOTFOUND', 'getaddrinfo ENOTFOUND login.example.com', /spelling/],
		['ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:443', /Nothing answers/],
		['CERT_HAS_EXPIRED', 'certificate has expired', /must renew it/],
		['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', /NODE_EXTRA_CA_CERTS/],
		['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate', /NODE_EXTRA_CA_CERTS/],
		['ERR_TLS_CERT_ALTNAME_INVALID', "Hostname/IP does not match certificate's altnames", /another host name/],
		['EPROTO', 'write EPROTO wrong version number', /does not speak TLS/],
		['ETIMEDOUT', 'connect ETIMEDOUT', /in time/],
		['ECONNRESET', 'socket hang up', /broke off/],
		['ECONNRESET', 'tunneling socket could not be established, statusCode=407', /proxy/],
		[undefined, 'The request was blocked because it resolves to a restricted IP address', /administrator of n8n/],
	])('%s: %s', async (code, message, advice) => {
		const inner = Object.assign(new Error(message), code === undefined ? {} : { code });
		const client = await buildClient(endpoints, settings, { fetch: async () => await Promise.reject(new TypeError('fetch failed', { cause: inner })) });
		const { error } = await failureOf(async () => await requestClientCredentials(client, { scopes: [], reading: { nowMs: 0 } }));
		expect(error).toMatchObject({ code: 'providerUnavailable', message: expect.stringContaining(message), details: { advice: expect.stringMatching(advice) } });
	});

	it('the provider’s own words win: code, class and advice', async () => {
		const quirks: AnswerQuirks = { knownErrors: [{ match: /E50105/, code: 'approvalNeeded', kind: 'other', advice: 'Assign the user' }, { match: /^invalid_grant .*busy/, kind: 'temporary', advice: 'Wait' }] };
		nock(HOST).post('/token').reply(400, { error: 'invalid_grant', error_description: 'E50105: not assigned' });
		expect(await failureOf(asked, quirks)).toMatchObject({ kind: 'other', error: { code: 'approvalNeeded', details: { advice: 'Assign the user', oauthError: 'invalid_grant' } } });
		nock(HOST).post('/token').reply(400, { error: 'invalid_grant', error_description: 'busy' });
		expect(await failureOf(asked, quirks)).toMatchObject({ kind: 'temporary', error: { code: 'providerUnavailable', details: { advice: 'Wait' } } });
		nock(HOST).post('/token').reply(400, { error: 'invalid_grant', error_description: 'gone' });
		expect(await failureOf(asked, quirks)).toMatchObject({ kind: 'invalidGrant', error: { code: 'authenticationNeeded' } });
	});

	describe('when a credential is tested', () => {
		const probed = async (answer: Record<string, string>, client: Partial<typeof settings> = {}, quirks?: AnswerQuirks) => {
			nock(HOST).post('/token').reply(401, answer);
			return await probeClient(await clientOf({ client }), 'https://localhost/', quirks);
		};

		it.each([
			['a wrong secret', { error: 'invalid_client', error_description: 'Invalid client secret provided' }, {}, 'clientSecret', /login\.example\.com does not accept this Client Secret/],
			['a wrong client id', { error: 'invalid_client_id', error_description: 'client identifier invalid' }, {}, 'clientId', /login\.example\.com does not know this Client ID/],
			['a wrong client id in other words', { error: 'invalid_client', error_description: 'Client xyz not found' }, {}, 'clientId', /does not know/],
			['a server that does not tell which', { error: 'invalid_client', error_description: 'client authentication failed' }, {}, 'clientSecret', /Client ID, Client Secret or Client Authentication/],
			['a wrong key', { error: 'invalid_client', error_description: 'client authentication failed' }, { clientAuthentication: 'privateKeyJwt', signingKey: { privateKey: keys.ES256.privateKey, algorithm: 'ES256' } }, 'privateKey', /signature/],
			['a public client that is none', { error: 'invalid_client' }, { clientAuthentication: 'none' }, 'clientId', /wants a secret/],
		] as const)('%s is told by the field', async (_what, answer, client, field, message) => {
			expect(await probed(answer, client as Partial<typeof settings>)).toMatchObject({ code: 'clientRejected', message: expect.stringMatching(message), details: { field, advice: expect.any(String) } });
		});

		it('what the provider is known to say stays as it is', async () => {
			expect(await probed({ error: 'invalid_client', error_description: 'E7000222' }, {}, { knownErrors: [{ match: /E7000222/, advice: 'It has expired' }] })).toMatchObject({ code: 'clientRejected', details: { advice: 'It has expired' } });
			expect(await probed({ error: 'invalid_request', error_description: 'E9002313' }, {}, { knownErrors: [{ match: /E9002313/, kind: 'invalidGrant', advice: '' }] })).toBeUndefined();
		});

		it('a host that cannot be reached is named', async () => {
			const client = await buildClient(endpoints, settings, { fetch: async () => await Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND login.example.com'), { code: 'ENOTFOUND' })) });
			expect(await probeClient(client, 'https://localhost/')).toMatchObject({ code: 'providerUnavailable', message: expect.stringMatching(/^login\.example\.com could not be reached/), details: { advice: expect.stringMatching(/spelling/) } });
		});
	});
});
