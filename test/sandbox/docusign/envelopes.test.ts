import { definition, startApiWorld, type ApiWorld, type Json, type Person } from './support';

let world: ApiWorld;
beforeAll(async () => {
	world = await startApiWorld();
});
afterAll(async () => world.close());
afterEach(() => {
	world.set();
	world.control.clear();
});

const ago = (days: number) => encodeURIComponent(new Date(Date.now() - days * 86_400_000).toISOString());
async function create(name: Person, body: Record<string, unknown> = definition(), account: 0 | 1 = 0): Promise<string> {
	const answer = await world.call(name, 'POST', '/envelopes', body, { account });
	if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
	return answer.body.envelopeId;
}
const get = async (name: Person, path: string, account: 0 | 1 = 0): Promise<Json> => (await world.call(name, 'GET', path, undefined, { account })).body;

describe('creating', () => {
	test('a draft is kept, sent later, and seen with its recipients', async () => {
		const { status, body } = await world.call('alice', 'POST', '/envelopes', definition({ status: 'created' }));
		expect(status).toBe(201);
		expect(body).toEqual({ envelopeId: expect.stringMatching(/^[\da-f-]{36}$/), uri: `/envelopes/${body.envelopeId}`, statusDateTime: expect.stringMatching(/\.\d{7}Z$/), status: 'created' });
		expect((await world.call('alice', 'PUT', `/envelopes/${body.envelopeId}`, { status: 'sent' })).body).toEqual({ envelopeId: body.envelopeId });
		const envelope = await get('alice', `/envelopes/${body.envelopeId}?include=recipients,custom_fields,documents`);
		expect(envelope).toMatchObject({ status: 'sent', emailSubject: 'Please sign the offer', sender: { email: 'alice@example.com' }, recipients: { signers: [{ recipientId: '1', status: 'sent', email: 'sam@example.org', routingOrder: '1' }], recipientCount: '1' } });
		expect(envelope.envelopeDocuments.map(({ documentId }: Json) => documentId)).toEqual(['1', 'certificate']);
		expect((await world.call('alice', 'PUT', `/envelopes/${body.envelopeId}`, { status: 'sent' })).body.errorCode).toBe('ENVELOPE_INVALID_STATUS');
	});

	test.each<[string, Record<string, unknown>, string]>([
		['no documents', { documents: [], recipients: { signers: [{ recipientId: '1', name: 'Sam', email: 'sam@example.org' }] } }, 'ENVELOPE_IS_INCOMPLETE'],
		['no subject', { emailSubject: '' }, 'ENVELOPE_IS_INCOMPLETE'],
		['no recipients', { recipients: {} }, 'ENVELOPE_IS_INCOMPLETE'],
		['a recipient without an e-mail', { recipients: { signers: [{ recipientId: '1', name: 'Sam' }] } }, 'INVALID_EMAIL_ADDRESS_FOR_RECIPIENT'],
		['a recipient without an id', { recipients: { signers: [{ name: 'Sam', email: 'sam@example.org' }] } }, 'INVALID_RECIPIENT_ID'],
		['two recipients with one id', { recipients: { signers: [{ recipientId: '1', name: 'Sam', email: 'sam@example.org' }], carbonCopies: [{ recipientId: '1', name: 'Cleo', email: 'cleo@example.org' }] } }, 'ENVELOPE_HAS_DUPLICATE_RECIPIENTS'],
		['a document without bytes', { documents: [{ documentId: '1', name: 'a.pdf' }] }, 'UNABLE_TO_LOAD_DOCUMENT'],
		['text that calls itself a PDF', { documents: [{ documentId: '1', name: 'a.pdf', documentBase64: 'aGVsbG8=' }] }, 'UNABLE_TO_CONVERT_DOCUMENT'],
		['an anchor that stands nowhere', { recipients: { signers: [{ recipientId: '1', name: 'Sam', email: 'sam@example.org', tabs: { signHereTabs: [{ anchorString: '/nowhere/' }] } }] } }, 'ANCHOR_TAB_STRING_NOT_FOUND'],
		['an unknown template', { templateId: '00000000-0000-4000-8000-000000000001', documents: undefined, recipients: undefined }, 'TEMPLATE_ID_INVALID'],
		['a status of its own', { status: 'completed' }, 'INVALID_REQUEST_PARAMETER'],
	])('refuses %s, and leaves nothing behind', async (_what, changes, errorCode) => {
		const { status, body } = await world.call('alice', 'POST', '/envelopes', definition(changes));
		expect({ status, errorCode: body.errorCode }).toEqual({ status: 400, errorCode });
		expect((await get('alice', `/envelopes?from_date=${ago(1)}`)).totalSetSize).toBe('0');
	});

	test('documents may come as bytes in a multipart request', async () => {
		const pdf = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.from([0, 255, 13, 10, 45, 45]), Buffer.from('\n%%EOF')]);
		const json = JSON.stringify({ ...definition(), documents: [{ documentId: '7', name: 'a.pdf', fileExtension: 'pdf' }], recipients: { signers: [{ recipientId: '1', name: 'Sam', email: 'sam@example.org' }] } });
		const body = Buffer.concat([Buffer.from(`--AAA\r\nContent-Type: application/json\r\nContent-Disposition: form-data\r\n\r\n${json}\r\n--AAA\r\nContent-Type: application/pdf\r\nContent-Disposition: file; filename="a.pdf"; documentid=7\r\n\r\n`), pdf, Buffer.from('\r\n--AAA--\r\n')]);
		const created = await world.call('alice', 'POST', '/envelopes', body, { headers: { 'content-type': 'multipart/form-data; boundary=AAA' } });
		expect(created.status).toBe(201);
		expect((await world.call('alice', 'GET', `/envelopes/${created.body.envelopeId}/documents/7`)).bytes.equals(pdf)).toBe(true);
		const broken = await world.call('alice', 'POST', '/envelopes', body.subarray(0, body.length - 10), { headers: { 'content-type': 'multipart/form-data; boundary=AAA' } });
		expect(broken).toMatchObject({ status: 400, body: { errorCode: 'INVALID_MULTI_PART_REQUEST' } });
	});

	test('a body that is no JSON, and one that is too large', async () => {
		expect(await world.call('alice', 'POST', '/envelopes', '{"status":', { headers: { 'content-type': 'application/json' } })).toMatchObject({ status: 400, body: { errorCode: 'INVALID_REQUEST_BODY' } });
		world.set({ docuSignMaxRequestBytes: 1_000 });
		const { status, bytes } = await world.call('alice', 'POST', '/envelopes', definition({ emailBlurb: 'x'.repeat(2_000) }));
		expect([status, bytes.toString()]).toEqual([413, expect.stringContaining('request entity is too large')]);
	});
});

