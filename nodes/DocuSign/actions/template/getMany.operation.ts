import type { INodeProperties } from 'n8n-workflow';

import { fetchPages } from '../../transport/pages';
import { limitFields } from '../fields';
import type { Operation } from '../operation';
import { limitOf, textOf } from '../parameters';

const show = { resource: ['template'], operation: ['getMany'] };

export const description: INodeProperties[] = [...limitFields(show), { displayName: 'Search Text', name: 'searchText', type: 'string', default: '', description: 'In names and descriptions', displayOptions: { show } }];

export const execute: Operation = async (api) => await fetchPages(api, '/templates', { list: 'envelopeTemplates', pageSize: 100, limit: limitOf(api), query: { search_text: textOf(api, 'searchText'), order_by: 'name' }, about: 'templates' });
