import * as openid from 'openid-client';

import type { TokenSet } from '../types';
import { toTokenSet, type TokenAnswerReading } from './tokenSet';

/**
 * One refresh. Errors come as openid-client throws them: `classifyAnswer` says what they mean.
 * @see RFC 6749 section 6
 */
export async function refreshTokens(client: openid.Configuration, current: TokenSet & { refreshToken: string }, reading: Omit<TokenAnswerReading, 'previous' | 'requestedScopes'>): Promise<TokenSet> {
	const answer = await openid.refreshTokenGrant(client, current.refreshToken);
	return toTokenSet(answer, { ...reading, previous: current, requestedScopes: current.scopes });
}
