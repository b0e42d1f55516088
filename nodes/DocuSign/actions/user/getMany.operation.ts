import type { INodeProperties } from 'n8n-workflow';

import { fetchPages } from '../../transport/pages';
import { limitFields } from '../fields';
import type { Operation } from '../operation';
import { limitOf, textOf } from '../parameters';

const show = { resource: ['user'], operation: ['getMany'] };

export const description: INodeProperties[] = [...limitFields(show), { displayName: 'Email', name: 'email', type: 'string', placeholder: 'name@email.com', default: '', description: 'Only the user with this address', displayOptions: { show } }];

export const execute: Operation = async (api) => await fetchPages(api, '/users', { list: 'users', pageSize: 100, limit: limitOf(api), query: { email: textOf(api, 'email') }, about: 'users' });
