import { listField, siteField } from '../fields';
import type { Operation } from '../operation';
import { listAt, plain } from '../parameters';

export const get: Operation = {
	name: 'Get',
	value: 'get',
	action: 'Get a list',
	description: 'Retrieve what a list is called and where it is',
	needs: 'read',
	fields: [siteField, listField],
	execute: async (api) => [plain(await api.backend.getList(listAt(api)))],
};
