import type { Db } from '../database';

/** Additive: at which portal something happened that concerns none of its connections (`null` in entries of before). */
export async function portalsInTheAuditLog({ schema }: Db): Promise<void> {
	await schema.alterTable('audit').addColumn('portalId', 'text').execute();
}
