import type { SelectQueryBuilder } from 'kysely';

import type { Database } from '../database';
import type { Tables } from '../schema';

/**
 * For the CTE of an UPDATE that takes work: rows that another process is taking at this very moment are passed over
 * instead of waited for. Exclusive it is without this, too: the UPDATE checks its condition again. A CTE it must be,
 * since Postgres may run a sub-select with a LIMIT more than once, and take more than the limit.
 */
export function claimable({ backend }: Database) {
	return <Table extends keyof Tables, Row>(query: SelectQueryBuilder<Tables, Table, Row>): SelectQueryBuilder<Tables, Table, Row> =>
		backend.supportsForUpdate ? query.forUpdate().skipLocked() : query;
}
