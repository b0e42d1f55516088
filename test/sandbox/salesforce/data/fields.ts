// What a field and an sObject are, and short ways to write them down.

export type FieldType =
	| 'id'
	| 'reference'
	| 'string'
	| 'email'
	| 'phone'
	| 'url'
	| 'textarea'
	| 'picklist'
	| 'multipicklist'
	| 'currency'
	| 'double'
	| 'percent'
	| 'int'
	| 'boolean'
	| 'date'
	| 'datetime'
	| 'base64';

export interface Field {
	readonly name: string;
	readonly label: string;
	readonly type: FieldType;
	/** For a reference: the sObject it points at, the name to follow it by (`Account.Name`) and, from there, the name of the way back. */
	readonly referenceTo?: string;
	readonly relationshipName?: string;
	readonly childRelationshipName?: string;
	readonly picklist?: readonly string[];
	readonly externalId?: boolean;
	readonly unique?: boolean;
	readonly autoNumber?: boolean;
	readonly required?: boolean;
	readonly length?: number;
}

export interface SObject {
	readonly name: string;
	readonly label: string;
	readonly labelPlural: string;
	readonly keyPrefix: string;
	readonly fields: readonly Field[];
	/** `owner`: rows of one's own. `public`: everybody reads every row. */
	readonly sharing: 'owner' | 'public';
	/** Found by a search that names no object. */
	readonly searchable: boolean;
	/** Whether Bulk API 2.0 takes it. */
	readonly bulk: boolean;
}

export const isCustom = ({ name }: { name: string }): boolean => name.endsWith('__c');

export function field(name: string, type: FieldType, more: Partial<Field> = {}): Field {
	const label = name.replace(/__c$/, '').replace(/_/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2');
	return { name, type, label, ...more };
}

/** `reference('Account', 'Account', 'Contacts')` is AccountId, Account.Name and (SELECT … FROM Contacts); `Account__r` makes a custom one. */
export function reference(relationshipName: string, referenceTo: string, childRelationshipName?: string): Field {
	const custom = relationshipName.endsWith('__r');
	const stem = relationshipName.replace(/__r$/, '').replace(/([a-z])([A-Z])/g, '$1 $2');
	return {
		name: custom ? relationshipName.replace(/__r$/, '__c') : `${relationshipName}Id`,
		type: 'reference',
		label: custom ? stem : `${stem} ID`,
		referenceTo,
		relationshipName,
		childRelationshipName,
	};
}

export const owner = (childRelationshipName?: string): Field => reference('Owner', 'User', childRelationshipName);

const audit = [field('CreatedDate', 'datetime'), reference('CreatedBy', 'User'), field('LastModifiedDate', 'datetime'), reference('LastModifiedBy', 'User'), field('SystemModstamp', 'datetime')];

export function sObject(name: string, keyPrefix: string, labels: readonly [label: string, plural: string], own: readonly Field[], more: Partial<SObject> = {}): SObject {
	const [label, labelPlural] = labels;
	return {
		name,
		label,
		labelPlural,
		keyPrefix,
		fields: [field('Id', 'id', { label: `${label} ID` }), field('IsDeleted', 'boolean', { label: 'Deleted' }), ...own, ...audit],
		sharing: 'owner',
		searchable: false,
		bulk: true,
		...more,
	};
}
