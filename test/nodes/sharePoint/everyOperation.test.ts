import { mapped, noFile, noList, OPERATIONS, testEveryOperation, wrongConflict, wrongItem, wrongName, type Case } from './everyOperation';
import { useSharePoint } from './sharePointNode';

const CASES: Record<string, Case> = {
	'file.copy': { valid: async ({ files, names }) => ({ file: await files(), newName: names(), targetFolder: '/Reports' }), spoilt: wrongConflict },
	'file.createSharingLink': { valid: async ({ files }) => ({ file: await files() }), spoilt: [{ linkType: 'nonsense' }, /"Link Type".*"nonsense"/] },
	'file.delete': { valid: async ({ files }) => ({ file: await files() }), spoilt: noFile },
	'file.download': { valid: () => ({ file: '/readme.txt' }), spoilt: noFile },
	'file.get': { valid: () => ({ file: '/readme.txt' }), spoilt: noFile },
	'file.getLibraries': { valid: () => ({ returnAll: false, limit: 1 }), spoilt: [{ limit: 0 }, /"Limit"/] },
	'file.getVersions': { valid: () => ({ file: '/readme.txt', returnAll: false, limit: 1 }), spoilt: noFile },
	'file.move': { valid: async ({ files, names }) => ({ file: await files(), newName: names(), targetFolder: '/Reports' }), spoilt: wrongConflict },
	'file.rename': { valid: async ({ files, names }) => ({ file: await files(), newName: names() }), spoilt: wrongName('newName', 'New Name') },
	'file.restoreVersion': { valid: async ({ changedFiles }) => ({ file: await changedFiles(), versionId: '1.0' }), spoilt: [{ versionId: '' }, /"Version ID" is empty/] },
	'file.search': { valid: () => ({ searchText: 'readme', returnAll: false, limit: 1 }), spoilt: [{ searchText: '' }, /"Search Text" is empty/] },
	'file.updateContent': { valid: async ({ files }) => ({ file: await files() }), spoilt: noFile },
	'file.upload': { valid: ({ names }) => ({ fileName: names() }), spoilt: wrongName('fileName', 'File Name') },
	'folder.create': { valid: ({ names }) => ({ folder: '/', folderName: names() }), spoilt: wrongName('folderName', 'Name') },
	'folder.delete': { valid: async ({ files }) => ({ folder: await files() }), spoilt: [{ folder: '/' }, /root of a library cannot be deleted/] },
	'folder.list': { valid: () => ({ folder: '/', returnAll: false, limit: 1 }), spoilt: [{ limit: 0 }, /"Limit"/] },
	'item.create': { valid: ({ names }) => ({ columns: (index: number) => mapped({ Title: 'new', Code: names()(index) }) }), spoilt: [{ columns: mapped({ Title: 'new', Hours: 'many' }) }, /column Hours must be a number/] },
	'item.delete': { valid: async ({ items }) => ({ itemId: await items() }), spoilt: wrongItem },
	'item.get': { valid: () => ({ itemId: '3' }), spoilt: wrongItem },
	'item.getChanges': { valid: () => ({ latest: true }), spoilt: [{ since: 'nonsense' }, /"Changes Since" is no token/] },
	'item.getMany': { valid: () => ({ returnAll: false, limit: 2 }), spoilt: [{ columnNames: ['Colour'] }, /has no column "Colour"/] },
	'item.update': { valid: async ({ items }) => ({ itemId: await items(), columns: mapped({ Hours: 5 }) }), spoilt: [{ columns: mapped({ Total: 5 }) }, /Total cannot be written/] },
	'item.upsert': { valid: ({ names }) => ({ columns: (index: number) => mapped({ Title: 'by key', Code: names()(index) }, ['Code']) }), spoilt: [{ columns: mapped({ Title: 'by key' }, ['Code']) }, /key column Code has no value/] },
	'list.get': { valid: () => ({}), spoilt: noList },
	'list.getColumns': { valid: () => ({}), spoilt: noList },
	'list.getMany': { valid: () => ({ returnAll: false, limit: 2 }), spoilt: [{ limit: 0 }, /"Limit"/] },
	'search.query': { valid: () => ({ searchFor: 'file', query: 'readme', returnAll: false, limit: 1 }), spoilt: [{ limit: 0 }, /"Limit"/] },
	'site.get': { valid: () => ({}) },
	'site.getCurrentUser': { valid: () => ({}) },
	'site.getLists': { valid: () => ({ returnAll: false, limit: 2 }), spoilt: [{ limit: 0 }, /"Limit"/] },
	'site.search': { valid: () => ({ searchText: 'everyone', returnAll: false, limit: 1 }), spoilt: [{ limit: 0 }, /"Limit"/] },
};

it('no operation is left out here', () => {
	expect(Object.keys(CASES).sort()).toEqual([...OPERATIONS].sort());
});

describe('every operation on SharePoint Online', () => {
	const { run, failure } = useSharePoint({ site: '/sites/everyone', library: '', list: 'Projects' });
	testEveryOperation(CASES, { run, failure, keyColumn: 'Code', isApi: (url) => url.includes('/v1.0/'), refusal: { error: { code: 'accessDenied', message: 'Access denied', innerError: { 'request-id': 'r-1' } } }, refused: /^1 failed: accessDenied: bob@example\.com may not do this/ });
});
