import type { Resource } from '../operation';
import { create } from './create.operation';
import { remove } from './delete.operation';
import { get } from './get.operation';
import { getChanges } from './getChanges.operation';
import { getMany } from './getMany.operation';
import { update } from './update.operation';
import { upsert } from './upsert.operation';

export const item: Resource = { name: 'Item', value: 'item', operations: [create, upsert, remove, get, getChanges, getMany, update] };
