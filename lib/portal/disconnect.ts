import { canRevoke, disconnect, workOffRevocations } from '../connections';
import { ConnectedAppsError } from '../errors';
import { seeOther, type PortalResponse } from './http';
import { portalConnection, type PortalContext } from './portal';
import { seeOtherAndTell, TOLD_REVOCATION } from './told';

/** `POST disconnect`: ended here at once; the receipt says honestly what the provider made of it. */
export async function disconnectPost(context: PortalContext): Promise<PortalResponse> {
	const { vault, browser, request } = context;
	browser.assertOwnForm(new URL(context.portalUrl).origin);
	const userKey = (await browser.portalSession())?.userKey;
	if (userKey === undefined) return seeOther(context.portalUrl);
	const connection = await portalConnection(context, request.form.get('connection') ?? '');
	if (connection === undefined) throw new ConnectedAppsError('connectionUnknown', 'This app is not offered here any more');
	await disconnect(vault, connection, userKey);
	if (!canRevoke(connection)) return seeOtherAndTell(vault, context.portalUrl, { kind: 'disconnected', connectionId: connection.id, revoked: 'notSupported' });
	try {
		await workOffRevocations(vault, [connection.id], context.processId, context.fetch);
	} catch (error) {
		// It stays in the queue; the sweeper goes on.
		context.logError('a revocation could not be tried at once', error);
	}
	const outcome = await vault.revocations.outcomeFor({ connectionId: connection.id, userKey });
	// Nothing was ever revoked, so there is nothing to tell.
	if (outcome === undefined) return seeOther(context.portalUrl);
	return seeOtherAndTell(vault, context.portalUrl, { kind: 'disconnected', connectionId: connection.id, revoked: TOLD_REVOCATION[outcome] });
}
