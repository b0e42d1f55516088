import { HOUR_MS } from '../clock';
import { ownerKeyOf, type OpenIdSettings, type TrustedHeaderSettings } from '../connections';
import { ConnectedAppsError } from '../errors';
import { includesPerson, isNobody, NOBODY, type People } from '../identity';
import { SERVICE_ACCOUNT, type OAuthEndpoints, type OwnerTrigger, type SessionIdentity, type SessionMethod, type SignInMethod, type UserKey } from '../types';
import type { PortalMembership } from '../vault';
import { portalLimits, type PortalLimits } from './limits';

/** How people prove to this portal who they are, with what it takes. */
export type PortalSignIn =
	| { kind: 'personalLink' }
	| { kind: 'openId'; settings: OpenIdSettings; /** Discovered anew from time to time. */ endpoints(): Promise<OAuthEndpoints> }
	| { kind: 'trustedHeader'; settings: TrustedHeaderSettings };

/** Who gets in, how, for how long, and how often. */
export interface PortalAccess {
	portal: PortalMembership;
	signIn: PortalSignIn;
	/** Nobody named = everybody. */
	allowed: People;
	admins: People;
	session: { idleMs: number; absoluteMs: number };
	limits: PortalLimits;
}

export const SESSION_IDLE_MS = HOUR_MS;
export const SESSION_ABSOLUTE_MS = 12 * HOUR_MS;

/** A trigger by itself: personal links, for everybody. */
export function personalLinkAccess(owner: OwnerTrigger, limits: PortalLimits = portalLimits()): PortalAccess {
	return {
		portal: { id: ownerKeyOf(owner), mode: 'portal', signInMethod: 'personalLink' },
		signIn: { kind: 'personalLink' },
		allowed: NOBODY,
		admins: NOBODY,
		session: { idleMs: SESSION_IDLE_MS, absoluteMs: SESSION_ABSOLUTE_MS },
		limits,
	};
}

/** What a session must have been opened by to say who somebody is; the account of an app only where the portal has no sign-in of its own. */
const STRONG: Record<SignInMethod, SessionMethod> = { openId: 'openId', trustedHeader: 'trustedHeader', personalLink: 'account' };

/** @returns true if the portal itself has established who this is; a personal link never does */
export function isStrong({ signIn }: Pick<PortalAccess, 'signIn'>, session: Pick<SessionIdentity, 'method'>): boolean {
	return session.method === STRONG[signIn.kind];
}

/** May this session see My connected apps? */
export function opensPortal(access: Pick<PortalAccess, 'signIn' | 'allowed'>, session: SessionIdentity): boolean {
	const known = isStrong(access, session) || (access.signIn.kind === 'personalLink' && session.method === 'link');
	return known && (isNobody(access.allowed) || includesPerson(access.allowed, session));
}

/** Whom the trigger names as administrator, if the portal itself has established who it is. */
export function isAdmin(access: Pick<PortalAccess, 'signIn' | 'admins'>, session: SessionIdentity | undefined): boolean {
	return session !== undefined && isStrong(access, session) && includesPerson(access.admins, session);
}

/**
 * Only those whom the trigger admits may connect an app here.
 * @param session the one of this browser, whoever's it is
 * @throws ConnectedAppsError `forbidden`
 */
export function assertAdmitted({ allowed }: Pick<PortalAccess, 'allowed'>, userKey: UserKey, session: SessionIdentity | undefined): void {
	if (userKey === SERVICE_ACCOUNT || isNobody(allowed)) return;
	const claims = session?.userKey === userKey ? session.claims : {};
	if (includesPerson(allowed, { userKey, claims })) return;
	throw new ConnectedAppsError('forbidden', `${userKey} is not among those who may use these apps`, { user: userKey, advice: 'Sign in with your organisation’s account, or ask your administrator for access' });
}
