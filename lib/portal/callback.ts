import { completeSignIn, failSignInRequest, takeTransaction, type Connection } from '../connections';
import { ConnectedAppsError, isConnectedAppsError } from '../errors';
import { includesPerson, matchAccount } from '../identity';
import type { UserKey } from '../types';
import { sha256, type AuthorizationTransaction } from '../vault';
import { assertAdmitted, isStrong } from './access';
import { seeOther, type PortalResponse } from './http';
import { addressOf, callbackPathOf, isFailure, ownConnections, type PortalContext } from './portal';
import { seeOtherAndTell, toldOfError, type ToldOtherAccount } from './told';

/** `GET <app>/callback`: every way out is a redirect, so that no code stays in the address (S13). */
export async function showCallback(context: PortalContext, segment: string): Promise<PortalResponse> {
	const { vault, browser, request } = context;
	const redirectUri = addressOf(context, `${segment}/callback`);
	let transaction: AuthorizationTransaction | undefined;
	try {
		const connection = (await ownConnections(context)).find(({ registration }) => registration.redirectUri === redirectUri);
		if (connection === undefined) throw new ConnectedAppsError('connectionUnknown', 'This app is not offered here any more');
		const state = request.query.get('state') ?? '';
		if (state === '') throw new ConnectedAppsError('stateInvalid', 'The answer of the provider names no sign-in', { advice: 'Start again from your flow or from My connected apps' });
		const stateHash = sha256(state);
		transaction = await takeTransaction(vault, connection, state, redirectUri, (taken) => (taken.requestId === undefined ? browser.transactionHash(stateHash) : browser.bindingHash(taken.requestId)));
		browser.dropTransaction(stateHash, callbackPathOf(connection));
		const { purpose, requestId } = transaction;
		if (transaction.returnPortalUrl !== undefined && transaction.returnPortalUrl !== context.portalUrl) await assertAdmittedHere(context, transaction);

		const completed = await completeSignIn(vault, connection, { transaction, state, query: request.query, fetch: context.fetch }).catch(async (error: unknown) => {
			if (requestId !== undefined && (await failSignInRequest(vault, requestId, error))) return 'ended' as const;
			if (isConnectedAppsError(error, 'signInDeclined')) return undefined;
			throw error;
		});
		// The flow wants to hear of it, and goes on.
		if (completed === 'ended') return seeOther(`${addressOf(context, 'continue')}?request=${encodeURIComponent(requestId ?? '')}`);
		if (completed === undefined) return seeOtherAndTell(vault, addressOf(context, 'sign-in'), { kind: 'declined', connectionId: connection.id, requestId });
		if (purpose === 'serviceAccount') {
			return seeOtherAndTell(vault, addressOf(context, 'sign-in'), { kind: 'serviceAccountDone', connectionId: connection.id, account: completed.account.username ?? completed.account.email });
		}
		// The provider account that a grant is pinned to opens a session for that grant's user.
		await browser.openSession({ userKey: completed.userKey, method: await methodOf(context, connection, completed.userKey), claims: {} });
		if (requestId !== undefined) return seeOther(`${addressOf(context, 'continue')}?request=${encodeURIComponent(requestId)}`);
		if (purpose === 'connect') return seeOtherAndTell(vault, transaction.returnPortalUrl ?? context.portalUrl, { kind: 'connected', connectionId: connection.id, userKey: completed.userKey });
		// Only ever a request's id: whoever signed in may be the one that it waits for.
		return seeOther(transaction.returnTo === undefined ? context.portalUrl : `${addressOf(context, 'sign-in')}?request=${encodeURIComponent(transaction.returnTo)}`);
	} catch (error) {
		if (!(error instanceof ConnectedAppsError) || error.code === 'clientRejected') context.logError('a sign-in could not be completed', error);
		if (isFailure(error)) context.countFailure();
		const other = toldOfOtherAccount(error, transaction);
		// They confirm where they are signed in: at the portal's page, which may be another trigger's.
		if (other !== undefined) return seeOtherAndTell(vault, `${other.returnPortalUrl ?? context.portalUrl}/sign-in`, other);
		return seeOtherAndTell(vault, addressOf(context, 'sign-in'), toldOfError(error, transaction?.requestId, browser.mark));
	}
}

/**
 * Whoever comes from another trigger of the same portal was admitted by that one's list: what this one offers is for those whom it
 * names itself. Their session is of the other's address, so what their sign-in told is looked up.
 * @throws ConnectedAppsError `forbidden`; the code has not been exchanged
 */
async function assertAdmittedHere({ vault, access }: PortalContext, { userKey }: AuthorizationTransaction): Promise<void> {
	if (userKey === undefined) return;
	const sessions = (await vault.sessions.listByUser(access.portal.id, userKey)).filter((session) => isStrong(access, session));
	assertAdmitted(access, userKey, sessions.find((session) => includesPerson(access.allowed, session)));
}

/**
 * An account of any name, that somebody connected with no more than a personal link, says no more than the link of who they are: it
 * must not make an administrator, nor start flows as that person (S41).
 */
async function methodOf({ vault }: PortalContext, { id, registration: { policy } }: Connection, userKey: UserKey): Promise<'account' | 'link'> {
	const account = (await vault.grants.find({ connectionId: id, userKey }))?.account;
	return account !== undefined && matchAccount({ ...policy, accountMatch: 'sameEmail' }, userKey, account).ok ? 'account' : 'link';
}

/** The person may confirm the change on a page; until then nothing of the other account is kept (S24). */
function toldOfOtherAccount(error: unknown, transaction: AuthorizationTransaction | undefined): ToldOtherAccount | undefined {
	const other = isConnectedAppsError(error, 'wrongAccount') ? error.details.otherAccount : undefined;
	if (other === undefined || transaction?.userKey === undefined) return undefined;
	const { connectionId, userKey, requestId, returnPortalUrl } = transaction;
	return { kind: 'otherAccount', connectionId, userKey, ...other, requestId, returnPortalUrl };
}
