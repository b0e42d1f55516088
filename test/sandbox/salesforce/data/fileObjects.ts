// Files in their three generations: Content (today's), attachments, documents.
import { field, owner, reference, sObject } from './fields';

export const contentDocument = sObject('ContentDocument', '069', ['Content Document', 'Content Documents'], [
	owner(),
	field('Title', 'string', { required: true }),
	reference('LatestPublishedVersion', 'ContentVersion'),
	field('FileExtension', 'string', { length: 40 }),
	field('FileType', 'string', { length: 20 }),
	field('ContentSize', 'int', { label: 'Size' }),
]);

export const contentVersion = sObject('ContentVersion', '068', ['Content Version', 'Content Versions'], [
	reference('ContentDocument', 'ContentDocument', 'ContentVersions'),
	field('IsLatest', 'boolean'),
	field('VersionNumber', 'string', { length: 20 }),
	field('Title', 'string', { required: true }),
	field('PathOnClient', 'string', { length: 500 }),
	field('FileExtension', 'string', { length: 40 }),
	field('FileType', 'string', { length: 20 }),
	field('ContentSize', 'int', { label: 'Size' }),
	field('Checksum', 'string', { length: 50 }),
	field('VersionData', 'base64'),
	owner(),
]);

export const contentDocumentLink = sObject('ContentDocumentLink', '06A', ['Content Document Link', 'Content Document Links'], [
	// Points at records of any object in a real org; at accounts in ours.
	{ ...reference('LinkedEntity', 'Account', 'ContentDocumentLinks'), label: 'Linked Entity ID' },
	reference('ContentDocument', 'ContentDocument', 'ContentDocumentLinks'),
	field('ShareType', 'picklist', { picklist: ['V', 'C', 'I'] }),
	field('Visibility', 'picklist', { picklist: ['AllUsers', 'InternalUsers', 'SharedUsers'] }),
]);

export const attachment = sObject('Attachment', '00P', ['Attachment', 'Attachments'], [
	reference('Parent', 'Account', 'Attachments'),
	field('Name', 'string', { label: 'File Name', required: true }),
	field('ContentType', 'string', { length: 120 }),
	field('BodyLength', 'int'),
	field('Body', 'base64'),
	owner(),
]);

export const document = sObject(
	'Document',
	'015',
	['Document', 'Documents'],
	[field('Name', 'string', { label: 'Document Name', required: true }), field('DeveloperName', 'string', { length: 80 }), field('Type', 'string', { length: 40 }), field('ContentType', 'string', { length: 120 }), field('BodyLength', 'int'), field('Body', 'base64')],
	{ sharing: 'public' },
);
