// The control server's part for DocuSign, in the whole sandbox; and the contract as a judge of what a client sends.
import { startSandbox, type Sandbox } from '../sandbox';
import { openServers } from '../testServers';
import { DocuSignContract } from './docusignContract';
import { startDocuSign } from './start';
import { definition, type Json } from './support';
import { Browser } from '../browser';

const redirectUri = 'http://127.0.0.1:9/callback';

/** Signs alice in with DocuSign's own pages and resolves to her access token. */
async function tokenOf({ authServerUrl, clients }: Pick<Sandbox['docusign'], 'authServerUrl' | 'clients'>): Promise<string> {
	const { integrationKey, secretKey } = clients.confidential;
	const query = new URLSearchParams({ response_type: 'code', client_id: integrationKey, redirect_uri: redirectUri, scope: 'signature' });
	const back = await new Browser().signIn(`${authServerUrl}/oauth/auth?${query.toString()}`, { username: 'alice@example.com', password: 'alice-password' });
	const form = new URLSearchParams({ grant_type: 'authorization_code', code: back.searchParams.get('code')!, redirect_uri: redirectUri });
	const answer = await fetch(`${authServerUrl}/oauth/token`, { method: 'POST', body: form, headers: { authorization: `Basic ${Buffer.from(`${integrationKey}:${secretKey}`).toString('base64')}` } });
	return ((await answer.json()) as { access_token: string }).access_token;
}

describe('control server', () => {
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await startSandbox({ redirectUris: [redirectUri] });
	});
	afterAll(async () => sandbox.close());

	const control = async (method: string, path: string, body?: object): Promise<Json> => (await fetch(`${sandbox.control}/control/docusign${path}`, { method, ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) })).json();

	test('moves envelopes by itself, opens a signing page, lists deliveries and clears all', async () => {
		const { baseUri, accountId } = sandbox.docusign.accounts[0]!;
		const created = await fetch(`${baseUri}/restapi/v2.1/accounts/${accountId}/envelopes`, { method: 'POST', body: JSON.stringify(definition({ transactionId: 't-1' })), headers: { authorization: `Bearer ${await tokenOf(sandbox.docusign)}`, 'content-type': 'application/json' } });
		const { envelopeId } = await created.json();
		expect(await control('GET', '/envelopes')).toEqual([{ envelopeId, accountId, status: 'sent', sender: 'alice', emailSubject: 'Please sign the offer', transactionId: 't-1', recipients: [{ recipientId: '1', email: 'sam@example.org', status: 'sent' }] }]);
		const { url } = await control('POST', '/signing-url', { envelopeId, recipient: '1' });
		expect(await (await fetch(url)).text()).toContain('id="finish"');
		expect(await control('POST', '/act', { envelopeId, recipient: 'sam@example.org', act: 'sign', values: { Company: 'Acme' } })).toEqual({ status: 'completed' });
		expect(await control('POST', '/act', { envelopeId, recipient: 'nobody', act: 'sign' })).toEqual({ error: 'no recipient nobody' });
		expect(await control('POST', '/settle')).toEqual([]);
		expect(await control('DELETE', '/envelopes')).toEqual({ cleared: true });
		expect(await control('GET', '/envelopes')).toEqual([]);
	});
});

describe('contract', () => {
	test('is missing where the description is: an error, no silence', () => {
		expect(() => new DocuSignContract('/nowhere/docusign.json')).toThrow("DocuSign's API description is missing: /nowhere/docusign.json");
	});

	test('judges every request that the API lets in', async () => {
		const contract = new DocuSignContract();
		const errors: string[] = [];
		const { servers, options, close } = await openServers(3, [redirectUri]);
		const { description, close: stop } = startDocuSign(servers[0]!, servers[1]!, servers[2]!, { ...options, watchRequest: (method, url, body) => errors.push(...contract.requestErrors(method, url, body)) });
		try {
			const { baseUri, accountId } = description.accounts[0]!;
			const headers = { authorization: `Bearer ${await tokenOf(description)}`, 'content-type': 'application/json' };
			const post = async (body: object, query = '') => fetch(`${baseUri}/restapi/v2.1/accounts/${accountId}/envelopes${query}`, { method: 'POST', body: JSON.stringify(body), headers });
			await post(definition());
			expect(errors).toEqual([]);
			await post(definition({ subject: 'no such field' }), '?nonsense=1');
			await post(definition({}, [{ name: 'Sam', email: 'sam@example.org', tabs: { textTabs: [{ label: 'no such field', documentId: 1 }] } }]));
			expect(errors).toEqual([
				'unknown query parameter nonsense',
				'/ must NOT have additional properties {"additionalProperty":"subject"}',
				'/recipients/signers/0/tabs/textTabs/0 must NOT have additional properties {"additionalProperty":"label"}',
				'/recipients/signers/0/tabs/textTabs/0/documentId must be string {"type":"string"}',
			]);
			expect(contract.answerErrors('GET', `/restapi/v2.1/accounts/${accountId}/users`, 200, { users: [{ userId: 7 }] })).toEqual(['/users/0/userId must be string {"type":"string"}']);
			expect(contract.answerErrors('GET', `/restapi/v2.1/accounts/${accountId}/users`, 400, { error: 'x' })).toEqual(['not an error body: {"error":"x"}']);
			expect([contract.knows('PUT', `/restapi/v2.1/accounts/${accountId}/envelopes/status`), contract.knows('POST', `/restapi/v2.1/accounts/${accountId}/connect`)]).toEqual([true, false]);
		} finally {
			stop();
			await close();
		}
	});
});
