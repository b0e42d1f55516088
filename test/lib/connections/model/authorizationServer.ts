// A tiny authorization server as an injected `fetch`: as strict as one with single-use refresh tokens is, and it remembers
// for whom it issued what. No socket, no real clock, no randomness, so that a run can be repeated from its seed.
import { createHash } from 'node:crypto';

import type { Fetch } from '../../../../lib/types';

/** What the next request of the token endpoint meets. */
export type Fault = 'unavailable' | 'tooMany' | 'alreadyProcessing' | 'clientRefused' | 'neverSent' | 'answerDropped';

export interface IssuedToken {
	kind: 'access' | 'refresh';
	person: string;
	clientId: string;
	family: number;
	/** The end of an access token. */
	endsAtMs: number;
	state: 'live' | 'consumed' | 'dead';
}

interface Code {
	person: string;
	clientId: string;
	challenge: string;
}

export interface ServerOptions {
	nowMs(): number;
	/** Where interleavings are decided: before a request is processed, and before its answer arrives. */
	pass(label: string): Promise<void>;
	/** `expires_in` in the token answer; else the end is only told by introspection. */
	tellsExpiry: boolean;
	accessTokenMs: number;
}

/** Canary: must appear in no audit row and no error. */
export const TOKEN_MARK = 'canary';

export class AuthorizationServer {
	readonly tokens = new Map<string, IssuedToken>();

	/** Consumed refresh tokens that came again although their answer had arrived. */
	readonly replays: string[] = [];

	faults: Fault[] = [];

	/** Answers of the revocation endpoint that are 503. */
	revocationFaults = 0;

	/** Families whose newest refresh token the client never heard of. */
	readonly lostFamilies = new Set<number>();

	readonly revokedDirectly: string[] = [];

	refreshes = 0;

	introspections = 0;

	private readonly codes = new Map<string, Code>();

	private count = 0;

	private families = 0;

	constructor(private readonly options: ServerOptions) {}

	/** A person allows what an authorize URL asks for; what the browser is sent back with. */
	allow(authorizeUrl: string, person: string): URLSearchParams {
		const { searchParams } = new URL(authorizeUrl);
		const code = `code-${++this.count}`;
		this.codes.set(code, { person, clientId: searchParams.get('client_id')!, challenge: searchParams.get('code_challenge')! });
		return new URLSearchParams({ code, state: searchParams.get('state')! });
	}

	/** The person's access tokens end; refresh tokens live. */
	endAccessTokens(person: string): void {
		for (const token of this.tokens.values()) if (token.person === person && token.kind === 'access' && token.state === 'live') token.state = 'dead';
	}

	/** The person withdraws the consent at the provider. */
	withdraw(person: string): void {
		for (const token of this.tokens.values()) if (token.person === person) token.state = token.state === 'consumed' ? 'consumed' : 'dead';
	}

	isAlive(accessToken: string): boolean {
		const token = this.tokens.get(accessToken);
		return token?.kind === 'access' && token.state === 'live' && token.endsAtMs > this.options.nowMs();
	}

	readonly fetch: Fetch = async (url, init) => {
		const { pathname } = new URL(url);
		const form = new URLSearchParams(String(init.body ?? ''));
		const what = pathname.split('/').at(-1)!;
		await this.options.pass(`${what} request`);
		const answer = this.answer(what, form, init.headers ?? {});
		await this.options.pass(`${what} answer`);
		if (answer instanceof Error) throw answer;
		return answer;
	};

