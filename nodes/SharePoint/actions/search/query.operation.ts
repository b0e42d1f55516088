import type { SearchKind } from '../../transport/backend';
import { collect } from '../collect';
import { limitFields } from '../fields';
import type { Operation } from '../operation';
import { limitOf, plain, requiredText, textOf, wrongParameter } from '../parameters';

const KINDS: readonly string[] = ['file', 'list', 'listItem', 'site'];

export const query: Operation = {
	name: 'Query',
	value: 'query',
	action: 'Search across sites',
	description: 'Retrieve what matches words, in all sites that the user may see',
	needs: 'read',
	capability: 'search',
	fields: [
		{
			displayName: 'Search For',
			name: 'searchFor',
			type: 'options',
			options: [
				{ name: 'Files and Folders', value: 'file' },
				{ name: 'List Items', value: 'listItem' },
				{ name: 'Lists', value: 'list' },
				{ name: 'Sites', value: 'site' },
			],
			default: 'file',
		},
		{ displayName: 'Query', name: 'query', type: 'string', default: '', required: true, placeholder: 'budget filetype:xlsx', description: 'Words, or a query in the Keyword Query Language (KQL)' },
		...limitFields,
	],
	async execute(api) {
		const kind = textOf(api, 'searchFor', 'file');
		if (!KINDS.includes(kind)) throw wrongParameter(api, `The parameter "Search For" is not known: "${kind}"`);
		const text = requiredText(api, 'query', 'Query', 'budget filetype:xlsx');
		return (await collect(limitOf(api), async (page) => await api.backend.search(kind as SearchKind, text, page))).map(plain);
	},
};
