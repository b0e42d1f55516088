// The few sObjects of our org: their fields, in the order in which FIELDS(ALL) and describe list them.

export type FieldType = 'id' | 'reference' | 'string' | 'email' | 'phone' | 'currency' | 'int' | 'boolean' | 'date' | 'datetime' | 'picklist';

export interface Field {
	readonly name: string;
	readonly label: string;
	readonly type: FieldType;
	/** For a reference: the sObject it points at and the name to follow it by (`Account.Name`). */
	readonly referenceTo?: string;
	readonly relationshipName?: string;
}

export interface SObject {
	readonly name: string;
	readonly label: string;
	readonly labelPlural: string;
	readonly keyPrefix: string;
	readonly fields: readonly Field[];
}

function field(name: string, type: FieldType, label = name.replace(/([a-z])([A-Z])/g, '$1 $2')): Field {
	return { name, type, label };
}

function reference(relationshipName: string, referenceTo: string): Field {
	return { name: `${relationshipName}Id`, type: 'reference', label: `${relationshipName} ID`, referenceTo, relationshipName };
}

const audit = [field('CreatedDate', 'datetime'), field('LastModifiedDate', 'datetime'), field('SystemModstamp', 'datetime')];

function sObject(name: string, keyPrefix: string, labelPlural: string, own: readonly Field[]): SObject {
	return { name, label: name, labelPlural, keyPrefix, fields: [field('Id', 'id', `${name} ID`), field('IsDeleted', 'boolean'), ...own, ...audit] };
}

export const sObjects: readonly SObject[] = [
	sObject('Account', '001', 'Accounts', [
		field('Name', 'string', 'Account Name'),
		field('Industry', 'picklist'),
		field('BillingCity', 'string'),
		field('Phone', 'phone'),
		field('AnnualRevenue', 'currency'),
		field('NumberOfEmployees', 'int', 'Employees'),
		reference('Owner', 'User'),
	]),
	sObject('Contact', '003', 'Contacts', [
		reference('Account', 'Account'),
		field('LastName', 'string'),
		field('FirstName', 'string'),
		field('Name', 'string', 'Full Name'),
		field('Email', 'email'),
		field('Title', 'string'),
		reference('Owner', 'User'),
	]),
	sObject('Opportunity', '006', 'Opportunities', [
		reference('Account', 'Account'),
		field('Name', 'string'),
		field('StageName', 'picklist', 'Stage'),
		field('Amount', 'currency'),
		field('CloseDate', 'date'),
		field('IsClosed', 'boolean', 'Closed'),
		reference('Owner', 'User'),
	]),
	sObject('User', '005', 'Users', [field('Username', 'string'), field('LastName', 'string'), field('FirstName', 'string'), field('Name', 'string', 'Full Name'), field('Email', 'email'), field('IsActive', 'boolean', 'Active')]),
];

/** Names are case-insensitive in SOQL and in the REST paths. */
export function findSObject(name: string): SObject | undefined {
	return sObjects.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
}

export function findField(object: SObject, name: string): Field | undefined {
	return object.fields.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
}

/** The reference field behind a relationship name: `Owner` on Account is OwnerId. */
export function findRelationship(object: SObject, name: string): Field | undefined {
	return object.fields.find((candidate) => candidate.relationshipName?.toLowerCase() === name.toLowerCase());
}
