import { columnsField, listField, siteField } from '../fields';
import type { Operation } from '../operation';
import { flagOf, listAt, plain, textOf, wrongParameter } from '../parameters';
import { chosenColumns } from './columns';

export const getChanges: Operation = {
	name: 'Get Changes',
	value: 'getChanges',
	action: 'Get changes in a list',
	description: 'Retrieve which items were added, changed or deleted since an earlier run',
	needs: 'read',
	capability: 'changes',
	fields: [
		siteField,
		listField,
		{ displayName: 'Changes Since', name: 'since', type: 'string', default: '', description: 'The "changeToken" that the earlier run gave; empty begins with all items that there are' },
		{ displayName: 'Begin With What Comes', name: 'latest', type: 'boolean', default: false, description: 'Whether to return, where there is no token yet, no items but only a token from now on' },
		columnsField,
	],
	async execute(api) {
		const at = listAt(api);
		const token = textOf(api, 'since');
		if (token !== '' && !URL.canParse(token)) throw wrongParameter(api, 'The parameter "Changes Since" is no token that this operation has given', 'Empty it to begin again');
		const columns = await chosenColumns(api, at);
		const { changes, ...end } = await api.backend.getChanges(at, { ...(token !== '' && { token }), latest: flagOf(api, 'latest'), ...(columns !== undefined && { columns }) });
		// One item for all changes: the token must come out also where nothing has changed.
		return [{ changes: changes.map((change) => (change.deleted ? { id: change.id, deleted: true } : { ...plain(change.item), deleted: false })), changeToken: end.token, resynchronised: end.resynchronised }];
	},
};
