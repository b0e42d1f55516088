import { assertAllowed, isReference, onBehalfOfTokenFor, openReference, readCallersToken, toAccessToken, type AccessToken, type CallersToken, type Connection, type TokenRequest, verifiedUser } from '../connections';
import { ConnectedAppsError } from '../errors';
import { userKey } from '../identity';
import type { Fetch, UserKey } from '../types';
import { sha256 } from '../vault';
import type { Runtime } from './runtime';

/** Where a reference is shown. */
export interface CallingRun {
	workflowId: string;
	executionId: string;
	/** For the keys that a caller's token is verified with. */
	fetch: Fetch;
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

/** What somebody brought must not be brought again by another one, who has read this execution. @throws ConnectedAppsError `referenceInvalid` */
function assertSameExecution(executionId: string | undefined, at: CallingRun): void {
	if (at.executionId !== '' && executionId === at.executionId) return;
	throw new ConnectedAppsError('referenceInvalid', 'This token reference was made in another execution', { field: 'user', advice: 'What was made from a caller’s own token serves the execution that the caller started' });
}

/**
 * Reads the parameter (or credential field) "User": a name, a reference that an OAuth node gave out, or the caller's own token (to be
 * exchanged, or verified), as the connection's policy says.
 * @throws ConnectedAppsError `userMissing`, `userInvalid`, `referenceInvalid`, and those of `verifiedUser`
 */
export async function readSubject(runtime: Runtime, connection: Connection, value: unknown, at: CallingRun): Promise<Subject> {
	const { userIdentity } = connection.registration.policy;
	const onBehalfOf = userIdentity === 'onBehalfOf';
	if (!isReference(value)) {
		if (userIdentity === 'verifiedToken') return subjectOf(await verifiedUser(runtime.vault, connection, value, { executionId: at.executionId, workflowId: at.workflowId, fetch: at.fetch, resolveEndpoints: runtime.resolveEndpoints }));
		if (!onBehalfOf) return subjectOf(userKey(value));
		const caller = readCallersToken(value);
		return { id: `caller ${sha256(caller.token)}`, userKey: caller.userKey, caller };
	}
	const reference = await openReference(runtime.vault, value, at.workflowId);
	if (reference.connectionId !== connection.id || (reference.kind === 'exchanged') !== onBehalfOf) {
		throw new ConnectedAppsError('referenceInvalid', 'This token reference belongs to another credential', { field: 'user', advice: 'Select the credential that the OAuth node used' });
	}
	if (reference.kind === 'exchanged' || (reference.kind === 'grant' && userIdentity === 'verifiedToken')) assertSameExecution(reference.executionId, at);
	return reference.kind === 'exchanged' ? { id: `exchanged ${sha256(value.trim())}`, userKey: reference.userKey, exchanged: toAccessToken(reference.tokens) } : subjectOf(reference.userKey);
}

/** Reads the values of many items: what several of them hold is looked up, or verified, once. */
export function subjectReader(runtime: Runtime, connection: Connection, at: CallingRun): (value: unknown) => Promise<Subject> {
	const known = new Map<unknown, Promise<Subject>>();
	return async (value) => {
		const subject = known.get(value) ?? readSubject(runtime, connection, value, at);
		known.set(value, subject);
		return await subject;
	};
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
