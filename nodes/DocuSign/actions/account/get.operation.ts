import type { Operation } from '../operation';

export const execute: Operation = async (api) => [{ accountId: api.account.id, ...(await api.get('', { about: `account ${api.account.id}` })) }];
