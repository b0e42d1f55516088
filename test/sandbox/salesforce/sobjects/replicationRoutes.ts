// What was deleted and what was changed within a span of time.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getdeleted.htm
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_getupdated.htm
import { Router, type Request } from 'express';
import { badRequest } from '../apiErrors';
import { parameter, type ApiLocals, type ApiResponse } from '../apiLocals';
import { indexesWhere } from '../data/access';
import { salesforceDateTime, type Row } from '../data/rows';
import { objectNamed } from './record';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const deletedDays = 15;
const updatedDays = 30;

export function replicationRoutes(): Router {
	return Router()
		.get('/sobjects/:type/deleted', (request, response: ApiResponse) => {
			const span = spanOf(request, deletedDays);
			const deleted = changed(request.params.type, response.locals, span, true);
			response.json({
				deletedRecords: deleted.map((row) => ({ deletedDate: row['SystemModstamp'], id: row.Id })),
				earliestDateAvailable: salesforceDateTime(wholeMinute(Date.now() - deletedDays * dayMs)),
				latestDateCovered: covered(span),
			});
		})
		.get('/sobjects/:type/updated', (request, response: ApiResponse) => {
			const span = spanOf(request, updatedDays);
			response.json({ ids: changed(request.params.type, response.locals, span, false).map(({ Id }) => Id), latestDateCovered: covered(span) });
		});
}

type Span = readonly [startMs: number, endMs: number];

function spanOf(request: Request, days: number): Span {
	const [start, end] = ['start', 'end'].map((name) => {
		const text = parameter(request.query[name]);
		if (text === undefined) throw badRequest('MISSING_ARGUMENT', `The ${name} parameter is required`);
		// A plus that nobody encoded has become a space.
		const at = Date.parse(text.replace(' ', '+'));
		if (Number.isNaN(at)) throw badRequest('MALFORMED_QUERY', `Invalid dateTime: ${text}`);
		return wholeMinute(at);
	}) as [number, number];
	if (end - start < minuteMs) throw badRequest('INVALID_REPLICATION_DATE', 'endDate must be at least one minute greater than startDate');
	if (start < Date.now() - days * dayMs - minuteMs) throw badRequest('INVALID_REPLICATION_DATE', `startDate cannot be more than ${days} days ago`);
	return [start, end];
}

/** Seconds are ignored. */
function wholeMinute(atMs: number): number {
	return Math.floor(atMs / minuteMs) * minuteMs;
}

function covered([, end]: Span): string {
	return salesforceDateTime(wholeMinute(Math.min(end, Date.now())));
}

function changed(type: string, { access }: ApiLocals, [start, end]: Span, deleted: boolean): Row[] {
	const rows = access.rows(objectNamed(type, access));
	const isWithin = (row: Row): boolean => {
		const at = Date.parse(String(row['SystemModstamp']).replace('+0000', 'Z'));
		return row.IsDeleted === deleted && at >= start && at < end;
	};
	return indexesWhere(rows, isWithin).map((index) => rows.at(index)!);
}
