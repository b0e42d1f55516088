// The reports of our org, as their authors left them.
import { recordId } from '../ids';

export type ReportFormat = 'TABULAR' | 'SUMMARY' | 'MATRIX';

export interface ReportColumn {
	/** The report's own name of the column. */
	readonly name: string;
	readonly label: string;
	/** Where it is on the report's object, in SOQL. */
	readonly path: string;
	/** A link: the cell is labelled by `path` and its value is the id here. */
	readonly idPath?: string;
}

export interface Grouping {
	readonly name: string;
	readonly sortOrder: 'Asc' | 'Desc';
	readonly dateGranularity: 'None' | 'Day' | 'Month' | 'Quarter' | 'Year';
	readonly sortAggregate: null;
}

export interface ReportFilter {
	readonly column: string;
	readonly operator: string;
	readonly value: string;
	readonly isRunPageEditable?: boolean;
}

export interface ReportDefinition {
	readonly id: string;
	readonly name: string;
	readonly developerName: string;
	readonly description: string | null;
	readonly format: ReportFormat;
	readonly object: string;
	readonly type: { readonly type: string; readonly label: string };
	/** Every column of the report's type; `detailColumns` are on show. */
	readonly columns: readonly ReportColumn[];
	readonly detailColumns: readonly string[];
	readonly groupingsDown: readonly Grouping[];
	readonly groupingsAcross: readonly Grouping[];
	/** `s!AMOUNT`, `a!…`, `m!…`, `x!…`, `u!…`, `RowCount`. */
	readonly aggregates: readonly string[];
	readonly filters: readonly ReportFilter[];
	readonly booleanFilter: string | null;
}

const invoiceColumns: readonly ReportColumn[] = [
	{ name: 'CUST_NAME', label: 'Invoice: Invoice Name', path: 'Name', idPath: 'Id' },
	{ name: 'Invoice__c.Account__c', label: 'Account', path: 'Account__r.Name', idPath: 'Account__c' },
	{ name: 'Invoice__c.Status__c', label: 'Status', path: 'Status__c' },
	{ name: 'Invoice__c.Amount__c', label: 'Amount', path: 'Amount__c' },
	{ name: 'Invoice__c.Discount__c', label: 'Discount', path: 'Discount__c' },
	{ name: 'Invoice__c.DueDate__c', label: 'Due Date', path: 'DueDate__c' },
	{ name: 'Invoice__c.PaidAt__c', label: 'Paid At', path: 'PaidAt__c' },
	{ name: 'Invoice__c.IsDisputed__c', label: 'Is Disputed', path: 'IsDisputed__c' },
	{ name: 'Invoice__c.Margin__c', label: 'Margin', path: 'Margin__c' },
	{ name: 'CUST_OWNER_NAME', label: 'Invoice: Owner Name', path: 'Owner.Name', idPath: 'OwnerId' },
];
const contactColumns: readonly ReportColumn[] = [
	{ name: 'FIRST_NAME', label: 'First Name', path: 'FirstName' },
	{ name: 'LAST_NAME', label: 'Last Name', path: 'LastName', idPath: 'Id' },
	{ name: 'EMAIL', label: 'Email', path: 'Email' },
	{ name: 'TITLE', label: 'Title', path: 'Title' },
	{ name: 'ACCOUNT.NAME', label: 'Account Name', path: 'Account.Name', idPath: 'AccountId' },
	{ name: 'CREATED_DATE', label: 'Created Date', path: 'CreatedDate' },
];

const by = (name: string, dateGranularity: Grouping['dateGranularity'] = 'None'): Grouping => ({ name, sortOrder: 'Asc', dateGranularity, sortAggregate: null });

let count = 0;
function report(name: string, format: ReportFormat, object: 'Invoice__c' | 'Contact', more: Partial<ReportDefinition>): ReportDefinition {
	const onInvoices = object === 'Invoice__c';
	return {
		id: recordId('00O', 400_001 + count++),
		name,
		developerName: name.replace(/\W+/g, '_'),
		description: null,
		format,
		object,
		type: onInvoices ? { type: 'CustomEntity$Invoice__c', label: 'Invoices' } : { type: 'ContactList', label: 'Contacts & Accounts' },
		columns: onInvoices ? invoiceColumns : contactColumns,
		detailColumns: onInvoices ? ['CUST_NAME', 'Invoice__c.Amount__c', 'Invoice__c.DueDate__c', 'Invoice__c.PaidAt__c', 'Invoice__c.Discount__c', 'Invoice__c.IsDisputed__c', 'Invoice__c.Margin__c'] : ['FIRST_NAME', 'LAST_NAME', 'EMAIL', 'CREATED_DATE'],
		groupingsDown: [],
		groupingsAcross: [],
		aggregates: ['RowCount'],
		filters: [],
		booleanFilter: null,
		...more,
	};
}

export const reportDefinitions: readonly ReportDefinition[] = [
	report('Open Invoices', 'TABULAR', 'Invoice__c', {
		description: 'What is not paid yet',
		aggregates: ['s!Invoice__c.Amount__c', 'RowCount'],
		filters: [{ column: 'Invoice__c.Status__c', operator: 'notEqual', value: 'Paid,Draft', isRunPageEditable: true }],
	}),
	report('Invoices by Account and Status', 'SUMMARY', 'Invoice__c', {
		groupingsDown: [by('Invoice__c.Account__c'), by('Invoice__c.Status__c')],
		aggregates: ['s!Invoice__c.Amount__c', 'a!Invoice__c.Amount__c', 'RowCount'],
	}),
	report('Invoices by Status and Quarter', 'MATRIX', 'Invoice__c', {
		groupingsDown: [by('Invoice__c.Status__c')],
		groupingsAcross: [by('Invoice__c.DueDate__c', 'Quarter'), by('Invoice__c.IsDisputed__c')],
		aggregates: ['s!Invoice__c.Amount__c', 'RowCount'],
	}),
	report('All Contacts', 'TABULAR', 'Contact', {}),
	report('Contacts by Title', 'SUMMARY', 'Contact', { groupingsDown: [by('TITLE')] }),
];
