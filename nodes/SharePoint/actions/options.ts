import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

import { waitOptions } from '../../../lib/n8n/connectorFields';

const sharedOptions: INodeProperties[] = [
	{ displayName: 'Search Region', name: 'searchRegion', type: 'string', default: '', placeholder: 'EUR', description: 'Where the data of the organization lies (NAM, EUR, APC, …). A search with Client Credentials needs it.' },
	{ displayName: 'User Agent', name: 'userAgent', type: 'string', default: '', placeholder: 'NONISV|Contoso|Invoices/1.0', description: 'How calls are named to SharePoint, in the form NONISV|Company|App/Version; Microsoft throttles well-named traffic later' },
];

const labelOf = (option: INodeProperties | INodePropertyOptions | INodePropertyCollection): string => ('displayName' in option ? option.displayName : option.name);

/** The collection "Options", as people look things up in it. */
export const nodeOptions = [...waitOptions, ...sharedOptions].sort((a, b) => labelOf(a).localeCompare(labelOf(b), 'en'));
