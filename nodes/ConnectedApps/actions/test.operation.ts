import type { IDataObject } from 'n8n-workflow';

import { probeSignIn, signInStateOf } from '../../../lib/connections';
import type { Operation, OperationTools, Person } from './operation';

async function probe({ runtime: { vault, engine }, fetch, use }: OperationTools, { connection, userKey, named }: Person): Promise<IDataObject> {
	const found = await probeSignIn(vault, engine, connection, userKey, { fetch, use });
	const { status, account } = await signInStateOf(vault, connection, userKey);
	const standing = { ...named, works: found.works, status, account: account ?? null };
	if (found.works) return { ...standing, checkedBy: found.checkedBy };
	const { code, message, details } = found.error;
	return { ...standing, code, message, ...(details.advice !== undefined && { advice: details.advice }) };
}

/** One item for each attached app: whether the provider still accepts the person's sign-in. */
export const test: Operation = async (tools, people) => {
	const items: IDataObject[] = [];
	for (const person of people) items.push(await probe(tools, person));
	return items;
};
