import type { INodeProperties } from 'n8n-workflow';

import { shapeRecords } from '../../transport/shapeRecord';
import { recordIdField } from '../fields';
import type { Operation } from '../operation';
import { shapeOf } from '../parameters';
import { fetchWanted, readWanted } from './batchedGets';
import { pickedFields } from './recordFields';

const show = { resource: ['record'], operation: ['get'] };

export const description: INodeProperties[] = [recordIdField(show), ...pickedFields('get')];

export const execute: Operation = async (api) => await shapeRecords(api, [await fetchWanted(api, readWanted(api))], shapeOf(api));
