// DocuSign's own client, made for the real DocuSign, against the played one.
import { createRequire } from 'node:module';
import { definition, startApiWorld, type ApiWorld, type Json } from './support';

// It has no types of its own, and its HTTP client has to be the one that it uses.
const fromClient = createRequire(require.resolve('docusign-esign'));
const docusign: Json = fromClient('docusign-esign');
const axios: Json = fromClient('axios');

let world: ApiWorld;
let interceptor: number;
let accountId: string;
const apiOf: Record<string, Json> = {};

beforeAll(async () => {
	world = await startApiWorld();
	// The client only knows https for the account server, which is plain HTTP on loopback here.
	interceptor = axios.interceptors.request.use((config: Json) => ({ ...config, baseURL: config.baseURL?.replace('https://127.0.0.1', 'http://127.0.0.1') }));
	accountId = world.docuSign.accounts[0]!.accountId;
	for (const name of ['alice', 'integration'] as const) {
		await world.tokenOf(name);
		apiOf[name] = await signIn(name);
	}
});
afterAll(async () => {
	axios.interceptors.request.eject(interceptor);
	await world.close();
});
afterEach(() => {
	world.set();
	world.control.clear();
});

/** JWT grant and userinfo by the client itself; then its API client stands at the account's server. */
async function signIn(name: string): Promise<Json> {
	const { clients, audience, userIds } = world.docuSign;
	const client = new docusign.ApiClient();
	client.setOAuthBasePath(audience);
	const { body } = await client.requestJWTUserToken(clients.confidential.integrationKey, userIds[name], ['signature', 'impersonation'], Buffer.from(clients.confidential.privateKeyPem), 600);
	const { accounts } = await client.getUserInfo(body.access_token);
	const { accountId: id, baseUri } = accounts.find(({ isDefault }: Json) => String(isDefault) === 'true');
	expect(id).toBe(accountId);
	client.setBasePath(`${baseUri}/restapi`);
	client.addDefaultHeader('Authorization', `Bearer ${body.access_token}`);
	return client;
}
const envelopes = (name = 'alice'): Json => new docusign.EnvelopesApi(apiOf[name]);
const create = async (body: Json = definition()): Promise<string> => (await envelopes().createEnvelope(accountId, { envelopeDefinition: docusign.EnvelopeDefinition.constructFromObject(body) })).envelopeId;

