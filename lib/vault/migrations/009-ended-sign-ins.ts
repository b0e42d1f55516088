import type { Db } from '../database';

/** Additive: of what the portal's provider has lately told to be over, by hashes: sign-ins to the portal that were under way by then must not be completed. */
export async function endedSignIns({ schema }: Db): Promise<void> {
	await schema
		.createTable('endedSignIns')
		.addColumn('idHash', 'text', (column) => column.notNull())
		.addColumn('portalId', 'text', (column) => column.notNull())
		.addColumn('subjectHash', 'text')
		.addColumn('providerSessionHash', 'text')
		.addColumn('endedAtMs', 'bigint', (column) => column.notNull())
		.addColumn('expiresAtMs', 'bigint', (column) => column.notNull())
		.addPrimaryKeyConstraint('endedSignIns_pk', ['idHash'])
		.execute();
	await schema.createIndex('endedSignIns_portal').on('endedSignIns').columns(['portalId', 'endedAtMs']).execute();
	await schema.createIndex('endedSignIns_expiry').on('endedSignIns').columns(['expiresAtMs']).execute();
}
