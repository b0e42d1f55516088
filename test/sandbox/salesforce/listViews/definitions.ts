// The list views of our org: a filter, columns and an order, as an admin set them up.
import { recordId } from '../ids';

export interface ListViewDefinition {
	readonly id: string;
	readonly object: string;
	readonly developerName: string;
	readonly label: string;
	readonly columns: readonly string[];
	readonly orderBy: string;
	/** The filter, as describe tells it. */
	readonly where?: { readonly field: string; readonly operator: 'equals'; readonly values: readonly string[] };
	readonly scope: 'mine' | null;
}

let count = 0;
function view(object: string, developerName: string, label: string, columns: readonly string[], more: Partial<ListViewDefinition> = {}): ListViewDefinition {
	return { id: recordId('00B', 300_001 + count++), object, developerName, label, columns, orderBy: columns[0]!, scope: null, ...more };
}

const accountColumns = ['Name', 'BillingCity', 'Phone', 'Type', 'Owner.Alias'];
const contactColumns = ['Name', 'Account.Name', 'Email', 'Title', 'Owner.Alias'];
const invoiceColumns = ['Name', 'Account__r.Name', 'Status__c', 'Amount__c', 'DueDate__c'];

export const listViewDefinitions: readonly ListViewDefinition[] = [
	view('Account', 'AllAccounts', 'All Accounts', accountColumns),
	view('Account', 'MyAccounts', 'My Accounts', accountColumns, { scope: 'mine' }),
	view('Account', 'NewThisWeek', 'New This Week', accountColumns, { where: { field: 'CreatedDate', operator: 'equals', values: ['THIS_WEEK'] } }),
	view('Contact', 'AllContacts', 'All Contacts', contactColumns),
	view('Contact', 'MyContacts', 'My Contacts', contactColumns, { scope: 'mine' }),
	view('Opportunity', 'AllOpportunities', 'All Opportunities', ['Name', 'Account.Name', 'Amount', 'CloseDate', 'StageName']),
	view('Invoice__c', 'All', 'All', invoiceColumns),
	view('Invoice__c', 'Overdue', 'Overdue', invoiceColumns, { where: { field: 'Status__c', operator: 'equals', values: ['Overdue'] } }),
];
