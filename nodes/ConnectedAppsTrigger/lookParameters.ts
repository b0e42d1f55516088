import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { ConnectedAppsError } from '../../lib/errors';
import { accentOf, logoOf, type CompanyLook } from '../../lib/portal';

export const LOOK_PARAMETERS: INodeProperties[] = [
	{
		displayName: 'Look',
		name: 'look',
		type: 'collection',
		placeholder: 'Add Look',
		default: {},
		options: [
			{ displayName: 'Accent Color', name: 'accentColor', type: 'color', noDataExpression: true, default: '#2453d6', description: 'Of buttons and links. It is made darker or lighter where it could not be read otherwise.' },
			{ displayName: 'Logo', name: 'logo', type: 'string', noDataExpression: true, default: '', placeholder: 'https://example.com/logo.svg', description: 'Stands beside the portal’s name: an https address, or a data: address of a PNG, JPEG, GIF, WebP or SVG image of at most 75 kB. Browsers load it from there.' },
		],
	},
];

interface ParameterReader {
	getNodeParameter(name: string, fallback?: unknown): unknown;
}

/** @throws ConnectedAppsError `settingInvalid` */
export function readLook(context: ParameterReader): CompanyLook {
	const { accentColor, logo } = context.getNodeParameter('look', {}) as IDataObject;
	return { accent: read('Accent Color', accentColor, accentOf, 'Choose it with the picker, or write it as #2453d6'), logo: read('Logo', logo, logoOf, 'Enter an https address, or a data: address of an image of at most 75 kB') };
}

function read(label: string, value: unknown, check: (text: string) => string | undefined, advice: string): string | undefined {
	const text = typeof value === 'string' ? value.trim() : '';
	if (text === '') return undefined;
	const checked = check(text);
	if (checked === undefined) throw new ConnectedAppsError('settingInvalid', `The parameter "${label}" cannot be shown on a page`, { field: label, advice });
	return checked;
}
