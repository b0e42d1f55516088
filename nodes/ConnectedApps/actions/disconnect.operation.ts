import type { IDataObject } from 'n8n-workflow';

import { disconnectAndRevoke } from '../../../lib/connections';
import type { Operation } from './operation';

/** One item for each attached app: whether there was a sign-in to end, and what the provider made of it. */
export const disconnect: Operation = async ({ runtime, fetch, use }, people) => {
	const items: IDataObject[] = [];
	for (const { connection, userKey, named } of people) {
		const { disconnected, revoked } = await disconnectAndRevoke(runtime.vault, connection, userKey, { fetch, use, leaseOwner: runtime.processId });
		const { manageAccessUrl } = connection.provider;
		items.push({ ...named, disconnected, revoked: revoked ?? null, ...(revoked === 'notSupported' && manageAccessUrl !== undefined && { providerPage: manageAccessUrl }) });
	}
	return items;
};
