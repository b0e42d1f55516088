import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import type { ItemApi } from '../../transport/docuSignApi';
import { parameterError, requiredText } from '../parameters';

export function recipientIdField(show: NonNullable<IDisplayOptions['show']>): INodeProperties {
	return { displayName: 'Recipient ID', name: 'recipientId', type: 'string', default: '', required: true, placeholder: '1', description: 'The recipient’s ID in this envelope, as Get Many tells it', displayOptions: { show } };
}

/** @throws NodeOperationError for what could lead elsewhere in a path */
export function recipientIdOf(api: ItemApi): string {
	const id = requiredText(api, 'recipientId', 'Recipient ID');
	if (!/^[\w-]{1,64}$/.test(id)) throw parameterError(api, `The parameter "Recipient ID" is no ID: "${id.slice(0, 60)}"`);
	return id;
}
