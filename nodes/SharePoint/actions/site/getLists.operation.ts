import { collect } from '../collect';
import { limitFields, siteField } from '../fields';
import type { Operation } from '../operation';
import { flagOf, limitOf, plain, siteOf } from '../parameters';

export const getLists: Operation = {
	name: 'Get Lists',
	value: 'getLists',
	action: 'Get lists of a site',
	description: 'Retrieve the lists and libraries of a site',
	needs: 'read',
	fields: [siteField, ...limitFields, { displayName: 'Include Hidden', name: 'includeHidden', type: 'boolean', default: false, description: 'Whether to return also lists that no page shows' }],
	async execute(api) {
		const site = siteOf(api);
		const hidden = flagOf(api, 'includeHidden');
		return (await collect(limitOf(api), async (page) => await api.backend.getLists(site, { hidden }, page))).map(plain);
	},
};
