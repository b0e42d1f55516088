// The Server backend against the played SharePoint Server, as a person by bearer token or by password.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import type { AccessToken } from '../../../lib/connections';
import { streamThroughN8n, type HttpHelpers } from '../../../lib/n8n/fetch';
import { createUserSession, type UserSession } from '../../../lib/n8n/userSession';
import type { Backend, UploadSource } from '../../../nodes/SharePoint/transport/backend';
import { readPasswordLogin } from '../../../nodes/SharePoint/transport/server/passwordLogin';
import { overNtlm, passwordSession } from '../../../nodes/SharePoint/transport/server/passwordSession';
import { createServerBackend } from '../../../nodes/SharePoint/transport/server/serverBackend';
import type { SiteWorld } from '../../sandbox/adfs/site/siteWorld';

const node = { id: '1', name: 'SharePoint', type: 'sharePoint', typeVersion: 1, position: [0, 0] as [number, number], parameters: {} };
const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const helpers: HttpHelpers = {
	httpRequest: async ({ url, method, headers, body }) => {
		const response = await fetch(url, { method, headers: headers as Record<string, string>, body: body as string, redirect: 'manual' });
		return { statusCode: response.status, headers: Object.fromEntries(response.headers as unknown as Iterable<[string, string]>), body: response.body === null ? Readable.from([]) : Readable.fromWeb(response.body as never) };
	},
};

export type Login = 'bearer' | 'ntlm';

async function bearerSession(world: SiteWorld, name: string): Promise<UserSession> {
	const accessToken = await world.tokenOf(name);
	const token = { accessToken, tokenHash: createHash('sha256').update(accessToken).digest('hex'), tokenType: 'bearer', apiBaseUrl: world.siteUrl } as unknown as AccessToken;
	return createUserSession({ activity: { accepted: false }, appName: 'SharePoint Server', actsAs: `${name}@example.com`, fetch: async (url, init) => await fetch(url, { ...init, redirect: 'manual' } as RequestInit), openStream: streamThroughN8n(helpers), isTokenRejected: async ({ status }) => status === 401, token, renew: () => Promise.reject(new Error('The token is not renewed here')) });
}

function ntlmSession(world: SiteWorld, name: string): UserSession {
	const login = readPasswordLogin({ siteUrl: `${world.siteUrl}/sites/shared`, authentication: 'ntlm', username: `CONTOSO\\${name}`, password: `${name}-password` });
	return passwordSession(login, overNtlm(login), { accepted: false });
}

export async function backendOf(world: SiteWorld, login: Login, name = 'alice'): Promise<Backend> {
	const session = login === 'bearer' ? await bearerSession(world, name) : ntlmSession(world, name);
	return createServerBackend({ session, node, logger: logger, helpers, itemIndex: 0, options: {} });
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
