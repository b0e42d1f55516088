import type { Agent as HttpAgent, AgentOptions } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';

import { ConnectedAppsError } from '../errors';
import { findOutboundHttp } from './hostTransport';

/**
 * Agents whose connections stay open, made by n8n itself: its proxy settings and its SSRF protection apply to each new connection.
 * n8n's request helper opens one for every call, which is no good where a login belongs to a connection.
 * @throws ConnectedAppsError `internal` if this n8n gives none: connections of our own would pass by those settings
 */
export function hostAgents(options: AgentOptions, mainFile: string | undefined = process.argv[1]): { httpAgent: HttpAgent; httpsAgent: HttpsAgent } {
	const agents = findOutboundHttp(mainFile)?.transport?.().getNodeAgent?.(options);
	if (agents === undefined) throw new ConnectedAppsError('internal', 'This n8n offers no connection that stays open', { advice: 'Update n8n, or choose a login that belongs to each request and not to the connection' });
	return agents;
}
