import type { Db } from '../database';

/**
 * Additive: who used a connection in which workflow; what an administrator has changed of a connection on the portal (other
 * words for it, its deletion); who did what is told in the audit log.
 */
export async function usesAndAdministration({ schema }: Db): Promise<void> {
	await schema.alterTable('registrations').addColumn('shownName', 'text').execute();
	await schema.alterTable('registrations').addColumn('shownDescription', 'text').execute();
	await schema.alterTable('registrations').addColumn('deletedAtMs', 'bigint').execute();
	await schema.alterTable('registrations').addColumn('deletedBy', 'text').execute();

	await schema.alterTable('audit').addColumn('actor', 'text').execute();
	await schema.createIndex('audit_connection').on('audit').columns(['connectionId', 'atMs']).execute();
	await schema.createIndex('grants_user').on('grants').columns(['userKey', 'connectionId']).execute();
	await schema.createIndex('requests_connection').on('requests').columns(['connectionId', 'state']).execute();

	await schema
		.createTable('uses')
		.addColumn('connectionId', 'text', (column) => column.notNull())
		.addColumn('workflowId', 'text', (column) => column.notNull())
		.addColumn('userKey', 'text', (column) => column.notNull())
		.addColumn('workflowName', 'text', (column) => column.notNull())
		.addColumn('useCount', 'bigint', (column) => column.notNull())
		.addColumn('lastUsedAtMs', 'bigint', (column) => column.notNull())
		.addPrimaryKeyConstraint('uses_pk', ['connectionId', 'workflowId', 'userKey'])
		.execute();
	await schema.createIndex('uses_user').on('uses').columns(['userKey', 'connectionId']).execute();
	await schema.createIndex('uses_last').on('uses').columns(['lastUsedAtMs']).execute();
}
