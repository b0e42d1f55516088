// An org's own objects: one with every kind of field, one for large amounts.
import { field, owner, reference, sObject } from './fields';

export const invoiceStatuses = ['Draft', 'Sent', 'Paid', 'Overdue'];

export const invoice = sObject(
	'Invoice__c',
	'a00',
	['Invoice', 'Invoices'],
	[
		owner(),
		field('Name', 'string', { label: 'Invoice Name', autoNumber: true, length: 80 }),
		reference('Account__r', 'Account', 'Invoices__r'),
		field('Number__c', 'string', { label: 'Number', externalId: true, unique: true, length: 20 }),
		field('LegacyKey__c', 'string', { externalId: true, length: 20 }),
		field('Status__c', 'picklist', { picklist: invoiceStatuses }),
		field('Amount__c', 'currency'),
		field('Quantity__c', 'double'),
		field('Discount__c', 'percent'),
		field('DueDate__c', 'date'),
		field('PaidAt__c', 'datetime'),
		field('IsDisputed__c', 'boolean'),
		field('Tags__c', 'multipicklist', { picklist: ['urgent', 'export', 'reviewed'] }),
		field('Notes__c', 'textarea', { length: 32_768 }),
		field('Margin__c', 'currency'),
	],
	{ searchable: true },
);

export const reading = sObject(
	'Reading__c',
	'a01',
	['Reading', 'Readings'],
	[
		owner(),
		field('Name', 'string', { label: 'Reading Name', autoNumber: true, length: 80 }),
		reference('Account__r', 'Account'),
		field('Sensor__c', 'string', { length: 40 }),
		field('Value__c', 'double'),
		field('Day__c', 'date'),
		field('TakenAt__c', 'datetime'),
		field('IsAlarm__c', 'boolean'),
		field('Comment__c', 'string', { length: 255 }),
	],
	{ sharing: 'public' },
);
