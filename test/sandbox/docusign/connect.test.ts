import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { definition, startApiWorld, type ApiWorld, type Json } from './support';

interface Message {
	readonly headers: IncomingHttpHeaders;
	readonly raw: Buffer;
	readonly body: Json;
}

let world: ApiWorld;
let listener: Server;
let url: string;
let messages: Message[] = [];
/** What the listener answers next; 200 when empty. */
let statuses: number[] = [];

beforeAll(async () => {
	world = await startApiWorld();
	listener = createServer((request, response) => {
		void buffer(request).then((raw) => {
			messages.push({ headers: request.headers, raw, body: JSON.parse(raw.toString()) });
			response.writeHead(statuses.shift() ?? 200).end();
		});
	});
	await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
	url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
	await world.close();
	await new Promise((resolve) => listener.close(resolve));
});
afterEach(async () => {
	await world.control.settle();
	world.set();
	world.control.clear();
	messages = [];
	statuses = [];
});

const configuration = (changes: object = {}) => ({ configurationType: 'custom', name: 'test', urlToPublishTo: url, allUsers: 'true', allowEnvelopePublish: 'true', includeHMAC: 'true', deliveryMode: 'SIM', events: ['envelope-sent', 'envelope-completed', 'recipient-completed'], eventData: { version: 'restv2.1', format: 'json', includeData: ['recipients', 'custom_fields'] }, ...changes });
const create = async (changes: object = {}) => world.call('integration', 'POST', '/connect', configuration(changes));
const sent = async (changes: Record<string, unknown> = {}): Promise<string> => (await world.call('alice', 'POST', '/envelopes', definition(changes))).body.envelopeId;
const signature = (raw: Buffer, key: string) => createHmac('sha256', key).update(raw).digest('base64');
const eventsSoFar = () => messages.map(({ body }) => body.event);

describe('configurations', () => {
	test('are made, read, changed and deleted by an administrator', async () => {
		const { status, body } = await create();
		expect({ status, id: body.connectId, on: body.allowEnvelopePublish }).toEqual({ status: 201, id: expect.stringMatching(/^\d+$/), on: 'true' });
		expect((await world.call('integration', 'GET', `/connect/${body.connectId}`)).body).toMatchObject({ configurations: [{ name: 'test', urlToPublishTo: url }], totalRecords: '1' });
		await world.call('integration', 'PUT', '/connect', configuration({ connectId: body.connectId, name: 'renamed' }));
		expect((await world.call('integration', 'GET', '/connect')).body.configurations.map(({ name }: Json) => name)).toEqual(['renamed']);
		expect((await world.call('integration', 'DELETE', `/connect/${body.connectId}`)).status).toBe(200);
		expect((await world.call('integration', 'DELETE', `/connect/${body.connectId}`)).body.errorCode).toBe('CONNECT_ID_INVALID');
		expect(await world.call('alice', 'GET', '/connect')).toMatchObject({ status: 403, body: { errorCode: 'USER_LACKS_PERMISSIONS' } });
		world.set({ docuSignConnectEnabled: false });
		expect((await create()).body.errorCode).toBe('ACCOUNT_LACKS_PERMISSIONS');
	});

	test.each<[string, object]>([
		['no address', { urlToPublishTo: '' }],
		['an unknown event', { events: ['envelope-eaten'] }],
		['no event', { events: [] }],
		['the old message format', { deliveryMode: 'aggregate' }],
		['unknown data', { eventData: { version: 'restv2.1', includeData: ['everything'] } }],
		['no name', { name: '' }],
	])('%s is refused', async (_what, changes) => {
		expect(await create(changes)).toMatchObject({ status: 400, body: { errorCode: 'INVALID_REQUEST_PARAMETER' } });
	});
});

