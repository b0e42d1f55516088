// An item as Graph answers it; its columns only where they are asked for.
// @see https://learn.microsoft.com/en-us/graph/api/resources/listitem
import { identitySetOf } from '../people';
import type { ODataOptions } from '../odata/options';
import { selectFrom } from '../odata/select';
import { guidOf } from '../ids';
import { contentTypesOf, listUrlOf, type List } from './list';
import { fieldsOf } from './readFields';
import { etagOf, type Row } from './row';

export function itemBody(graphUrl: string, list: List, row: Row, { select, expand }: Pick<ODataOptions, 'select' | 'expand'>, driveItem?: () => unknown): Record<string, unknown> {
	const { types, rootFolderId } = constantsOf(list);
	const type = types[row.contentType === 'Folder' ? 1 : 0]!;
	const body = {
		'@odata.etag': etagOf(row),
		createdDateTime: row.created,
		eTag: etagOf(row),
		id: String(row.id),
		lastModifiedDateTime: row.modified,
		webUrl: `${listUrlOf(list)}/${row.id}_.000`,
		createdBy: identitySetOf(row.authorId),
		lastModifiedBy: identitySetOf(row.editorId),
		parentReference: { id: rootFolderId, siteId: list.site.id },
		contentType: { id: type['id'], name: type['name'] },
		...(expand.has('fields') && {
			'fields@odata.context': `${graphUrl}/v1.0/$metadata#sites('${encodeURIComponent(list.site.id)}')/lists('${list.id}')/items('${row.id}')/fields/$entity`,
			fields: fieldsOf(list, row, expand.get('fields')?.select),
		}),
		...(expand.has('driveItem') && driveItem && { driveItem: driveItem() }),
	};
	return selectFrom(body, select, [...expand.keys()]);
}

interface Constants {
	readonly types: ReturnType<typeof contentTypesOf>;
	readonly rootFolderId: string;
}

/** The same for every row: made once, for lists are long. */
const constants = new WeakMap<List, Constants>();

function constantsOf(list: List): Constants {
	const known = constants.get(list) ?? { types: contentTypesOf(list), rootFolderId: guidOf(`root folder ${list.id}`) };
	constants.set(list, known);
	return known;
}

/** What is left of an item in a list of changes. */
export function deletedItemBody(list: List, id: number): Record<string, unknown> {
	return { id: String(id), deleted: { state: 'deleted' }, parentReference: { siteId: list.site.id } };
}
