// A list of things on the wire: one page, with the address of the next.
import type { Request, Response } from 'express';
import { optionsOf, type GraphContext } from './context';
import { linkOf, pageOf, type Page } from './odata/page';
import { selectFrom } from './odata/select';

/** A page of `things`, which are all known. */
export function collection<T>(context: GraphContext, request: Request, response: Response, name: string, things: readonly T[], body: (thing: T) => Record<string, unknown>): void {
	const { top, skipToken } = optionsOf(request);
	sendPage(context, request, response, name, pageOf(things, top, skipToken, context.settings), body);
}

/** @param name behind `$metadata#` */
export function sendPage<T>({ graphUrl }: GraphContext, request: Request, response: Response, name: string, { items, nextToken }: Page<T>, body: (thing: T) => Record<string, unknown>): void {
	const { select, expand } = optionsOf(request);
	response.json({
		'@odata.context': `${graphUrl}/v1.0/$metadata#${name}`,
		...(nextToken !== undefined && { '@odata.nextLink': linkOf(graphUrl, request, { $skiptoken: nextToken }) }),
		value: items.map((item) => selectFrom(body(item), select, [...expand.keys()])),
	});
}
