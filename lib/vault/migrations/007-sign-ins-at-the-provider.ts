import type { Db } from '../database';

/** Additive: which sign-in at the portal's provider a session came from, and whose (`null` in sessions of before, which live for hours only). */
export async function signInsAtTheProvider({ schema }: Db): Promise<void> {
	await schema.alterTable('sessions').addColumn('subjectHash', 'text').execute();
	await schema.alterTable('sessions').addColumn('providerSessionHash', 'text').execute();
	await schema.createIndex('sessions_subject').on('sessions').columns(['portalId', 'subjectHash']).execute();
	await schema.createIndex('sessions_provider').on('sessions').columns(['portalId', 'providerSessionHash']).execute();
}
