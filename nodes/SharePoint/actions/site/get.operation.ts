import { siteField } from '../fields';
import type { Operation } from '../operation';
import { plain, siteOf } from '../parameters';

export const get: Operation = {
	name: 'Get',
	value: 'get',
	action: 'Get a site',
	description: 'Retrieve a site by its address or ID',
	needs: 'read',
	fields: [siteField],
	execute: async (api) => [plain(await api.backend.getSite(siteOf(api)))],
};
