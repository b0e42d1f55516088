import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../operation';
import { guidOf } from '../parameters';

export const description: INodeProperties[] = [{ displayName: 'User ID', name: 'userId', type: 'string', default: '', required: true, placeholder: '00000000-0000-0000-0000-000000000000', displayOptions: { show: { resource: ['user'], operation: ['get'] } } }];

export const execute: Operation = async (api) => {
	const userId = guidOf(api, 'userId', 'User ID');
	return [await api.get(`/users/${userId}`, { about: `user ${userId}` })];
};
