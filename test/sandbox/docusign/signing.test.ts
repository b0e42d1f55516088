import { createHash } from 'node:crypto';
import { Browser } from '../browser';
import { buildPdf } from './documents/pdf';
import { definition, startApiWorld, type ApiWorld, type Json } from './support';

let world: ApiWorld;
beforeAll(async () => {
	world = await startApiWorld();
});
afterAll(async () => world.close());
afterEach(() => {
	world.set();
	world.control.clear();
});

const returnUrl = 'http://127.0.0.1:9/back?state=x';
const embedded = { name: 'Sam Signer', email: 'sam@example.org', clientUserId: '1001' };
const view = { returnUrl, authenticationMethod: 'none', email: embedded.email, userName: embedded.name, clientUserId: embedded.clientUserId };
async function sent(body: Record<string, unknown> = definition({}, [embedded])): Promise<string> {
	return (await world.call('alice', 'POST', '/envelopes', body)).body.envelopeId;
}
const viewOf = async (envelopeId: string, changes: object = {}) => world.call('alice', 'POST', `/envelopes/${envelopeId}/views/recipient`, { ...view, ...changes });
const statusOf = async (envelopeId: string): Promise<string> => (await world.call('alice', 'GET', `/envelopes/${envelopeId}`)).body.status;

describe('embedded signing', () => {
	test('the page is opened once, signed, and leads back with what happened', async () => {
		const envelopeId = await sent();
		const { status, body } = await viewOf(envelopeId);
		expect(status).toBe(201);
		const browser = new Browser();
		const { page } = await browser.follow(body.url, () => false);
		expect(page).toContain('Please sign the offer');
		expect(page).toContain('id="finish"');
		expect(await statusOf(envelopeId)).toBe('delivered');
		const back = await browser.follow(body.url, ({ port }) => port === '9', { act: 'finish', 'tab:Company': 'Acme & Co' });
		expect(back.url.href).toBe('http://127.0.0.1:9/back?state=x&event=signing_complete');
		expect(await statusOf(envelopeId)).toBe('completed');
		expect((await world.call('alice', 'GET', `/envelopes/${envelopeId}/form_data`)).body.formData).toEqual([{ name: 'Company', value: 'Acme & Co' }]);
		const again = await browser.follow(body.url, ({ port }) => port === '9');
		expect(again.url.searchParams.get('event')).toBe('ttl_expired');
	});

	test('declines, leaves for later, and comes too late', async () => {
		const [declined, later, late] = [await sent(), await sent(), await sent()];
		const act = async (envelopeId: string, form: Record<string, string>) => {
			const { body } = await viewOf(envelopeId);
			const browser = new Browser();
			await browser.follow(body.url, ({ port }) => port === '9');
			return (await browser.follow(body.url, ({ port }) => port === '9', form)).url.searchParams.get('event');
		};
		expect(await act(declined, { act: 'decline', reason: 'no' })).toBe('decline');
		expect(await statusOf(declined)).toBe('declined');
		expect(await act(later, { act: 'cancel' })).toBe('cancel');
		expect(await statusOf(later)).toBe('delivered');
		world.set({ docuSignViewTtlMs: 0 });
		const { body } = await viewOf(late);
		expect((await new Browser().follow(body.url, ({ port }) => port === '9')).url.searchParams.get('event')).toBe('ttl_expired');
		expect(await statusOf(late)).toBe('sent');
	});

	test('an access code comes first, three times at most', async () => {
		const envelopeId = await sent(definition({}, [{ ...embedded, accessCode: '4711' }]));
		expect(JSON.stringify((await world.call('alice', 'GET', `/envelopes/${envelopeId}/recipients`)).body)).not.toContain('4711');
		const { body } = await viewOf(envelopeId);
		const browser = new Browser();
		expect((await browser.follow(body.url, () => false)).page).toContain('id="accessCode"');
		expect((await browser.follow(body.url, () => false, { act: 'finish' })).page).toContain('id="accessCode"');
		expect((await browser.follow(body.url, () => false, { act: 'accessCode', accessCode: '1' })).page).toContain('id="error"');
		expect((await browser.follow(body.url, () => false, { act: 'accessCode', accessCode: '4711' })).page).toContain('id="finish"');
		const { body: second } = await viewOf(envelopeId);
		await browser.follow(second.url, () => false);
		for (let tries = 0; tries < 2; tries++) await browser.follow(second.url, () => false, { act: 'accessCode', accessCode: 'x' });
		expect((await browser.follow(second.url, ({ port }) => port === '9', { act: 'accessCode', accessCode: 'x' })).url.searchParams.get('event')).toBe('access_code_failed');
	});

	test.each<[string, object, string]>([
		['another clientUserId', { clientUserId: '1002' }, 'UNKNOWN_ENVELOPE_RECIPIENT'],
		['no clientUserId', { clientUserId: undefined }, 'UNKNOWN_ENVELOPE_RECIPIENT'],
		['another name', { userName: 'Sam' }, 'UNKNOWN_ENVELOPE_RECIPIENT'],
		['no return address', { returnUrl: undefined }, 'INVALID_REQUEST_PARAMETER'],
		['no authentication method', { authenticationMethod: undefined }, 'INVALID_REQUEST_PARAMETER'],
	])('%s: no view', async (_what, changes, errorCode) => {
		expect((await viewOf(await sent(), changes)).body.errorCode).toBe(errorCode);
	});

	test('whose turn it is not, and a draft, have no view', async () => {
		const two = await sent(definition({}, [{ name: 'First', email: 'first@example.org' }, { ...embedded, routingOrder: '2' }]));
		expect(await viewOf(two)).toMatchObject({ status: 400, body: { errorCode: 'RECIPIENT_NOT_IN_SEQUENCE' } });
		world.control.act({ envelopeId: two, recipient: '1', act: 'sign' });
		expect((await viewOf(two)).status).toBe(201);
		const draft = await sent(definition({ status: 'created' }, [embedded]));
		expect((await viewOf(draft)).body.errorCode).toBe('ENVELOPE_INVALID_STATUS');
	});

	test('somebody who is not embedded signs by the link of the e-mail', async () => {
		const envelopeId = await sent(definition());
		const url = world.control.signingUrl(envelopeId, 'sam@example.org');
		const browser = new Browser();
		expect((await browser.follow(url, () => false)).page).not.toContain('id="cancel"');
		expect((await browser.follow(url, () => false, { act: 'finish' })).page).toContain('finished signing');
		expect(await statusOf(envelopeId)).toBe('completed');
	});
});

