// Where the rows of each sObject are.
import { listViewDefinitions } from '../listViews/definitions';
import { organizationId, orgUsers } from '../org';
import { reportDefinitions } from '../reports/definitions';
import { crmTables } from './crmRows';
import { fileTables, keptFileTables } from './fileRows';
import { invoiceTable } from './invoiceRows';
import { readingTable } from './readingRows';
import { salesforceDateTime, type Table } from './rows';
import { Seed } from './seed';
import { listView, organization, report } from './setupObjects';

export interface TableSettings {
	readonly readingRows: number;
	readonly largeFileBytes: number;
}

const reports = new Seed(report);
const listViews = new Seed(listView);
const organizations = new Seed(organization);
const { userId: authorId } = orgUsers[0]!;
for (const { id, name, developerName, format, description } of reportDefinitions) {
	const Format = format[0]! + format.slice(1).toLowerCase();
	reports.add({ Id: id, OwnerId: authorId, Name: name, DeveloperName: developerName, FolderName: 'Public Reports', Format, Description: description, LastRunDate: salesforceDateTime(Date.UTC(2025, 5, 1)) });
}
for (const { id, label, developerName, object } of listViewDefinitions) listViews.add({ Id: id, Name: label, DeveloperName: developerName, SobjectType: object, IsSoqlCompatible: true });
organizations.add({ Id: organizationId, Name: 'Sandbox Works', OrganizationType: 'Developer Edition', InstanceName: 'SBX1', IsSandbox: false, LanguageLocaleKey: 'en_US' });

const kept: Readonly<Record<string, Table>> = { ...crmTables, Invoice__c: invoiceTable, ...keptFileTables, Report: reports.table, ListView: listViews.table, Organization: organizations.table };
const madeOf = new Map<number, Table>();

/** Throws a RangeError for a name that is no object of ours. */
export function tableOf(name: string, { readingRows, largeFileBytes }: TableSettings): Table {
	if (name === 'Reading__c') {
		const made = madeOf.get(readingRows) ?? readingTable(readingRows);
		madeOf.set(readingRows, made);
		return made;
	}
	if (name === 'ContentDocument' || name === 'ContentVersion') return fileTables(largeFileBytes)[name];
	const table = kept[name];
	if (!table) throw new RangeError(`No rows of ${name}`);
	return table;
}
