import type { Backend } from './backend';
import type { BackendParts } from './backendParts';
import type { Service } from './logins';
import { createOnlineBackend } from './online/onlineBackend';
import { createServerBackend } from './server/serverBackend';

export function createBackend(service: Service, parts: BackendParts): Backend {
	return service === 'online' ? createOnlineBackend(parts) : createServerBackend(parts);
}
