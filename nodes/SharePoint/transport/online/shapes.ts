// Graph's objects as the node gives them.
import type { Entry, Library, List, Person, Site, Version } from '../backend';
import { optionalText, textOf, type Json } from './graphApi';

const objectIn = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

/** @see https://learn.microsoft.com/en-us/graph/api/resources/identityset */
export function personOf(value: unknown): Person | undefined {
	const set = objectIn(value);
	const { id, displayName, email } = objectIn(set.user ?? set.application ?? set.group);
	if (displayName === undefined && id === undefined && email === undefined) return undefined;
	return { ...(optionalText(id) !== undefined && { id: textOf(id) }), ...(optionalText(displayName) !== undefined && { name: textOf(displayName) }), ...(optionalText(email) !== undefined && { email: textOf(email) }) };
}

function times(body: Json): { created?: string; lastModified?: string } {
	return { ...(optionalText(body.createdDateTime) !== undefined && { created: textOf(body.createdDateTime) }), ...(optionalText(body.lastModifiedDateTime) !== undefined && { lastModified: textOf(body.lastModifiedDateTime) }) };
}

/** Times and people. */
export function history(body: Json): { created?: string; lastModified?: string; createdBy?: Person; lastModifiedBy?: Person } {
	const createdBy = personOf(body.createdBy);
	const lastModifiedBy = personOf(body.lastModifiedBy);
	return { ...times(body), ...(createdBy !== undefined && { createdBy }), ...(lastModifiedBy !== undefined && { lastModifiedBy }) };
}

export function siteOf(body: Json): Site {
	return { id: textOf(body.id), name: textOf(body.name), title: textOf(body.displayName), description: textOf(body.description), webUrl: textOf(body.webUrl), ...times(body) };
}

export function listOf(body: Json): List {
	const { template, hidden } = objectIn(body.list);
	return { id: textOf(body.id), name: textOf(body.name), title: textOf(body.displayName), description: textOf(body.description), webUrl: textOf(body.webUrl), template: textOf(template), hidden: hidden === true, ...times(body) };
}

export function libraryOf(body: Json): Library {
	return { id: textOf(body.id), name: textOf(body.webUrl).split('/').at(-1) ?? '', title: textOf(body.name), description: textOf(body.description), webUrl: textOf(body.webUrl) };
}

/** Graph writes each part of the path encoded: `/drives/<id>/root:/A%20folder`. */
function pathOf(body: Json): string {
	const parent = textOf(objectIn(body.parentReference).path);
	if (parent === '') return body.root === undefined ? `/${textOf(body.name)}` : '/';
	const folder = parent.slice(parent.indexOf('root:') + 'root:'.length);
	const decoded = folder.split('/').map((part) => {
		try {
			return decodeURIComponent(part);
		} catch {
			return part;
		}
	});
	return `${decoded.join('/')}/${textOf(body.name)}`;
}

/** @see https://learn.microsoft.com/en-us/graph/api/resources/driveitem */
export function entryOf(body: Json): Entry {
	const file = objectIn(body.file);
	const { driveId, id: parentId } = objectIn(body.parentReference);
	const isFolder = body.folder !== undefined || body.root !== undefined;
	return {
		id: textOf(body.id),
		type: isFolder ? 'folder' : 'file',
		name: textOf(body.name),
		path: pathOf(body),
		size: typeof body.size === 'number' ? body.size : 0,
		...(optionalText(file.mimeType) !== undefined && { mimeType: textOf(file.mimeType) }),
		etag: textOf(body.eTag),
		webUrl: textOf(body.webUrl),
		...history(body),
		...(isFolder && typeof objectIn(body.folder).childCount === 'number' && { childCount: Number(objectIn(body.folder).childCount) }),
		...(typeof objectIn(file.hashes).quickXorHash === 'string' && { quickXorHash: objectIn(file.hashes).quickXorHash }),
		...(optionalText(parentId) !== undefined && { parentId }),
		...(optionalText(driveId) !== undefined && { driveId }),
	};
}

export function versionOf(body: Json): Version {
	const { lastModified, lastModifiedBy } = history(body);
	return { id: textOf(body.id), ...(typeof body.size === 'number' && { size: body.size }), ...(lastModified !== undefined && { lastModified }), ...(lastModifiedBy !== undefined && { lastModifiedBy }) };
}
