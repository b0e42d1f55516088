import type { SelectQueryBuilder } from 'kysely';

import type { Database } from '../database';
import type { Tables } from '../schema';

/**
 * For the sub-select of an UPDATE that takes work: rows that another process is taking at this very moment are passed
 * over instead of waited for. Exclusive it is without this, too: the UPDATE checks its condition again.
 */
export function claimable({ backend }: Database) {
	return <Table extends keyof Tables, Row>(query: SelectQueryBuilder<Tables, Table, Row>): SelectQueryBuilder<Tables, Table, Row> =>
		backend.supportsForUpdate ? query.forUpdate().skipLocked() : query;
}
