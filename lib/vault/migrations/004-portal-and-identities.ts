import type { Db } from '../database';

/**
 * Additive: which portal a connection belongs to (`null` as long as its trigger has not registered it again: its own trigger's), the
 * sessions of a person, and what a verified token or the sign-in to the portal told about somebody.
 */
export async function portalAndIdentities({ schema }: Db): Promise<void> {
	await schema.alterTable('registrations').addColumn('portalId', 'text').execute();
	await schema.alterTable('registrations').addColumn('portal', 'text').execute();
	await schema.createIndex('registrations_portal').on('registrations').columns(['portalId', 'active']).execute();

	await schema.alterTable('sessions').addColumn('userHash', 'text').execute();
	await schema.createIndex('sessions_user').on('sessions').columns(['portalId', 'userHash']).execute();

	await schema
		.createTable('identities')
		.addColumn('idHash', 'text', (column) => column.notNull())
		.addColumn('sealedIdentity', 'text', (column) => column.notNull())
		.addColumn('keyId', 'text', (column) => column.notNull())
		.addColumn('expiresAtMs', 'bigint', (column) => column.notNull())
		.addPrimaryKeyConstraint('identities_pk', ['idHash'])
		.execute();
	await schema.createIndex('identities_expiry').on('identities').columns(['expiresAtMs']).execute();
	await schema.createIndex('identities_key').on('identities').columns(['keyId']).execute();
}
