import type { INodeProperties } from 'n8n-workflow';

import { envelopeIdField } from '../fields';
import type { Operation } from '../operation';
import { requiredText } from '../parameters';
import { changeStatus } from './changeStatus';

const show = { resource: ['envelope'], operation: ['void'] };

export const description: INodeProperties[] = [envelopeIdField(show), { displayName: 'Reason', name: 'voidedReason', type: 'string', default: '', required: true, description: 'Recipients read it', displayOptions: { show } }];

export const execute: Operation = async (api) => [await changeStatus(api, { status: 'voided', voidedReason: requiredText(api, 'voidedReason', 'Reason') }, (status) => status === 'voided')];
