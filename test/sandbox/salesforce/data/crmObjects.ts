// The standard objects that everybody knows.
import { field, owner, reference, sObject } from './fields';

export const industries = ['Aerospace', 'Banking', 'Energy', 'Manufacturing'];
export const stages = ['Prospecting', 'Needs Analysis', 'Closed Won', 'Closed Lost'];

export const account = sObject(
	'Account',
	'001',
	['Account', 'Accounts'],
	[
		field('Name', 'string', { label: 'Account Name', required: true }),
		field('Type', 'picklist', { picklist: ['Customer', 'Partner', 'Prospect'] }),
		reference('Parent', 'Account', 'ChildAccounts'),
		field('Industry', 'picklist', { picklist: industries }),
		field('BillingCity', 'string', { length: 40 }),
		field('Phone', 'phone'),
		field('Website', 'url'),
		field('Description', 'textarea', { length: 32_000 }),
		field('AnnualRevenue', 'currency'),
		field('NumberOfEmployees', 'int', { label: 'Employees' }),
		owner(),
		field('Segments__c', 'multipicklist', { picklist: ['Retail', 'Public', 'Export'] }),
		field('ExternalKey__c', 'string', { externalId: true, unique: true, length: 40 }),
	],
	{ searchable: true },
);

export const contact = sObject(
	'Contact',
	'003',
	['Contact', 'Contacts'],
	[
		reference('Account', 'Account', 'Contacts'),
		reference('ReportsTo', 'Contact'),
		field('LastName', 'string', { required: true, length: 80 }),
		field('FirstName', 'string', { length: 40 }),
		field('Name', 'string', { label: 'Full Name', length: 121 }),
		field('Email', 'email'),
		field('Phone', 'phone'),
		field('Title', 'string', { length: 128 }),
		field('Birthdate', 'date'),
		field('HasOptedOutOfEmail', 'boolean', { label: 'Email Opt Out' }),
		owner(),
	],
	{ searchable: true },
);

export const opportunity = sObject(
	'Opportunity',
	'006',
	['Opportunity', 'Opportunities'],
	[
		reference('Account', 'Account', 'Opportunities'),
		field('Name', 'string', { required: true, length: 120 }),
		field('StageName', 'picklist', { label: 'Stage', picklist: stages }),
		field('Amount', 'currency'),
		field('Probability', 'percent', { label: 'Probability (%)' }),
		field('CloseDate', 'date', { required: true }),
		field('IsClosed', 'boolean', { label: 'Closed' }),
		owner(),
	],
	{ searchable: true },
);

export const user = sObject(
	'User',
	'005',
	['User', 'Users'],
	[
		field('Username', 'string', { unique: true, required: true, length: 80 }),
		field('LastName', 'string', { required: true, length: 80 }),
		field('FirstName', 'string', { length: 40 }),
		field('Name', 'string', { label: 'Full Name', length: 121 }),
		field('Alias', 'string', { length: 8 }),
		field('Email', 'email', { required: true }),
		field('IsActive', 'boolean', { label: 'Active' }),
	],
	{ sharing: 'public', searchable: true },
);