describe('templates', () => {
	const template = async (name: string): Promise<string> => (await get('alice', `/templates?search_text=${encodeURIComponent(name)}`)).envelopeTemplates[0].templateId;

	test('roles are filled, tabs prefilled, roles without a person left out', async () => {
		const envelopeId = await create('alice', {
			templateId: await template('Sales Contract'),
			templateRoles: [
				{ roleName: 'Customer', name: 'Cora Customer', email: 'cora@example.org', clientUserId: '77', tabs: { textTabs: [{ tabLabel: 'Company', value: 'Acme' }], checkboxTabs: [{ tabLabel: 'Terms', selected: 'true' }] } },
				{ roleName: 'Countersigner', name: 'Alice Archer', email: 'alice@example.com' },
			],
			status: 'sent',
		});
		const envelope = await get('alice', `/envelopes/${envelopeId}?include=recipients,tabs`);
		expect(envelope.emailSubject).toBe('Please sign: Sales Contract');
		expect(envelope.recipients.signers.map(({ name, status, routingOrder }: Json) => [name, status, routingOrder])).toEqual([['Cora Customer', 'sent', '1'], ['Alice Archer', 'created', '2']]);
		expect(envelope.recipients.carbonCopies).toEqual([]);
		expect(envelope.recipients.signers[0].tabs.textTabs.map(({ tabLabel, value }: Json) => [tabLabel, value])).toEqual([['Company', 'Acme'], ['Amount', '']]);
		expect(envelope.recipients.signers[0].tabs.checkboxTabs[0].selected).toBe('true');
	});

	test('a composite of two templates has the documents of both, and people of the inline template', async () => {
		const serverTemplates = async (name: string) => [{ sequence: '1', templateId: await template(name) }];
		const inlineTemplates = [{ sequence: '2', recipients: { signers: [{ recipientId: '1', roleName: 'Signer', name: 'Sam Signer', email: 'sam@example.org' }] } }];
		const envelopeId = await create('alice', { emailSubject: 'Both', compositeTemplates: [{ serverTemplates: await serverTemplates('Mutual NDA'), inlineTemplates }, { serverTemplates: await serverTemplates('Offer 001'), inlineTemplates }], status: 'sent' });
		const { envelopeDocuments } = await get('alice', `/envelopes/${envelopeId}/documents`);
		expect(envelopeDocuments.map(({ documentId, name }: Json) => [documentId, name])).toEqual([['1', 'Mutual NDA.pdf'], ['2', 'Offer 001.pdf'], ['certificate', 'Summary']]);
		const { signers } = await get('alice', `/envelopes/${envelopeId}/recipients?include_tabs=true`);
		expect(signers).toHaveLength(1);
		expect(signers[0].tabs.signHereTabs.map(({ documentId }: Json) => documentId)).toEqual(['1', '2']);
	});

	test('lists have pages and a search; others do not see what is not shared', async () => {
		const first = await get('alice', '/templates?count=50');
		expect([first.resultSetSize, first.totalSetSize, first.startPosition, first.endPosition]).toEqual(['50', '63', '0', '49']);
		const next = await get('alice', first.nextUri);
		expect([next.resultSetSize, next.startPosition, next.nextUri]).toEqual(['13', '50', undefined]);
		expect((await get('alice', '/templates?search_text=private')).totalSetSize).toBe('1');
		expect((await get('carol', '/templates?search_text=private')).totalSetSize).toBe('0');
		const id = await template('Private of Alice');
		expect((await get('carol', `/templates/${id}`)).errorCode).toBe('TEMPLATE_ID_INVALID');
		expect(await get('alice', `/templates/${id}`)).toMatchObject({ name: 'Private of Alice', shared: 'false', recipients: { signers: [{ roleName: 'Signer' }] }, documents: [{ documentId: '1' }] });
	});
});

