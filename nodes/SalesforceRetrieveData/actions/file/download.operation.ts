import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { OutputItem } from '../../../../lib/n8n';
import { toBinary } from '../../../../lib/n8n/toBinary';
import { quote } from '../../soql/literals';
import { queryPath, type QueryPage } from '../../transport/queryPages';
import type { ItemApi } from '../../transport/salesforceApi';
import { toIso } from '../../transport/shapeRecord';
import type { Operation } from '../operation';
import { recordIdOf, textOf, wrongParameter } from '../parameters';
import { CONTENT_DOCUMENT, kindOf } from './kinds';

const show = { resource: ['file'], operation: ['download'] };

export const description: INodeProperties[] = [
	{
		displayName: 'File ID',
		name: 'fileId',
		type: 'string',
		default: '',
		required: true,
		placeholder: '069D00000000so2IAA',
		description: 'ID of a file (069…, its latest version), a version of one (068…), an attachment (00P…) or a document (015…), or the address of its page',
		displayOptions: { show },
	},
	{ displayName: 'Put Output in Field', name: 'binaryPropertyName', type: 'string', default: 'data', required: true, hint: 'The name of the output binary field to put the file in', displayOptions: { show } },
	{
		displayName: 'File Options',
		name: 'fileOptions',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show },
		options: [
			{ displayName: 'File Name', name: 'fileName', type: 'string', default: '', placeholder: 'offer.pdf', description: 'Instead of the name that the file has in Salesforce' },
			{ displayName: 'MIME Type', name: 'mimeType', type: 'string', default: '', placeholder: 'application/pdf', description: 'Instead of the one that Salesforce keeps or the extension tells' },
		],
	},
];

async function latestVersionOf(api: ItemApi, documentId: string): Promise<string> {
	const about = `file ${documentId}`;
	const { records } = await api.getJson<QueryPage>(queryPath(api, '/query', `SELECT LatestPublishedVersionId FROM ContentDocument WHERE Id = ${quote(documentId)}`), { about });
	const versionId: unknown = records[0]?.LatestPublishedVersionId;
	if (typeof versionId !== 'string') throw wrongParameter(api, `${api.session.actsAs} cannot see the file ${documentId}, or it does not exist`);
	return versionId;
}

const isoOf = (value: unknown) => (typeof value === 'string' ? toIso(value) : null);

/** @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_blob_retrieve.htm */
export const execute: Operation = async (api) => {
	const entered = recordIdOf(api, 'fileId', 'File ID');
	const property = textOf(api, 'binaryPropertyName', 'data');
	if (property === '') throw wrongParameter(api, 'The parameter "Put Output in Field" is empty', 'For example data');
	const id = entered.startsWith(CONTENT_DOCUMENT) ? await latestVersionOf(api, entered) : entered;
	const kind = kindOf(id);
	if (kind === undefined) throw wrongParameter(api, `The parameter "File ID" is not the id of a file: "${entered}"`, 'Ids of files begin with 069 or 068, of attachments with 00P, of documents with 015; "List" finds the files of a record');

	const { objectType, blobField, fields, factsOf } = kind;
	const path = api.dataPath(`/sobjects/${objectType}/${id}`);
	const about = `${objectType} ${id}`;
	const record = await api.getJson<IDataObject>(`${path}?fields=${fields.join(',')}`, { about });
	const facts = factsOf(record);
	const name = textOf(api, 'fileOptions.fileName') || facts.name;
	const { body } = await api.stream(`${path}/${blobField}`, { about });
	const binary = await toBinary(api.context, api.itemIndex, body, name, textOf(api, 'fileOptions.mimeType') || facts.mimeType);
	const json: IDataObject = { id, type: objectType, name, size: facts.size, mimeType: binary.mimeType, ...facts.json, createdDate: isoOf(record.CreatedDate), lastModifiedDate: isoOf(record.LastModifiedDate) };
	return [new OutputItem(json, { [property]: binary })];
};
