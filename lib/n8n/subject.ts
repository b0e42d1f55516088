import { isReference, onBehalfOfTokenFor, openReference, readCallersToken, type AccessToken, type CallersToken, type Connection, type TokenRequest } from '../connections';
import { ConnectedAppsError } from '../errors';
import { userKey } from '../identity';
import type { UserKey } from '../types';
import { sha256 } from '../vault';
import type { Runtime } from './runtime';

/** Whom an item's calls are made as. */
export interface Subject {
	/** The same subject has the same id; no secret. */
	id: string;
	userKey: UserKey;
	/** The caller's own token, to be exchanged: nobody signs in. */
	caller?: CallersToken;
}

export function subjectOf(user: UserKey): Subject {
	return { id: user, userKey: user };
}

/**
 * Reads the parameter (or credential field) "User": a name, a reference that an OAuth node gave out, or the caller's own token,
 * as the connection's policy says.
 * @throws ConnectedAppsError `userMissing`, `userInvalid`, `referenceInvalid`
 */
export async function readSubject(runtime: Runtime, connection: Connection, value: unknown, workflowId: string): Promise<Subject> {
	if (connection.registration.policy.userIdentity === 'onBehalfOf') {
		const caller = readCallersToken(value);
		return { id: `caller ${sha256(caller.token)}`, userKey: caller.userKey, caller };
	}
	if (!isReference(value)) return subjectOf(userKey(value));
	const reference = await openReference(runtime.vault, value, workflowId);
	if (reference.kind !== 'grant' || reference.connectionId !== connection.id) {
		throw new ConnectedAppsError('referenceInvalid', 'This token reference belongs to another credential', { field: 'user', advice: 'Select the credential that the OAuth node used' });
	}
	return subjectOf(reference.userKey);
}

/** That subject's token. @throws ConnectedAppsError as `accessTokenFor` and `onBehalfOfTokenFor` */
export async function tokenOfSubject({ engine, vault }: Runtime, connection: Connection, { userKey: user, caller }: Subject, request: TokenRequest): Promise<AccessToken> {
	return caller === undefined ? await engine.accessTokenFor(connection, user, request) : await onBehalfOfTokenFor(vault, connection, caller, request);
}
