// Answers that go on: what a locator stands for, until the sandbox ends.
// @see https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query_more_results.htm
import { badRequest } from '../apiErrors';
import type { ApiLocals } from '../apiLocals';
import type { SalesforceApiSettings } from '../apiSettings';
import { recordId } from '../ids';
import type { QueryPage, QueryResult, Rendering } from '../soql/records';

interface Cursor {
	readonly userId: string;
	readonly result: QueryResult;
	readonly pageSize: number;
}

const mostCursors = 5_000;

export class Cursors {
	private readonly open = new Map<string, Cursor>();
	private opened = 0;

	constructor(private readonly settings: SalesforceApiSettings) {}

	/** The first page of an answer, of `batchSize` rows at most. */
	first(result: QueryResult, batchSize: number, locals: ApiLocals): QueryPage {
		const pageSize = Math.min(batchSize, this.settings.queryPageSize);
		return this.start(result, pageSize, locals);
	}

	/** The page that `locator` names: `01g…-2000`. Throws an ApiError for a locator that is none of this user's. */
	further(locator: string, locals: ApiLocals): QueryPage {
		const [, id = '', offset = ''] = /^(\w+)-(\d+)$/.exec(locator) ?? [];
		const cursor = this.open.get(id);
		const start = Number(offset);
		// Whose locator it is, nobody else learns: the same answer as for an invented one.
		if (!cursor || cursor.userId !== locals.access.user.userId || start >= cursor.result.count) throw badRequest('INVALID_QUERY_LOCATOR', 'invalid query locator');
		return this.page(id, cursor, start, locals);
	}

	private start(result: QueryResult, pageSize: number, locals: ApiLocals): QueryPage {
		const id = recordId('01g', 500_001 + this.opened++);
		const cursor = { userId: locals.access.user.userId, result, pageSize };
		if (result.count > pageSize) this.open.set(id, cursor);
		if (this.open.size > mostCursors) this.open.delete(this.open.keys().next().value!);
		return this.page(id, cursor, 0, locals);
	}

	private page(id: string, { result, pageSize }: Cursor, start: number, locals: ApiLocals): QueryPage {
		const { version } = locals;
		const end = Math.min(start + pageSize, result.count);
		const rendering: Rendering = { version, openChildren: (children) => this.start(children, this.settings.subqueryPageSize, locals) };
		const records = Array.from({ length: end - start }, (_, index) => result.record(start + index, rendering));
		const done = end >= result.count;
		// `nextRecordsUrl` names /query/ after a queryAll too (resources_queryall_more_results.htm).
		return { totalSize: result.totalSize, done, ...(done ? {} : { nextRecordsUrl: `/services/data/${version}/query/${id}-${end}` }), records };
	}
}
