import { createRequire } from 'node:module';

import type { IHttpRequestOptions } from 'n8n-workflow';

import { ConnectedAppsError } from '../errors';
import type { Fetch } from '../types';
import { fetchThroughN8n, type HttpHelpers } from './fetch';

/** As far as it is used here: n8n's own way out, with its proxy settings and its SSRF protection. */
interface OutboundHttp {
	requests(): { request(options: IHttpRequestOptions): Promise<unknown> };
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
 * protection. So n8n's own is taken from its container. This is no public API: it is touched here only, every step is checked, and
 * end-to-end tests on the real host guard it.
 */
function findHostTransport(mainFile: string | undefined): HttpHelpers | undefined {
	if (mainFile === undefined) return undefined;
	try {
		const requireFromHost = createRequire(mainFile);
		const { Container } = requireFromHost('@n8n/di') as { Container?: { get(type: unknown): unknown } };
		const { OutboundHttp: type } = requireFromHost('@n8n/backend-network') as { OutboundHttp?: unknown };
		if (Container === undefined || type === undefined) return undefined;
		const http = Container.get(type) as Partial<OutboundHttp>;
		if (typeof http.requests !== 'function') return undefined;
		const { request } = http.requests();
		return typeof request === 'function' ? { httpRequest: request } : undefined;
	} catch {
		// Another n8n than the ones that were tried: the helper of a node is used instead.
		return undefined;
	}
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
