// Files in the three generations that Salesforce has of them, told apart by the first characters of their ids.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_blob_retrieve.htm
import type { IDataObject } from 'n8n-workflow';

export interface FileFacts {
	/** As it should be saved, with its extension. */
	name: string;
	/** Where Salesforce keeps one. */
	mimeType?: string;
	size: number | null;
	/** What the next node may want to know. */
	json: IDataObject;
}

interface Kind {
	objectType: string;
	/** What the bytes are in. */
	blobField: string;
	fields: readonly string[];
	factsOf(record: IDataObject): FileFacts;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const sizeOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** Titles come with and without the extension. */
export function fileName(title: string, extension: string): string {
	return extension === '' || title.toLowerCase().endsWith(`.${extension.toLowerCase()}`) ? title : `${title}.${extension}`;
}

const STAMPS = ['CreatedDate', 'LastModifiedDate'] as const;

const KINDS: Readonly<Record<string, Kind>> = {
	'068': {
		objectType: 'ContentVersion',
		blobField: 'VersionData',
		fields: ['Title', 'FileExtension', 'FileType', 'ContentSize', 'VersionNumber', 'IsLatest', 'ContentDocumentId', 'Checksum', ...STAMPS],
		factsOf: (record) => ({
			name: fileName(textOf(record.Title), textOf(record.FileExtension)),
			// n8n finds it by the extension.
			mimeType: textOf(record.FileExtension) === '' ? 'application/octet-stream' : undefined,
			size: sizeOf(record.ContentSize),
			json: { contentDocumentId: record.ContentDocumentId, versionNumber: record.VersionNumber, isLatest: record.IsLatest, fileType: record.FileType, checksum: record.Checksum },
		}),
	},
	'00P': {
		objectType: 'Attachment',
		blobField: 'Body',
		fields: ['Name', 'ContentType', 'BodyLength', 'ParentId', ...STAMPS],
		factsOf: (record) => ({ name: textOf(record.Name), mimeType: textOf(record.ContentType) || undefined, size: sizeOf(record.BodyLength), json: { parentId: record.ParentId } }),
	},
	'015': {
		objectType: 'Document',
		blobField: 'Body',
		fields: ['Name', 'Type', 'ContentType', 'BodyLength', 'DeveloperName', ...STAMPS],
		factsOf: (record) => ({ name: fileName(textOf(record.Name), textOf(record.Type)), mimeType: textOf(record.ContentType) || undefined, size: sizeOf(record.BodyLength), json: { developerName: record.DeveloperName } }),
	},
};

/** Content documents have no bytes of their own, but versions. */
export const CONTENT_DOCUMENT = '069';

export function kindOf(id: string): Kind | undefined {
	return KINDS[id.slice(0, 3)];
}
