import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { IHookFunctions, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { SERVICE_ACCOUNT } from '../../../lib/types';
import { isSignedByConnect } from '../../../lib/providers/docuSignConnect';
import { DocuSignTrigger } from '../../../nodes/DocuSignTrigger/DocuSignTrigger.node';
import { httpRequest } from '../support/executing';
import { contractFile, signature, toBob, useDocuSign } from './docuSignNode';

const send = { resource: 'envelope', operation: 'send', source: 'documents', inputDataFieldNames: 'data', emailSubject: 'Please sign', recipients: toBob, tabs: signature };
const SECRET = 'sandbox-connect-key-1';

describe('a signature of Connect', () => {
	const body = Buffer.from('{"event":"envelope-completed"}');
	const sign = (key: string, bytes = body) => createHmac('sha256', key).update(bytes).digest('base64');

	it.each<[string, string[], Record<string, string>, boolean]>([
		['of the key', ['a'], { 'x-docusign-signature-1': sign('a') }, true],
		['of the second key, in the second header', ['old', 'b'], { 'x-docusign-signature-1': sign('c'), 'X-DocuSign-Signature-2': sign('b') }, true],
		['of another key', ['a'], { 'x-docusign-signature-1': sign('b') }, false],
		['over other bytes', ['a'], { 'x-docusign-signature-1': sign('a', Buffer.from('{}')) }, false],
		['in another header', ['a'], { 'x-signature-1': sign('a') }, false],
		['that is missing', ['a'], {}, false],
		['that is empty', ['a'], { 'x-docusign-signature-1': '' }, false],
		['without any key', [], { 'x-docusign-signature-1': sign('') }, false],
	])('%s', (_what, keys, headers, signed) => {
		expect(isSignedByConnect(keys, headers, body)).toBe(signed);
	});
});

describe('DocuSign Trigger', () => {
	const docuSign = useDocuSign();
	const trigger = new DocuSignTrigger();
	let server: Server;
	let url: string;
	let items: unknown[];
	let statuses: number[];
	let secrets: Record<string, unknown>;
	let events: string[];
	let kept: Record<string, unknown>;

	const contextOf = (more: object) => ({
		getNode: () => ({ id: 'n', name: 'DocuSign Trigger', type: 'docuSignTrigger', typeVersion: 1, position: [0, 0], parameters: {}, credentials: { docuSignUserLoginOAuth2Api: { id: 'c', name: 'c' }, docuSignConnectHmacApi: { id: 'h', name: 'h' } } }),
		getWorkflow: () => ({ id: 'w', name: 'Signed contracts' }),
		getMode: () => 'trigger',
		getNodeParameter: (name: string, fallback?: unknown) => ({ authentication: 'serviceAccount', events, includeData: ['recipients'], accountId: '', userIds: '' })[name] ?? fallback,
		getCredentials: async (type: string) => await Promise.resolve(type === 'docuSignConnectHmacApi' ? secrets : docuSign.raw()),
		getWorkflowStaticData: () => kept,
		getNodeWebhookUrl: () => url,
		helpers: { httpRequest },
		...more,
	});
	const hooks = () => contextOf({}) as unknown as IHookFunctions;
	const { checkExists, create, delete: remove } = trigger.webhookMethods.default;

	beforeAll(async () => {
		server = createServer((request, response) => {
			const pieces: Buffer[] = [];
			request.on('data', (piece: Buffer) => pieces.push(piece));
			request.on('end', () => {
				let status = 200;
				const express = { status: (code: number) => ((status = code), express), set: () => express, json: (body: unknown) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)) };
				const context = contextOf({ getRequestObject: () => ({ rawBody: Buffer.concat(pieces), headers: request.headers }), getResponseObject: () => express }) as unknown as IWebhookFunctions;
				trigger.webhook.call(context).then(
					(result: IWebhookResponseData) => {
						statuses.push(status);
						if (result.noWebhookResponse === true) return;
						items.push(...result.workflowData!.flat().map(({ json }) => json));
						response.writeHead(200).end('{}');
					},
					() => {
						statuses.push(500);
						response.writeHead(500).end();
					},
				);
			});
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook/1/docusign`;
	});
	afterAll(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});
	beforeEach(async () => {
		[items, statuses, secrets, kept] = [[], [], { hmacSecret: SECRET, hmacSecret2: '', hmacSecret3: '' }, {}];
		events = ['envelope-sent', 'envelope-completed'];
		await docuSign.signIn('integration', SERVICE_ACCOUNT);
	});
	const settle = async () => await docuSign.played.control<{ deliveryId: string; event: string; connectId: string | null; state: string }[]>('POST', 'docusign/settle', {});
	const sent = async () => String((await docuSign.rows(send, { files: contractFile }))[0]!.envelopeId);

	it('makes its configuration when it is published, keeps it up to date, and takes it away again', async () => {
		expect(await checkExists.call(hooks())).toBe(false);
		expect(await create.call(hooks())).toBe(true);
		expect(kept).toEqual({ connectId: expect.any(String), accountId: docuSign.played.sandbox.docusign.accounts[0]!.accountId });
		events = ['envelope-voided'];
		expect(await checkExists.call(hooks())).toBe(true);
		await sent();
		expect(await settle()).toEqual([]);
		expect(await remove.call(hooks())).toBe(true);
		expect(kept).toEqual({});
		expect(await remove.call(hooks())).toBe(true);
	});

	it('makes it anew where an administrator has removed it', async () => {
		await create.call(hooks());
		await docuSign.played.control('DELETE', 'docusign/envelopes');
		expect(await checkExists.call(hooks())).toBe(false);
		await remove.call(hooks());
		expect(kept).toEqual({});
	});

	it('says what is missing: Connect in the plan', async () => {
		await docuSign.settings({ docuSignConnectEnabled: false });
		await expect(create.call(hooks())).rejects.toThrow(/The plan of this account has no Connect/);
	});

	it('emits the chosen events with the summary of the envelope, once each', async () => {
		await create.call(hooks());
		const envelopeId = await sent();
		await docuSign.act(envelopeId, 'bob@example.com', 'view');
		await docuSign.act(envelopeId, 'bob@example.com');
		await settle();
		expect(items).toMatchObject([{ event: 'envelope-sent', envelopeId }, { event: 'envelope-completed', envelopeId, envelopeSummary: { status: 'completed', emailSubject: 'Please sign', recipients: { signers: [{ email: 'bob@example.com' }] } } }]);
		const [delivery] = await settle();
		expect(await docuSign.played.control('POST', 'docusign/replay', { deliveryId: delivery!.deliveryId })).toEqual({ status: 200 });
		expect(items).toHaveLength(2);
	});

	it('wakes who waits for the envelope, also by an event that it does not emit', async () => {
		events = ['envelope-sent'];
		await create.call(hooks());
		await docuSign.under.vault.waits.noteSweeper('w:n');
		const envelopeId = await sent();
		await docuSign.rows({ resource: 'envelope', operation: 'waitUntilCompleted', envelopeId });
		expect(await docuSign.under.vault.waits.listDue(10)).toEqual([]);
		await docuSign.act(envelopeId, 'bob@example.com', 'view');
		await docuSign.act(envelopeId, 'bob@example.com');
		await settle();
		expect(await docuSign.under.vault.waits.listDue(10)).toMatchObject([{ executionId: '1' }]);
		expect(items).toMatchObject([{ event: 'envelope-sent' }]);
		expect(await docuSign.rows({ resource: 'envelope', operation: 'waitUntilCompleted', envelopeId })).toMatchObject([{ status: 'completed' }]);
	});

	it('takes any of its keys, and nothing that none of them has signed', async () => {
		await docuSign.settings({ docuSignConnectHmacKeys: ['old-key', 'new-key'], docuSignConnectRetryDelaysMs: [] });
		await create.call(hooks());
		await sent();
		await settle();
		expect([statuses, items]).toEqual([[401], []]);
		secrets = { hmacSecret: 'another', hmacSecret2: ' new-key ' };
		await sent();
		await settle();
		expect([statuses, items.length]).toEqual([[401, 200], 1]);
	});

	it.each<[string, object, number]>([
		['of last month', { generatedDateTime: new Date(Date.now() - 30 * 86_400_000).toISOString() }, 403],
		['of tomorrow', { generatedDateTime: new Date(Date.now() + 86_400_000).toISOString() }, 403],
		['about no envelope', { data: {} }, 400],
		['of now', {}, 200],
	])('a signed message %s', async (_what, changes, status) => {
		const body = Buffer.from(JSON.stringify({ event: 'envelope-sent', generatedDateTime: new Date().toISOString(), data: { accountId: 'a', envelopeId: 'e' }, ...changes }));
		const response = await fetch(url, { method: 'POST', body, headers: { 'x-docusign-signature-1': createHmac('sha256', SECRET).update(body).digest('base64') } });
		expect([response.status, items.length]).toEqual([status, status === 200 ? 1 : 0]);
	});

	it('S12 keeps no secret: neither keys nor messages stand in the database', async () => {
		await create.call(hooks());
		await sent();
		await settle();
		const dump = await docuSign.under.place.dump();
		for (const canary of [SECRET, 'Please sign']) expect(dump).not.toContain(canary);
	});
});
