import { siteField } from '../fields';
import type { Operation } from '../operation';
import { siteOf } from '../parameters';

export const getCurrentUser: Operation = {
	name: 'Get Current User',
	value: 'getCurrentUser',
	action: 'Get the current user',
	description: 'Retrieve who the node acts as in SharePoint',
	needs: 'user',
	fields: [siteField],
	execute: async (api) => [await api.backend.getCurrentUser(siteOf(api))],
};
