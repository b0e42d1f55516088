// A library's files and folders as the items of its list.
import { invalidRequest } from '../errors';
import type { Row, RowChange, Rows } from '../lists/row';
import type { Drive } from './drive';
import type { Node } from './node';

export class LibraryRows implements Rows {
	constructor(private readonly drive: Drive) {}

	get size(): number {
		return this.drive.nodes.size - 1;
	}

	get sequence(): number {
		return this.drive.sequence;
	}

	*after(id: number): Iterable<Row> {
		const nodes = [...this.drive.nodes.values()].filter(({ itemId }) => itemId > id).sort((a, b) => a.itemId - b.itemId);
		for (const node of nodes) yield rowOf(node);
	}

	get(id: number): Row | undefined {
		const node = this.drive.numbered(id);
		return node && rowOf(node);
	}

	add(): Row {
		throw invalidRequest('To add an item to a document library, use SPFileCollection.Add()');
	}

	change(id: number, values: Parameters<Rows['change']>[1], editorId: number): Row {
		const node = this.drive.numbered(id)!;
		const { FileLeafRef, ...rest } = values;
		node.values = Object.fromEntries(Object.entries({ ...node.values, ...rest }).filter(([, value]) => value !== undefined)) as Node['values'];
		if (FileLeafRef !== undefined && FileLeafRef !== node.name) return rowOf(this.drive.move(node, node.parent!, String(FileLeafRef), 'fail', editorId));
		return rowOf(this.drive.touch(node, editorId));
	}

	delete(id: number): void {
		this.drive.delete(this.drive.numbered(id)!);
	}

	changedSince(sequence: number): readonly RowChange[] {
		return this.drive.changedSince(sequence).map((change) => ({ sequence: change.sequence, id: change.node.itemId }));
	}

	versionsOf(): readonly Row[] {
		return [];
	}
}

function rowOf(node: Node): Row {
	const { name, content } = node;
	return {
		id: node.itemId,
		uniqueId: node.uniqueId,
		version: node.version,
		created: node.created,
		modified: node.modified,
		authorId: node.createdBy,
		editorId: node.modifiedBy,
		values: { FileLeafRef: name, ...(content && { DocIcon: name.split('.').at(-1)!, FileSizeDisplay: String(content.size) }), ...node.values },
		contentType: content ? 'Document' : 'Folder',
		driveItemId: node.id,
	};
}
