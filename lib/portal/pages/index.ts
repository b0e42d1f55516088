// The portal's pages: pure functions from plain props to a full HTML document. They know no vendor, no n8n, no vault;
// they run no script in the browser, and every foreign string goes through preact's escaping.
export { activityPage } from './activity';
export { confirmDisconnectPage } from './confirmDisconnect';
export { accentOf, dressed, logoOf, policyFor, type CompanyLook } from './companyLook';
export { connectedAppsPage } from './connectedApps';
export { contentSecurityPolicy, styleHash } from './contentSecurityPolicy';
export { alreadyDonePage, declinedPage, donePage, errorPage, notSignedInPage } from './outcome';
export { otherAccountPage } from './otherAccount';
export { openPortalPage, portalSignInPage, signedOutPage } from './portal';
export { runFlowPage, runTooLatePage } from './runFlow';
export { safeHref } from './safeHref';
export { confirmSignInPage, linkSentPage, unknownBrowserPage, type UnknownBrowserProps } from './signIn';
export type { ActivityView, AppView, ConnectionView, FlowProgressView, FormView, LiveView, OrganisationOption, Purpose, Receipt, RunnableFlowView, ScopeView, SessionView, SignInOption, Status, TabsView } from './views';
