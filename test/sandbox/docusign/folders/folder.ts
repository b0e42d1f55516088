// Folders: those that everybody has, by what an envelope's status says, and those that somebody made.
import type { Envelope } from '../envelopes/envelope';

export interface Folder {
	readonly folderId: string;
	readonly name: string;
	readonly type: 'draft' | 'inbox' | 'normal' | 'recyclebin' | 'sentitems';
	readonly parentFolderId?: string;
}

export function seedFolders(idOf: (name: string) => string): readonly Folder[] {
	const folder = (type: Folder['type'], name: string, parentFolderId?: string): Folder => ({ folderId: idOf(`folder ${name}`), name, type, ...(parentFolderId !== undefined && { parentFolderId }) });
	const contracts = folder('normal', 'Contracts');
	return [folder('inbox', 'Inbox'), folder('sentitems', 'Sent Items'), folder('draft', 'Draft'), folder('recyclebin', 'Deleted Items'), contracts, folder('normal', 'Contracts 2025', contracts.folderId), folder('normal', 'Offers')];
}

/** Where it lies for its sender. */
export function folderTypeOf({ status }: Envelope): Folder['type'] {
	if (status === 'created') return 'draft';
	return status === 'deleted' ? 'recyclebin' : 'sentitems';
}

export function liesIn(envelope: Envelope, folder: Folder, asRecipient: boolean): boolean {
	if (envelope.folderId !== undefined) return envelope.folderId === folder.folderId;
	if (asRecipient) return folder.type === 'inbox';
	return folderTypeOf(envelope) === folder.type;
}


export function folderOf(folders: readonly Folder[], envelope: Envelope, asRecipient: boolean): Folder | undefined {
	return folders.find((folder) => liesIn(envelope, folder, asRecipient));
}
