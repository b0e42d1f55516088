// A file or folder of a library.
import type { Value } from '../lists/row';
import type { Content } from './content';

export interface FileVersion {
	/** `1.0`, `2.0`, … */
	readonly id: string;
	readonly content: Content;
	readonly modified: string;
	readonly modifiedBy: number;
}

export interface Permission {
	readonly id: string;
	readonly roles: readonly string[];
	readonly link: { readonly type: string; readonly scope: string; readonly webUrl: string; readonly preventsDownload: boolean };
	readonly hasPassword: boolean;
	readonly expirationDateTime?: string;
}

export interface Node {
	readonly id: string;
	readonly uniqueId: string;
	/** Number in the library's list of items; the root folder has none. */
	readonly itemId: number;
	name: string;
	parent: Node | undefined;
	/** Of a folder: by name in small letters, for names are told apart whatever their case. */
	readonly children: Map<string, Node> | undefined;
	content: Content | undefined;
	/** Older ones, newest first. */
	versions: FileVersion[];
	/** Counts every change; `contentVersion` those of the bytes. */
	version: number;
	contentVersion: number;
	created: string;
	modified: string;
	readonly createdBy: number;
	modifiedBy: number;
	values: Record<string, Value>;
	permissions: Permission[];
}

/** Relative to the root folder, with a slash in front; the root's is empty. */
export function pathOf(node: Node): string {
	return node.parent ? `${pathOf(node.parent)}/${node.name}` : '';
}

export function eTagOf({ uniqueId, version }: Node): string {
	return `"{${uniqueId.toUpperCase()}},${version}"`;
}

export function cTagOf({ uniqueId, contentVersion }: Node): string {
	return `"c:{${uniqueId.toUpperCase()}},${contentVersion}"`;
}

export function sizeOf(node: Node): number {
	return node.content ? node.content.size : [...(node.children?.values() ?? [])].reduce((sum, child) => sum + sizeOf(child), 0);
}

export function* descendantsOf(node: Node): Iterable<Node> {
	for (const child of node.children?.values() ?? []) {
		yield child;
		yield* descendantsOf(child);
	}
}