describe('deliveries', () => {
	test('carry what happened, signed with every key of the account', async () => {
		world.set({ docuSignConnectHmacKeys: ['old key', 'new key'] });
		const { connectId } = (await create()).body;
		const envelopeId = await sent();
		world.control.act({ envelopeId, recipient: '1', act: 'sign' });
		await world.control.settle();
		expect(eventsSoFar().toSorted()).toEqual(['envelope-completed', 'envelope-sent', 'recipient-completed']);
		const completed = messages.find(({ body }) => body.event === 'envelope-completed')!;
		const { accountId } = world.docuSign.accounts[0]!;
		expect(completed.body).toEqual({
			event: 'envelope-completed',
			apiVersion: 'v2.1',
			uri: `/restapi/v2.1/accounts/${accountId}/envelopes/${envelopeId}`,
			retryCount: 0,
			configurationId: Number(connectId),
			generatedDateTime: expect.any(String),
			data: { accountId, userId: world.docuSign.userIds['alice'], envelopeId, envelopeSummary: expect.objectContaining({ status: 'completed', recipients: expect.objectContaining({ signers: [expect.objectContaining({ status: 'completed' })] }) }) },
		});
		expect(completed.headers).toMatchObject({ 'x-docusign-signature-1': signature(completed.raw, 'old key'), 'x-docusign-signature-2': signature(completed.raw, 'new key') });
		expect(completed.headers['x-docusign-signature-3']).toBeUndefined();
		expect(messages.find(({ body }) => body.event === 'recipient-completed')!.body.data).toMatchObject({ recipientId: '1' });
	});

	test('without included data there is no summary, and without HMAC no signature', async () => {
		await create({ includeHMAC: 'false', eventData: { version: 'restv2.1' }, events: ['envelope-sent'] });
		const envelopeId = await sent();
		await world.control.settle();
		expect(messages[0]!.body.data).toEqual({ accountId: expect.any(String), userId: expect.any(String), envelopeId });
		expect(messages[0]!.headers['x-docusign-signature-1']).toBeUndefined();
	});

	test('are tried again until somebody answers with 2xx, and given up in the end', async () => {
		world.set({ docuSignConnectRetryDelaysMs: [5, 5] });
		await create({ events: ['envelope-sent'] });
		statuses = [500, 302];
		await sent();
		await world.control.settle();
		expect(messages.map(({ body }) => body.retryCount)).toEqual([0, 1, 2]);
		expect(world.control.deliveries()[0]).toMatchObject({ state: 'delivered', attempts: [{ status: 500 }, { status: 302 }, { status: 200 }] });
		statuses = [500, 500, 500];
		const envelopeId = await sent();
		await world.control.settle();
		expect((await world.call('integration', 'GET', '/connect/failures')).body).toMatchObject({ failures: [{ envelopeId, retryCount: '2' }], totalRecords: '1' });
		await world.call('integration', 'PUT', `/connect/envelopes/${envelopeId}/retry_queue`);
		await world.control.settle();
		expect(world.control.deliveries()[1]).toMatchObject({ state: 'delivered' });
	});

	test('only of the users and accounts that are meant, and not while it is off', async () => {
		await create({ allUsers: 'false', userIds: [world.docuSign.userIds['carol']] });
		await create({ allowEnvelopePublish: 'false' });
		await world.call('integration', 'POST', '/connect', configuration(), { account: 1 });
		await sent();
		await world.control.settle();
		expect(messages).toEqual([]);
	});

	test('of one envelope alone, by its own notification', async () => {
		await sent({ eventNotification: { url, includeHMAC: 'true', deliveryMode: 'SIM', events: ['envelope-sent', 'recipient-sent'], eventData: { version: 'restv2.1', includeData: ['documents'] } } });
		await sent();
		await world.control.settle();
		expect(eventsSoFar().toSorted()).toEqual(['envelope-sent', 'recipient-sent']);
		const { envelopeDocuments } = messages[0]!.body.data.envelopeSummary;
		expect(Buffer.from(envelopeDocuments[0].PDFBytes, 'base64').toString('latin1')).toMatch(/^%PDF-/);
		expect(messages[0]!.headers['x-docusign-signature-1']).toBe(signature(messages[0]!.raw, 'sandbox-connect-key-1'));
	});

	test('go to loopback only', async () => {
		world.set({ docuSignConnectRetryDelaysMs: [] });
		await create({ urlToPublishTo: 'https://hooks.example.com/x', events: ['envelope-sent'] });
		await sent();
		await world.control.settle();
		expect(world.control.deliveries()[0]).toMatchObject({ state: 'failed', attempts: [{ status: null, error: 'only loopback addresses are delivered to' }] });
	});

	test('a replay is the same message once more', async () => {
		await create({ events: ['envelope-sent'] });
		await sent();
		await world.control.settle();
		const { deliveryId } = world.control.deliveries()[0]!;
		expect(await world.control.replay(deliveryId)).toBe(200);
		expect(messages[1]!.body.retryCount).toBe(messages[0]!.body.retryCount);
		expect(messages[1]!.raw.equals(messages[0]!.raw)).toBe(true);
	});
});
