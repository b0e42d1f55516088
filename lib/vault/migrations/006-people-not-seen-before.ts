import type { Db } from '../database';

/** Additive: whom a workflow has asked lately, and who waits in it, is counted whenever it asks somebody new. */
export async function peopleNotSeenBefore({ schema }: Db): Promise<void> {
	await schema.createIndex('requests_asked').on('requests').columns(['workflowId', 'createdAtMs']).execute();
	await schema.createIndex('requests_waiting').on('requests').columns(['workflowId', 'state']).execute();
}
