// What stands ready for every resource once the call is let in, and how lists say where they are.
import type { Request, Response } from 'express';
import type { AccountState } from './accountState';
import { invalidParameter } from './apiErrors';
import type { DocuSignUser } from './directory';
import { textOf, type Wire } from './wire';

export interface ApiLocals extends Record<string, unknown> {
	state: AccountState;
	user: DocuSignUser;
	/** Of a multipart request, by documentId. */
	parts: ReadonlyMap<string, Buffer>;
}

export type ApiResponse = Response<unknown, ApiLocals>;

/** One value of a query parameter. */
export function parameter({ query }: Request, name: string): string | undefined {
	const value = query[name];
	return Array.isArray(value) ? textOf(value[0]) : textOf(value);
}

export interface Page<T> {
	readonly items: readonly T[];
	/** resultSetSize, totalSetSize, startPosition, endPosition, and nextUri and previousUri where there are such pages; all text. */
	readonly position: Wire;
}

/**
 * The page that `start_position` and `count` ask for. `maxCount` is what the resource allows: more is an error where `strict`.
 * `uri` is the resource without the account, as DocuSign writes it in nextUri.
 */
export function pageOf<T>(request: Request, items: readonly T[], { uri, maxCount, pageSize = maxCount, withTotal = true }: { uri: string; maxCount: number; pageSize?: number; withTotal?: boolean }): Page<T> {
	const start = whole(request, 'start_position') ?? 0;
	const asked = whole(request, 'count');
	if (asked !== undefined && (asked < 1 || asked > maxCount)) throw invalidParameter(`Invalid value specified for count. The maximum is ${maxCount}.`);
	const count = Math.min(asked ?? maxCount, pageSize);
	const page = items.slice(start, start + count);
	const uriAt = (position: number): string => {
		const query = new URLSearchParams(Object.entries(request.query).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
		query.set('start_position', String(position));
		query.set('count', String(count));
		return `${uri}?${query.toString()}`;
	};
	return {
		items: page,
		position: {
			resultSetSize: String(page.length),
			...(withTotal && { totalSetSize: String(items.length) }),
			startPosition: String(start),
			endPosition: String(Math.max(start, start + page.length - 1)),
			...(start + count < items.length && { nextUri: uriAt(start + count) }),
			...(start > 0 && { previousUri: uriAt(Math.max(0, start - count)) }),
		},
	};
}

function whole(request: Request, name: string): number | undefined {
	const value = parameter(request, name);
	if (value === undefined || value === '') return undefined;
	if (!/^\d{1,9}$/.test(value)) throw invalidParameter(`Invalid value specified for ${name}.`);
	return Number(value);
}

/** A moment in a query; throws for text that is none. */
export function moment(request: Request, name: string): number | undefined {
	const value = parameter(request, name);
	if (value === undefined || value === '') return undefined;
	const ms = Date.parse(value);
	if (Number.isNaN(ms)) throw invalidParameter(`Invalid value specified for ${name}.`);
	return ms;
}
