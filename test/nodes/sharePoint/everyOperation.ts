// What n8n expects of every operation alike: items stay paired, one that fails fails alone and says which it is, an agent may use it.
import type { IHttpRequestOptions, INodeExecutionData, INodePropertyOptions, NodeApiError } from 'n8n-workflow';

import { httpRequest } from '../support/executing';
import { node, type Run } from './sharePointNode';

export type Parameters = Record<string, unknown>;
/** Makes three of these, which nothing else uses; each item gets one of them. */
export interface Make {
	items(): Promise<(index: number) => string>;
	files(): Promise<(index: number) => string>;
	/** With an earlier version. */
	changedFiles(): Promise<(index: number) => string>;
	names(): (index: number) => string;
}

export interface Case {
	valid(make: Make): Promise<Parameters> | Parameters;
	/** Spoils the item before any call that changes something, and what the error names; an operation without parameters has none. */
	spoilt?: [Parameters, RegExp];
}

export interface Service {
	run(parameters: Parameters, more?: Run): Promise<INodeExecutionData[]>;
	failure(parameters: Parameters, more?: Run): Promise<NodeApiError>;
	/** A column of the list "Projects" that holds a text of its own for each item. */
	keyColumn: string;
	isApi(url: string): boolean;
	/** How its API refuses somebody, and how an error says that of bob. */
	refusal: object;
	refused: RegExp;
}

export const mapped = (value: Parameters, matchingColumns: string[] = []) => ({ mappingMode: 'defineBelow', value, matchingColumns });

export const wrongItem: Case['spoilt'] = [{ itemId: 'nonsense' }, /"Item ID".*"nonsense"/];
export const noList: Case['spoilt'] = [{ list: '' }, /"List" is empty/];
export const noFile: Case['spoilt'] = [{ file: '' }, /"File" is empty/];
export const wrongName = (parameter: string, label: string): Case['spoilt'] => [{ [parameter]: 'a:b' }, new RegExp(`"${label}" holds the character :`)];
export const wrongConflict: Case['spoilt'] = [{ conflict: 'nonsense' }, /"If the Name Is Taken".*"nonsense"/];


const RESOURCES = (node.description.properties.find(({ name }) => name === 'resource')!.options as INodePropertyOptions[]).map(({ value }) => String(value));

/** Every operation of the node, as `resource.operation`. */
export const OPERATIONS = RESOURCES.flatMap((resource) => node.description.properties.filter(({ name, displayOptions }) => name === 'operation' && displayOptions?.show?.resource?.[0] === resource).flatMap(({ options = [] }) => (options as INodePropertyOptions[]).map(({ value }) => `${resource}.${String(value)}`)));

let made = 0;

export function testEveryOperation(cases: Record<string, Case>, { run, failure, keyColumn, isApi, refusal, refused }: Service): void {
	const withFile = (): INodeExecutionData => ({ json: {}, binary: { data: { data: Buffer.from('text').toString('base64'), mimeType: 'text/plain', fileName: 'a.txt' } } });
	const three = () => ({ items: [withFile(), withFile(), withFile()] });
	const nextName = () => `made ${(made += 1)}`;
	const make: Make = {
		async items() {
			const found = await run({ resource: 'item', operation: 'create', columns: () => mapped({ Title: 'made', [keyColumn]: nextName() }) }, three());
			return (index) => String(found[index]!.json.id);
		},
		async files() {
			const found = await run({ resource: 'file', operation: 'upload', folder: '/', fileName: () => `${nextName()}.txt` }, three());
			return (index) => String(found[index]!.json.id);
		},
		async changedFiles() {
			const file = await make.files();
			await run({ resource: 'file', operation: 'updateContent', file }, three());
			return file;
		},
		names() {
			const names = new Map<number, string>();
			return (index) => names.get(index) ?? names.set(index, nextName()).get(index)!;
		},
	};
	const asAliceBobAlice = { user: (index: number) => (index === 1 ? 'bob@example.com' : 'alice@example.com') };
	/** The API refuses whoever is not the first: the second item is bob's. */
	const refusingTheSecond = () => {
		let alices: unknown;
		return async (options: IHttpRequestOptions) => {
			const { authorization } = (options.headers ?? {}) as Record<string, unknown>;
			if (authorization === undefined || !isApi(options.url)) return await httpRequest(options);
			alices ??= authorization;
			if (authorization === alices) return await httpRequest(options);
			return { statusCode: 403, headers: { 'content-type': 'application/json' }, body: new Uint8Array(Buffer.from(JSON.stringify(refusal))).buffer };
		};
	};
	type Items = Awaited<ReturnType<typeof run>>;
	const itemOf = ({ pairedItem }: Items[number]) => (pairedItem as { item: number }).item;
	const outcomeOf = (items: Items) => [...new Set(items.map((item) => `${itemOf(item)} ${'error' in item.json ? `failed: ${String(item.json.error)}` : 'gave'}`))];

	describe.each(Object.entries(cases))('%s', (name, { valid, spoilt }) => {
		const [resource, operation] = name.split('.');
		const parametersOf = async (): Promise<Parameters> => ({ resource, operation, ...(await valid(make)) });

		it('gives something for each item, paired with it; to an agent as well', async () => {
			expect(outcomeOf(await run(await parametersOf(), three()))).toEqual(['0 gave', '1 gave', '2 gave']);
			const asTool = await run(await parametersOf(), { items: [withFile()], asTool: true });
			expect(outcomeOf(asTool)).toEqual(['0 gave']);
		});

		it('that the API refuses for one item is that item’s error', async () => {
			const found = await run({ ...(await parametersOf()), ...asAliceBobAlice }, { ...three(), continueOnFail: true, httpRequest: refusingTheSecond() });
			expect(outcomeOf(found)).toEqual(['0 gave', expect.stringMatching(refused), '2 gave']);
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
}