	private answer(what: string, form: URLSearchParams, headers: Record<string, string>): Response | Error {
		switch (what) {
			case 'token':
				return this.tokenEndpoint(form);
			case 'userinfo': {
				const authorization = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? '';
				const token = this.tokens.get(authorization.replace(/^Bearer /, ''));
				if (token === undefined) return Response.json({ error: 'invalid_token' }, { status: 401 });
				return Response.json({ user_id: token.person, organization_id: 'org', preferred_username: token.person, email: token.person, email_verified: true });
			}
			case 'introspect': {
				this.introspections++;
				const token = this.tokens.get(form.get('token') ?? '');
				const active = token !== undefined && this.isAlive(form.get('token')!);
				return Response.json(active ? { active, exp: Math.floor(token.endsAtMs / 1_000) } : { active });
			}
			case 'revoke': {
				if (this.revocationFaults > 0) {
					this.revocationFaults--;
					return Response.json({ error: 'server_error' }, { status: 503 });
				}
				const token = this.tokens.get(form.get('token') ?? '');
				if (token === undefined || token.state === 'consumed') return Response.json({ error: 'invalid_token' }, { status: 400 });
				this.endFamily(token.family);
				return new Response(null, { status: 200 });
			}
			default:
				throw new Error(`no such endpoint: ${what}`);
		}
	}

	private tokenEndpoint(form: URLSearchParams): Response | Error {
		const fault = this.faults.shift();
		switch (fault) {
			case 'unavailable':
				return new Response('<html>maintenance</html>', { status: 503, headers: { 'content-type': 'text/html' } });
			case 'tooMany':
				return Response.json({ error: 'slow_down' }, { status: 429, headers: { 'retry-after': '30' } });
			case 'alreadyProcessing':
				return Response.json({ error: 'invalid_grant', error_description: 'token request is already being processed' }, { status: 400 });
			case 'clientRefused':
				return Response.json({ error: 'invalid_client' }, { status: 400 });
			case 'neverSent':
				return Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) });
			case undefined:
			case 'answerDropped':
		}
		const answer = form.get('grant_type') === 'refresh_token' ? this.refresh(form, fault === 'answerDropped') : this.exchange(form, fault === 'answerDropped');
		return fault === 'answerDropped' ? Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }) }) : answer;
	}

	private exchange(form: URLSearchParams, dropped: boolean): Response {
		const code = this.codes.get(form.get('code') ?? '');
		this.codes.delete(form.get('code') ?? '');
		const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
		if (code?.clientId !== form.get('client_id') || code.challenge !== challenge) return Response.json({ error: 'invalid_grant', error_description: 'expired authorization code' }, { status: 400 });
		this.families++;
		if (dropped) this.lostFamilies.add(this.families);
		return this.issue(code.person, code.clientId, this.families);
	}

	private refresh(form: URLSearchParams, dropped: boolean): Response {
		this.refreshes++;
		const presented = form.get('refresh_token') ?? '';
		const token = this.tokens.get(presented);
		const refused = () => Response.json({ error: 'invalid_grant', error_description: 'expired access/refresh token' }, { status: 400 });
		if (token?.kind !== 'refresh' || token.clientId !== form.get('client_id')) return refused();
		if (token.state === 'consumed') {
			if (!this.lostFamilies.has(token.family)) this.replays.push(presented);
			this.endFamily(token.family);
			return refused();
		}
		if (token.state === 'dead') return refused();
		token.state = 'consumed';
		if (dropped) this.lostFamilies.add(token.family);
		return this.issue(token.person, token.clientId, token.family);
	}

	private issue(person: string, clientId: string, family: number): Response {
		const { nowMs, accessTokenMs, tellsExpiry } = this.options;
		const name = (kind: string) => `${TOKEN_MARK}-${kind}-${++this.count}`;
		const [access, refresh] = [name('access'), name('refresh')];
		const endsAtMs = nowMs() + accessTokenMs;
		this.tokens.set(access, { kind: 'access', person, clientId, family, endsAtMs, state: 'live' });
		this.tokens.set(refresh, { kind: 'refresh', person, clientId, family, endsAtMs: Number.POSITIVE_INFINITY, state: 'live' });
		return Response.json({ access_token: access, refresh_token: refresh, token_type: 'Bearer', scope: 'openid refresh_token api', instance_url: 'http://127.0.0.1:9', ...(tellsExpiry && { expires_in: accessTokenMs / 1_000 }) });
	}

	private endFamily(family: number): void {
		for (const token of this.tokens.values()) if (token.family === family && token.state === 'live') token.state = 'dead';
	}
}
