// The same on SharePoint Server; and what it cannot do is neither shown nor done.
import { NodeHelpers, type IHttpRequestOptions, type INodeProperties, type INodePropertyOptions } from 'n8n-workflow';

import { findOperation } from '../../../nodes/SharePoint/actions';
import { httpRequest } from '../support/executing';
import { mapped, noFile, noList, OPERATIONS, testEveryOperation, wrongConflict, wrongItem, wrongName, type Case } from './everyOperation';
import { node } from './sharePointNode';
import { useSharePointServer } from './sharePointServerNode';

const CASES: Record<string, Case> = {
	'file.copy': { valid: async ({ files, names }) => ({ file: await files(), newName: names(), targetFolder: '/Reports' }), spoilt: wrongConflict },
	'file.delete': { valid: async ({ files }) => ({ file: await files() }), spoilt: noFile },
	'file.download': { valid: () => ({ file: '/Reports/summary.txt' }), spoilt: noFile },
	'file.get': { valid: () => ({ file: '/Reports/summary.txt' }), spoilt: noFile },
	'file.getLibraries': { valid: () => ({ returnAll: false, limit: 1 }), spoilt: [{ limit: 0 }, /"Limit"/] },
	'file.getVersions': { valid: () => ({ file: '/Reports/summary.txt', returnAll: false, limit: 1 }), spoilt: noFile },
	'file.move': { valid: async ({ files, names }) => ({ file: await files(), newName: names(), targetFolder: '/Reports' }), spoilt: wrongConflict },
	'file.rename': { valid: async ({ files, names }) => ({ file: await files(), newName: names() }), spoilt: wrongName('newName', 'New Name') },
	'file.restoreVersion': { valid: async ({ changedFiles }) => ({ file: await changedFiles(), versionId: '1.0' }), spoilt: [{ versionId: '' }, /"Version ID" is empty/] },
	'file.search': { valid: () => ({ searchText: 'summ', returnAll: false, limit: 1 }), spoilt: [{ searchText: '' }, /"Search Text" is empty/] },
	'file.updateContent': { valid: async ({ files }) => ({ file: await files() }), spoilt: noFile },
	'file.upload': { valid: ({ names }) => ({ fileName: names() }), spoilt: wrongName('fileName', 'File Name') },
	'folder.create': { valid: ({ names }) => ({ folder: '/', folderName: names() }), spoilt: wrongName('folderName', 'Name') },
	'folder.delete': { valid: async ({ files }) => ({ folder: await files() }), spoilt: [{ folder: '/' }, /root of a library cannot be deleted/] },
	'folder.list': { valid: () => ({ folder: '/', returnAll: false, limit: 1 }), spoilt: [{ limit: 0 }, /"Limit"/] },
	'item.create': { valid: ({ names }) => ({ columns: (index: number) => mapped({ Title: 'new', ExternalKey: names()(index) }) }), spoilt: [{ columns: mapped({ Title: 'new', Progress: 'many' }) }, /column Progress must be a number/] },
	'item.delete': { valid: async ({ items }) => ({ itemId: await items() }), spoilt: wrongItem },
	'item.get': { valid: () => ({ itemId: '3' }), spoilt: wrongItem },
	'item.getMany': { valid: () => ({ returnAll: false, limit: 2 }), spoilt: [{ columnNames: ['Colour'] }, /has no column "Colour"/] },
	'item.update': { valid: async ({ items }) => ({ itemId: await items(), columns: mapped({ Progress: 5 }) }), spoilt: [{ columns: mapped({ Modified: '2026-01-01' }) }, /Modified cannot be written/] },
	'item.upsert': { valid: ({ names }) => ({ columns: (index: number) => mapped({ Title: 'by key', ExternalKey: names()(index) }, ['ExternalKey']) }), spoilt: [{ columns: mapped({ Title: 'by key' }, ['ExternalKey']) }, /key column ExternalKey has no value/] },
	'list.get': { valid: () => ({}), spoilt: noList },
	'list.getColumns': { valid: () => ({}), spoilt: noList },
	'list.getMany': { valid: () => ({ returnAll: false, limit: 2 }), spoilt: [{ limit: 0 }, /"Limit"/] },
	'site.get': { valid: () => ({}) },
	'site.getCurrentUser': { valid: () => ({}) },
	'site.getLists': { valid: () => ({ returnAll: false, limit: 2 }), spoilt: [{ limit: 0 }, /"Limit"/] },
	'site.search': { valid: () => ({ searchText: 'shared', returnAll: false, limit: 1 }), spoilt: [{ limit: 0 }, /"Limit"/] },
};

const operationOf = (name: string) => findOperation(...(name.split('.') as [string, string]))!;
/** What Server lacks. */
const ONLINE_ONLY = OPERATIONS.filter((name) => operationOf(name).capability !== undefined);

it('no operation is left out here', () => {
	expect(ONLINE_ONLY.sort()).toEqual(['file.createSharingLink', 'item.getChanges', 'search.query']);
	expect([...Object.keys(CASES), ...ONLINE_ONLY].sort()).toEqual([...OPERATIONS].sort());
});

