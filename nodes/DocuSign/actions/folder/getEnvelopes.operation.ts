import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { folderField, limitFields } from '../fields';
import type { Operation } from '../operation';
import { limitOf, parameterError, requiredText } from '../parameters';

const show = { resource: ['folder'], operation: ['getEnvelopes'] };

export const description: INodeProperties[] = [folderField(show), ...limitFields(show)];

interface FolderPage {
	folders?: { folderItems?: IDataObject[] }[];
	nextUri?: string;
}

/** What lies in a folder, newest first; the rows stand in the one folder of the answer. */
export const execute: Operation = async (api) => {
	const folderId = requiredText(api, 'folder', 'Folder');
	if (!/^[\w-]{1,64}$/.test(folderId)) throw parameterError(api, `The parameter "Folder" is no ID: "${folderId.slice(0, 60)}"`);
	const limit = limitOf(api);
	const rows: IDataObject[] = [];
	for (let start = 0; rows.length < limit; ) {
		const page: FolderPage = await api.get<FolderPage>(`/folders/${folderId}`, { query: { start_position: start }, about: `folder ${folderId}` });
		const found = page.folders?.flatMap(({ folderItems }) => folderItems ?? []) ?? [];
		rows.push(...found);
		start += found.length;
		if (found.length === 0 || page.nextUri === undefined || page.nextUri === '') break;
	}
	return rows.slice(0, limit);
};