describe('whose envelopes', () => {
	test('the sender and an administrator see one, others do not; accounts are apart', async () => {
		const envelopeId = await create('alice');
		expect((await get('integration', `/envelopes/${envelopeId}`)).status).toBe('sent');
		expect(await world.call('carol', 'GET', `/envelopes/${envelopeId}`)).toMatchObject({ status: 404, body: { errorCode: 'ENVELOPE_DOES_NOT_EXIST' } });
		expect((await world.call('alice', 'GET', `/envelopes/${envelopeId}`, undefined, { account: 1 })).body.errorCode).toBe('ENVELOPE_DOES_NOT_EXIST');
		expect((await get('carol', `/envelopes?from_date=${ago(1)}`)).resultSetSize).toBe('0');
		expect((await get('integration', `/envelopes?from_date=${ago(1)}`)).resultSetSize).toBe('1');
	});

	test('a recipient with an account reads it once it is theirs, and manages nothing', async () => {
		const envelopeId = await create('alice', definition({}, [{ name: 'Sam', email: 'sam@example.org' }, { name: 'Carol Clark', email: 'carol@example.com', routingOrder: '2' }]));
		expect((await get('carol', `/envelopes/${envelopeId}`)).errorCode).toBe('ENVELOPE_DOES_NOT_EXIST');
		world.control.act({ envelopeId, recipient: 'sam@example.org', act: 'sign' });
		expect((await get('carol', `/envelopes/${envelopeId}`)).status).toBe('sent');
		expect(await world.call('carol', 'PUT', `/envelopes/${envelopeId}`, { status: 'voided', voidedReason: 'mine' })).toMatchObject({ status: 403, body: { errorCode: 'USER_LACKS_PERMISSIONS' } });
		expect((await get('carol', `/envelopes?from_date=${ago(1)}&user_filter=recipient`)).resultSetSize).toBe('1');
		expect((await get('carol', '/folders/inbox')).folders[0].folderItems).toHaveLength(1);
	});
});

