// What n8n expects of every operation alike: items stay paired, one that fails fails alone and says which it is, an agent may use it.
import type { IHttpRequestOptions, INodeExecutionData, INodePropertyOptions } from 'n8n-workflow';

import { httpRequest } from '../support/executing';
import { node, useSharePoint } from './sharePointNode';

const operationsOf = (resource: string) => node.description.properties.filter(({ name, displayOptions }) => name === 'operation' && displayOptions?.show?.resource?.[0] === resource).flatMap(({ options = [] }) => (options as INodePropertyOptions[]).map(({ value }) => `${resource}.${String(value)}`));
const RESOURCES = (node.description.properties.find(({ name }) => name === 'resource')!.options as INodePropertyOptions[]).map(({ value }) => String(value));

type Parameters = Record<string, unknown>;
/** Makes three things that nothing else uses; each item gets one of them. */
interface Make {
	items(): Promise<(index: number) => string>;
	files(): Promise<(index: number) => string>;
	names(): (index: number) => string;
}

interface Case {
	valid(make: Make): Promise<Parameters> | Parameters;
	/** Spoils the item before any call that changes something, and what the error names; an operation without parameters has none. */
	spoilt?: [Parameters, RegExp];
}

let made = 0;
const mapped = (value: Parameters, matchingColumns: string[] = []) => ({ mappingMode: 'defineBelow', value, matchingColumns });
const wrongItem: Case['spoilt'] = [{ itemId: 'nonsense' }, /"Item ID".*"nonsense"/];
const noList: Case['spoilt'] = [{ list: '' }, /"List" is empty/];
const noFile: Case['spoilt'] = [{ file: '' }, /"File" is empty/];
const wrongName = (parameter: string, label: string): Case['spoilt'] => [{ [parameter]: 'a:b' }, new RegExp(`"${label}" holds the character :`)];
const wrongConflict: Case['spoilt'] = [{ conflict: 'nonsense' }, /"If the Name Is Taken".*"nonsense"/];

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
	'file.restoreVersion': { valid: async ({ files }) => ({ file: await files(), versionId: '1.0' }), spoilt: [{ versionId: '' }, /"Version ID" is empty/] },
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
	expect(Object.keys(CASES).sort()).toEqual(RESOURCES.flatMap(operationsOf).sort());
});

describe('every operation', () => {
	const { rows, run, failure } = useSharePoint({ site: '/sites/everyone', library: '', list: 'Projects' });
	const withFile = (): INodeExecutionData => ({ json: {}, binary: { data: { data: Buffer.from('text').toString('base64'), mimeType: 'text/plain', fileName: 'a.txt' } } });
	const three = () => ({ items: [withFile(), withFile(), withFile()] });
	const nextName = () => `made ${(made += 1)}`;
	const make: Make = {
		async items() {
			const found = await rows({ resource: 'item', operation: 'create', columns: () => mapped({ Title: 'made', Code: nextName() }) }, three());
			return (index) => String(found[index]!.id);
		},
		async files() {
			const found = await rows({ resource: 'file', operation: 'upload', folder: '/', fileName: () => `${nextName()}.txt` }, three());
			return (index) => String(found[index]!.id);
		},
		names() {
			const names = new Map<number, string>();
			return (index) => names.get(index) ?? names.set(index, nextName()).get(index)!;
		},
	};
	const asAliceBobAlice = { user: (index: number) => (index === 1 ? 'bob@example.com' : 'alice@example.com') };
	/** Graph refuses whoever is not the first: the second item is bob's. */
	const refusingTheSecond = () => {
		let alices: unknown;
		return async (options: IHttpRequestOptions) => {
			const { authorization } = (options.headers ?? {}) as Record<string, unknown>;
			if (authorization === undefined || !options.url.includes('/v1.0/')) return await httpRequest(options);
			alices ??= authorization;
			if (authorization === alices) return await httpRequest(options);
			return { statusCode: 403, headers: { 'content-type': 'application/json' }, body: new Uint8Array(Buffer.from(JSON.stringify({ error: { code: 'accessDenied', message: 'Access denied', innerError: { 'request-id': 'r-1' } } }))).buffer };
		};
	};
	type Items = Awaited<ReturnType<typeof run>>;
	const itemOf = ({ pairedItem }: Items[number]) => (pairedItem as { item: number }).item;
	const outcomeOf = (items: Items) => [...new Set(items.map((item) => `${itemOf(item)} ${'error' in item.json ? `failed: ${String(item.json.error)}` : 'gave'}`))];

	describe.each(Object.entries(CASES))('%s', (name, { valid, spoilt }) => {
		const [resource, operation] = name.split('.');
		const parametersOf = async (): Promise<Parameters> => ({ resource, operation, ...(await valid(make)) });

		it('gives something for each item, paired with it; to an agent as well', async () => {
			expect(outcomeOf(await run(await parametersOf(), three()))).toEqual(['0 gave', '1 gave', '2 gave']);
			const asTool = await run(await parametersOf(), { items: [withFile()], asTool: true });
			expect(outcomeOf(asTool)).toEqual(['0 gave']);
		});

		it('that Graph refuses for one item is that item’s error', async () => {
			const found = await run({ ...(await parametersOf()), ...asAliceBobAlice }, { ...three(), continueOnFail: true, httpRequest: refusingTheSecond() });
			expect(outcomeOf(found)).toEqual(['0 gave', expect.stringMatching(/^1 failed: accessDenied: bob@example\.com may not do this/), '2 gave']);
			expect(await failure({ ...(await parametersOf()), ...asAliceBobAlice }, { ...three(), httpRequest: refusingTheSecond() })).toMatchObject({ name: 'NodeApiError', httpCode: '403', context: { itemIndex: 1 } });
		});

		if (spoilt === undefined) return;
		const [changes, message] = spoilt;
		it('whose parameters are wrong in one item says what is wrong there', async () => {
			const good = await parametersOf();
			const base: Parameters = { list: 'Projects', ...good };
			const goodAt = (key: string, index: number): unknown => (typeof base[key] === 'function' ? (base[key] as (index: number) => unknown)(index) : (base[key] ?? ({ conflict: 'fail', linkType: 'view', limit: 50, columnNames: [], since: '' } as Parameters)[key]));
			const parameters = { ...good, ...Object.fromEntries(Object.entries(changes).map(([key, value]) => [key, (index: number) => (index === 1 ? value : goodAt(key, index))])) };
			const found = await run(parameters, { ...three(), continueOnFail: true });
			expect(outcomeOf(found)).toEqual(['0 gave', expect.stringMatching(/^1 failed: /), '2 gave']);
			expect(found.find((item) => itemOf(item) === 1)!.json.error).toMatch(message);
			const again = { ...good, ...Object.fromEntries(Object.entries(changes).map(([key, value]) => [key, () => value])) };
			const error = await failure(again, { items: [withFile()] });
			expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
			expect(error.message).toMatch(message);
		});
	});
});