describe('docusign-esign', () => {
	test('creates, sends, reads and lists envelopes', async () => {
		const envelopeId = await create(definition({ status: 'created' }));
		await envelopes().update(accountId, envelopeId, { envelope: { status: 'sent' } });
		expect(await envelopes().getEnvelope(accountId, envelopeId)).toMatchObject({ envelopeId, status: 'sent', emailSubject: 'Please sign the offer' });
		const fromDate = new Date(Date.now() - 60_000).toISOString();
		const list = await envelopes().listStatusChanges(accountId, { fromDate });
		expect([list.resultSetSize, list.envelopes[0].envelopeId]).toEqual(['1', envelopeId]);
		const statuses = await envelopes().listStatus(accountId, { envelopeIdsRequest: { envelopeIds: [envelopeId] }, envelopeIds: 'request_body' });
		expect(statuses.envelopes[0].status).toBe('sent');
		await expect(envelopes().listStatusChanges(accountId, {})).rejects.toMatchObject({ response: { status: 400, data: { errorCode: 'INVALID_REQUEST_PARAMETER' } } });
	});

	test('voids', async () => {
		const envelopeId = await create();
		await envelopes().update(accountId, envelopeId, { envelope: { status: 'voided', voidedReason: 'too late' } });
		expect(await envelopes().getEnvelope(accountId, envelopeId)).toMatchObject({ status: 'voided', voidedReason: 'too late' });
		await expect(envelopes().update(accountId, envelopeId, { envelope: { status: 'voided', voidedReason: 'again' } })).rejects.toMatchObject({ response: { data: { errorCode: 'ENVELOPE_CANNOT_VOID_INVALID_STATE' } } });
	});

	test('reads recipients, tabs, custom fields, audit events, form data and notification', async () => {
		const envelopeId = await create(definition({ customFields: { textCustomFields: [{ name: 'order', value: '4711' }] } }));
		expect((await envelopes().listRecipients(accountId, envelopeId)).signers[0]).toMatchObject({ email: 'sam@example.org', status: 'sent' });
		expect((await envelopes().listTabs(accountId, envelopeId, '1')).signHereTabs).toHaveLength(1);
		expect((await envelopes().listCustomFields(accountId, envelopeId)).textCustomFields[0]).toMatchObject({ name: 'order', value: '4711' });
		expect((await envelopes().listAuditEvents(accountId, envelopeId)).auditEvents.length).toBeGreaterThan(1);
		expect((await envelopes().getFormData(accountId, envelopeId)).formData).toEqual([expect.objectContaining({ name: 'Company' })]);
		expect((await envelopes().getNotificationSettings(accountId, envelopeId)).expirations.expireAfter).toBe('120');
		expect((await envelopes().createRecipient(accountId, envelopeId, { recipients: { carbonCopies: [{ recipientId: '2', name: 'Cleo', email: 'cleo@example.org', routingOrder: '2' }] } })).carbonCopies).toHaveLength(1);
	});

	test('downloads documents', async () => {
		const envelopeId = await create();
		expect((await envelopes().listDocuments(accountId, envelopeId)).envelopeDocuments).toHaveLength(2);
		const combined = await envelopes().getDocument(accountId, envelopeId, 'combined', {});
		expect(Buffer.from(combined, 'latin1').subarray(0, 5).toString()).toBe('%PDF-');
	});

	test('opens the view of a recipient', async () => {
		const envelopeId = await create(definition({}, [{ name: 'Sam Signer', email: 'sam@example.org', clientUserId: '7' }]));
		const { url } = await envelopes().createRecipientView(accountId, envelopeId, { recipientViewRequest: { returnUrl: 'http://127.0.0.1:9/back', authenticationMethod: 'none', email: 'sam@example.org', userName: 'Sam Signer', clientUserId: '7' } });
		expect(await (await fetch(url)).text()).toContain('id="finish"');
	});

	test('sends from a template, and lists and reads templates', async () => {
		const api = new docusign.TemplatesApi(apiOf['alice']);
		const { envelopeTemplates, totalSetSize } = await api.listTemplates(accountId, { searchText: 'Mutual NDA' });
		expect(totalSetSize).toBe('1');
		const { templateId } = envelopeTemplates[0];
		expect((await api.get(accountId, templateId, {})).recipients.signers[0].roleName).toBe('Signer');
		const envelopeId = await create({ templateId, templateRoles: [{ roleName: 'Signer', name: 'Sam', email: 'sam@example.org' }], status: 'sent' });
		expect((await envelopes().getEnvelope(accountId, envelopeId)).emailSubject).toBe('Please sign: Mutual NDA');
	});

	test('reads the account, its users and folders', async () => {
		expect((await new docusign.AccountsApi(apiOf['alice']).getAccountInformation(accountId)).accountName).toBe('Example Sales');
		expect((await new docusign.UsersApi(apiOf['alice']).list(accountId, {})).users.map(({ userName }: Json) => userName)).toEqual(['Alice Archer', 'Carol Clark', 'Integration User']);
		expect((await new docusign.FoldersApi(apiOf['alice']).list(accountId, {})).folders.map(({ type }: Json) => type)).toContain('sentitems');
		const login = await new docusign.AuthenticationApi(apiOf['alice']).login({});
		expect(login.loginAccounts.map(({ name, isDefault }: Json) => [name, isDefault])).toEqual([['Example Sales', 'true'], ['Example Purchasing', 'false']]);
	});

	test('sets up Connect', async () => {
		const api = new docusign.ConnectApi(apiOf['integration']);
		const connectCustomConfiguration = { configurationType: 'custom', name: 'ours', urlToPublishTo: 'http://127.0.0.1:9/hook', allUsers: 'true', deliveryMode: 'SIM', events: ['envelope-completed'], eventData: { version: 'restv2.1' } };
		const { connectId } = await api.createConfiguration(accountId, { connectCustomConfiguration });
		expect((await api.listConfigurations(accountId)).configurations).toEqual([expect.objectContaining({ connectId, name: 'ours' })]);
		await api.deleteConfiguration(accountId, connectId);
		expect((await api.listConfigurations(accountId)).totalRecords).toBe('0');
	});
});