describe('lists', () => {
	test('need a start, page in text, and say what comes next', async () => {
		expect(await world.call('alice', 'GET', '/envelopes')).toMatchObject({ status: 400, body: { errorCode: 'INVALID_REQUEST_PARAMETER' } });
		expect((await get('alice', `/envelopes?from_date=${ago(1)}&count=1001`)).errorCode).toBe('INVALID_REQUEST_PARAMETER');
		for (let index = 0; index < 5; index++) await create('alice', definition({ emailSubject: `Offer ${index}` }));
		world.set({ docuSignPageSize: 2 });
		const subjects: string[] = [];
		for (let path: string | undefined = `/envelopes?from_date=${ago(1)}&order=asc&order_by=created`; path !== undefined; ) {
			const page: Json = await get('alice', path);
			subjects.push(...page.envelopes.map(({ emailSubject }: Json) => emailSubject));
			expect(page.totalSetSize).toBe('5');
			path = page.nextUri?.replace(/^\/accounts\/[^/]+/, '');
		}
		expect(subjects).toEqual([0, 1, 2, 3, 4].map((index) => `Offer ${index}`));
	});

	test('filter by status, text, dates, custom field and id', async () => {
		const draft = await create('alice', definition({ status: 'created', emailSubject: 'A draft', customFields: { textCustomFields: [{ name: 'order', value: '4711', show: 'true' }] } }));
		const sent = await create('alice', definition({ emailSubject: 'Sent away' }));
		const ids = async (query: string) => ((await get('alice', `/envelopes?${query}`)).envelopes ?? []).map(({ envelopeId }: Json) => envelopeId);
		expect(await ids(`from_date=${ago(1)}&status=created`)).toEqual([draft]);
		expect(await ids(`from_date=${ago(1)}&search_text=away`)).toEqual([sent]);
		expect(await ids(`from_date=${ago(1)}&custom_field=${encodeURIComponent('order=4711')}`)).toEqual([draft]);
		expect(await ids(`from_date=${ago(1)}&from_to_status=sent`)).toEqual([sent]);
		expect(await ids(`envelope_ids=${draft}`)).toEqual([draft]);
		expect(await ids(`from_date=${ago(1)}&folder_types=draft`)).toEqual([draft]);
		world.control.age(sent, 3);
		expect(await ids(`from_date=${ago(1)}`)).toEqual([draft]);
		expect((await get('alice', `/envelopes?from_date=${ago(1)}&status=strange`)).errorCode).toBe('INVALID_REQUEST_PARAMETER');
	});

	test('statuses of many by their ids', async () => {
		const [one, two] = [await create('alice'), await create('alice', definition({ status: 'created' }))];
		const { body } = await world.call('alice', 'PUT', '/envelopes/status?envelope_ids=request_body', { envelopeIds: [one, two, '00000000-0000-4000-8000-000000000001'] });
		expect(Object.fromEntries(body.envelopes.map(({ envelopeId, status }: Json) => [envelopeId, status]))).toEqual({ [one]: 'sent', [two]: 'created' });
		expect((await world.call('alice', 'PUT', '/envelopes/status', {})).body.errorCode).toBe('INVALID_REQUEST_BODY');
	});

	test('an envelope whose answer never came is found by its transaction id, for seven days', async () => {
		world.faults.add({ kind: 'dropAfterCommit', match: { method: 'POST', pathIncludes: '/envelopes' } });
		await expect(world.call('alice', 'POST', '/envelopes', definition({ transactionId: 'run-1-item-0' }))).rejects.toThrow();
		const found = await get('alice', `/envelopes?transaction_ids=run-1-item-0,run-1-item-1`);
		expect(found.envelopes).toHaveLength(1);
		expect(found.envelopeTransactionStatuses).toEqual([{ envelopeId: found.envelopes[0].envelopeId, status: 'sent', transactionId: 'run-1-item-0' }]);
		world.control.age(found.envelopes[0].envelopeId, 8);
		expect((await get('alice', '/envelopes?transaction_ids=run-1-item-0')).resultSetSize).toBe('0');
		// DocuSign compares no ids: who does not look sends twice.
		await create('alice', definition({ transactionId: 'run-2' }));
		await create('alice', definition({ transactionId: 'run-2' }));
		expect((await get('alice', '/envelopes?transaction_ids=run-2')).resultSetSize).toBe('2');
	});
});

