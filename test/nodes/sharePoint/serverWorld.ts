// The Server backend against the played SharePoint Server, as a person by bearer token or by password.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import type { AccessToken } from '../../../lib/connections';
import { streamThroughN8n } from '../../../lib/n8n/fetch';
import { createUserSession, type UserSession } from '../../../lib/n8n/userSession';
import type { Backend, UploadSource } from '../../../nodes/SharePoint/transport/backend';
import { readPasswordLogin } from '../../../nodes/SharePoint/transport/server/passwordLogin';
import { overNtlm, passwordSession } from '../../../nodes/SharePoint/transport/server/passwordSession';
import { createOnlineBackend } from '../../../nodes/SharePoint/transport/online/onlineBackend';
import { createServerBackend } from '../../../nodes/SharePoint/transport/server/serverBackend';
import type { SiteWorld } from '../../sandbox/adfs/site/siteWorld';
import type { GraphWorld } from '../../sandbox/microsoft/graphWorld';
import { httpRequest } from '../support/executing';

const node = { id: '1', name: 'SharePoint', type: 'sharePoint', typeVersion: 1, position: [0, 0] as [number, number], parameters: {} };
const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const helpers = { httpRequest };

export type Login = 'bearer' | 'ntlm';

function bearerSession(accessToken: string, apiBaseUrl: string, name: string): UserSession {
	const token = { accessToken, tokenHash: createHash('sha256').update(accessToken).digest('hex'), tokenType: 'bearer', apiBaseUrl } as unknown as AccessToken;
	return createUserSession({ activity: { accepted: false }, appName: 'SharePoint', actsAs: `${name}@example.com`, fetch: async (url, init) => await fetch(url, { ...init, redirect: 'manual' } as RequestInit), openStream: streamThroughN8n(helpers), isTokenRejected: async ({ status }) => status === 401, token, renew: () => Promise.reject(new Error('The token is not renewed here')) });
}

function ntlmSession(world: SiteWorld, name: string): UserSession {
	const login = readPasswordLogin({ siteUrl: `${world.siteUrl}/sites/shared`, authentication: 'ntlm', username: `CONTOSO\\${name}`, password: `${name}-password` });
	return passwordSession(login, overNtlm(login), { accepted: false });
}

export async function backendOf(world: SiteWorld, login: Login, name = 'alice'): Promise<Backend> {
	const session = login === 'bearer' ? bearerSession(await world.tokenOf(name), world.siteUrl, name) : ntlmSession(world, name);
	return createServerBackend({ session, node, logger: logger, helpers, itemIndex: 0, options: {} });
}

export async function onlineBackendOf(world: GraphWorld, name = 'alice'): Promise<Backend> {
	return createOnlineBackend({ session: bearerSession(await world.tokenOf(name), world.microsoft.graphUrl, name), node, logger, helpers, itemIndex: 0, options: {} });
}

export function sourceOf(bytes: Buffer): UploadSource {
	return { size: bytes.length, open: async (offset) => Readable.from([bytes.subarray(offset)], { objectMode: false }) };
}

/** Bytes that are made as they are read. */
export function largeSource(size: number): UploadSource {
	function* bytes(offset: number): Generator<Buffer> {
		for (let at = offset; at < size; at += 65_536) yield Buffer.alloc(Math.min(65_536, size - at), Math.floor(at / 65_536) % 251);
	}
	// Offsets are multiples of the piece here, so each piece is the same wherever the reading began.
	return { size, open: async (offset) => Readable.from(bytes(offset), { objectMode: false }) };
}
