import type { INodeProperties } from 'n8n-workflow';

import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { changeStatus } from './changeStatus';

export const description: INodeProperties[] = [envelopeIdField({ resource: ['envelope'], operation: ['sendDraft'] })];

export const execute: Operation = async (api) => [await changeStatus(api, { status: 'sent' }, (status) => status !== 'created')];
