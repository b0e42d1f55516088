// What the parts of the played Graph share.
import type { Request, Response } from 'express';
import type { CallLog } from '../../calls';
import type { SandboxSettings } from '../../settings';
import type { Caller } from './access';
import type { ContentFiles } from './drives/contentWriter';
import type { FileLinks } from './drives/fileLinks';
import type { Drive } from './drives/drive';
import type { List } from './lists/list';
import type { Site } from './sites/site';
import { readOptions, type ODataOptions } from './odata/options';

export interface GraphContext {
	readonly graphUrl: string;
	/** Where files come from and go to, without any Authorization. */
	readonly filesUrl: string;
	readonly settings: SandboxSettings;
	readonly calls: CallLog;
	readonly sites: readonly Site[];
	readonly links: FileLinks;
	readonly files: ContentFiles;
}

export type GraphResponse = Response<unknown, { caller: Caller }>;

export function queryOf(request: Request): URLSearchParams {
	return new URL(request.url, 'http://graph').searchParams;
}

export function optionsOf(request: Request): ODataOptions {
	return readOptions(queryOf(request));
}

export function drivesOf({ lists }: Site): Drive[] {
	return lists.flatMap(({ drive }) => drive ?? []);
}

export function listsOf({ sites }: Pick<GraphContext, 'sites'>): List[] {
	return sites.flatMap(({ lists }) => lists);
}
