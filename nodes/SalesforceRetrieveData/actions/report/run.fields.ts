import type { INodeProperties } from 'n8n-workflow';

const show = { resource: ['report'], operation: ['run'] };
const withRows = { ...show, reportOutput: ['automatic', 'details', 'summaries'] };

export const description: INodeProperties[] = [
	{
		displayName: 'Report',
		name: 'reportId',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description: 'The report to run. The list is of what the service account may see.',
		displayOptions: { show },
		modes: [
			{ displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod: 'searchReports', searchable: true } },
			{ displayName: 'By ID', name: 'id', type: 'string', placeholder: '00OR0000000K2UeMAK', hint: '15 or 18 characters that begin with 00O' },
			{ displayName: 'By URL', name: 'url', type: 'string', placeholder: 'https://example.lightning.force.com/lightning/r/Report/00OR0000000K2UeMAK/view' },
		],
	},
	{
		displayName: 'Output',
		name: 'reportOutput',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Automatic', value: 'automatic', description: 'Rows of tabular and summary reports, totals of matrix reports' },
			{ name: 'Raw', value: 'raw', description: 'One item with the answer as Salesforce gives it' },
			{ name: 'Rows', value: 'details', description: 'One item per row of the report, with its groups as columns' },
			{ name: 'Totals', value: 'summaries', description: 'One item per group, or per cell of a matrix, with its totals' },
		],
		default: 'automatic',
		displayOptions: { show },
	},
	{
		displayName: 'Run',
		name: 'reportRun',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Asynchronous', value: 'asynchronous', description: 'Let Salesforce run the report by itself and ask for the result: no limit of 2 minutes, 1,200 runs an hour' },
			{ name: 'Automatic', value: 'automatic', description: 'At once; asynchronously where that is refused, takes too long or returns only a part' },
			{ name: 'Synchronous', value: 'synchronous', description: 'At once: up to 2 minutes, 500 runs an hour' },
		],
		default: 'automatic',
		displayOptions: { show },
	},
	{
		displayName: 'Filters',
		name: 'reportFilters',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Filter',
		default: {},
		description: 'Filters of this run only; the report stays as it is',
		displayOptions: { show },
		options: [
			{
				displayName: 'Filter',
				name: 'filter',
				values: [
					{ displayName: 'Column', name: 'column', type: 'string', default: '', placeholder: 'Account Name', description: 'Label of a column, or the report’s own name of it, e.g. ACCOUNT.NAME' },
					{
						displayName: 'Operator',
						name: 'operator',
						type: 'options',
						options: [
							{ name: 'Contains', value: 'contains' },
							{ name: 'Does Not Contain', value: 'notContain' },
							{ name: 'Equals', value: 'equals' },
							{ name: 'Excludes', value: 'excludes' },
							{ name: 'Greater or Equal', value: 'greaterOrEqual' },
							{ name: 'Greater Than', value: 'greaterThan' },
							{ name: 'Includes', value: 'includes' },
							{ name: 'Less or Equal', value: 'lessOrEqual' },
							{ name: 'Less Than', value: 'lessThan' },
							{ name: 'Not Equal To', value: 'notEqual' },
							{ name: 'Starts With', value: 'startsWith' },
						],
						default: 'equals',
					},
					{ displayName: 'Value', name: 'value', type: 'string', default: '', description: 'Several values are separated by commas, and one of them must hold; dates also as in reports, e.g. LAST_N_DAYS:7. Empty: the column is empty.' },
				],
			},
		],
	},
	{
		displayName: 'Report Options',
		name: 'reportOptions',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show },
		options: [
			{
				displayName: 'Date Filter',
				name: 'dateFilter',
				type: 'fixedCollection',
				placeholder: 'Set date filter',
				default: {},
				description: 'The standard date filter of the report',
				options: [
					{
						displayName: 'Date Filter',
						name: 'filter',
						values: [
							{ displayName: 'Column', name: 'column', type: 'string', default: '', placeholder: 'Close Date', description: 'Label or name of a date column; empty: the one that the report filters by' },
							{ displayName: 'Period', name: 'durationValue', type: 'string', default: '', placeholder: 'THIS_FISCAL_QUARTER', description: 'A name like THIS_MONTH, LAST_FISCAL_YEAR or LAST_N_DAYS:30; empty or CUSTOM: from start to end date' },
							{ displayName: 'Start Date', name: 'startDate', type: 'string', default: '', placeholder: '2026-01-01' },
							{ displayName: 'End Date', name: 'endDate', type: 'string', default: '', placeholder: '2026-03-31' },
						],
					},
				],
			},
			{ displayName: 'Filter Logic', name: 'filterLogic', type: 'string', default: '', placeholder: '1 AND (2 OR 3)', description: 'How the filters above go together, by their numbers; all must hold if empty' },
			{
				displayName: 'If Incomplete',
				name: 'ifIncomplete',
				type: 'options',
				options: [
					{ name: 'Continue With a Hint', value: 'hint', description: 'Return the rows there are and say in a hint and in the log that more exist' },
					{ name: 'Stop With Error', value: 'error', description: 'Fail rather than return a part' },
				],
				default: 'hint',
				description: 'What to do if Salesforce returns only a part of the rows: it gives 2,000 at most',
			},
			{ displayName: 'Include Subtotals', name: 'subtotals', type: 'boolean', default: false, description: 'Whether totals also come for the outer groups and the whole report; the column "rowType" then tells which they are', displayOptions: { show: { '/reportOutput': ['automatic', 'summaries'] } } },
			{
				displayName: 'Names of Columns',
				name: 'columnKeys',
				type: 'options',
				options: [
					{ name: 'API Names', value: 'name', description: 'The report’s own names, e.g. ACCOUNT.NAME' },
					{ name: 'Labels', value: 'label', description: 'As in the report, e.g. Account Name' },
				],
				default: 'label',
				displayOptions: { show: { '/reportOutput': withRows.reportOutput } },
			},
			{
				displayName: "Report's Own Filters",
				name: 'ownFilters',
				type: 'options',
				options: [
					{ name: 'Keep', value: 'keep', description: 'They hold as well as the filters above' },
					{ name: 'Replace', value: 'replace', description: 'Only the filters above hold' },
				],
				default: 'keep',
			},
			{ displayName: 'Scope', name: 'scope', type: 'string', default: '', placeholder: 'organization', description: 'Whose records: organization, user, team or another that the report type has; as in the report if empty' },
			{ displayName: 'Time Limit of the Run', name: 'timeLimitMinutes', type: 'number', typeOptions: { minValue: 0.1 }, default: 30, description: 'How long an asynchronous run may take, in minutes' },
			{
				displayName: 'Values',
				name: 'cells',
				type: 'options',
				options: [
					{ name: 'As Shown', value: 'label', description: 'All as texts, formatted as in the report, e.g. $16,000.01' },
					{ name: 'Both', value: 'both', description: 'Objects with value and label' },
					{ name: 'IDs and Values', value: 'value', description: 'As typed, but what is a link in the report becomes the ID behind it' },
					{ name: 'Typed', value: 'typed', description: 'Numbers, booleans and dates as such, texts as in the report' },
				],
				default: 'typed',
				displayOptions: { show: { '/reportOutput': withRows.reportOutput } },
			},
		],
	},
];
