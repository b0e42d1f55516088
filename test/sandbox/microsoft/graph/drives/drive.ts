// A library's files: a tree, and the record of what changed in it.
// @see https://learn.microsoft.com/en-us/graph/api/resources/drive
import type { GraphSettings } from '../../graphSettings';
import { itemNotFound, nameAlreadyExists, quotaLimitReached, invalidRequest } from '../errors';
import { driveItemIdOf, guidOf } from '../ids';
import { nowText } from '../lists/listRows';
import type { List } from '../lists/list';
import type { Content } from './content';
import { checkName, freeName } from './names';
import { descendantsOf, sizeOf, type Node } from './node';

export type ConflictBehavior = 'fail' | 'replace' | 'rename';

export interface NodeChange {
	readonly sequence: number;
	readonly node: Node;
}

export class Drive {
	readonly root: Node;
	/** Set right after the list is made, which has to know its drive. */
	list!: List;
	readonly nodes = new Map<string, Node>();
	private readonly numbers = new Map<number, Node>();
	private nextNumber = 1;
	private changes: NodeChange[] = [];
	sequence = 0;

	constructor(
		readonly id: string,
		private readonly settings: GraphSettings,
		created: string,
		ownerId: number,
	) {
		this.root = this.makeNode('root', undefined, true, ownerId, undefined, created);
		this.nodes.set(this.root.id, this.root);
	}

	get used(): number {
		return sizeOf(this.root);
	}

	get total(): number {
		return this.settings.graphQuotaBytes;
	}

	/** @throws GraphError 404 */
	at(id: string): Node {
		const node = id === 'root' ? this.root : this.nodes.get(id);
		if (!node) throw itemNotFound();
		return node;
	}

	numbered(itemId: number): Node | undefined {
		return this.numbers.get(itemId);
	}

	/** Names decoded; undefined where there is nothing. */
	find(from: Node, names: readonly string[]): Node | undefined {
		return names.reduce<Node | undefined>((node, name) => node?.children?.get(name.toLowerCase()), from);
	}

	/** The folders of a path, made where they are missing. */
	folderAt(from: Node, names: readonly string[], by: number): Node {
		return names.reduce((parent, name) => {
			const child = parent.children?.get(name.toLowerCase());
			if (child && !child.children) throw invalidRequest('Cannot create a folder inside of a file.', 'invalidPath');
			return child ?? this.addFolder(parent, name, 'fail', by);
		}, from);
	}

	addFolder(parent: Node, name: string, conflict: ConflictBehavior, by: number): Node {
		const there = this.childNamed(parent, name);
		if (there && (conflict === 'fail' || (conflict === 'replace' && !there.children))) throw nameAlreadyExists();
		if (there && conflict === 'replace') return there;
		return this.insert(parent, there ? freeName(name, parent) : name, true, by);
	}

	/** A new file or new bytes of one; whether it is new comes along. */
	putFile(parent: Node, name: string, content: Content, conflict: ConflictBehavior, by: number): { node: Node; isNew: boolean } {
		const there = this.childNamed(parent, name);
		if (there && (conflict === 'fail' || (conflict === 'replace' && there.children))) throw nameAlreadyExists();
		if (there && conflict === 'replace') return { node: this.setContent(there, content, by), isNew: false };
		this.mustHaveRoom(content.size);
		return { node: this.insert(parent, there ? freeName(name, parent) : name, false, by, content), isNew: true };
	}

	setContent(node: Node, content: Content, by: number): Node {
		if (!node.content) throw invalidRequest('Cannot set the content of a folder.');
		this.mustHaveRoom(content.size);
		node.versions = [{ id: `${node.contentVersion}.0`, content: node.content, modified: node.modified, modifiedBy: node.modifiedBy }, ...node.versions];
		node.content = content;
		node.contentVersion++;
		return this.touch(node, by);
	}

	/** New name, new folder, or both. */
	move(node: Node, parent: Node, name: string, conflict: ConflictBehavior, by: number): Node {
		if (!parent.children) throw invalidRequest('The destination is not a folder.');
		if (node === parent || [...descendantsOf(node)].includes(parent)) throw invalidRequest('Cannot move a folder into itself.');
		if (!node.parent) throw invalidRequest('Cannot move the root folder.');
		const there = this.childNamed(parent, name);
		const other = there === node ? undefined : there;
		if (other && conflict === 'fail') throw nameAlreadyExists();
		if (other && conflict === 'replace') this.delete(other);
		node.parent.children!.delete(node.name.toLowerCase());
		node.name = other && conflict === 'rename' ? freeName(name, parent) : name;
		node.parent = parent;
		parent.children.set(node.name.toLowerCase(), node);
		return this.touch(node, by);
	}

	copy(source: Node, parent: Node, name: string, by: number): Node {
		if (!source.children) return this.putFile(parent, name, source.content!, 'fail', by).node;
		const folder = this.addFolder(parent, name, 'fail', by);
		for (const child of [...source.children.values()]) if (child !== folder) this.copy(child, folder, child.name, by);
		return folder;
	}

	delete(node: Node): void {
		if (!node.parent) throw invalidRequest('Cannot delete the root folder.');
		for (const child of [...descendantsOf(node)]) this.forget(child);
		node.parent.children!.delete(node.name.toLowerCase());
		this.forget(node);
	}

	touch(node: Node, by: number): Node {
		Object.assign(node, { version: node.version + 1, modified: nowText(), modifiedBy: by });
		return this.note(node);
	}

	/** What changed after it, each once, in the order of the last change; what is gone is no longer among `nodes`. */
	changedSince(sequence: number): readonly NodeChange[] {
		return this.changes.filter((change) => change.sequence > sequence);
	}

	mustHaveRoom(bytes: number): void {
		if (this.used + bytes > this.total) throw quotaLimitReached();
	}

	private childNamed(parent: Node, name: string): Node | undefined {
		if (!parent.children) throw invalidRequest('The parent is not a folder.', 'invalidPath');
		checkName(name, parent, this.list.site.path);
		return parent.children.get(name.toLowerCase());
	}

	private insert(parent: Node, name: string, isFolder: boolean, by: number, content?: Content): Node {
		const node = this.makeNode(name, parent, isFolder, by, content, nowText());
		parent.children!.set(name.toLowerCase(), node);
		this.nodes.set(node.id, node);
		this.numbers.set(node.itemId, node);
		return this.note(node);
	}

	private makeNode(name: string, parent: Node | undefined, isFolder: boolean, by: number, content: Content | undefined, created: string): Node {
		const itemId = parent ? this.nextNumber++ : 0;
		const seed = `${this.id} ${itemId}`;
		return { id: driveItemIdOf(seed), uniqueId: guidOf(seed), itemId, name, parent, children: isFolder ? new Map() : undefined, content, versions: [], version: 1, contentVersion: 1, created, modified: created, createdBy: by, modifiedBy: by, values: {}, permissions: [] };
	}

	private forget(node: Node): void {
		this.nodes.delete(node.id);
		this.numbers.delete(node.itemId);
		this.note(node);
	}

	private note(node: Node): Node {
		this.changes = [...this.changes.filter((change) => change.node !== node), { sequence: ++this.sequence, node }];
		return node;
	}
}
