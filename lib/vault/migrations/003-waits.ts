import type { Db } from '../database';

/** Node runs that wait for something outside which is no sign-in, and who goes on with them. */
export async function waits({ schema }: Db): Promise<void> {
	await schema
		.createTable('waits')
		.addColumn('id', 'text', (column) => column.notNull())
		.addColumn('executionId', 'text', (column) => column.notNull())
		.addColumn('nodeName', 'text', (column) => column.notNull())
		.addColumn('runIndex', 'integer', (column) => column.notNull())
		.addColumn('topic', 'text', (column) => column.notNull())
		.addColumn('state', 'text', (column) => column.notNull())
		.addColumn('workflowId', 'text', (column) => column.notNull())
		.addColumn('workflowName', 'text', (column) => column.notNull())
		.addColumn('sealedContent', 'text', (column) => column.notNull())
		.addColumn('keyId', 'text', (column) => column.notNull())
		.addColumn('settled', 'integer', (column) => column.notNull())
		.addColumn('wakes', 'integer', (column) => column.notNull())
		.addColumn('wakesSeen', 'integer', (column) => column.notNull())
		.addColumn('createdAtMs', 'bigint', (column) => column.notNull())
		.addColumn('checkAtMs', 'bigint', (column) => column.notNull())
		.addColumn('expiresAtMs', 'bigint')
		.addColumn('dueAtMs', 'bigint', (column) => column.notNull())
		.addColumn('claimOwner', 'text')
		.addColumn('attempts', 'integer', (column) => column.notNull())
		.addColumn('finishedAtMs', 'bigint')
		.addPrimaryKeyConstraint('waits_pk', ['id'])
		.execute();
	await schema.createIndex('waits_run').on('waits').columns(['executionId', 'nodeName', 'runIndex', 'topic']).unique().execute();
	await schema.createIndex('waits_topic').on('waits').columns(['topic', 'state']).execute();
	await schema.createIndex('waits_due').on('waits').columns(['state', 'dueAtMs']).execute();
	await schema.createIndex('waits_key').on('waits').columns(['keyId']).execute();
	await schema.createIndex('waits_expiry').on('waits').columns(['expiresAtMs']).where('expiresAtMs', 'is not', null).execute();
	await schema.createIndex('waits_finished').on('waits').columns(['finishedAtMs']).where('finishedAtMs', 'is not', null).execute();

	// What came in from outside and must not count twice.
	await schema
		.createTable('seen')
		.addColumn('idHash', 'text', (column) => column.notNull())
		.addColumn('expiresAtMs', 'bigint', (column) => column.notNull())
		.addPrimaryKeyConstraint('seen_pk', ['idHash'])
		.execute();
	await schema.createIndex('seen_expiry').on('seen').columns(['expiresAtMs']).execute();

	await schema
		.createTable('sweepers')
		.addColumn('ownerKey', 'text', (column) => column.notNull())
		.addColumn('seenAtMs', 'bigint', (column) => column.notNull())
		.addPrimaryKeyConstraint('sweepers_pk', ['ownerKey'])
		.execute();
}
