import { createHash } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

import { NodeOperationError, type IHttpRequestOptions, type INodeExecutionData } from 'n8n-workflow';

import { httpRequest } from '../support/executing';
import { useSalesforce } from './salesforceNode';

const bytesOf = (item: INodeExecutionData, property = 'data') => Buffer.from(item.binary![property]!.data, 'base64');
const TEXT = 'An offer: 100 € for naïve 日本 text.\n';

describe('a file', () => {
	const salesforce = useSalesforce({ resource: 'file', operation: 'download' });
	const { run, rows, failure, api } = salesforce;
	const query = async (soql: string, user = 'alice@example.com') => await rows({ resource: 'query', operation: 'soql', soql, user, returnAll: true });
	const idOf = async (soql: string, user?: string) => String(Object.values((await query(soql, user))[0]!)[0]);
	const version = async (title: string) => await idOf(`SELECT Id FROM ContentVersion WHERE Title = '${title}'`);
	const document = async (title: string) => await idOf(`SELECT Id FROM ContentDocument WHERE Title = '${title}'`);

	it('is downloaded in its latest version, with its name, type and facts', async () => {
		const fileId = await document('offer');
		const [item] = await run({ fileId });
		expect(bytesOf(item!).toString()).toBe(TEXT);
		expect(item!.binary!.data).toMatchObject({ fileName: 'offer.txt', mimeType: 'text/plain', fileExtension: 'txt' });
		expect(item!.json).toEqual({
			id: await version('offer'),
			type: 'ContentVersion',
			name: 'offer.txt',
			size: Buffer.byteLength(TEXT),
			mimeType: 'text/plain',
			contentDocumentId: fileId,
			versionNumber: '1',
			isLatest: true,
			fileType: 'TEXT',
			checksum: createHash('md5').update(TEXT).digest('hex'),
			createdDate: expect.stringMatching(/^\d{4}-.*Z$/),
			lastModifiedDate: expect.stringMatching(/^\d{4}-.*Z$/),
		});
		expect(item!.pairedItem).toEqual({ item: 0 });
	});

	it('is downloaded by the id of a version, under another name and into another field where these are wanted', async () => {
		const [item] = await run({ fileId: await version('logo'), binaryPropertyName: 'image', fileOptions: { fileName: 'brand.png' } });
		expect(item!.binary).toMatchObject({ image: { fileName: 'brand.png', mimeType: 'image/png' } });
		expect(bytesOf(item!, 'image').subarray(1, 4).toString()).toBe('PNG');
		expect((await run({ fileId: await version('logo'), fileOptions: { mimeType: 'image/x-brand' } }))[0]!.binary!.data!.mimeType).toBe('image/x-brand');
	});

	it('of megabytes comes whole', async () => {
		await salesforce.settings({ largeFileBytes: 3 * 1024 * 1024 + 17 });
		const bytes = bytesOf((await run({ fileId: await version('large') }))[0]!);
		expect(bytes).toHaveLength(3 * 1024 * 1024 + 17);
		expect(bytes.every((byte, index) => byte === index % 251)).toBe(true);
	});

	it('may be an attachment or a document', async () => {
		const attached = (await run({ fileId: await idOf("SELECT Id FROM Attachment WHERE Name = 'offer.txt'") }))[0]!;
		expect([bytesOf(attached).toString(), attached.json]).toEqual([TEXT, expect.objectContaining({ type: 'Attachment', name: 'offer.txt', mimeType: 'text/plain', size: Buffer.byteLength(TEXT), parentId: expect.stringMatching(/^001/) })]);
		const terms = (await run({ fileId: await idOf('SELECT Id FROM Document') }))[0]!;
		expect([bytesOf(terms).toString(), terms.json]).toEqual(['Terms and conditions\n', expect.objectContaining({ type: 'Document', name: 'Terms.txt', developerName: 'Terms' })]);
	});

	it('is found by the address of its page', async () => {
		const fileId = await document('offer');
		expect((await rows({ fileId: `https://example.lightning.force.com/lightning/r/ContentDocument/${fileId}/view` }))[0]).toMatchObject({ name: 'offer.txt' });
	});

	it.each(['ContentVersion', 'ContentDocument'])('of somebody else is not there (%s)', async (object) => {
		const fileId = await idOf(`SELECT Id FROM ${object} WHERE Title = 'secret'`, 'bob@example.com');
		expect((await failure({ fileId })).message).toMatch(new RegExp(`alice@example\\.com cannot see the .*${fileId}, or it does not exist`));
	});

	it.each([
		['', /"File ID" is not a Salesforce id/],
		['../../limits', /"File ID"/],
		['001xx000003DGb1AAG', /"File ID" is not the id of a file/],
	])('with the id %p is refused before any call', async (fileId, message) => {
		const error = await failure({ fileId });
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.message).toMatch(message);
		expect(await api()).toEqual([]);
	});

	it('that breaks off is an error, not half a file', async () => {
		const fileId = await version('large');
		const breaking = async (options: IHttpRequestOptions) => {
			const answer = (await httpRequest(options)) as { body: unknown };
			if (options.encoding !== 'stream') return answer;
			const broken = async function* () {
				for await (const piece of answer.body as Readable) {
					yield piece;
					throw new Error('socket hang up');
				}
			};
			return { ...answer, body: Readable.from(broken()) };
		};
		const error = await failure({ fileId }, { httpRequest: breaking });
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.message).toBe('The file "large.bin" broke off: socket hang up');
	});

	it('has its MIME type from its name, whatever it is served as', async () => {
		const fileId = await version('logo');
		/** n8n's helper gives the answer of Node itself, with what it read in its headers. */
		const asNode = async (options: IHttpRequestOptions) => {
			if (options.encoding !== 'stream') return await httpRequest(options);
			const body = await new Promise<IncomingMessage>((resolve, reject) => get(options.url, { headers: options.headers as Record<string, string> }, resolve).on('error', reject));
			return { statusCode: body.statusCode, headers: body.headers, body: Object.assign(body, { contentType: 'application/octet-stream' }) };
		};
		expect((await run({ fileId }, { httpRequest: asNode }))[0]!.binary!.data).toMatchObject({ fileName: 'logo.png', mimeType: 'image/png' });
	});

	it('comes although the token ends before its bytes', async () => {
		const fileId = await version('offer');
		await salesforce.world.fault({ match: { server: 'api', pathIncludes: '/VersionData' }, kind: 'status', status: 401, body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }] });
		expect(bytesOf((await run({ fileId }))[0]!).toString()).toBe(TEXT);
		expect(await salesforce.world.tokenCalls('refresh_token')).toHaveLength(1);
	});

	it('whose bytes Salesforce will not give says why', async () => {
		const fileId = await version('offer');
		await salesforce.world.fault({ match: { server: 'api', pathIncludes: '/VersionData' }, kind: 'status', status: 403, body: [{ message: 'insufficient access rights on object id', errorCode: 'INSUFFICIENT_ACCESS' }] });
		expect(await failure({ fileId })).toMatchObject({ httpCode: '403', message: expect.stringMatching(/^INSUFFICIENT_ACCESS: /) });
	});

	describe('of a record', () => {
		const account = async () => await idOf("SELECT Id FROM Account WHERE Name = 'Alice Aerospace'");
		const list = { operation: 'list', returnAll: true };

		it('is listed with what Download needs', async () => {
			const found = await rows({ ...list, recordId: await account() });
			expect(found.map(({ name }) => name)).toEqual(['offer.txt', 'logo.png', 'large.bin']);
			expect(found[0]).toMatchObject({ id: await document('offer'), type: 'ContentDocument', versionId: await version('offer'), versionNumber: '1', size: Buffer.byteLength(TEXT), fileType: 'TEXT', shareType: 'V', visibility: 'AllUsers', createdDate: expect.stringMatching(/Z$/) });
			expect(bytesOf((await run({ fileId: found[0]!.id }))[0]!).toString()).toBe(TEXT);
		});

		it('is listed with the attachments, where they are wanted', async () => {
			const found = await rows({ ...list, recordId: await account(), includeAttachments: true });
			expect(found.map(({ type, name }) => [type, name])).toEqual([['ContentDocument', 'offer.txt'], ['ContentDocument', 'logo.png'], ['ContentDocument', 'large.bin'], ['Attachment', 'offer.txt'], ['Attachment', 'logo.png']]);
			expect(found[3]).toMatchObject({ id: expect.stringMatching(/^00P/), mimeType: 'text/plain', size: Buffer.byteLength(TEXT) });
		});

		it.each([[1, 1], [4, 4], [50, 5]])('comes %i at most', async (limit, expected) => {
			expect(await rows({ ...list, returnAll: false, limit, recordId: await account(), includeAttachments: true })).toHaveLength(expected);
		});

		it('is nobody else’s', async () => {
			expect(await rows({ ...list, recordId: await account(), includeAttachments: true, user: 'bob@example.com' })).toEqual([]);
		});
	});
});