describe('recipients and tabs', () => {
	test('are added, changed and removed while the envelope is under way', async () => {
		const envelopeId = await sent();
		const path = `/envelopes/${envelopeId}/recipients`;
		const added = await world.call('alice', 'POST', path, { carbonCopies: [{ recipientId: '5', name: 'Cleo', email: 'cleo@example.org', routingOrder: '2' }], inPersonSigners: [{ recipientId: '6', hostName: 'Alice Archer', hostEmail: 'alice@example.com', signerName: 'Ida', routingOrder: '1' }] });
		expect(added.status).toBe(201);
		expect(added.body.carbonCopies[0]).toMatchObject({ recipientId: '5', status: 'created' });
		const changed = await world.call('alice', 'PUT', path, { signers: [{ recipientId: '1', email: 'sam@example.net' }, { recipientId: '9', name: 'New', email: 'nonsense' }] });
		expect(changed.body.recipientUpdateResults).toEqual([{ recipientId: '1', errorDetails: { errorCode: 'SUCCESS', message: '' } }, { recipientId: '9', errorDetails: { errorCode: 'INVALID_EMAIL_ADDRESS_FOR_RECIPIENT', message: expect.any(String) } }]);
		expect((await world.call('alice', 'GET', path)).body).toMatchObject({ signers: [{ email: 'sam@example.net' }], recipientCount: '3' });
		expect((await world.call('alice', 'DELETE', path, { inPersonSigners: [{ recipientId: '6' }] })).body.inPersonSigners[0].recipientId).toBe('6');
		expect((await world.call('alice', 'DELETE', `${path}/77`)).body.errorCode).toBe('INVALID_RECIPIENT_ID');
		world.control.act({ envelopeId, recipient: '1', act: 'sign' });
		expect(await statusOf(envelopeId)).toBe('completed');
		expect((await world.call('alice', 'POST', path, { signers: [{ recipientId: '8', name: 'Too Late', email: 'late@example.org' }] })).body.errorCode).toBe('ENVELOPE_INVALID_STATUS');
	});

	test('tabs by anchor and by position', async () => {
		const envelopeId = await sent();
		const path = `/envelopes/${envelopeId}/recipients/1/tabs`;
		const added = await world.call('alice', 'POST', path, { dateSignedTabs: [{ anchorString: 'offer', documentId: '1' }], textTabs: [{ documentId: '1', pageNumber: '1', xPosition: '10', yPosition: '20', tabLabel: 'Extra', value: 'a' }] });
		const [{ tabId }] = added.body.textTabs;
		expect((await world.call('alice', 'PUT', path, { textTabs: [{ tabId, value: 'b' }] })).body.textTabs[0]).toMatchObject({ tabId, tabLabel: 'Extra', value: 'b' });
		await world.call('alice', 'DELETE', path, { textTabs: [{ tabId }] });
		const { body } = await world.call('alice', 'GET', path);
		expect([body.textTabs.map(({ tabLabel }: Json) => tabLabel), body.dateSignedTabs.length]).toEqual([['Company'], 1]);
		expect((await world.call('alice', 'POST', path, { signHereTabs: [{ anchorString: '/none/', documentId: '1' }] })).body.errorCode).toBe('ANCHOR_TAB_STRING_NOT_FOUND');
		expect((await world.call('alice', 'POST', path, { signHereTabs: [{ documentId: '3', xPosition: '1', yPosition: '1', pageNumber: '1' }] })).body.errorCode).toBe('TAB_REFERS_TO_MISSING_DOCUMENT');
	});
});

