import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

type Show = NonNullable<IDisplayOptions['show']>;

const at = (placement: string) => ({ show: { placement: [placement] } });

/** Where recipients sign and fill in: by a text of the document, or by position. */
export function tabsField(show: Show): INodeProperties {
	return {
		displayName: 'Tabs',
		name: 'tabs',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Tab',
		default: {},
		description: 'Where recipients sign and what they fill in. Without any, signers place their signature themselves.',
		displayOptions: { show },
		options: [
			{
				displayName: 'Tab',
				name: 'tab',
				values: [
					{ displayName: 'Anchor Text', name: 'anchorString', type: 'string', default: '', placeholder: '/sign here/', description: 'The tab is put wherever this text stands in the documents', displayOptions: at('anchor') },
					{ displayName: 'Document ID', name: 'documentId', type: 'number', typeOptions: { minValue: 1 }, default: 1, description: '1 for the first document, 2 for the second', displayOptions: at('position') },
					{ displayName: 'Ignore If Missing', name: 'ignoreIfMissing', type: 'boolean', default: false, description: 'Whether to go on without the tab if the text is nowhere', displayOptions: at('anchor') },
					{ displayName: 'Label', name: 'label', type: 'string', default: '', description: 'Names the tab, e.g. in the form data' },
					{ displayName: 'Offset X', name: 'offsetX', type: 'number', default: 0, description: 'In pixels, to the right of the text', displayOptions: at('anchor') },
					{ displayName: 'Offset Y', name: 'offsetY', type: 'number', default: 0, description: 'In pixels, below the text', displayOptions: at('anchor') },
					{ displayName: 'Page', name: 'pageNumber', type: 'number', typeOptions: { minValue: 1 }, default: 1, displayOptions: at('position') },
					{
						displayName: 'Placement',
						name: 'placement',
						type: 'options',
						options: [
							{ name: 'By Position', value: 'position' },
							{ name: 'By Text', value: 'anchor', description: 'Wherever a text stands in the documents' },
						],
						default: 'anchor',
					},
					{ displayName: 'Recipient ID', name: 'recipientId', type: 'string', default: '1', description: 'The recipient’s ID, or its place in the list: 1 for the first' },
					{ displayName: 'Required', name: 'required', type: 'boolean', default: true, description: 'Whether the recipient must fill it in' },
					{
						displayName: 'Type',
						name: 'type',
						type: 'options',
						options: [
							{ name: 'Checkbox', value: 'checkboxTabs' },
							{ name: 'Company', value: 'companyTabs' },
							{ name: 'Date', value: 'dateTabs' },
							{ name: 'Date Signed', value: 'dateSignedTabs' },
							{ name: 'Email Address', value: 'emailAddressTabs' },
							{ name: 'Full Name', value: 'fullNameTabs' },
							{ name: 'Initials', value: 'initialHereTabs' },
							{ name: 'Number', value: 'numberTabs' },
							{ name: 'Signature', value: 'signHereTabs' },
							{ name: 'Text', value: 'textTabs' },
							{ name: 'Title', value: 'titleTabs' },
						],
						default: 'signHereTabs',
					},
					{ displayName: 'Value', name: 'value', type: 'string', default: '', description: 'What stands in it from the start; of a checkbox: true or false' },
					{ displayName: 'X', name: 'xPosition', type: 'number', typeOptions: { minValue: 0 }, default: 100, description: 'In points from the left edge of the page', displayOptions: at('position') },
					{ displayName: 'Y', name: 'yPosition', type: 'number', typeOptions: { minValue: 0 }, default: 100, description: 'In points from the top edge of the page', displayOptions: at('position') },
				],
			},
		],
	};
}

/** Values for the tabs of a template's roles. */
export function prefilledTabsField(show: Show): INodeProperties {
	return {
		displayName: 'Prefilled Tabs',
		name: 'prefilledTabs',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Tab',
		default: {},
		description: 'What stands in the tabs of the template from the start',
		displayOptions: { show },
		options: [
			{
				displayName: 'Tab',
				name: 'tab',
				values: [
					{ displayName: 'Label', name: 'label', type: 'string', default: '', description: 'Of the tab in the template' },
					{ displayName: 'Role', name: 'roleName', type: 'string', default: '', description: 'Whose tab it is' },
					{
						displayName: 'Type',
						name: 'type',
						type: 'options',
						options: [
							{ name: 'Checkbox', value: 'checkboxTabs' },
							{ name: 'Date', value: 'dateTabs' },
							{ name: 'Dropdown', value: 'listTabs' },
							{ name: 'Number', value: 'numberTabs' },
							{ name: 'Text', value: 'textTabs' },
						],
						default: 'textTabs',
					},
					{ displayName: 'Value', name: 'value', type: 'string', default: '', description: 'Of a checkbox: true or false' },
				],
			},
		],
	};
}
