// The portal over HTTP without an n8n around it: what the trigger registers, read and answered by its own transport.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import express, { type Request, type Response } from 'express';

import { handlePortalRequest, type PortalParts } from '../../lib/portal';
import { sendPortalResponse, toPortalRequest } from '../../nodes/ConnectedAppsTrigger/transport/portalRequest';
import { PORTAL_WEBHOOKS } from '../../nodes/ConnectedAppsTrigger/webhooks';

export const PORTAL_PATH = 'connected-apps';

export interface SeenRequest {
	method: string;
	page: string;
	status: number;
	site?: string;
	/** The session came with it. */
	signedIn: boolean;
}

export interface PortalServer {
	url: string;
	readonly seen: SeenRequest[];
	close(): Promise<void>;
}

/** Everything below the trigger's path that n8n would hand to it, by method and page. */
export const PORTAL_ADDRESSES: readonly { method: string; page: string }[] = PORTAL_WEBHOOKS.map(({ httpMethod, path }) => ({ method: String(httpMethod), page: / \+ "\/(.*)"/.exec(String(path))?.[1] ?? '' }));

/** @param partsAt the portal that stands at this address */
export async function servePortal(partsAt: (portalUrl: string) => PortalParts): Promise<PortalServer> {
	const app = express();
	const seen: SeenRequest[] = [];
	const server = createServer(app);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook/${PORTAL_PATH}`;
	const answer = async (request: Request, response: Response) => {
		const asked = toPortalRequest(request, PORTAL_PATH);
		const answered = await handlePortalRequest(partsAt(url), asked);
		seen.push({ method: asked.method, page: asked.page, status: answered.status, site: request.get('sec-fetch-site'), signedIn: 'connected_apps_session' in asked.cookies });
		sendPortalResponse(response, answered, false);
	};
	app.disable('x-powered-by');
	app.use(express.urlencoded({ extended: true }), express.json(), express.text());
	for (const { method, page } of PORTAL_ADDRESSES) {
		app[method === 'POST' ? 'post' : 'get'](`/webhook/${PORTAL_PATH}${page === '' ? '' : `/${page}`}`, answer);
	}
	return {
		url,
		seen,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
