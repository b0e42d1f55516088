import type { Resource } from '../operation';
import { get } from './get.operation';
import { getCurrentUser } from './getCurrentUser.operation';
import { getLists } from './getLists.operation';
import { search } from './search.operation';

export const site: Resource = { name: 'Site', value: 'site', operations: [get, getCurrentUser, getLists, search] };
