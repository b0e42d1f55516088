import type { Resource } from '../operation';
import { query } from './query.operation';

export const search: Resource = { name: 'Search', value: 'search', operations: [query] };