describe('life', () => {
	test('routing order: the second is invited when the first has signed; the copy comes last', async () => {
		const body = definition({}, [{ name: 'One', email: 'one@example.org' }, { name: 'Two', email: 'two@example.org', routingOrder: '2' }]) as Json;
		body.recipients.carbonCopies = [{ recipientId: '3', name: 'Cleo', email: 'cleo@example.org', routingOrder: '3' }];
		const envelopeId = await create('alice', body);
		const states = async () => {
			const { signers, carbonCopies, currentRoutingOrder } = await get('alice', `/envelopes/${envelopeId}/recipients`);
			return [...[...signers, ...carbonCopies].map(({ status }: Json) => status), currentRoutingOrder];
		};
		expect(await states()).toEqual(['sent', 'created', 'created', '1']);
		expect(() => world.control.act({ envelopeId, recipient: '2', act: 'sign' })).toThrow('no action to take');
		world.control.act({ envelopeId, recipient: '1', act: 'view' });
		expect(await states()).toEqual(['delivered', 'created', 'created', '1']);
		world.control.act({ envelopeId, recipient: '1', act: 'sign', values: { Company: 'Acme' } });
		expect(await states()).toEqual(['completed', 'sent', 'created', '2']);
		world.control.act({ envelopeId, recipient: '2', act: 'sign' });
		expect(await states()).toEqual(['completed', 'completed', 'completed', '3']);
		expect(await get('alice', `/envelopes/${envelopeId}`)).toMatchObject({ status: 'completed', completedDateTime: expect.any(String) });
		const { formData, recipientFormData } = await get('alice', `/envelopes/${envelopeId}/form_data`);
		expect(formData).toEqual([{ name: 'Company', value: 'Acme' }, { name: 'Company', value: '' }]);
		expect(recipientFormData[0]).toMatchObject({ recipientId: '1', email: 'one@example.org', SignedTime: expect.any(String) });
		const { auditEvents } = await get('alice', `/envelopes/${envelopeId}/audit_events`);
		const actions = auditEvents.map(({ eventFields }: Json) => eventFields.find(({ name }: Json) => name === 'Action').value);
		expect(actions).toEqual(['Registered', 'Sent Invitations', 'Sent Invitations', 'Viewed', 'Signed', 'Sent Invitations', 'Viewed', 'Signed', 'Sent Invitations', 'Completed']);
	});

	test('voiding wants a reason and an envelope under way', async () => {
		const envelopeId = await create('alice');
		const put = async (body: object) => (await world.call('alice', 'PUT', `/envelopes/${envelopeId}`, body)).body;
		expect((await put({ status: 'voided' })).errorCode).toBe('INVALID_REQUEST_BODY');
		await put({ status: 'voided', voidedReason: 'wrong price' });
		expect(await get('alice', `/envelopes/${envelopeId}`)).toMatchObject({ status: 'voided', voidedReason: 'wrong price', voidedDateTime: expect.any(String) });
		expect(await put({ status: 'voided', voidedReason: 'again' })).toEqual({ errorCode: 'ENVELOPE_CANNOT_VOID_INVALID_STATE', message: "Only envelopes in the 'Sent' or 'Delivered' states may be voided." });
	});

	test('declining ends it; resending tells those whose turn it is', async () => {
		const envelopeId = await create('alice');
		expect((await world.call('alice', 'PUT', `/envelopes/${envelopeId}?resend_envelope=true`, {})).status).toBe(200);
		world.control.act({ envelopeId, recipient: '1', act: 'decline', reason: 'too dear' });
		expect(await get('alice', `/envelopes/${envelopeId}?include=recipients`)).toMatchObject({ status: 'declined', recipients: { signers: [{ status: 'declined', declinedReason: 'too dear' }] } });
		expect((await world.call('alice', 'PUT', `/envelopes/${envelopeId}?resend_envelope=true`, {})).status).toBe(400);
	});

	test('reminders and expiry are changed, and an envelope past its end is voided', async () => {
		const envelopeId = await create('alice');
		const path = `/envelopes/${envelopeId}/notification`;
		expect(await get('alice', path)).toMatchObject({ useAccountDefaults: 'true', expirations: { expireEnabled: 'true', expireAfter: '120' } });
		const { body } = await world.call('alice', 'PUT', path, { useAccountDefaults: 'false', reminders: { reminderEnabled: 'true', reminderDelay: '2', reminderFrequency: '3' }, expirations: { expireEnabled: 'true', expireAfter: '10', expireWarn: '1' } });
		expect(body).toEqual({ useAccountDefaults: 'false', reminders: { reminderEnabled: 'true', reminderDelay: '2', reminderFrequency: '3' }, expirations: { expireEnabled: 'true', expireAfter: '10', expireWarn: '1' } });
		expect(world.control.age(envelopeId, 9)).toEqual({ status: 'sent' });
		expect(world.control.age(envelopeId, 2)).toEqual({ status: 'voided' });
	});

	test('custom fields are added, changed and removed', async () => {
		const envelopeId = await create('alice');
		const path = `/envelopes/${envelopeId}/custom_fields`;
		const { body: added } = await world.call('alice', 'POST', path, { textCustomFields: [{ name: 'order', value: '1', show: 'true', required: 'false' }], listCustomFields: [{ name: 'region', value: 'EU', listItems: ['EU', 'US'] }] });
		const [{ fieldId }] = added.textCustomFields;
		expect((await world.call('alice', 'PUT', path, { textCustomFields: [{ fieldId, value: '2' }] })).body.textCustomFields[0]).toMatchObject({ name: 'order', value: '2' });
		await world.call('alice', 'DELETE', path, { textCustomFields: [{ fieldId }] });
		expect(await get('alice', path)).toMatchObject({ textCustomFields: [], listCustomFields: [{ name: 'region', listItems: ['EU', 'US'] }] });
		expect((await world.call('alice', 'PUT', path, { textCustomFields: [{ fieldId, value: '3' }] })).body.errorCode).toBe('INVALID_CUSTOM_FIELD_ID');
	});
});

