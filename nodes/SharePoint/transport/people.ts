import { NodeOperationError } from 'n8n-workflow';

import type { BackendParts } from './backendParts';

/** Nobody can tell which of them is meant: a person who is written in the place of another would go unnoticed. */
export function severalPeople({ node, itemIndex }: Pick<BackendParts, 'node' | 'itemIndex'>, email: string, people: readonly { id: number; name?: string }[]): NodeOperationError {
	const named = people.map(({ id, name }) => (name === undefined ? String(id) : `${name} (${id})`)).join(', ');
	return new NodeOperationError(node, `The site knows several people with the e-mail address ${email}: ${named}`, { itemIndex, description: 'Give the number of the one that is meant' });
}
