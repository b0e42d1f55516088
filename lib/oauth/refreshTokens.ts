import * as openid from 'openid-client';

import type { TokenSet } from '../types';
import { provedWith } from './dpop';
import { toTokenSet, type TokenAnswerReading } from './tokenSet';

export interface RefreshReading extends Pick<TokenAnswerReading, 'nowMs' | 'apiBaseUrlOf'> {
	/** RFC 8707 section 2.2. */
	resource?: string;
	/** Fewer than were granted; absent: all of them. */
	scopes?: string[];
}

/**
 * One refresh; tokens that are bound to a key stay bound to it. Errors come as openid-client throws them: `classifyAnswer`
 * says what they mean.
 * @throws ConnectedAppsError `tokenTypeUnsupported`
 * @see RFC 6749 section 6, RFC 9449 section 5
 */
export async function refreshTokens(client: openid.Configuration, current: TokenSet & { refreshToken: string }, { resource, scopes = [], ...reading }: RefreshReading): Promise<TokenSet> {
	const parameters = { ...(resource !== undefined && { resource }), ...(scopes.length > 0 && { scope: scopes.join(' ') }) };
	const answer = await openid.refreshTokenGrant(client, current.refreshToken, parameters, await provedWith(client, current.dpopKey));
	const asked = scopes.length > 0 ? { ...current, scopes } : current;
	return toTokenSet(answer, { ...reading, previous: asked, requestedScopes: asked.scopes, dpopKey: current.dpopKey });
}
