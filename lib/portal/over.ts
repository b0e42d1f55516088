import type { Connection } from '../connections';
import type { StoredSignInRequest } from '../vault';
import { htmlPage, type PortalResponse } from './http';
import { alreadyDonePage, notSignedInPage } from './pages';
import { appView, type PortalContext } from './portal';

/** Nothing is left to do for a request; one that ended without a sign-in does not pass for one that has what it needs. */
export function overPage({ portalName, portalUrl }: PortalContext, connection: Connection, { failureCode, workflowName }: StoredSignInRequest): PortalResponse {
	const view = { portalName, app: appView(connection), portalHref: portalUrl };
	return htmlPage(failureCode === undefined ? alreadyDonePage(view) : notSignedInPage({ ...view, flowName: workflowName || undefined }));
}
