// Drives and their items as Graph answers them.
// @see https://learn.microsoft.com/en-us/graph/api/resources/driveitem
import type { GraphContext } from '../context';
import { listUrlOf } from '../lists/list';
import { identitySetOf, siteUserOf } from '../people';
import { selectFrom } from '../odata/select';
import type { ODataOptions } from '../odata/options';
import type { Content } from './content';
import type { Drive } from './drive';
import { cTagOf, eTagOf, pathOf, sizeOf, type FileVersion, type Node, type Permission } from './node';

const mediaTypes: Readonly<Record<string, string>> = {
	txt: 'text/plain',
	csv: 'text/csv',
	json: 'application/json',
	pdf: 'application/pdf',
	png: 'image/png',
	jpg: 'image/jpeg',
	docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
	xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

export function mediaTypeOf(name: string): string {
	return mediaTypes[name.split('.').at(-1)!.toLowerCase()] ?? 'application/octet-stream';
}

export function driveBody(drive: Drive): Record<string, unknown> {
	const { list, used, total } = drive;
	return {
		createdDateTime: list.created,
		description: list.description,
		id: drive.id,
		lastModifiedDateTime: drive.root.modified,
		name: list.displayName,
		webUrl: listUrlOf(list),
		driveType: 'documentLibrary',
		createdBy: { user: { displayName: 'System Account' } },
		lastModifiedBy: identitySetOf(drive.root.modifiedBy),
		owner: { user: { displayName: `${list.site.displayName} Owners` } },
		quota: { deleted: 0, remaining: Math.max(0, total - used), state: used >= total ? 'exceeded' : 'normal', total, used },
	};
}

export function nodeUrlOf({ list }: Drive, node: Node): string {
	return `${listUrlOf(list)}${pathOf(node).split('/').map(encodeURIComponent).join('/')}`;
}

/** Each segment encoded, as the addresses by path are. */
export function referenceTo(drive: Drive, parent: Node): Record<string, unknown> {
	return {
		driveType: 'documentLibrary',
		driveId: drive.id,
		id: parent.id,
		name: parent.parent ? parent.name : drive.list.displayName,
		path: `/drives/${drive.id}/root:${pathOf(parent).split('/').map(encodeURIComponent).join('/')}`,
		siteId: drive.list.site.collectionId,
	};
}

export function nodeBody(context: Pick<GraphContext, 'links'>, drive: Drive, node: Node, { select, expand }: Pick<ODataOptions, 'select' | 'expand'> = { expand: new Map() }): Record<string, unknown> {
	const body = {
		...(node.content && { '@microsoft.graph.downloadUrl': context.links.addressOf({ driveId: drive.id, itemId: node.id }) }),
		createdDateTime: node.created,
		eTag: eTagOf(node),
		id: node.id,
		lastModifiedDateTime: node.modified,
		name: node.name,
		webUrl: nodeUrlOf(drive, node),
		...(node.content && { cTag: cTagOf(node) }),
		size: sizeOf(node),
		createdBy: identitySetOf(node.createdBy),
		lastModifiedBy: identitySetOf(node.modifiedBy),
		...(node.parent ? { parentReference: referenceTo(drive, node.parent) } : { parentReference: { driveType: 'documentLibrary', driveId: drive.id }, root: {} }),
		fileSystemInfo: { createdDateTime: node.created, lastModifiedDateTime: node.modified },
		...(node.content ? { file: fileFacetOf(node.name, node.content) } : { folder: { childCount: node.children!.size } }),
		...(node.permissions.length > 0 && { shared: { scope: 'users' } }),
		sharepointIds: { listId: drive.list.id, listItemId: String(node.itemId), listItemUniqueId: node.uniqueId, siteId: drive.list.site.collectionId, siteUrl: drive.list.site.webUrl, webId: drive.list.site.webId },
		...(expand.has('children') && { children: [...(node.children?.values() ?? [])].map((child) => nodeBody(context, drive, child)) }),
	};
	const { sharepointIds: _onlyWhenSelected, ...usual } = body;
	return select ? selectFrom(body, select.map((name) => (name === 'content.downloadUrl' ? '@microsoft.graph.downloadUrl' : name)), [...expand.keys()]) : usual;
}

function fileFacetOf(name: string, { quickXorHash }: Content): Record<string, unknown> {
	return { ...(quickXorHash !== undefined && { hashes: { quickXorHash } }), mimeType: mediaTypeOf(name) };
}

export function deletedNodeBody(drive: Drive, node: Node): Record<string, unknown> {
	return { id: node.id, name: node.name, deleted: { state: 'deleted' }, parentReference: node.parent ? { driveType: 'documentLibrary', driveId: drive.id, id: node.parent.id } : { driveId: drive.id } };
}

export function versionBody({ id, content, modified, modifiedBy }: FileVersion): Record<string, unknown> {
	return { id, lastModifiedDateTime: modified, lastModifiedBy: identitySetOf(modifiedBy), size: content.size };
}

/** The present bytes are the first of the versions. */
export function versionsOf(node: Node): FileVersion[] {
	return [{ id: `${node.contentVersion}.0`, content: node.content!, modified: node.modified, modifiedBy: node.modifiedBy }, ...node.versions];
}

export function permissionBody({ id, roles, link, hasPassword, expirationDateTime }: Permission): Record<string, unknown> {
	return { id, roles, hasPassword, shareId: `u!${Buffer.from(link.webUrl).toString('base64url')}`, link, ...(expirationDateTime && { expirationDateTime }), ...(link.scope === 'users' && { grantedToIdentitiesV2: [] }) };
}

/** The owner of a file, as its permissions tell. */
export function ownerPermissionBody(): Record<string, unknown> {
	const { title, oid } = siteUserOf(undefined);
	return { id: 'aTowIy5mfG1lbWJlcnNoaXB8b3duZXI', roles: ['owner'], grantedToV2: { user: { displayName: title, ...(oid && { id: oid }) }, siteUser: { displayName: title, id: '3', loginName: 'i:0#.f|membership|owner' } }, grantedTo: { user: { displayName: title } } };
}
