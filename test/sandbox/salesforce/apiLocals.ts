// What every route of the data API knows of a request once it is let in.
import type { Response } from 'express';
import type { Access } from './data/access';

export interface ApiLocals {
	access: Access;
	/** `v62.0`, as the client wrote it. */
	version: string;
}

export type ApiResponse = Response<unknown, ApiLocals>;

/** The first value of a parameter; undefined without one. */
export function parameter(value: unknown): string | undefined {
	const first: unknown = Array.isArray(value) ? value[0] : value;
	return typeof first === 'string' ? first : undefined;
}

/** `Id, Name` to its names; undefined without the parameter. */
export function nameList(value: unknown): string[] | undefined {
	return parameter(value)
		?.split(',')
		.map((name) => name.trim());
}
