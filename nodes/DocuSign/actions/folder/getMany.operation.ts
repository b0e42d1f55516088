import type { INodeProperties } from 'n8n-workflow';

import { fetchPages } from '../../transport/pages';
import { limitFields } from '../fields';
import type { Operation } from '../operation';
import { limitOf } from '../parameters';

const show = { resource: ['folder'], operation: ['getMany'] };

export const description: INodeProperties[] = limitFields(show);

export const execute: Operation = async (api) => await fetchPages(api, '/folders', { list: 'folders', limit: limitOf(api), about: 'folders' });
