import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { OutputItem } from '../../../lib/n8n';
import type { Backend, Capability } from '../transport/backend';

/** What an operation works with, for one item. */
export interface ItemApi {
	readonly context: IExecuteFunctions;
	readonly itemIndex: number;
	readonly backend: Backend;
}

/** What the calls of an operation need a permission for. */
export type Need = 'read' | 'write' | 'readFiles' | 'writeFiles' | 'user';

/** One operation of a resource: how the editor shows it, and what it does. */
export interface Operation {
	name: string;
	value: string;
	/** Completes "… in SharePoint" in the list of actions. */
	action: string;
	description: string;
	needs: Need;
	/** Only where the backend can. */
	capability?: Capability;
	/** Its parameters; when they are shown, the resource adds. */
	fields: INodeProperties[];
	execute(api: ItemApi): Promise<(IDataObject | OutputItem)[]>;
}

export interface Resource {
	name: string;
	value: string;
	operations: readonly Operation[];
}
