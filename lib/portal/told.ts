import { ConnectedAppsError, type ErrorCode } from '../errors';
import type { UserKey } from '../types';
import type { Vault } from '../vault';
import type { PortalResponse } from './http';
import { seeOther } from './http';

/** What a page tells after a redirect, so that no code or state stays in an address (S13). Signed: nobody else can put words there. No secret inside. */
export type Told =
	/**
	 * `otherPortalAccount`: they may sign in to the portal as somebody else. `browser`: the only one that is shown the words. A provider's
	 * stand among them, and those come with the browser: whoever sends others a page of ours must not have written it.
	 */
	| { kind: 'error'; code: ErrorCode; message: string; advice?: string; requestId?: string; otherPortalAccount?: boolean; browser?: string }
	| ToldOtherAccount
	| { kind: 'declined'; connectionId: string; requestId?: string }
	| { kind: 'serviceAccountDone'; connectionId: string; account?: string }
	| ({ kind: 'connected'; connectionId: string } & ToldToOne)
	| ({ kind: 'disconnected'; connectionId: string; revoked: ToldRevocation } & ToldToOne)
	/** Apps whose access could not be ended there yet, or cannot be. */
	| ({ kind: 'allDisconnected'; count: number; queued: string[]; notSupported: string[] } & ToldToOne)
	| ({ kind: 'sessionsEnded'; count: number } & ToldToOne)
	/** An administrator has done something; on the administration's own pages only. */
	| ({ kind: 'administered'; tone: 'good' | 'warn' | 'info'; text: string } & ToldToOne)
	/** Who has just asked to run which flow; only they get to the page that hands them over to it. */
	| { kind: 'run'; flowId: string; userKey: string; atMs: number }
	| { kind: 'linkSent' };

/** A receipt: shown to nobody else, or whoever is led to its address would believe that it is theirs. */
export interface ToldToOne {
	userKey: UserKey;
}

/** Somebody came back with another account than the one that was connected before (S24): nothing is kept of it until they confirm. */
export interface ToldOtherAccount {
	kind: 'otherAccount';
	connectionId: string;
	userKey: string;
	subject: string;
	name: string;
	previousName: string;
	requestId?: string;
	returnPortalUrl?: string;
}

export type ToldRevocation = 'revoked' | 'queued' | 'notSupported';

/** How the outcome of a revocation is told. */
export const TOLD_REVOCATION = { revoked: 'revoked', pending: 'queued', gaveUp: 'notSupported', notSupported: 'notSupported' } as const;

export function signTold(vault: Vault, told: Told): string {
	const text = Buffer.from(JSON.stringify(told)).toString('base64url');
	return `${text}~${vault.proofOf(`told ${text}`)}`;
}

export function readTold(vault: Vault, value: string | null): Told | undefined {
	const [text, proof] = (value ?? '').split('~');
	if (text === undefined || proof === undefined || !vault.verifyProof(`told ${text}`, proof)) return undefined;
	return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Told;
}

export function seeOtherAndTell(vault: Vault, address: string, told: Told): PortalResponse {
	return seeOther(`${address}?told=${encodeURIComponent(signTold(vault, told))}`);
}

/** @param browser the mark of the one that it is told to */
export function toldOfError(error: unknown, requestId?: string, browser?: string): Told {
	if (error instanceof ConnectedAppsError) return { kind: 'error', code: error.code, message: error.message, advice: error.details.advice, requestId, browser };
	return { kind: 'error', code: 'internal', message: 'Something went wrong on our side', advice: 'Try again; if it happens again, tell your administrator', requestId };
}
