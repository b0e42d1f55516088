import { httpRequest } from '../support/executing';
import { asAlice, contractFile, signature, toBob, useDocuSign } from './docuSignNode';

const send = { operation: 'send', source: 'documents', inputDataFieldNames: 'data', emailSubject: 'Please sign', recipients: toBob, tabs: signature };

describe('DocuSign: envelopes', () => {
	const docuSign = useDocuSign({ resource: 'envelope' });
	const sent = async (more: Record<string, unknown> = {}) => (await docuSign.rows({ ...send, ...more }, { files: contractFile }))[0]!;

	it('sends documents of the input item, with tabs by text and by position, to several recipients', async () => {
		const { bytes } = contractFile.data;
		const recipients = { recipient: [...toBob.recipient, { type: 'carbonCopy', name: 'Carol Clark', email: 'carol@example.com', routingOrder: 2, accessCode: '4711' }, { type: 'inPersonSigner', name: 'Dave', hostName: 'Alice Archer', hostEmail: 'alice@example.com', routingOrder: 3 }] };
		const tabs = { tab: [...signature.tab, { type: 'textTabs', placement: 'position', documentId: 2, pageNumber: 1, xPosition: 100, yPosition: 200, label: 'City', value: 'Berlin', recipientId: '1', required: false }, { type: 'signHereTabs', placement: 'position', documentId: 1, pageNumber: 1, xPosition: 10, yPosition: 20, recipientId: '3' }] };
		const envelopeSettings = { emailBlurb: 'Thanks', customFields: { field: [{ name: 'Contract', value: '4711' }] }, reminderDelay: 2, reminderFrequency: 1, expireAfter: 30 };
		const [made] = await docuSign.rows({ ...send, inputDataFieldNames: 'data, second', recipients, tabs, envelopeSettings }, { files: { ...contractFile, second: { fileName: 'annex.html', mimeType: 'text/html', bytes } } });
		expect(made).toEqual({ envelopeId: expect.any(String), uri: expect.any(String), statusDateTime: expect.any(String), status: 'sent', accountId: docuSign.played.sandbox.docusign.accounts[0]!.accountId });
		expect(await docuSign.envelopes()).toMatchObject([{ status: 'sent', sender: 'alice', emailSubject: 'Please sign', recipients: [{ email: 'bob@example.com', status: 'sent' }, { email: 'carol@example.com' }, { email: 'alice@example.com' }] }]);
		const [envelope] = await docuSign.rows({ operation: 'get', envelopeId: made!.envelopeId, include: ['tabs', 'documents', 'custom_fields'] });
		expect(envelope).toMatchObject({ emailBlurb: 'Thanks', customFields: { textCustomFields: [{ name: 'Contract', value: '4711' }] }, envelopeDocuments: [{ name: 'contract.txt' }, { name: 'annex.html' }, { documentId: 'certificate' }] });
		expect((envelope!.recipients as { signers: { tabs: unknown }[] }).signers[0]!.tabs).toMatchObject({ signHereTabs: [{ anchorString: '/sn1/' }], textTabs: [{ tabLabel: 'City', value: 'Berlin', documentId: '2', required: 'false' }] });
		expect(await docuSign.rows({ operation: 'getNotification', envelopeId: made!.envelopeId })).toMatchObject([{ reminders: { reminderEnabled: 'true', reminderDelay: '2', reminderFrequency: '1' }, expirations: { expireAfter: '30' } }]);
	});

	it('sends from a template, with roles and prefilled tabs', async () => {
		const [template] = await docuSign.rows({ resource: 'template', operation: 'getMany', searchText: 'Sales Contract', limit: 5 });
		const roles = { role: [{ roleName: 'Customer', name: 'Bob Baker', email: 'bob@example.com' }, { roleName: 'Countersigner', name: 'Alice Archer', email: 'alice@example.com', clientUserId: 'alice' }] };
		const prefilledTabs = { tab: [{ roleName: 'Customer', type: 'textTabs', label: 'Company', value: 'ACME' }, { roleName: 'customer', type: 'checkboxTabs', label: 'Terms', value: 'true' }] };
		const [made] = await docuSign.rows({ operation: 'send', source: 'template', template: { mode: 'list', value: template!.templateId }, roles, prefilledTabs });
		const [data] = await docuSign.rows({ operation: 'getFormData', envelopeId: made!.envelopeId });
		expect(data!.formData).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'Company', value: 'ACME' }), expect.objectContaining({ name: 'Terms', value: 'X' })]));
	});

	it('makes a draft, sends it, and voids it', async () => {
		const { envelopeId, status } = await sent({ operation: 'createDraft' });
		expect(status).toBe('created');
		expect(await docuSign.rows({ operation: 'sendDraft', envelopeId })).toMatchObject([{ envelopeId, status: 'sent' }]);
		expect(await docuSign.rows({ operation: 'resend', envelopeId })).toMatchObject([{ envelopeId, resent: true }]);
		expect(await docuSign.rows({ operation: 'void', envelopeId, voidedReason: 'Mistake' })).toMatchObject([{ envelopeId, status: 'voided' }]);
		expect(await docuSign.envelopes()).toMatchObject([{ status: 'voided' }]);
		expect((await docuSign.failure({ operation: 'void', envelopeId, voidedReason: 'Again' })).description).toMatch(/status does not allow it/);
	});

	it('Bob does not see Alice’s envelope, and neither can change it', async () => {
		const { envelopeId } = await sent({ recipients: { recipient: [{ type: 'signer', name: 'Carol', email: 'carol@example.com' }] } });
		const asBob = { ...asAlice, user: 'bob@example.com' };
		const { accountId } = docuSign.played.sandbox.docusign.accounts[0]!;
		expect((await docuSign.failure({ ...asBob, operation: 'get', envelopeId })).message).toMatch(/does not exist or you have no rights/);
		expect((await docuSign.failure({ ...asBob, operation: 'get', envelopeId, account: { mode: 'id', value: accountId } })).message).toMatch(/has no access to the DocuSign account/);
		expect(await docuSign.rows({ ...asBob, operation: 'getMany' })).toEqual([]);
		expect(await docuSign.rows({ operation: 'getMany' })).toHaveLength(1);
	});

	it('S35 works in the account that is chosen, at that account’s own host, and in no account that is not the user’s', async () => {
		const [sales, purchasing] = docuSign.played.sandbox.docusign.accounts;
		const origins: string[] = [];
		const [made] = await docuSign.rows({ ...send, account: { mode: 'id', value: purchasing!.accountId.toUpperCase() } }, { files: contractFile, onRequest: ({ url }) => void origins.push(new URL(url).origin) });
		expect([...new Set(origins)]).toEqual([purchasing!.baseUri]);
		expect(await docuSign.envelopes()).toMatchObject([{ envelopeId: made!.envelopeId, accountId: purchasing!.accountId }]);
		expect(await docuSign.rows({ resource: 'account', operation: 'getMany' })).toMatchObject([{ accountId: sales!.accountId, isDefault: true, baseUri: sales!.baseUri }, { accountId: purchasing!.accountId, isDefault: false, baseUri: purchasing!.baseUri }]);
		expect(await docuSign.rows({ ...asAlice, user: 'bob@example.com', resource: 'account', operation: 'get' })).toMatchObject([{ accountId: purchasing!.accountId, accountName: 'Example Purchasing' }]);
	});

	describe('a lost answer', () => {
		it('makes no second envelope: the first is found by its transaction id', async () => {
			let dropped = 0;
			const [made] = await docuSign.rows(send, {
				files: contractFile,
				// DocuSign has done it, and the answer does not come.
				async httpRequest(options) {
					const answer = await httpRequest(options);
					if (options.method === 'POST' && new URL(options.url).pathname.endsWith('/envelopes') && (dropped += 1) === 1) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
					return answer;
				},
			});
			expect([dropped, (await docuSign.envelopes()).map(({ envelopeId }) => envelopeId)]).toEqual([1, [made!.envelopeId]]);
			expect(made).toMatchObject({ status: 'sent', uri: expect.any(String) });
		});

		it('nor does the next try of the node, which n8n makes', async () => {
			const [first] = await docuSign.rows(send, { files: contractFile, retryOnFail: true });
			const [second] = await docuSign.rows(send, { files: contractFile, retryOnFail: true });
			expect(second!.envelopeId).toBe(first!.envelopeId);
			const [other] = await docuSign.rows(send, { files: contractFile, retryOnFail: true, executionId: '2' });
			const [loop] = await docuSign.rows(send, { files: contractFile, retryOnFail: true, runIndex: 1 });
			expect(new Set([first!.envelopeId, other!.envelopeId, loop!.envelopeId]).size).toBe(3);
			expect(await docuSign.envelopes()).toHaveLength(3);
		});

		it('that hides that nothing was done is told, and nothing is done again', async () => {
			let posts = 0;
			const error = await docuSign.failure(send, {
				files: contractFile,
				async httpRequest(options) {
					if (options.method === 'POST' && (posts += 1) > 0) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
					return await httpRequest(options);
				},
			});
			expect(error.description).toMatch(/may have done it all the same/);
			expect([posts, await docuSign.envelopes()]).toEqual([1, []]);
		}, 20_000);
	});

	it('lists by filters, in pages', async () => {
		for (let index = 0; index < 5; index += 1) await docuSign.rows({ ...send, emailSubject: `Offer ${index}` }, { files: contractFile, executionId: `x${index}` });
		await docuSign.settings({ docuSignPageSize: 2 });
		expect(await docuSign.rows({ operation: 'getMany', returnAll: true })).toHaveLength(5);
		expect(await docuSign.rows({ operation: 'getMany', limit: 3 })).toHaveLength(3);
		expect(await docuSign.rows({ operation: 'getMany', returnAll: true, filters: { searchText: 'Offer 3', status: ['sent'] } })).toMatchObject([{ emailSubject: 'Offer 3' }]);
		expect(await docuSign.rows({ operation: 'getMany', returnAll: true, filters: { status: ['completed'] } })).toEqual([]);
		const ids = (await docuSign.envelopes()).map(({ envelopeId }) => envelopeId);
		expect((await docuSign.rows({ operation: 'getStatuses', envelopeIds: ids.join(', ') })).map(({ envelopeId }) => envelopeId).sort()).toEqual([...ids].sort());
	});

	it('tells the audit events, and sets custom fields, reminders and expiry', async () => {
		const { envelopeId } = await sent();
		expect(await docuSign.rows({ operation: 'getAuditEvents', envelopeId })).toEqual(expect.arrayContaining([expect.objectContaining({ Action: 'Registered' })]));
		const fields = (...field: object[]) => docuSign.rows({ operation: 'setCustomFields', envelopeId, customFields: { field } });
		await fields({ name: 'Contract', value: '1' });
		expect(await fields({ name: 'Contract', value: '2' }, { name: 'Region', value: 'North' })).toMatchObject([{ textCustomFields: [{ name: 'Contract', value: '2' }, { name: 'Region', value: 'North' }] }]);
		expect(await docuSign.rows({ operation: 'getCustomFields', envelopeId })).toHaveLength(2);
		expect(await docuSign.rows({ operation: 'setNotification', envelopeId, notification: { expireAfter: 10, reminderDelay: 1 } })).toMatchObject([{ expirations: { expireEnabled: 'true', expireAfter: '10' }, reminders: { reminderEnabled: 'true' } }]);
	});

	it.each<[string, Record<string, unknown>, RegExp]>([
		['an anchor that stands nowhere', { tabs: { tab: [{ type: 'signHereTabs', placement: 'anchor', anchorString: '/nowhere/', recipientId: '1' }] } }, /must stand in the document as text/],
		['a tab of nobody', { tabs: { tab: [{ ...signature.tab[0], recipientId: '7' }] } }, /The recipients are: 1/],
		['no file in the field', { inputDataFieldNames: 'other' }, /It has: data/],
		['an ID that is none', { operation: 'get', envelopeId: '../users' }, /00000000-0000/],
	])('says what is wrong: %s', async (_what, parameters, words) => {
		expect((await docuSign.failure({ ...send, ...parameters }, { files: contractFile })).description).toMatch(words);
		expect(await docuSign.envelopes()).toEqual([]);
	});

	it('says what is too large, and when the hour’s calls are used up', async () => {
		await docuSign.settings({ docuSignMaxRequestBytes: 2_000 });
		const files = { data: { ...contractFile.data, bytes: Buffer.alloc(30_000, 'x') } };
		expect((await docuSign.failure(send, { files })).description).toMatch(/The request had 0\.0 MB; DocuSign takes about 25 MB/);
		await docuSign.settings({ docuSignMaxRequestBytes: 1_000_000, docuSignRequestsPerHour: 10, docuSignRequestsUsed: 10 });
		expect((await docuSign.failure({ operation: 'getMany' })).description).toMatch(/calls of this hour are used up.*It is possible again in \d+ minutes/);
	});

	it('continueOnFail gives each item its own result', async () => {
		const { envelopeId } = await sent();
		const ids = [envelopeId, '00000000-0000-4000-8000-000000000000'];
		const output = await docuSign.run({ operation: 'get', envelopeId: (index: number) => ids[index] }, { continueOnFail: true, items: [{ json: {} }, { json: {} }] });
		expect(output).toMatchObject([{ json: { envelopeId }, pairedItem: { item: 0 } }, { json: { error: expect.stringMatching(/does not exist/) }, pairedItem: { item: 1 } }]);
	});
});
