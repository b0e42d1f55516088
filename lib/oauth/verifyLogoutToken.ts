import { SECOND_MS } from '../clock';
import { ConnectedAppsError } from '../errors';
import type { Fetch, OAuthEndpoints } from '../types';
import { TOLERANCE_SECONDS } from './issuerKeys';
import { verifySignedToken } from './verifySignedToken';

export interface LogoutTokenChecks {
	endpoints: OAuthEndpoints;
	clientId: string;
	fetch: Fetch;
	nowMs: number;
}

/** Who has signed out at the provider: one of the two is there. */
export interface LogoutToken {
	/** `sub`: without `sessionId`, all that this person has opened. */
	subject?: string;
	/** `sid`: what was opened in one sign-in there. */
	sessionId?: string;
	/** `jti`: a token counts once. */
	tokenId: string;
	/** It would be taken for this long yet: until then, a used one must be known as used. */
	takenForMs: number;
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Providers let them live for two minutes, and send them at once. */
const MAX_AGE_SECONDS = 10 * 60;
/** Providers that came before the standard's own type have the general one, or none (section 2.4). */
const TYPES = [undefined, 'logout+jwt', 'application/logout+jwt', 'jwt'];

function refused(reason: string): ConnectedAppsError {
	return new ConnectedAppsError('forbidden', `The logout token ${reason}`, { advice: 'Check at the provider that this address is that of the client which the OpenID credential names' });
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @returns undefined if it is not there */
function textOf(claims: Readonly<Record<string, unknown>>, name: 'sub' | 'sid' | 'jti'): string | undefined {
	const value = claims[name];
	if (value === undefined) return undefined;
	if (typeof value !== 'string' || value === '') throw refused(`has a claim "${name}" that names nothing`);
	return value;
}

/**
 * What a provider tells of a sign-out, checked in full but for its replay: signature, type, issuer, audience, time, event and subject.
 * @throws ConnectedAppsError `forbidden` that names the reason, `providerUnavailable` (keys), `settingInvalid` where keys or issuer are not known
 * @see OpenID Connect Back-Channel Logout section 2.6
 */
export async function verifyLogoutToken(token: string, { endpoints, clientId, fetch, nowMs }: LogoutTokenChecks): Promise<LogoutToken> {
	const { issuer, jwksUrl } = endpoints;
	if (issuer === undefined || jwksUrl === undefined) throw new ConnectedAppsError('settingInvalid', 'A logout token cannot be checked: the provider does not tell where its keys are', { field: 'issuer', advice: 'Check the issuer in the OpenID credential' });
	const { claims, type } = await verifySignedToken(token, { issuer, audience: clientId, keys: { url: jwksUrl }, fetch, nowMs, requiredClaims: ['iss', 'aud', 'iat', 'exp', 'jti', 'events'], maxAgeSeconds: MAX_AGE_SECONDS }, (_flaw, reason) => refused(reason));
	if (!TYPES.includes(type?.toLowerCase())) throw refused('is a token of another type');
	// As with ID tokens (OpenID Connect Core section 3.1.3.7).
	if (Array.isArray(claims.aud) && claims.aud.length > 1 && claims.azp !== clientId) throw refused('is meant for others as well');
	if (!isObject(claims.events) || !isObject(claims.events[EVENT])) throw refused('tells of no sign-out');
	// Else an ID token could be taken for one (section 2.8).
	if ('nonce' in claims) throw refused('has a nonce: it is an ID token');
	const [subject, sessionId, tokenId] = [textOf(claims, 'sub'), textOf(claims, 'sid'), textOf(claims, 'jti')];
	if (subject === undefined && sessionId === undefined) throw refused('names neither a person nor a sign-in');
	const { exp, iat } = claims as { exp: number; iat: number };
	const endsAtMs = (Math.min(exp, iat + MAX_AGE_SECONDS) + TOLERANCE_SECONDS) * SECOND_MS;
	return { subject, sessionId, tokenId: tokenId as string, takenForMs: Math.max(SECOND_MS, endsAtMs - nowMs) };
}
