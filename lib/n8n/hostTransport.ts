import type { Agent as HttpAgent, AgentOptions } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { createRequire } from 'node:module';

import type { IHttpRequestOptions } from 'n8n-workflow';

import { ConnectedAppsError } from '../errors';
import type { Fetch } from '../types';
import { fetchThroughN8n, type HttpHelpers } from './fetch';

/** As far as it is used here: n8n's own way out, with its proxy settings and its SSRF protection. */
export interface OutboundHttp {
	requests(): { request(options: IHttpRequestOptions): Promise<unknown> };
	transport(): { getNodeAgent?(options: AgentOptions): { httpAgent: HttpAgent; httpsAgent: HttpsAgent } };
}

/** `null`: looked for, and not there. */
let ofHost: Fetch | null | undefined;
let ofNode: Fetch | undefined;

/** Nodes hand over n8n's helper as they come by: where n8n's inside looks different, the last one does. */
export function rememberTransport(helpers: HttpHelpers): void {
	ofNode = fetchThroughN8n(helpers);
}

/**
 * A credential's `authenticate` is given no HTTP helper, and a fetch of our own would pass by n8n's proxy settings and SSRF
 * protection. So n8n's own is taken from its container. This is no public API: it is touched here and in hostAgents.ts only, every step is checked, and
 * end-to-end tests on the real host guard it.
 */
export function findOutboundHttp(mainFile: string | undefined): Partial<OutboundHttp> | undefined {
	if (mainFile === undefined) return undefined;
	try {
		const requireFromHost = createRequire(mainFile);
		const { Container } = requireFromHost('@n8n/di') as { Container?: { get(type: unknown): unknown } };
		const { OutboundHttp: type } = requireFromHost('@n8n/backend-network') as { OutboundHttp?: unknown };
		if (Container === undefined || type === undefined) return undefined;
		return Container.get(type) as Partial<OutboundHttp>;
	} catch {
		// Another n8n than the ones that were tried: the helper of a node is used instead.
		return undefined;
	}
}

function findHostTransport(mainFile: string | undefined): HttpHelpers | undefined {
	const request = findOutboundHttp(mainFile)?.requests?.().request;
	return typeof request === 'function' ? { httpRequest: request } : undefined;
}

/** @throws ConnectedAppsError `internal` if this process knows no way out that honours n8n's settings */
export function hostFetch(mainFile: string | undefined = process.argv[1]): Fetch {
	if (ofHost === undefined) {
		const found = findHostTransport(mainFile);
		ofHost = found === undefined ? null : fetchThroughN8n(found);
	}
	const known = ofHost ?? ofNode;
	if (known === undefined) {
		throw new ConnectedAppsError('internal', 'This n8n offers credentials no way to reach the provider', { advice: 'Update n8n, or put a Connected Apps or connector node before this one' });
	}
	return known;
}
