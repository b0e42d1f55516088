import { endSessionsOfSignOut } from '../connections';
import { ConnectedAppsError, isConnectedAppsError } from '../errors';
import { emptyAnswer, jsonAnswer, type PortalResponse } from './http';
import { openIdPortal } from './openId';
import { isFailure, type PortalContext } from './portal';

export const BACK_CHANNEL_LOGOUT = 'openid/logout';

/** RFC 6749 section 5.2: printable ASCII without quotes. */
const asDescription = (text: string): string => text.replaceAll('"', "'").replace(/[^ -~]/g, '?');

function failed(error: unknown): PortalResponse {
	if (isFailure(error)) return jsonAnswer({ error: 'invalid_request', error_description: asDescription((error as ConnectedAppsError).message) }, 400);
	// Also what is not the provider's fault is 400 to it (section 2.8).
	return jsonAnswer({ error: isConnectedAppsError(error, 'providerUnavailable') ? 'temporarily_unavailable' : 'server_error', error_description: 'The sign-out could not be taken; the log of this n8n says why' }, 400);
}

/**
 * `POST openid/logout`: the provider itself tells that somebody has signed out there. No browser, no cookie: what counts is the token.
 * @see OpenID Connect Back-Channel Logout sections 2.5 and 2.8
 */
export async function takeLogoutToken(context: PortalContext): Promise<PortalResponse> {
	try {
		const token = context.request.form.get('logout_token') ?? '';
		const portal = await openIdPortal(context);
		if (token === '') throw new ConnectedAppsError('forbidden', 'The request holds no logout_token');
		await endSessionsOfSignOut(context.vault, portal, token);
		return emptyAnswer();
	} catch (error) {
		if (isFailure(error)) context.countFailure();
		else context.logError('a sign-out that the provider told could not be taken', error);
		return failed(error);
	}
}
