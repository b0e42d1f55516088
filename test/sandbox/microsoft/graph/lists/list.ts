// A list or library of a site.
// @see https://learn.microsoft.com/en-us/graph/api/resources/list
import type { Drive } from '../drives/drive';
import type { Site } from '../sites/site';
import type { Column } from './columns';
import type { Rows } from './row';

export interface List {
	readonly id: string;
	/** In its address. */
	readonly name: string;
	readonly displayName: string;
	readonly description: string;
	readonly template: 'genericList' | 'documentLibrary' | 'userInformation';
	/** Not shown to people. */
	readonly hidden: boolean;
	/** Whether search looks at its items: a setting that every list has. */
	readonly isSearched: boolean;
	/** Not even listed, unless `system` is selected. */
	readonly isSystem: boolean;
	readonly site: Site;
	readonly columns: readonly Column[];
	readonly rows: Rows;
	/** Of a library. */
	readonly drive?: Drive;
	readonly created: string;
}

export function listUrlOf({ site, name, template }: List): string {
	return `${site.webUrl}${template === 'documentLibrary' ? '' : '/Lists'}/${encodeURIComponent(name)}`;
}

export function contentTypesOf(list: List): Array<Record<string, unknown>> {
	const [id, name] = list.drive ? ['0x0101', 'Document'] : ['0x01', 'Item'];
	const own = (baseId: string, baseName: string, index: number) => ({
		id: `${baseId}00${list.id.replaceAll('-', '').toUpperCase()}`,
		description: index === 0 ? 'Create a new list item.' : 'Create a new folder.',
		group: 'List Content Types',
		hidden: false,
		name: baseName,
		parentId: baseId,
		readOnly: false,
		sealed: false,
		order: { default: index === 0, position: index },
	});
	return [own(id, name, 0), own('0x0120', 'Folder', 1)];
}

export function listBody(list: List): Record<string, unknown> {
	const by = { user: { displayName: 'System Account' } };
	return {
		'@odata.etag': `"${list.id},1"`,
		createdBy: by,
		createdDateTime: list.created,
		description: list.description,
		eTag: `"${list.id},1"`,
		id: list.id,
		lastModifiedBy: by,
		lastModifiedDateTime: list.created,
		name: list.name,
		webUrl: listUrlOf(list),
		displayName: list.displayName,
		parentReference: { siteId: list.site.id },
		list: { contentTypesEnabled: false, hidden: list.hidden, template: list.template },
		...(list.isSystem && { system: {} }),
	};
}