describe('documents', () => {
	const download = (envelopeId: string, id: string) => world.call('alice', 'GET', `/envelopes/${envelopeId}/documents/${id}`);
	const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

	test('an uploaded PDF comes back as it is, and with a mark behind it once it is signed', async () => {
		const pdf = buildPdf('Offer', [{ lines: ['Sign here: /sn1/'] }]);
		const envelopeId = await sent(definition({ documents: [{ documentId: '1', name: 'offer.pdf', documentBase64: pdf.toString('base64') }] }));
		const before = await download(envelopeId, '1');
		expect([before.headers.get('content-type'), sha256(before.bytes)]).toEqual(['application/pdf', sha256(pdf)]);
		expect(before.headers.get('content-disposition')).toBe('file; filename="offer.pdf"; documentid="1"');
		world.control.act({ envelopeId, recipient: '1', act: 'sign' });
		const { bytes } = await download(envelopeId, '1');
		expect(bytes.subarray(0, pdf.length).equals(pdf)).toBe(true);
		expect(bytes.toString('latin1')).toContain('Signed by Sam Signer');
		expectPdf(bytes);
	});

	test('combined, certificate and archive are real files', async () => {
		const envelopeId = await sent();
		world.control.act({ envelopeId, recipient: '1', act: 'sign', values: { Company: 'Acme' } });
		const [combined, certificate, archive] = await Promise.all(['combined', 'certificate', 'archive'].map((id) => download(envelopeId, id)));
		for (const { bytes, headers } of [combined!, certificate!]) {
			expect(headers.get('content-type')).toBe('application/pdf');
			expectPdf(bytes);
		}
		expect(combined!.bytes.toString('latin1')).toContain('Company: Acme');
		expect(archive!.headers.get('content-type')).toBe('application/zip');
		expect(zipNames(archive!.bytes)).toEqual(['offer.pdf', 'Summary.pdf']);
		expect((await download(envelopeId, '2')).body).toEqual({ errorCode: 'DOCUMENT_DOES_NOT_EXIST', message: expect.any(String) });
	});
});

/** The cross-reference table says where each object begins. */
function expectPdf(bytes: Buffer): void {
	const text = bytes.toString('latin1');
	expect(text.startsWith('%PDF-1.')).toBe(true);
	const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1]);
	expect(text.slice(start, start + 4)).toBe('xref');
	const [, first, table] = /^xref\n(\d+) \d+\n((?:\d{10} \d{5} [nf] \n)+)trailer/.exec(text.slice(start))!;
	table!.trim().split('\n').forEach((line, index) => {
		const [offset, , kind] = line.trim().split(' ');
		if (kind === 'n') expect(text.slice(Number(offset)).startsWith(`${Number(first) + index} 0 obj`)).toBe(true);
	});
}

/** By the central directory. */
function zipNames(bytes: Buffer): string[] {
	const names: string[] = [];
	for (let at = bytes.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4, 'latin1')) names.push(bytes.subarray(at + 46, at + 46 + bytes.readUInt16LE(at + 28)).toString('utf8'));
	return names;
}