describe('every operation on SharePoint Server', () => {
	const { run, failure } = useSharePointServer({ site: '/sites/shared', library: '', list: 'Projects' });
	testEveryOperation(CASES, { run, failure, keyColumn: 'ExternalKey', isApi: (url) => url.includes('/_api/'), refusal: { 'odata.error': { code: '-2147024891, System.UnauthorizedAccessException', message: { lang: 'en-US', value: 'Access is denied.' } } }, refused: /^1 failed: bob@example\.com may not do this/ });
});

describe('what only SharePoint Online can do', () => {
	const { rows, failure, api } = useSharePointServer({ site: '/sites/shared', library: '', list: 'Projects', file: '/Reports/summary.txt', query: 'x' });
	const shown = (option: Pick<INodeProperties, 'displayOptions'>, parameters: Record<string, string>) => NodeHelpers.displayParameter(parameters, option as INodeProperties, { typeVersion: 1 }, node.description);
	/** The choices of a parameter that the editor shows. */
	const choices = (name: string, parameters: Record<string, string>) => node.description.properties.filter((field) => field.name === name && shown(field, parameters)).flatMap(({ options = [] }) => (options as INodePropertyOptions[]).filter((option) => shown(option, parameters)).map(({ value }) => String(value)));

	it.each(OPERATIONS)('%s is offered where it can be done', (name) => {
		const [resource, operation] = name.split('.') as [string, string];
		const isOffered = (service: string) => choices('resource', { service }).includes(resource) && choices('operation', { service, resource }).includes(operation);
		expect([isOffered('online'), isOffered('server')]).toEqual([true, !ONLINE_ONLY.includes(name)]);
	});

	it.each(ONLINE_ONLY)('%s is refused in words for each item where the editor was passed by, and nothing is called', async (name) => {
		const [resource, operation] = name.split('.') as [string, string];
		const error = await failure({ resource, operation });
		expect([error.name, error.message, error.description, error.context.itemIndex]).toEqual(['NodeOperationError', `SharePoint Server cannot do this: "${operationOf(name).name}"`, 'Only SharePoint Online has it', 0]);
		const found = await rows({ resource: () => resource, operation: () => operation }, { items: [{ json: {} }, { json: {} }], continueOnFail: true });
		expect(found.map((row) => row.error)).toEqual([error.message, error.message]);
		expect(await api()).toEqual([]);
	});
});

describe('versions', () => {
	const { rows, failure } = useSharePointServer({ resource: 'file', site: '/sites/shared', file: '/Reports/summary.txt' });

	it('that are not there, or are the content already, are not restored, and that is said', async () => {
		const current = String((await rows({ operation: 'getVersions', returnAll: true }))[0]!.id);
		expect((await failure({ operation: 'restoreVersion', versionId: current })).message).toBe(`The version ${current} of the file or folder "/Reports/summary.txt" is its content already`);
		const unknown = await failure({ operation: 'restoreVersion', versionId: '77.0' });
		expect([unknown.message, unknown.description]).toEqual(['The file or folder "/Reports/summary.txt" has no version 77.0', expect.stringContaining(current)]);
	});
});

describe('calls', () => {
	const { world, rows, failure, api } = useSharePointServer({ resource: 'file', site: '/sites/shared' });
	const big = { items: [{ json: {}, binary: { data: { data: 'filesystem', id: 'filesystem:1', mimeType: 'application/octet-stream', fileName: 'named.bin' } } }], kept: { size: 11 * 1024 * 1024 } };
	const names = async () => new Set(((await api()) as unknown as { userAgent?: string }[]).map(({ userAgent }) => userAgent));

	it('bear the name that the organisation chose: reads, writes, pieces of an upload, downloads', async () => {
		const options = { userAgent: 'NONISV|Contoso|Invoices/1.0' };
		await rows({ operation: 'upload', folder: '/', conflict: 'replace', options }, big);
		await rows({ operation: 'download', file: '/named.bin', options });
		expect(await names()).toEqual(new Set(['NONISV|Contoso|Invoices/1.0']));
		expect((await failure({ operation: 'get', file: '/named.bin', options: { userAgent: 'Bücher\n' } })).message).toMatch(/"User Agent" holds characters/);
	});

	it('bear it with a password as well, the ones for a digest too', async () => {
		const seen: unknown[] = [];
		const watching = async (options: IHttpRequestOptions) => (seen.push((options.headers as Record<string, string>)['user-agent']), await httpRequest(options));
		const siteUrl = `${world.sandbox.adfs.siteUrl}/sites/shared`;
		await rows({ authentication: 'password', user: '', resource: 'folder', operation: 'create', folder: '/', folderName: `named ${Date.now()}` }, { credentials: { sharePointServerPasswordApi: { siteUrl, authentication: 'basic', username: 'CONTOSO\\alice', password: 'alice-password' } }, httpRequest: watching });
		expect([seen.length > 2, new Set(seen)]).toEqual([true, new Set(['NONISV|n8n|ConnectedApps/1.0'])]);
	});
});
