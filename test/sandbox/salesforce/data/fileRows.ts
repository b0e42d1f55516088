// Files and what is in them. One is as large as the setting says and is made while it is read.
import { createHash } from 'node:crypto';
import { orgUsers } from '../org';
import { accountsOf } from './crmRows';
import { attachment, contentDocument, contentDocumentLink, contentVersion, document } from './fileObjects';
import type { Row, Table } from './rows';
import { Seed } from './seed';

interface File {
	readonly name: string;
	readonly type: string;
	readonly contentType: string;
	readonly content: Buffer;
}

const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const files: readonly File[] = [
	{ name: 'offer.txt', type: 'TEXT', contentType: 'text/plain', content: Buffer.from('An offer: 100 € for naïve 日本 text.\n') },
	{ name: 'logo.png', type: 'PNG', contentType: 'image/png', content: pixel },
];
const largeName = 'large.bin';
const chunkBytes = 64 * 1024;
const [alice, bob] = orgUsers as [(typeof orgUsers)[0], (typeof orgUsers)[0]];

/** Byte `n` is n modulo 251: no power of two, so that a chunk lost or doubled shows. */
export function* largeContent(bytes: number): Generator<Buffer> {
	for (let start = 0; start < bytes; start += chunkBytes) {
		const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, bytes - start));
		for (let index = 0; index < chunk.length; index++) chunk[index] = (start + index) % 251;
		yield chunk;
	}
}

const contents = new Map<string, Buffer>();
const links = new Seed(contentDocumentLink);
const attachments = new Seed(attachment);
const documents = new Seed(document);

/** The bytes of a file's row, or undefined for the large one: see `largeContent`. */
export const contentOf = (id: string): Buffer | undefined => contents.get(id);

export interface FileTables {
	readonly ContentDocument: Table;
	readonly ContentVersion: Table;
}

function contentRows(largeFileBytes: number): FileTables {
	const seeds = { ContentDocument: new Seed(contentDocument), ContentVersion: new Seed(contentVersion) };
	const add = (name: string, type: string, size: number, OwnerId: string, content?: Buffer): void => {
		const [Title, FileExtension] = name.split('.') as [string, string];
		const common = { Title, FileExtension, FileType: type, ContentSize: size, OwnerId };
		const LatestPublishedVersionId = seeds.ContentVersion.nextId;
		const of = seeds.ContentDocument.add({ ...common, LatestPublishedVersionId });
		const Checksum = content ? createHash('md5').update(content).digest('hex') : null;
		seeds.ContentVersion.add({ ...common, ContentDocumentId: of.Id, IsLatest: true, VersionNumber: '1', PathOnClient: name, Checksum });
		if (content) contents.set(LatestPublishedVersionId, content);
	};
	for (const { name, type, content } of files) add(name, type, content.length, alice.userId, content);
	add(largeName, 'UNKNOWN', largeFileBytes, alice.userId);
	add('secret.txt', 'TEXT', 4, bob.userId, Buffer.from('bob\n'));
	return { ContentDocument: seeds.ContentDocument.table, ContentVersion: seeds.ContentVersion.table };
}

const bySize = new Map<number, FileTables>();
export function fileTables(largeFileBytes: number): FileTables {
	const known = bySize.get(largeFileBytes) ?? contentRows(largeFileBytes);
	bySize.set(largeFileBytes, known);
	return known;
}

const [first] = accountsOf(alice) as [Row];
const { ContentDocument } = fileTables(0);
for (const index of [0, 1, 2]) links.add({ LinkedEntityId: first.Id, ContentDocumentId: ContentDocument.at(index)!.Id, ShareType: 'V', Visibility: 'AllUsers', OwnerId: alice.userId });
links.add({ LinkedEntityId: accountsOf(bob)[0]!.Id, ContentDocumentId: ContentDocument.at(3)!.Id, ShareType: 'V', Visibility: 'AllUsers', OwnerId: bob.userId });
for (const { name, contentType, content } of files) {
	const row = attachments.add({ ParentId: first.Id, Name: name, ContentType: contentType, BodyLength: content.length, OwnerId: alice.userId });
	contents.set(row.Id, content);
}
const terms = Buffer.from('Terms and conditions\n');
contents.set(documents.add({ Name: 'Terms', DeveloperName: 'Terms', Type: 'txt', ContentType: 'text/plain', BodyLength: terms.length }).Id, terms);

export const keptFileTables = { ContentDocumentLink: links.table, Attachment: attachments.table, Document: documents.table };
