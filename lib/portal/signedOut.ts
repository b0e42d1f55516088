import { htmlPage, type PortalResponse } from './http';
import { signedOutPage } from './pages';
import type { PortalContext } from './portal';

/** `GET signed-out`: where the provider sends a browser back to, too; it says nothing of anybody. */
export function showSignedOut({ portalName, portalUrl }: PortalContext): PortalResponse {
	return htmlPage(signedOutPage({ portalName, portalHref: portalUrl }));
}
