import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { quote } from '../../soql/literals';
import { pages, queryPath } from '../../transport/queryPages';
import type { ItemApi } from '../../transport/salesforceApi';
import { toIso } from '../../transport/shapeRecord';
import { limitFields, recordIdField } from '../fields';
import type { Operation } from '../operation';
import { flagOf, limitOf, recordIdOf } from '../parameters';
import { fileName } from './kinds';

const show = { resource: ['file'], operation: ['list'] };

export const description: INodeProperties[] = [
	{ ...recordIdField(show), description: 'The record whose files are wanted, by its ID or by the address of its page' },
	...limitFields(show),
	{ displayName: 'Include Attachments', name: 'includeAttachments', type: 'boolean', default: false, description: 'Whether to return attachments of the record too, as Salesforce kept files before', displayOptions: { show } },
];

const isoOf = (value: unknown) => (typeof value === 'string' ? toIso(value) : null);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

async function rowsOf(api: ItemApi, soql: string, about: string, limit: number): Promise<IDataObject[]> {
	const found: IDataObject[] = [];
	if (limit < 1) return found;
	for await (const { records } of pages(api, queryPath(api, '/query', soql), { limit, about })) found.push(...records);
	return found.slice(0, limit);
}

const CONTENT_FIELDS = ['Title', 'FileExtension', 'FileType', 'ContentSize', 'LatestPublishedVersionId', 'LatestPublishedVersion.VersionNumber', 'LatestPublishedVersion.Checksum', 'CreatedDate', 'LastModifiedDate'];

/** @see https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentdocumentlink.htm */
async function filesOf(api: ItemApi, recordId: string, about: string, limit: number): Promise<IDataObject[]> {
	// Salesforce wants the filter on one record (or document).
	const soql = `SELECT ContentDocumentId, ShareType, Visibility, ${CONTENT_FIELDS.map((field) => `ContentDocument.${field}`).join(', ')} FROM ContentDocumentLink WHERE LinkedEntityId = ${quote(recordId)}`;
	return (await rowsOf(api, soql, about, limit)).map(({ ContentDocumentId: id, ContentDocument, ShareType: shareType, Visibility: visibility }) => {
		const document = (ContentDocument ?? {}) as IDataObject;
		const version = (document.LatestPublishedVersion ?? {}) as IDataObject;
		return {
			id,
			type: 'ContentDocument',
			name: fileName(textOf(document.Title), textOf(document.FileExtension)),
			size: document.ContentSize ?? null,
			fileType: document.FileType ?? null,
			versionId: document.LatestPublishedVersionId ?? null,
			versionNumber: version.VersionNumber ?? null,
			checksum: version.Checksum ?? null,
			shareType,
			visibility,
			createdDate: isoOf(document.CreatedDate),
			lastModifiedDate: isoOf(document.LastModifiedDate),
		};
	});
}

async function attachmentsOf(api: ItemApi, recordId: string, about: string, limit: number): Promise<IDataObject[]> {
	const soql = `SELECT Id, Name, ContentType, BodyLength, CreatedDate, LastModifiedDate FROM Attachment WHERE ParentId = ${quote(recordId)}`;
	return (await rowsOf(api, soql, about, limit)).map(({ Id: id, Name: name, BodyLength: size, ContentType: mimeType, CreatedDate, LastModifiedDate }) => ({ id, type: 'Attachment', name, size, mimeType, createdDate: isoOf(CreatedDate), lastModifiedDate: isoOf(LastModifiedDate) }));
}

/** What *Download* takes, by its `id`. */
export const execute: Operation = async (api) => {
	const recordId = recordIdOf(api);
	const limit = limitOf(api);
	const about = `files of ${recordId}`;
	const files = await filesOf(api, recordId, about, limit);
	if (!flagOf(api, 'includeAttachments')) return files;
	return [...files, ...(await attachmentsOf(api, recordId, about, limit - files.length))];
};
