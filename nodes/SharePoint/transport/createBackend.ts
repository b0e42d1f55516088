import { NodeOperationError } from 'n8n-workflow';

import type { Backend } from './backend';
import type { BackendParts } from './backendParts';
import type { Service } from './logins';
import { createOnlineBackend } from './online/onlineBackend';

export function createBackend(service: Service, parts: BackendParts): Backend {
	if (service === 'server') throw new NodeOperationError(parts.node, 'This version works with SharePoint Online alone', { itemIndex: parts.itemIndex });
	return createOnlineBackend(parts);
}
