// What an org knows of itself.
import { field, owner, sObject } from './fields';

export const report = sObject(
	'Report',
	'00O',
	['Report', 'Reports'],
	[owner(), field('Name', 'string', { label: 'Report Name' }), field('DeveloperName', 'string', { length: 80 }), field('FolderName', 'string'), field('Format', 'picklist', { picklist: ['Tabular', 'Summary', 'Matrix'] }), field('Description', 'string'), field('LastRunDate', 'datetime')],
	{ sharing: 'public', bulk: false },
);

export const listView = sObject(
	'ListView',
	'00B',
	['List View', 'List Views'],
	[field('Name', 'string', { label: 'View Name' }), field('DeveloperName', 'string', { length: 80 }), field('SobjectType', 'string', { length: 40 }), field('IsSoqlCompatible', 'boolean')],
	{ sharing: 'public', bulk: false },
);

export const organization = sObject(
	'Organization',
	'00D',
	['Organization', 'Organizations'],
	[field('Name', 'string'), field('OrganizationType', 'picklist', { picklist: ['Developer Edition', 'Enterprise Edition'] }), field('InstanceName', 'string', { length: 5 }), field('IsSandbox', 'boolean'), field('LanguageLocaleKey', 'string', { length: 40 })],
	{ sharing: 'public', bulk: false },
);