describe('limits', () => {
	test('stand in every answer; the hour and the burst have their own error', async () => {
		const { headers } = await world.call('alice', 'GET', '/users');
		expect(headers.get('x-ratelimit-limit')).toBe('3000');
		expect(Number(headers.get('x-ratelimit-remaining'))).toBeLessThan(3_000);
		expect(Number(headers.get('x-ratelimit-reset')) * 1_000).toBeGreaterThan(Date.now());
		expect(headers.get('x-burstlimit-limit')).toBe('500');
		world.set({ docuSignRequestsUsed: 3_000 });
		expect(await world.call('alice', 'GET', '/users')).toMatchObject({ status: 400, body: { errorCode: 'HOURLY_APIINVOCATION_LIMIT_EXCEEDED' } });
		world.set({ docuSignRequestsPerBurst: 0, docuSignLimitStatus: 429 });
		const burst = await world.call('alice', 'GET', '/users');
		expect([burst.status, burst.body.errorCode, burst.headers.get('x-burstlimit-remaining')]).toEqual([429, 'BURST_APIINVOCATION_LIMIT_EXCEEDED', '0']);
	});

	test('an envelope that is asked for too often says so', async () => {
		const envelopeId = await create('alice');
		world.set({ docuSignEnvelopeReadsPerHour: 2 });
		expect((await world.call('alice', 'GET', `/envelopes/${envelopeId}`)).status).toBe(200);
		expect((await world.call('alice', 'GET', `/envelopes/${envelopeId}/recipients`)).status).toBe(200);
		expect(await world.call('alice', 'GET', `/envelopes/${envelopeId}`)).toMatchObject({ status: 400, body: { errorCode: 'Hourly_Envelope_Polling_Limit_Exceeded' } });
		expect((await world.call('alice', 'PUT', '/envelopes/status', { envelopeIds: [envelopeId] })).status).toBe(200);
	});
});
