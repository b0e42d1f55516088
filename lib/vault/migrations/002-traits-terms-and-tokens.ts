import type { Db } from '../database';

/**
 * Additive: processes of version 1 go on with these tables until they are updated, too, and rows that they wrote or
 * write have `null` in the new columns.
 */
export async function traitsTermsAndTokens({ schema }: Db): Promise<void> {
	await schema.alterTable('registrations').addColumn('traits', 'text').execute();
	await schema.createIndex('registrations_client').on('registrations').columns(['clientId', 'active']).execute();
	// SQLite adds one column at a time.
	await schema.alterTable('requests').addColumn('terms', 'text').execute();
	await schema.alterTable('requests').addColumn('failureCode', 'text').execute();

	await schema
		.createTable('issuedTokens')
		.addColumn('cacheKey', 'text', (column) => column.notNull())
		.addColumn('sealedToken', 'text', (column) => column.notNull())
		.addColumn('keyId', 'text', (column) => column.notNull())
		.addColumn('accessTokenHash', 'text', (column) => column.notNull())
		.addColumn('expiresAtMs', 'bigint', (column) => column.notNull())
		.addPrimaryKeyConstraint('issuedTokens_pk', ['cacheKey'])
		.execute();
	await schema.createIndex('issuedTokens_expiry').on('issuedTokens').columns(['expiresAtMs']).execute();

	await schema
		.createTable('references')
		.addColumn('idHash', 'text', (column) => column.notNull())
		.addColumn('sealedReference', 'text', (column) => column.notNull())
		.addColumn('keyId', 'text', (column) => column.notNull())
		.addColumn('expiresAtMs', 'bigint', (column) => column.notNull())
		.addPrimaryKeyConstraint('references_pk', ['idHash'])
		.execute();
	await schema.createIndex('references_expiry').on('references').columns(['expiresAtMs']).execute();
	await schema.createIndex('references_key').on('references').columns(['keyId']).execute();
}
