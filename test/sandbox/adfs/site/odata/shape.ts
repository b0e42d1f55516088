// Entities as JSON: `$select` and `$expand`, with or without the metadata of `odata=minimalmetadata`.
import { noField, notExpanded } from '../errors';
import { propertyOf, type Entity, type Value } from './resource';

export interface Shaping {
	readonly select: readonly string[];
	readonly expand: readonly string[];
	readonly metadata: boolean;
	/** `…/_api/`. */
	readonly apiUrl: string;
}

/** @throws SiteError 400 for what is not there */
export function shapeEntity(entity: Entity, { select, expand, metadata, apiUrl }: Shaping): Record<string, Value> {
	const shaped: Record<string, Value> = metadata ? { 'odata.type': entity.type, 'odata.id': entity.type === 'SP.Web' ? `${apiUrl}Web` : `${apiUrl}${entity.path}`, ...(entity.etag !== undefined && { 'odata.etag': entity.etag }), 'odata.editLink': entity.path } : {};
	const plain = select.filter((name) => !name.includes('/'));
	const nested = select.filter((name) => name.includes('/'));
	const names = plain.length === 0 && nested.length === 0 ? ['*'] : plain;
	for (const name of names) {
		if (name === '*') Object.assign(shaped, entity.properties);
		else if (entity.expandable?.[name] === undefined) shaped[name] = propertyOf(entity, name);
		else if (!expand.some((path) => path.split('/')[0] === name)) throw notExpanded(name);
	}
	for (const path of nested) if (!expand.some((expanded) => expanded.split('/')[0] === path.split('/')[0])) throw notExpanded(path);
	for (const name of new Set(expand.map((path) => path.split('/')[0]!))) {
		const open = entity.expandable?.[name];
		if (open === undefined) throw noField(name);
		const inner = (paths: readonly string[]): string[] => paths.filter((path) => path.startsWith(`${name}/`)).map((path) => path.slice(name.length + 1));
		// Of lookups and people only what is named; of everything else all of it.
		const below = { select: inner(select), expand: inner(expand), metadata, apiUrl };
		const found = open();
		shaped[name] = Array.isArray(found) ? found.map((one: Entity) => shapeEntity(one, below)) : shapeEntity(found as Entity, below);
	}
	return shaped;
}
