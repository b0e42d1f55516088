import { assertAllowed, isReference, onBehalfOfTokenFor, openReference, readCallersToken, toAccessToken, type AccessToken, type CallersToken, type Connection, type TokenRequest } from '../connections';
import { ConnectedAppsError } from '../errors';
import { userKey } from '../identity';
import type { UserKey } from '../types';
import { sha256 } from '../vault';
import type { Runtime } from './runtime';

/** Where a reference is shown. */
export interface CallingRun {
	workflowId: string;
	executionId: string;
}

/** Whom an item's calls are made as. */
export interface Subject {
	/** The same subject has the same id; no secret. */
	id: string;
	userKey: UserKey;
	/** The caller's own token, to be exchanged: nobody signs in. */
	caller?: CallersToken;
	/** What was exchanged for it before, in this very workflow. */
	exchanged?: AccessToken;
}

/** False for whoever shows a token of their own: there is nobody to ask. */
export function canSignIn({ caller, exchanged }: Subject): boolean {
	return caller === undefined && exchanged === undefined;
}

export function subjectOf(user: UserKey): Subject {
	return { id: user, userKey: user };
}

/**
 * Reads the parameter (or credential field) "User": a name, a reference that an OAuth node gave out, or the caller's own token,
 * as the connection's policy says.
 * @throws ConnectedAppsError `userMissing`, `userInvalid`, `referenceInvalid`
 */
export async function readSubject(runtime: Runtime, connection: Connection, value: unknown, at: CallingRun): Promise<Subject> {
	const onBehalfOf = connection.registration.policy.userIdentity === 'onBehalfOf';
	if (!isReference(value)) {
		if (!onBehalfOf) return subjectOf(userKey(value));
		const caller = readCallersToken(value);
		return { id: `caller ${sha256(caller.token)}`, userKey: caller.userKey, caller };
	}
	const reference = await openReference(runtime.vault, value, at.workflowId);
	if (reference.connectionId !== connection.id || (reference.kind === 'exchanged') !== onBehalfOf) {
		throw new ConnectedAppsError('referenceInvalid', 'This token reference belongs to another credential', { field: 'user', advice: 'Select the credential that the OAuth node used' });
	}
	// What a caller brought must not be brought again by another one, who has read this execution.
	if (reference.kind === 'exchanged' && (at.executionId === '' || reference.executionId !== at.executionId)) {
		throw new ConnectedAppsError('referenceInvalid', 'This token reference was made in another execution', { field: 'user', advice: 'A token that was exchanged for a caller’s own serves the execution that the caller started' });
	}
	return reference.kind === 'exchanged' ? { id: `exchanged ${sha256(value.trim())}`, userKey: reference.userKey, exchanged: toAccessToken(reference.tokens) } : subjectOf(reference.userKey);
}

/** That subject's token. @throws ConnectedAppsError as `accessTokenFor` and `onBehalfOfTokenFor` */
export async function tokenOfSubject({ engine, vault }: Runtime, connection: Connection, { userKey: user, caller, exchanged }: Subject, request: TokenRequest): Promise<AccessToken> {
	if (exchanged !== undefined) {
		assertAllowed(connection, user);
		if (request.rejectedTokenHash !== exchanged.tokenHash) return exchanged;
		throw new ConnectedAppsError('interactionRequired', `${connection.registration.appName} does not take the exchanged token of ${user} any more`, { app: connection.registration.appName, user, advice: 'Run the OAuth node again with the caller’s own token' });
	}
	return caller === undefined ? await engine.accessTokenFor(connection, user, request) : await onBehalfOfTokenFor(vault, connection, caller, request);
}
