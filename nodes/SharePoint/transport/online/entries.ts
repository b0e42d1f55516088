// Files and folders, without their bytes. @see https://learn.microsoft.com/en-us/graph/api/resources/driveitem
import { NodeOperationError } from 'n8n-workflow';

import type { Backend, Conflict, Entry, EntryAt, WriteOptions } from '../backend';
import { aboutEntry, aboutLibrary, aboutSite, childPath, drivePath, entryPath, quoted, sitePath } from './addresses';
import { copyEntry } from './copy';
import { optionalText, textOf, type GraphApi, type Json } from './graphApi';
import { entryOf, libraryOf, versionOf } from './shapes';

type EntryOperations = Pick<Backend, 'getLibraries' | 'getChildren' | 'searchEntries' | 'getEntry' | 'createFolder' | 'rename' | 'move' | 'copy' | 'deleteEntry' | 'getVersions' | 'restoreVersion' | 'createSharingLink'>;

export const CONFLICT = '@microsoft.graph.conflictBehavior';
export const matching = ({ ifMatch }: WriteOptions): Record<string, string> => (ifMatch === undefined ? {} : { 'if-match': ifMatch });

/** Moves and copies name their target by ids. */
async function folderReference(api: GraphApi, at: EntryAt): Promise<{ driveId: string; id: string }> {
	const body = await api.getJson(`${await entryPath(api, at)}?$select=id,folder,root,parentReference`, { about: aboutEntry(at) });
	if (body.folder === undefined && body.root === undefined) throw new NodeOperationError(api.node, `The target "${at.entry}" is a file`, { itemIndex: api.itemIndex, description: 'Name a folder' });
	return { driveId: decodeURIComponent((await drivePath(api, at)).slice('/drives/'.length)), id: textOf(body.id) };
}

export function entryOperations(api: GraphApi): EntryOperations {
	const patch = async (at: EntryAt, json: Json, options: WriteOptions): Promise<Entry> => entryOf(await api.getJson(await entryPath(api, at), { method: 'PATCH', json, headers: matching(options), about: aboutEntry(at) }));

	return {
		getLibraries: async (site, page) => await api.getPage(`${await sitePath(api, site)}/drives`, page, libraryOf, { about: aboutSite(site) }),
		getChildren: async (at, page) => await api.getPage(`${await entryPath(api, at, '/children')}?$top=200`, page, entryOf, { about: aboutEntry(at) }),
		searchEntries: async (at, text, page) => await api.getPage(`${await drivePath(api, at)}/root/search(q=${encodeURIComponent(quoted(text)).replaceAll('%27', "'")})`, page, entryOf, { about: aboutLibrary(at) }),
		getEntry: async (at) => entryOf(await api.getJson(await entryPath(api, at), { about: aboutEntry(at) })),
		async createFolder(parent, name, { conflict }) {
			return entryOf(await api.getJson(await entryPath(api, parent, '/children'), { method: 'POST', json: { name, folder: {}, [CONFLICT]: conflict }, about: `folder "${name}"` }));
		},
		rename: async (at, name, options) => await patch(at, { name }, options),
		async move(at, to, { name, conflict, ...options }) {
			const { driveId, id } = await folderReference(api, to);
			if (`/drives/${encodeURIComponent(driveId)}` !== (await drivePath(api, at))) {
				throw new NodeOperationError(api.node, 'Microsoft Graph cannot move from one library to another', { itemIndex: api.itemIndex, description: 'Copy it and delete the original' });
			}
			return await patch(at, { parentReference: { id }, ...(name !== undefined && { name }), ...conflictIn(conflict) }, options);
		},
		async copy(at, to, options) {
			const { driveId, id } = await folderReference(api, to);
			const copiedId = await copyEntry(api, at, { driveId, id }, options);
			return entryOf(await api.getJson(`/drives/${encodeURIComponent(driveId)}/items/${encodeURIComponent(copiedId)}`, { about: `copy of ${aboutEntry(at)}` }));
		},
		async deleteEntry(at, options) {
			await api.send(await entryPath(api, at), { method: 'DELETE', headers: matching(options), about: aboutEntry(at) });
		},
		getVersions: async (at, page) => await api.getPage(await entryPath(api, at, '/versions'), page, versionOf, { about: aboutEntry(at) }),
		async restoreVersion(at, versionId) {
			await api.send(await entryPath(api, at, `/versions/${encodeURIComponent(versionId)}/restoreVersion`), { method: 'POST', about: `version ${versionId} of the ${aboutEntry(at)}` });
		},
		async createSharingLink(at, { type, scope, expires, password }) {
			const json = { type, scope, ...(expires !== undefined && { expirationDateTime: expires }), ...(password !== undefined && { password }) };
			const body = await api.getJson(await entryPath(api, at, '/createLink'), { method: 'POST', json, about: aboutEntry(at) });
			const link = (body.link ?? {}) as Json;
			return { id: textOf(body.id), url: textOf(link.webUrl), type: textOf(link.type) || type, scope: textOf(link.scope) || scope, ...(optionalText(body.expirationDateTime) !== undefined && { expires: textOf(body.expirationDateTime) }) };
		},
	};
}

/** Graph's own choice is to fail. */
function conflictIn(conflict: Conflict): Json {
	return conflict === 'fail' ? {} : { [CONFLICT]: conflict };
}

/** What now has the name in the folder; undefined if nothing has. */
export async function entryNamed(api: GraphApi, folder: EntryAt, name: string): Promise<Entry | undefined> {
	const path = (await childPath(api, folder, name, '')).replace(/:$/, '');
	const response = await api.send(path, { about: `file "${name}"`, accepts: [404] });
	return response.status === 404 ? undefined : entryOf((await response.json()) as Json);
}
