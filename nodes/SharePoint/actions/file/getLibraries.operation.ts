import { collect } from '../collect';
import { limitFields, siteField } from '../fields';
import type { Operation } from '../operation';
import { limitOf, plain, siteOf } from '../parameters';

export const getLibraries: Operation = {
	name: 'Get Libraries',
	value: 'getLibraries',
	action: 'Get libraries of a site',
	description: 'Retrieve the document libraries of a site',
	needs: 'readFiles',
	fields: [siteField, ...limitFields],
	async execute(api) {
		const site = siteOf(api);
		return (await collect(limitOf(api), async (page) => await api.backend.getLibraries(site, page))).map(plain);
	},
};
