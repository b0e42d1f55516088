import type { Resource } from '../operation';
import { create } from './create.operation';
import { remove } from './delete.operation';
import { list } from './list.operation';

export const folder: Resource = { name: 'Folder', value: 'folder', operations: [create, remove, list] };
