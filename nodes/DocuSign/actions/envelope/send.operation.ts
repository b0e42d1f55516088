import type { Operation } from '../operation';
import { createOnce } from './createOnce';
import { definitionOf } from './definition';

export const execute: Operation = async (api) => [await createOnce(api, await definitionOf(api, 'sent'))];
