// What an address leads to: an entity, a collection, a value or a stream. Knows nothing of sites and lists.
import type { Readable } from 'node:stream';
import { badQuery, noField, noResource } from '../errors';
import { matches } from './filter';
import type { Segment } from './path';
import type { Query } from './query';

export type Value = unknown;

export interface Entity {
	readonly kind: 'entity';
	/** `SP.List`. */
	readonly type: string;
	/** Below `_api/`. */
	readonly path: string;
	readonly etag?: string;
	/** What is there without being asked for. */
	readonly properties: Readonly<Record<string, Value>>;
	/** What `$select` has to name. */
	readonly more?: Readonly<Record<string, () => Value>>;
	/** What `$expand` takes; by its own name. */
	readonly expandable?: Readonly<Record<string, () => Entity | readonly Entity[]>>;
	readonly children?: Children;
	readonly methods?: Methods;
	merge?(body: Readonly<Record<string, unknown>>): void;
	remove?(): void;
	/** Takes the raw body, for `$value` with PUT. */
	put?(): Promise<void>;
}

export interface Collection {
	readonly kind: 'collection';
	readonly path: string;
	rows(): readonly Entity[];
	/** For collections that filter and page by themselves. */
	page?(query: Query): { rows: readonly Entity[]; next?: string };
	key?(segment: Segment): Entity;
	readonly children?: Children;
	readonly methods?: Methods;
	create?(body: Readonly<Record<string, unknown>>): Entity;
}

export interface Plain {
	readonly kind: 'value';
	readonly value: Value;
}

export interface Stream {
	readonly kind: 'stream';
	readonly size: number;
	readonly etag: string;
	readonly name: string;
	open(range?: { start: number; end: number }): Readable;
	put?(): Promise<void>;
}

export type Resource = Entity | Collection | Plain | Stream;

/** By lower-case name: what GET may follow. */
export type Children = Readonly<Record<string, (segment: Segment) => Resource>>;
/** By lower-case name: what POST does. null: done, and nothing to tell. */
export type Methods = Readonly<Record<string, (segment: Segment) => Promise<Resource | null> | Resource | null>>;

export const value = (found: Value): Plain => ({ kind: 'value', value: found });

/** What a method without a result answers, once it has been carried out. */
export const done = (_act: void): null => null;

export function childOf(resource: Resource, segment: Segment): Resource | undefined {
	if (resource.kind !== 'entity' && resource.kind !== 'collection') return undefined;
	const child = resource.children?.[segment.name.toLowerCase()]?.(segment);
	if (child === undefined) return undefined;
	// A collection with a key behind it: `lists(guid'…')`, `files('a.txt')`.
	if (child.kind !== 'collection' || !segment.hasArgs) return child;
	if (child.key === undefined) throw noResource(segment.name);
	return child.key(segment);
}

export function propertyOf(entity: Entity, name: string): Value {
	if (Object.hasOwn(entity.properties, name)) return entity.properties[name];
	const more = entity.more?.[name];
	if (more === undefined) throw noField(name);
	return more();
}

/** The value at `A` or `A/B`, for filters and sorting. */
export function valueAt(entity: Entity, path: string): Value {
	const [first = '', ...rest] = path.split('/');
	if (rest.length === 0) return propertyOf(entity, first);
	const inner = entity.expandable?.[first]?.();
	if (inner === undefined) throw noField(first);
	return Array.isArray(inner) ? inner.map((one: Entity) => valueAt(one, rest.join('/'))) : valueAt(inner as Entity, rest.join('/'));
}

export function sortBy<Row>(rows: readonly Row[], orderBy: Query['orderBy'], valueOf: (row: Row, field: string) => Value): Row[] {
	return [...rows].sort((a, b) => {
		for (const { field, descending } of orderBy) {
			const order = compareValues(valueOf(a, field), valueOf(b, field));
			if (order !== 0) return descending ? -order : order;
		}
		return 0;
	});
}

function compareValues(a: Value, b: Value): number {
	if (a === b) return 0;
	if (a === null || a === undefined) return -1;
	if (b === null || b === undefined) return 1;
	if (typeof a === 'string' && typeof b === 'string') return a.toLowerCase() < b.toLowerCase() ? -1 : a.toLowerCase() > b.toLowerCase() ? 1 : 0;
	return (a as number) < (b as number) ? -1 : 1;
}

/** Filter, sort, skip and top of everything but list items. */
export function pageOf(collection: Collection, query: Query): { rows: readonly Entity[]; next?: string } {
	if (collection.page) return collection.page(query);
	const { filter, orderBy, skip, top } = query;
	const kept = filter ? collection.rows().filter((row) => matches(filter, (field) => valueAt(row, field))) : collection.rows();
	const sorted = orderBy.length > 0 ? sortBy(kept, orderBy, valueAt) : kept;
	return { rows: sorted.slice(skip, top === undefined ? undefined : skip + top) };
}

export function methodNotAllowed(name: string): never {
	throw badQuery(`The HTTP method '${name}' cannot be used to access the resource.`);
}
