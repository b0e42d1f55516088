import { contractFile, signature, toBob, useDocuSign } from './docuSignNode';

const send = { resource: 'envelope', operation: 'send', source: 'documents', inputDataFieldNames: 'data', emailSubject: 'Please sign', recipients: toBob, tabs: signature };
const embedded = { recipient: [{ type: 'signer', name: 'Bob Baker', email: 'bob@example.com', clientUserId: 'bob-1' }] };

describe('DocuSign: what belongs to an envelope', () => {
	const docuSign = useDocuSign();
	const sent = async (more: Record<string, unknown> = {}) => String((await docuSign.rows({ ...send, ...more }, { files: contractFile }))[0]!.envelopeId);

	it('lists, adds, changes and removes recipients, and adds tabs', async () => {
		const envelopeId = await sent();
		const recipient = (operation: string, more: Record<string, unknown> = {}) => docuSign.rows({ resource: 'recipient', operation, envelopeId, ...more });
		const added = await recipient('add', { recipients: { recipient: [{ type: 'signer', name: 'Carol', email: 'carol@example.com', routingOrder: 2 }, { type: 'carbonCopy', name: 'Archive', email: 'archive@example.com', routingOrder: 3 }] }, tabs: { tab: [{ ...signature.tab[0], recipientId: '1' }] } });
		expect(added).toMatchObject([{ recipientId: '2', name: 'Carol', kind: 'signers' }, { recipientId: '3', kind: 'carbonCopies' }]);
		expect(await recipient('update', { recipientId: '2', changes: { name: 'Carol Clark', email: 'carol.clark@example.com' } })).toEqual([{ envelopeId, recipientId: '2', updated: true }]);
		await recipient('addTabs', { tabs: { tab: [{ type: 'textTabs', placement: 'anchor', anchorString: '/name/', label: 'Name', recipientId: '2' }] } });
		await recipient('remove', { recipientId: '3' });
		expect(await recipient('getMany', { includeTabs: true })).toMatchObject([{ recipientId: '1', email: 'bob@example.com' }, { recipientId: '2', name: 'Carol Clark', email: 'carol.clark@example.com', tabs: { signHereTabs: [{}], textTabs: [{ tabLabel: 'Name' }] } }]);
		expect((await docuSign.failure({ resource: 'recipient', operation: 'update', envelopeId, recipientId: '9', changes: { name: 'X' } })).message).toMatch(/no recipient with the ID "9"/);
	});

	it('makes a signing link for whom is embedded, and says why there is none for others', async () => {
		const envelopeId = await sent({ recipients: embedded });
		const link = { resource: 'recipient', operation: 'getSigningLink', recipientId: '1', returnUrl: 'https://example.com/done', authenticationMethod: 'none' };
		const [made] = await docuSign.rows({ ...link, envelopeId });
		expect((await fetch(String(made!.url))).status).toBe(200);
		expect((await docuSign.failure({ ...link, envelopeId: await sent() })).description).toMatch(/Embedded Recipient ID/);
	});

	it('downloads one document, all as PDF or ZIP, and the certificate', async () => {
		const envelopeId = await sent();
		const download = async (what: string, more: Record<string, unknown> = {}) => {
			const [item] = await docuSign.run({ resource: 'document', operation: 'download', envelopeId, what, binaryPropertyName: 'file', ...more });
			const { data, ...rest } = item!.binary!.file!;
			return { ...rest, start: Buffer.from(data, 'base64').subarray(0, 4).toString('latin1') };
		};
		expect(await download('combined')).toMatchObject({ mimeType: 'application/pdf', fileName: 'Please sign.pdf', start: '%PDF' });
		expect(await download('one', { documentId: '1', fileName: 'signed.pdf' })).toMatchObject({ fileName: 'signed.pdf', start: '%PDF' });
		expect(await download('certificate')).toMatchObject({ start: '%PDF' });
		expect(await download('archive')).toMatchObject({ mimeType: 'application/zip', start: expect.stringMatching(/^PK/) });
		expect(await docuSign.rows({ resource: 'document', operation: 'getMany', envelopeId })).toMatchObject([{ envelopeId, documentId: '1', name: 'contract.txt' }, { documentId: 'certificate' }]);
		expect((await docuSign.failure({ resource: 'document', operation: 'download', envelopeId, what: 'one', documentId: '9' })).description).toMatch(/List the documents/);
	});

	it('lists templates, folders and users, all pages', async () => {
		await docuSign.settings({ docuSignPageSize: 40 });
		const templates = await docuSign.rows({ resource: 'template', operation: 'getMany', returnAll: true });
		expect(templates.length).toBeGreaterThan(60);
		expect(await docuSign.rows({ resource: 'template', operation: 'get', template: { mode: 'id', value: templates[0]!.templateId } })).toMatchObject([{ templateId: templates[0]!.templateId, recipients: expect.anything() }]);
		await sent();
		const folders = await docuSign.rows({ resource: 'folder', operation: 'getMany', returnAll: true });
		expect(folders.length).toBeGreaterThan(2);
		expect(await docuSign.rows({ resource: 'folder', operation: 'getEnvelopes', folder: { mode: 'id', value: 'sentitems' }, returnAll: true })).toMatchObject([{ subject: 'Please sign' }]);
		const users = await docuSign.rows({ resource: 'user', operation: 'getMany', returnAll: true });
		expect(users).toHaveLength(3);
		expect(await docuSign.rows({ resource: 'user', operation: 'get', userId: users[0]!.userId })).toMatchObject([{ userId: users[0]!.userId }]);
	});

	describe('wait until completed', () => {
		const wait = { resource: 'envelope', operation: 'waitUntilCompleted' };
		const topics = async () => (await docuSign.under.vault.waits.listForExecution('1')).map(({ topic, state }) => [topic, state]);
		beforeEach(async () => await docuSign.under.vault.waits.noteSweeper('w:n'));

		it('parks until Connect wakes it, and gives the envelope', async () => {
			const envelopeId = await sent();
			await docuSign.rows({ ...wait, envelopeId });
			expect(docuSign.traces.waitTill?.getFullYear()).toBe(3000);
			const topic = `docusign:envelope:${docuSign.played.sandbox.docusign.accounts[0]!.accountId}:${envelopeId}`;
			expect(await topics()).toEqual([[topic, 'waiting']]);
			await docuSign.act(envelopeId, 'bob@example.com', 'view');
			await docuSign.act(envelopeId, 'bob@example.com');
			await docuSign.under.vault.waits.wake(topic);
			expect(await docuSign.rows({ ...wait, envelopeId })).toMatchObject([{ envelopeId, status: 'completed', accountId: expect.any(String) }]);
			expect(docuSign.traces.waitTill).toBeUndefined();
		});

		it('fails where it was declined, or goes on with it as chosen', async () => {
			const envelopeId = await sent();
			await docuSign.act(envelopeId, 'bob@example.com', 'decline');
			expect((await docuSign.failure({ ...wait, envelopeId })).message).toBe(`Envelope ${envelopeId} was declined`);
			expect(await docuSign.rows({ ...wait, envelopeId, failIfNotCompleted: false })).toMatchObject([{ status: 'declined' }]);
		});

		it('keeps to DocuSign’s polling rule', async () => {
			const envelopeId = await sent();
			expect((await docuSign.failure({ ...wait, envelopeId, pollMinutes: 5 })).message).toMatch(/must be 15 minutes or more/);
			await docuSign.rows({ ...wait, envelopeId });
			await docuSign.rows({ ...wait, envelopeId });
			const asked = (await docuSign.api()).filter(({ method, path }) => method === 'GET' && path.endsWith(envelopeId));
			expect(asked).toHaveLength(1);
		});

		it('waits on where DocuSign finds that it was asked too often', async () => {
			const envelopeId = await sent();
			await docuSign.settings({ docuSignEnvelopeReadsPerHour: 0 });
			await docuSign.rows({ ...wait, envelopeId });
			expect(docuSign.traces.waitTill).toBeDefined();
			expect((await docuSign.failure({ resource: 'envelope', operation: 'get', envelopeId })).description).toMatch(/every 15 minutes/);
		});
	});
});
