import type { IDataObject } from 'n8n-workflow';

import type { OutputItem } from '../../../lib/n8n';
import type { ItemApi } from '../transport/salesforceApi';

/** What an operation does for one item; its parameters are read through `api.context` and `api.itemIndex`. */
export type Operation = (api: ItemApi) => Promise<(IDataObject | OutputItem)[]>;

/** By the value of the parameter `operation`. */
export type Operations = Readonly<Record<string, Operation>>;
