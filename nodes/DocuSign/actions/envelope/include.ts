import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import type { ItemApi } from '../../transport/docuSignApi';

export function includeField(show: NonNullable<IDisplayOptions['show']>): INodeProperties {
	return {
		displayName: 'Include',
		name: 'include',
		type: 'multiOptions',
		options: [
			{ name: 'Custom Fields', value: 'custom_fields' },
			{ name: 'Documents', value: 'documents', description: 'Names and IDs, not the files' },
			{ name: 'Folders', value: 'folders' },
			{ name: 'Recipients', value: 'recipients' },
			{ name: 'Tabs', value: 'tabs', description: 'With the recipients' },
		],
		default: [],
		description: 'What is told besides the envelope itself',
		displayOptions: { show },
	};
}

export function includeOf({ context, itemIndex }: ItemApi): string | undefined {
	const chosen = context.getNodeParameter('include', itemIndex, []) as string[];
	const wanted = new Set(chosen);
	if (wanted.has('tabs')) wanted.add('recipients');
	return wanted.size === 0 ? undefined : [...wanted].join(',');
}
