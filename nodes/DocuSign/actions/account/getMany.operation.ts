import type { Operation } from '../operation';

/** As DocuSign told them when the person signed in. */
export const execute: Operation = async ({ session }) => await Promise.resolve(session.apiAccounts.map(({ id, name, baseUrl, isDefault }) => ({ accountId: id, accountName: name, baseUri: baseUrl, isDefault })));
